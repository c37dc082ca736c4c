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
        /// A scalar; a number with a fraction is none where `isWhole`.
        case scalar(ScalarKind, isWhole: Bool)
        /// A list; `nil` when its items are no scalars.
        case list(ScalarKind?, isWhole: Bool)
        /// Items with columns of their own.
        case table

        init(_ type: PropertyType, _ reading: PropertyCatalogue.ValueReading) {
            let isWhole = reading == .shown && (type == .integer || type == .list(.integer))
            switch type {
            case .dictionary: self = .dictionary
            case .table: self = .table
            case .opaque: self = .opaque
            case .list(let item): self = .list(ScalarKind(item), isWhole: isWhole)
            case .string, .integer, .float, .boolean, .timestamp:
                self = ScalarKind(type).map { .scalar($0, isWhole: isWhole) } ?? .opaque
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
    /// The schemas of the items of tables, by the tables' columns.
    private(set) var tables: [Int: Schema] = [:]
    /// The properties as a tree.
    private(set) var tree = SchemaTree()

    /// The schema of `catalogue`; columns of `former` keep their numbers.
    init(_ catalogue: PropertyCatalogue, after former: Schema? = nil) {
        self.catalogue = catalogue
        if let former {
            kinds = former.kinds
            numbers = former.numbers
            tables = former.tables
        }
        addChildren(catalogue.properties.map { ($0.name, $0.type) }, of: SchemaTree.root, [])
    }

    /// The column of `path`; `nil` when the catalogue has no such path.
    func column(_ path: PropertyPath) -> Int? { current[path] }

    private mutating func addChildren(_ members: [(String, PropertyType)], of node: Int, _ path: [String]) {
        var inner: [(node: Int, path: [String], members: [(String, PropertyType)])] = []
        for (name, type) in members {
            let names = path + [name]
            let path = PropertyPath(names[0], Array(names.dropFirst()))
            // What the tree has, the catalogue has.
            guard let kind = (try? catalogue.type(of: path)).map({ Kind($0, catalogue.reading) }) else { continue }
            let column = number(path, kind)
            let (depth, item) = type.innermost
            guard let child = tree.add(name, column, depth: depth, to: node) else { continue }
            if case .table(let members) = type {
                let properties = members.map { Property($0.name, $0.type) }
                tables[column] = Schema(PropertyCatalogue(properties), after: tables[column])
            }
            if case .dictionary(let members) = item { inner.append((child, names, members.map { ($0.name, $0.type) })) }
        }
        for (node, path, members) in inner { addChildren(members, of: node, path) }
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
