import RutileJSON

extension GraphQuery {
    /// Items of a list; negative positions count from the end.
    public enum Index: Hashable, Sendable {
        case item(Int)
        /// From the first to the last position, both included; `nil` for the end of the list.
        case range(Int?, Int?)

        /// The first item.
        public static let first = Index.item(0)
        /// The last item.
        public static let last = Index.item(-1)

        var text: String {
            switch self {
            case .item(let position): "[\(position)]"
            case .range(let first, let last): "[\(first.map(String.init) ?? ""):\(last.map(String.init) ?? "")]"
            }
        }
    }

    /// Which keys are read, by patterns with `*` and `?`: at least one.
    public struct Keys: Hashable, Sendable {
        fileprivate let name: String
        fileprivate let patterns: [String]

        /// Those that match any of the patterns.
        public static func including(_ first: String, _ others: String...) -> Keys {
            Keys(name: "include", patterns: [first] + others)
        }

        /// Those that match none of the patterns.
        public static func excluding(_ first: String, _ others: String...) -> Keys {
            Keys(name: "exclude", patterns: [first] + others)
        }
    }

    /// How a part of an archive is read.
    public struct Reading: Hashable, Sendable {
        /// Whether references are followed.
        public var followsReferences = false
        /// References that are followed one behind the other at most; no limit where absent or 0.
        public var referenceDepth: UInt32?
        /// Which keys are read; all where absent.
        public var keys: Keys?
        /// Levels of sections that are read; deeper ones are named, not shown.
        public var depth: UInt32?
        /// Lists with more items are named, not shown.
        public var longestList: UInt32?
        /// Objects with more members are named, not shown.
        public var largestObject: UInt32?
        /// Which page of a list of sections; all items where absent.
        public var page: SectionPage?

        /// As it is stored.
        public init() {}

        /// As it is stored.
        public static let asStored = Reading()

        /// With references followed.
        public static let followed: Reading = {
            var reading = Reading()
            reading.followsReferences = true
            return reading
        }()

        var isDefault: Bool { self == Reading() }

        var config: ObjectValue {
            var config = ObjectValue([("directive", .string(followsReferences ? "resolved" : "plain"))])
            func limit(_ name: String, _ number: UInt32?) {
                if let number { config[name] = .integer(Int64(number)) }
            }
            limit("resolve_depth", referenceDepth)
            limit("depth", depth)
            limit("max_list_size", longestList)
            limit("max_dict_size", largestObject)
            if let keys { config[keys.name] = .list(keys.patterns.map { .string($0) }) }
            if let page { config["pagination"] = page.value }
            return config
        }
    }

    /// A page of a list of sections of an archive.
    public struct SectionPage: Hashable, Sendable {
        fileprivate let value: Value

        /// The page with `number`, from 1; smaller numbers are 1. Sizes are 1 to 10,000, others become the next of these.
        public static func number(_ number: Int, size: Int = 10) -> SectionPage {
            SectionPage(
                value: .members(["page_size": size.clamped(from: 1), "page": .integer(Int64(max(1, number)))]))
        }

        /// The page with the item at `position`, from 0.
        public static func containing(_ position: UInt32, size: Int = 10) -> SectionPage {
            SectionPage(
                value: .members(["page_size": size.clamped(from: 1), "page_containing": .integer(Int64(position))]))
        }
    }

    /// A page of a list of documents. Sizes are 0 to 10,000, others become the next of these.
    public struct Page: Hashable, Sendable {
        let value: Value

        /// The first ten documents.
        public static let first = Page.first(10)

        /// The first `size` documents.
        public static func first(_ size: Int) -> Page { Page(value: .members(["page_size": size.clamped(from: 0)])) }

        /// The `size` documents after the one with `id`: `next_page_after_value` of the page before.
        public static func after(_ id: String, size: Int = 10) -> Page {
            Page(value: .members(["page_size": size.clamped(from: 0), "page_after_value": .string(id)]))
        }
    }
}

extension Int {
    fileprivate func clamped(from least: Int) -> Value { .integer(Int64(Swift.min(Swift.max(self, least), 10_000))) }
}

/// A part of a request, of whatever kind of node.
indirect enum GraphPart: Sendable {
    case child(String, [GraphPart], index: GraphQuery.Index? = nil, isID: Bool = false)
    /// What is read of every document of a list.
    case each([GraphPart])
    case config(ObjectValue)

    /// The node that consists of `parts`; without any it is read as it is.
    static func value(of parts: [GraphPart]) throws(ClientError) -> Value {
        guard !parts.isEmpty else { return .string("*") }
        var node = ObjectValue()
        for part in parts {
            switch part {
            case .config(let config): node["m_request"] = .object(config)
            case .each(let parts): node["*"] = try value(of: parts)
            case .child(let name, let parts, let index, let isID):
                let key = try key(name, index, isID: isID)
                node[key] = merged(node[key], try value(of: parts))
            }
        }
        return .object(node)
    }

    private static func key(
        _ name: String, _ index: GraphQuery.Index?, isID: Bool
    ) throws(ClientError) -> String {
        let reserved = ["", "*", "m_request", "m_children"]
        guard !reserved.contains(where: { $0.utf8.elementsEqual(name.utf8) }) else {
            throw ClientError(.badRequest, "“\(name)” is no name")
        }
        guard !isID, let index else { return name }
        let isPlain = name.utf8.allSatisfy { byte in
            (65...90).contains(byte) || (97...122).contains(byte) || (48...57).contains(byte)
                || byte == UInt8(ascii: "_")
        }
        guard isPlain else {
            throw ClientError(
                .badRequest, "“\(name)” cannot have an index: it has other characters than A-Z, a-z, 0-9, _")
        }
        return name + index.text
    }

    /// What both ask for; how it is read says the right one, whole: settings of both might exclude each other.
    private static func merged(_ left: Value?, _ right: Value) -> Value {
        guard let left else { return right }
        if left.object == nil, right.object == nil { return right }
        var object = members(left)
        for (key, value) in members(right).members {
            let isConfig = key.utf8.elementsEqual("m_request".utf8)
            object[key] = isConfig ? value : merged(object[key], value)
        }
        return .object(object)
    }

    /// A node as an object: one that is read as it is has a config that says so.
    private static func members(_ node: Value) -> ObjectValue {
        node.object ?? ObjectValue([("m_request", .members(["directive": "plain"]))])
    }
}
