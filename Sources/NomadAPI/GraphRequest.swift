/// A graph request: a tree of what to read, every node with its place in the request's body.
///
/// All of it has been checked: a request that exists can be planned without looking at its text again.
package struct GraphRequest: Hashable, Sendable {
    /// The top level; its children are tokens.
    package let root: RequestNode
    /// Whether the plan is wanted instead of data (`{"m_request": {"explain": true}}` at top level; our own addition).
    package let explains: Bool

    /// Keys that can be read at top level.
    package static let tokens = [
        "entries", "uploads", "datasets", "groups", "users", "search", "metainfo", "optimade", "entry", "upload",
        "dataset", "group", "user",
    ]
}

/// What a node of the request stands for, as far as its key tells.
package enum NodeKind: String, Sendable {
    case root, user, group, upload, dataset, entry, search, metainfo, files, archive
    /// Entries of other databases, through gateways (our own addition).
    case optimade
}

/// One node of a graph request.
///
/// An immutable object: walks hand nodes on at every step, and a reference costs nothing to hand on.
package final class RequestNode: Hashable, Sendable {
    /// What is asked for at a node.
    package enum Form: Hashable, Sendable {
        /// The node itself, with its config.
        case leaf
        /// Only what the children name.
        case children
        /// The children, and with the node's config whatever they do not name.
        case both
        /// A list: checked, and then without effect.
        case ignored
    }

    /// One key of a node and what is asked for there.
    package struct Child: Hashable, Sendable {
        package let key: RequestKey
        package let node: RequestNode

        /// `node` under `key`.
        package init(key: RequestKey, node: RequestNode) {
            self.key = key
            self.node = node
        }
    }

    package let kind: NodeKind
    package let form: Form
    /// ``config``, which most nodes of a request share.
    package let settings: SharedConfig
    /// In the order of the request.
    package let children: [Child]
    /// Where it stands in the request body.
    private let place: RequestPlace

    /// A node of the request.
    init(kind: NodeKind, form: Form, settings: SharedConfig, children: [Child], place: RequestPlace) {
        self.kind = kind
        self.form = form
        self.settings = settings
        self.children = children
        self.place = place
    }

    /// Own and inherited settings. For ``Form/children`` it is what the children inherited.
    package var config: RequestConfig { settings.value }

    /// JSON pointer into the request body.
    package var pointer: String { place.pointer }

    package static func == (left: RequestNode, right: RequestNode) -> Bool {
        left === right
            || (left.kind == right.kind && left.form == right.form && left.config == right.config
                && left.children == right.children && left.pointer == right.pointer)
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(children.count) }

    /// The index in ``ownConfig``; absent where there is none.
    package var ownIndex: IndexRange? {
        switch form {
        case .leaf, .both: settings.value.index
        case .children, .ignored: nil
        }
    }

    /// The config for what the children do not name; absent when only children are asked for.
    package var ownConfig: RequestConfig? {
        switch form {
        case .leaf, .both: config
        case .children, .ignored: nil
        }
    }
}

/// A configuration that several nodes have: handing it on copies none of its many fields.
package final class SharedConfig: Sendable {
    /// The configuration.
    package let value: RequestConfig

    /// Shares `value`.
    init(_ value: RequestConfig) { self.value = value }

    /// The defaults.
    static let standard = SharedConfig(RequestConfig())
}

/// A place in a request body, told as a JSON pointer only when somebody asks.
final class RequestPlace: Sendable {
    private let parent: RequestPlace?
    private let step: String

    /// A place that `pointer` names.
    init(pointer: String) {
        parent = nil
        step = pointer
    }

    private init(parent: RequestPlace, step: String) {
        self.parent = parent
        self.step = step
    }

    /// The place of the member or item `step`.
    func child(_ step: String) -> RequestPlace { RequestPlace(parent: self, step: step) }

    /// Whether it is the whole body.
    var isRoot: Bool { parent == nil && step.isEmpty }

    /// The JSON pointer (RFC 6901).
    var pointer: String {
        var steps: [String] = []
        var place = self
        while let parent = place.parent {
            steps.append("/" + escaped(place.step))
            place = parent
        }
        return place.step + steps.reversed().joined()
    }
}

/// A key of a request: a name, with the index that may follow it in brackets.
package struct RequestKey: Hashable, Sendable {
    /// The key as written.
    package let text: String
    /// The key without its index.
    package let name: String
    /// `[1]`, `[1:3]`, `[-1]`, `[:]` …; absent when there is none.
    package let index: IndexRange?

    /// Reads `name`, `name[i]`, `name[a:b]`; any other text is a name as it is.
    package init(_ text: String) {
        self.text = text
        if let (name, index) = Self.split(text) {
            self.name = name
            self.index = index
        } else {
            name = text
            index = nil
        }
    }

    /// A key that is a name as it is, brackets included.
    package init(literal text: String) {
        self.text = text
        name = text
        index = nil
    }

    /// Whether this is the wildcard `*`.
    package var isWildcard: Bool { text == "*" }

    private static func split(_ text: String) -> (String, IndexRange)? {
        // Most keys have no index: then nothing is copied.
        guard text.utf8.last == UInt8(ascii: "]") else { return nil }
        let bytes = Array(text.utf8)
        guard let open = bytes.firstIndex(of: UInt8(ascii: "[")), open > 0,
            bytes[..<open].allSatisfy(isNameByte)
        else { return nil }
        let parts = bytes[(open + 1)..<(bytes.count - 1)].split(
            separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        let name = String(decoding: bytes[..<open], as: UTF8.self)
        switch parts.count {
        case 1:
            guard let position = position(parts[0]) else { return nil }
            return (name, IndexRange(position))
        case 2:
            let first = position(parts[0])
            let last = position(parts[1])
            guard parts[0].isEmpty || first != nil, parts[1].isEmpty || last != nil else { return nil }
            return (name, IndexRange(first: first, last: last))
        default: return nil
        }
    }

    /// A decimal number with an optional sign; one beyond 64 bits counts as the largest.
    private static func position(_ digits: ArraySlice<UInt8>) -> Int? {
        let text = String(decoding: digits, as: UTF8.self)
        if let number = Int(text) { return text.first == "+" ? nil : number }
        let magnitude = digits.first == UInt8(ascii: "-") ? digits.dropFirst() : digits
        guard !magnitude.isEmpty, magnitude.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return magnitude.count == digits.count ? Int.max : Int.min
    }

    /// Letters, digits and `_`, and the other characters between `A` and `z` that NOMAD's pattern admits.
    private static func isNameByte(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "z")).contains(byte)
    }
}
