package import NomadAPI
import OptimadeAPI
import RutileJSON
import RutileModel
package import RutileQuery

/// Turns queries into predicates over ``NomadAPI/SearchProperties``.
///
/// The predicate is never unknown where it matters: `not` is of what is true, so that entries that lack a quantity are
/// among the others.
package enum QueryLowering {
    /// The predicate of `query`.
    ///
    /// - Throws: ``NomadAPI/EntriesProblem`` for operands that are no values of their quantity.
    package static func predicate(_ query: QueryNode) throws(EntriesProblem) -> Predicate {
        try predicate(query, in: nil)
    }

    /// `section` is the nested section whose items are tested.
    private static func predicate(_ query: QueryNode, in section: String?) throws(EntriesProblem) -> Predicate {
        switch query {
        case .and(let nodes): return .and(try predicates(nodes, in: section))
        // Elasticsearch asks for no match where there is nothing to match.
        case .or(let nodes): return nodes.isEmpty ? .constant(.true) : .or(try predicates(nodes, in: section))
        case .not(let node): return .not(.isTrue(try predicate(node, in: section)))
        case .nested(let path, let node):
            return .someItem(PropertyPath(relative(path, to: section)), try predicate(node, in: path))
        case .criterion(let criterion): return try predicate(criterion, in: section)
        case .optimadeFilter(let text): return try optimade(text)
        }
    }

    private static func predicates(
        _ nodes: [QueryNode], in section: String?
    ) throws(EntriesProblem) -> [Predicate] {
        try nodes.map { (node) throws(EntriesProblem) in try predicate(node, in: section) }
    }

    /// The name of a quantity as items of `section` have it.
    static func relative(_ name: String, to section: String?) -> String {
        guard let section else { return name }
        return String(decoding: name.utf8.dropFirst(section.utf8.count + 1), as: UTF8.self)
    }

    private static func predicate(
        _ criterion: QueryCriterion, in section: String?
    ) throws(EntriesProblem) -> Predicate {
        if criterion.value.asksNothing { return .constant(.true) }
        guard let quantity = SearchQuantities.standard[criterion.name] else { return try dynamic(criterion) }
        func test(_ value: Value) throws(EntriesProblem) -> Predicate {
            try Self.test(quantity, QuantityTest.tests(of: quantity, equalTo: value), in: section)
        }
        switch criterion.value {
        case .equals(let value): return try test(value)
        case .all(let values): return .and(try values.map { (value) throws(EntriesProblem) in try test(value) })
        case .any(let values):
            // Of texts Elasticsearch asks for no match then.
            if values.isEmpty, quantity.kind == .text { return .constant(.true) }
            return .or(try values.map { (value) throws(EntriesProblem) in try test(value) })
        case .none(let values):
            return .and(
                try values.map { (value) throws(EntriesProblem) in .not(.isTrue(try test(value))) })
        case .range(let range):
            return try Self.test(quantity, QuantityTest.tests(of: quantity, within: range), in: section)
        }
    }

    /// Some value of `quantity` meets all `tests`.
    private static func test(
        _ quantity: SearchQuantity, _ tests: [Test]?, in section: String?
    ) throws(EntriesProblem) -> Predicate {
        guard let tests else { return .constant(.false) }
        let source = quantity.source
        let isID = source.name.hasSameUTF8(as: "entry_id")
        let name = isID ? SearchProperties.id.head : relative(source.name, to: section)
        func some(_ list: String) -> Predicate {
            .items(ItemsTest(Array(repeating: PropertyPath(list), count: tests.count), .any, [tests]))
        }
        if source.isList { return some(name) }
        let one = Predicate.and(tests.map { .test(PropertyPath(name), $0) })
        return isID ? one : .or([one, some(name + SearchProperties.several)])
    }

    /// Some item of `search_quantities` has the quantity's id and such a value.
    private static func dynamic(_ criterion: QueryCriterion) throws(EntriesProblem) -> Predicate {
        let quantity = try DynamicQuantity(criterion.name, criterion.value)
        let section = "search_quantities"
        func item(_ value: QueryValue) throws(EntriesProblem) -> Predicate {
            let id = QueryCriterion(section + ".id", .equals(.string(quantity.id)))
            let wanted = try quantity.kinds.map { (kind) throws(EntriesProblem) in
                try predicate(QueryCriterion(section + "." + kind.member, value), in: section)
            }
            return .someItem(PropertyPath(section), .and([try predicate(id, in: section), .or(wanted)]))
        }
        switch criterion.value {
        case .equals, .range, .any: return try item(criterion.value)
        case .all(let values):
            return .and(try values.map { (value) throws(EntriesProblem) in try item(.equals(value)) })
        case .none(let values): return .not(try item(.any(values)))
        }
    }

    /// A filter of OPTIMADE over the members of `optimade`.
    private static func optimade(_ text: String) throws(EntriesProblem) -> Predicate {
        let prefix = "optimade."
        let properties = SearchProperties.catalogue.properties.filter { $0.name.utf8.starts(with: prefix.utf8) }
        let vocabulary = FilterVocabulary(
            PropertyCatalogue(
                properties.map {
                    Property(String(decoding: $0.name.utf8.dropFirst(prefix.utf8.count), as: UTF8.self), $0.type)
                }), ownPrefixes: ["nmd"], relationships: [])
        do {
            return try LoweredFilter(text, vocabulary).predicate.renamed { PropertyPath(prefix + $0.description) }
        } catch {
            throw .search("Could not parse optimade filter: \(error.description)", at: ["optimade_filter"])
        }
    }
}

extension Predicate {
    /// The predicate with other names for the properties outside of tables.
    fileprivate func renamed(_ name: (PropertyPath) -> PropertyPath) -> Predicate {
        func renamed(_ test: Test) -> Test {
            if case .property(let path) = test.operand { return Test(test.relation, .property(name(path))) }
            return test
        }
        return switch self {
        case .constant: self
        case .test(let path, let test): .test(name(path), renamed(test))
        case .isKnown(let path): .isKnown(name(path))
        case .length(let path, let comparison, let count): .length(name(path), comparison, count)
        case .lengthAs(let path, let comparison, let other): .lengthAs(name(path), comparison, name(other))
        case .items(let test):
            .items(ItemsTest(test.lists.map(name), test.quantifier, test.rows.map { $0.map(renamed) }))
        case .someItem(let path, let inner): .someItem(name(path), inner)
        case .and(let operands): .and(operands.map { $0.renamed(name) })
        case .or(let operands): .or(operands.map { $0.renamed(name) })
        case .not(let operand): .not(operand.renamed(name))
        case .isTrue(let operand): .isTrue(operand.renamed(name))
        }
    }
}
