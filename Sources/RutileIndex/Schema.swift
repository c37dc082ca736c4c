import RutileJSON
import RutileQuery

/// What an index keeps of documents: a column for each path of the catalogue, with a number.
///
/// Numbers stay for ever: a path whose type changes gets a new one, and has no values until documents come again.
struct Schema: Sendable {
    /// What a column keeps.
    enum Kind: Hashable, Sendable {
        /// Only whether there is a value that is an object, or any value.
        case dictionary, opaque
        case scalar(ScalarKind)
        /// A list; `nil` when its items are no scalars.
        case list(ScalarKind?)

        init(_ type: PropertyType) {
            switch type {
            case .dictionary: self = .dictionary
            case .opaque: self = .opaque
            case .list(let item): self = .list(ScalarKind(item))
            case .string, .integer, .float, .boolean, .timestamp:
                self = ScalarKind(type).map { .scalar($0) } ?? .opaque
            }
        }
    }

    private struct Key: Hashable {
        let path: PropertyPath
        let kind: Kind
    }

    /// The properties.
    let catalogue: PropertyCatalogue
    /// The kind of each column, those of former catalogues included.
    private(set) var kinds: [Kind] = []
    private var numbers: [Key: Int] = [:]
    private var current: [PropertyPath: Int] = [:]
    /// The properties as a tree, without values of its own.
    private(set) var root = SchemaNode(column: nil, path: [])

    /// The schema of `catalogue`; columns of `former` keep their numbers.
    init(_ catalogue: PropertyCatalogue, after former: Schema? = nil) {
        self.catalogue = catalogue
        if let former {
            kinds = former.kinds
            numbers = former.numbers
        }
        root = node(nil, catalogue.properties.map { ($0.name, $0.type) }, [])
    }

    /// The column of `path`; `nil` when the catalogue has no such path.
    func column(_ path: PropertyPath) -> Int? { current[path] }

    private mutating func node(
        _ column: Int?, _ members: [(String, PropertyType)], _ path: [String]
    ) -> SchemaNode {
        var node = SchemaNode(column: column, path: path)
        for (name, type) in members {
            let path = path + [name]
            let place = PropertyPath(path[0], Array(path.dropFirst()))
            // A path that the tree has is one that the catalogue has.
            guard let kind = (try? catalogue.type(of: place)).map(Kind.init) else { continue }
            var inner = type
            while case .list(let item) = inner { inner = item }
            var members: [(String, PropertyType)] = []
            if case .dictionary(let named) = inner { members = named.map { ($0.name, $0.type) } }
            node.append(self.node(number(place, kind), members, path))
        }
        return node
    }

    private mutating func number(_ path: PropertyPath, _ kind: Kind) -> Int {
        let number = numbers[Key(path: path, kind: kind)] ?? kinds.count
        if number == kinds.count {
            kinds.append(kind)
            numbers[Key(path: path, kind: kind)] = number
        }
        current[path] = number
        return number
    }
}

/// A property, or a member of one, and what lies in it.
struct SchemaNode: Sendable {
    /// Its column; `nil` for the root.
    let column: Int?
    /// Its name, as bytes.
    let name: [UInt8]
    /// What lies in it.
    private(set) var children: [SchemaNode] = []
    private var places: [UInt64: [Int]] = [:]

    /// The node at `path`, without children.
    init(column: Int?, path: [String]) {
        self.column = column
        name = Array((path.last ?? "").utf8)
    }

    /// Adds `child`; of two with one name the first one stays.
    mutating func append(_ child: SchemaNode) {
        unsafe child.name.withUnsafeBytes { name in
            guard unsafe self.child(name) == nil else { return }
            unsafe places[hash(name), default: []].append(children.count)
            children.append(child)
        }
    }

    /// The index of the child `name`.
    func child(_ name: UnsafeRawBufferPointer) -> Int? {
        unsafe places[hash(name)]?.first { index in
            unsafe children[index].name.withUnsafeBytes { unsafe compareBytes($0, name) == 0 }
        }
    }
}
