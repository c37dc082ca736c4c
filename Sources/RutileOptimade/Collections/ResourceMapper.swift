public import OptimadeAPI
import RutileJSON
public import RutileQuery

/// How a back end's names and documents correspond to OPTIMADE's.
///
/// With the alias `elements` → `results.material.elements` a stored quantity and the property are one thing: filters
/// and sorts on `elements` ask for the quantity, and resources show it as `elements`. Names without an alias are the
/// same on both sides.
public struct ResourceMapper: Hashable, Sendable {
    private var paths: [UTF8Key: PropertyPath] = [:]
    private var names: [PropertyPath: String] = [:]
    private var lengths: [UTF8Key: String] = [:]

    /// A mapper.
    ///
    /// - Parameters:
    ///   - aliases: dotted paths in the back end's documents by property name.
    ///   - lengthAliases: properties that hold the number of items of a list, by the list's name. A back end then
    ///     compares that number instead of counting; see ``standardLengthAliases``.
    ///   - providerFields: names of the provider's own fields, which the back end stores without the prefix.
    ///   - prefix: the provider's prefix, without underscores around it.
    public init(
        aliases: [String: String] = [:], lengthAliases: [String: String] = [:], providerFields: [String] = [],
        prefix: String = ""
    ) {
        for field in providerFields { add("_\(prefix)_\(field)", PropertyPath(field)) }
        for (name, path) in aliases { add(name, PropertyPath(stringLiteral: path)) }
        for (list, count) in lengthAliases { lengths[UTF8Key(list)] = count }
    }

    private mutating func add(_ name: String, _ path: PropertyPath) {
        paths[UTF8Key(name)] = path
        names[path] = name
    }

    /// The numbers that the standard has beside its lists.
    public static let standardLengthAliases = [
        "elements": "nelements", "elements_ratios": "nelements", "cartesian_site_positions": "nsites",
        "species_at_sites": "nsites",
    ]

    /// Whether all names are the same on both sides and all lists are counted.
    public var isIdentity: Bool { paths.isEmpty && lengths.isEmpty }

    /// The back end's path of a property, or of something inside it.
    public func backendPath(_ path: PropertyPath) -> PropertyPath {
        guard let head = paths[UTF8Key(path.head)] else { return path }
        return PropertyPath(head.head, Array(head.components.dropFirst() + path.components.dropFirst()))
    }

    /// The property that the back end keeps under a dotted path; `nil` when nothing has that alias.
    public func property(forBackend path: String) -> String? { names[PropertyPath(stringLiteral: path)] }

    /// The property that holds the number of items of the list `name`; `nil` when none does.
    public func lengthAlias(of name: String) -> String? { lengths[UTF8Key(name)] }

    /// `predicate` in the back end's names.
    public func backendPredicate(_ predicate: Predicate) -> Predicate {
        switch predicate {
        case .constant: predicate
        case .test(let path, let test): .test(backendPath(path), backendTest(test))
        case .isKnown(let path): .isKnown(backendPath(path))
        case .length(let path, let comparison, let count):
            if path.components.count == 1, let alias = lengthAlias(of: path.head) {
                .test(
                    backendPath(PropertyPath(alias)), Test(.compares(comparison), .literal(.integer(count))))
            } else {
                .length(backendPath(path), comparison, count)
            }
        case .lengthAs(let path, let comparison, let other):
            if path.components.count == 1, let alias = lengthAlias(of: path.head) {
                .test(
                    backendPath(PropertyPath(alias)), Test(.compares(comparison), .property(backendPath(other))))
            } else {
                .lengthAs(backendPath(path), comparison, backendPath(other))
            }
        case .items(let test):
            .items(
                ItemsTest(
                    test.lists.map(backendPath), test.quantifier, test.rows.map { row in row.map(backendTest) }))
        case .someItem(let path, let inner): .someItem(backendPath(path), inner)
        case .and(let operands): .and(operands.map(backendPredicate))
        case .or(let operands): .or(operands.map(backendPredicate))
        case .not(let operand): .not(backendPredicate(operand))
        case .isTrue(let operand): .isTrue(backendPredicate(operand))
        }
    }

    /// `sort` in the back end's names.
    public func backendSort(_ sort: Sort) -> Sort {
        Sort(sort.keys.map { SortKey(backendPath($0.path), isDescending: $0.isDescending) })
    }

    /// The properties of `type` as the back end's documents have them: aliases lead into dictionaries.
    public func backendCatalogue(_ type: EntryTypeDefinition) -> PropertyCatalogue {
        var tree = PropertyTree()
        for property in type.catalogue.properties {
            tree.insert(property.type, at: backendPath(PropertyPath(property.name)).components[...])
        }
        var catalogue = PropertyCatalogue(tree.members.map { Property($0.name, $0.type) })
        catalogue.reading = type.catalogue.reading
        return catalogue
    }

    private func backendTest(_ test: Test) -> Test {
        if case .property(let path) = test.operand { return Test(test.relation, .property(backendPath(path))) }
        return test
    }
}

/// Types by the paths that lead to them.
private struct PropertyTree {
    private indirect enum Node {
        case leaf(PropertyType)
        case branch(PropertyTree)
    }

    private var nodes: [(name: String, node: Node)] = []

    mutating func insert(_ type: PropertyType, at path: ArraySlice<String>) {
        guard let name = path.first else { return }
        let index = nodes.firstIndex { $0.name.hasSameUTF8(as: name) }
        let rest = path.dropFirst()
        if rest.isEmpty {
            if index == nil { nodes.append((name, .leaf(type))) }
        } else {
            var branch = PropertyTree()
            if let index, case .branch(let existing) = nodes[index].node { branch = existing }
            branch.insert(type, at: rest)
            if let index { nodes[index].node = .branch(branch) } else { nodes.append((name, .branch(branch))) }
        }
    }

    var members: [PropertyType.Member] {
        nodes.map { name, node in
            switch node {
            case .leaf(let type): PropertyType.Member(name, type)
            case .branch(let tree): PropertyType.Member(name, .dictionary(tree.members))
            }
        }
    }
}
