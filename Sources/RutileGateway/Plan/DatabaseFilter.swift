import OptimadeAPI
import RutileJSON
import RutileQuery

/// What is left of a filter for one database of a gateway.
///
/// In the gateway's own names entries are called `<database id>/<local id>`; a database knows the local id only. So tests
/// of `id` are rewritten, or decided here, where the database can be told from the id. Tests of an id without a database
/// go to every database as they are. The same is done with the ids of related entries, `references.id`.
///
/// Tests of properties that the database does not have are decided here, too: no entry of it has a value of them.
enum DatabaseFilter: Hashable {
    /// All entries match.
    case everything
    /// None does: the database need not be asked.
    case nothing
    case some(FilterSyntax)

    /// `syntax` for the database at `position` of `databases`, which has no properties called as `lacking` says.
    init(
        _ syntax: FilterSyntax, for position: Int, of databases: [GatewayDatabase], lacking: [String] = []
    ) {
        self = Folding(databases: databases, position: position, lacking: lacking).fold(syntax, isNegated: false)
    }

    /// Whether `syntax` tests ids at all, of entries or of those that they are related to.
    static func testsIDs(_ syntax: FilterSyntax) -> Bool {
        syntax.hasTest { IDTest($0) != nil || RelatedIDTest($0) != nil }
    }

    /// Whether `syntax` compares ids with something that names none of `databases`.
    static func testsBareIDs(_ syntax: FilterSyntax, _ databases: [GatewayDatabase]) -> Bool {
        syntax.hasTest { test in
            if let test = IDTest(test) { return test.isBare(among: databases) }
            let related = RelatedIDTest(test)?.texts ?? []
            return related.contains { EntryName($0, among: databases) == nil }
        }
    }
}

extension FilterSyntax {
    /// Whether one of the tests that it is made of `isWanted`.
    fileprivate func hasTest(_ isWanted: (FilterSyntax) -> Bool) -> Bool {
        switch self {
        case .or(let operands), .and(let operands): operands.contains { $0.hasTest(isWanted) }
        case .not(let operand): operand.hasTest(isWanted)
        default: isWanted(self)
        }
    }
}

/// A test of the entry's `id`.
private struct IDTest {
    /// With the id on the left side.
    let relation: Relation
    let text: String
    let name: FilterName
    let span: Range<Int>

    init?(_ syntax: FilterSyntax) {
        let name: FilterName
        let value: FilterValue
        switch syntax {
        case .compares(let left, let comparison, let right):
            if case .name(let leftName) = left.content {
                (name, value, relation) = (leftName, right, .compares(comparison))
            } else if case .name(let rightName) = right.content {
                (name, value, relation) = (rightName, left, .compares(comparison.reversed))
            } else {
                return nil
            }
        case .matches(let matched, let how, let operand): (name, value, relation) = (matched, operand, how)
        default: return nil
        }
        guard name.components.count == 1, name.head.text.hasSameUTF8(as: "id"), case .string(let text) = value.content
        else { return nil }
        self.name = name
        self.text = text
        span = value.span
    }

    /// Whether it is of an id as the databases have it, without a database.
    func isBare(among databases: [GatewayDatabase]) -> Bool {
        switch relation {
        case .contains, .endsWith: false
        case .startsWith where beginsName(of: databases): false
        case .startsWith, .compares, .matches: EntryName(text, among: databases) == nil
        }
    }

    /// Whether the id of one of `databases`, with its slash, begins with the text.
    func beginsName(of databases: [GatewayDatabase]) -> Bool {
        databases.contains { $0.prefix.utf8.starts(with: text.utf8) }
    }

    /// The texts that an id behind `prefix` has to begin with, so that the test's text stands where they meet.
    func rests(behind prefix: String) -> [String] {
        text.utf8.indices.compactMap { index in
            let (beginning, rest) = (text.utf8[...index], text.utf8[index...].dropFirst())
            guard !rest.isEmpty, prefix.utf8.reversed().starts(with: beginning.reversed()) else { return nil }
            return String(Substring(rest))
        }
    }

    /// The same test of another text, or another one.
    func of(_ text: String, _ relation: Relation? = nil) -> FilterSyntax {
        let value = FilterValue(content: .string(text), span: span)
        let relation = relation ?? self.relation
        if case .compares(let comparison) = relation {
            return .compares(FilterValue(content: .name(name), span: name.span), comparison, value)
        }
        return .matches(name, relation, value)
    }
}

/// A test of the ids of related entries: `references.id HAS "…"`.
private struct RelatedIDTest {
    private let names: [FilterName]
    private let quantifier: ItemsTest.Quantifier
    private let rows: [[FilterItem]]
    /// Which of the names are such ids.
    private let columns: [Int]

    init?(_ syntax: FilterSyntax) {
        guard case .has(let names, let quantifier, let rows) = syntax else { return nil }
        columns = names.indices.filter { index in
            let path = names[index].components
            return path.count == 2 && path[1].text.hasSameUTF8(as: "id")
                && GatewayService.entryTypes.contains { $0.name.hasSameUTF8(as: path[0].text) }
        }
        guard !columns.isEmpty else { return nil }
        (self.names, self.quantifier, self.rows) = (names, quantifier, rows)
    }

    /// The texts that ids are compared with.
    var texts: [String] { rows.flatMap { row in columns.compactMap { row[$0].text } } }

    /// The same test with other texts.
    func mapped(_ change: (String) -> String) -> FilterSyntax {
        let changed = rows.map { row in
            row.enumerated().map { column, item in
                guard columns.contains(column), let text = item.text else { return item }
                return FilterItem(
                    relation: item.relation,
                    value: FilterValue(content: .string(change(text)), span: item.value.span))
            }
        }
        return .has(names, quantifier, changed)
    }

    /// Whether nothing passes where no id is equal to a text for which `isForeign` is true.
    func cannotMatch(where isForeign: (String) -> Bool) -> Bool {
        func fails(_ row: [FilterItem]) -> Bool {
            columns.contains { row[$0].relation == .compares(.equal) && row[$0].text.map(isForeign) == true }
        }
        return switch quantifier {
        case .any: rows.allSatisfy(fails)
        case .all: rows.contains(where: fails)
        // An empty list passes.
        case .only: false
        }
    }
}

extension FilterItem {
    /// The text that is tested for; `nil` for other values.
    fileprivate var text: String? { if case .string(let text) = value.content { text } else { nil } }
}

private struct Folding {
    let databases: [GatewayDatabase]
    let position: Int
    let lacking: [String]

    /// `syntax`, which stands below an odd number of `NOT`s where it is negated.
    func fold(_ syntax: FilterSyntax, isNegated: Bool) -> DatabaseFilter {
        switch syntax {
        case .and(let operands): group(operands, isNegated, neutral: .everything, decisive: .nothing) { .and($0) }
        case .or(let operands): group(operands, isNegated, neutral: .nothing, decisive: .everything) { .or($0) }
        case .not(let operand):
            switch fold(operand, isNegated: !isNegated) {
            case .everything: .nothing
            case .nothing: .everything
            case .some(let rest): .some(.not(rest))
            }
        default:
            unknown(syntax, isNegated: isNegated) ?? IDTest(syntax).map(fold)
                ?? RelatedIDTest(syntax).map { fold($0, isNegated: isNegated) } ?? .some(syntax)
        }
    }

    /// What a test is that the database has no property for; `nil` for other tests.
    ///
    /// It is neither true nor false, and `NOT` leaves it so. An entry matches only where the whole filter is true, so such
    /// a test may be taken for false, and below `NOT` for true.
    private func unknown(_ test: FilterSyntax, isNegated: Bool) -> DatabaseFilter? {
        guard test.properties.contains(where: { name in lacking.contains { $0.hasSameUTF8(as: name) } }) else {
            return nil
        }
        switch test {
        case .isKnown: return .nothing
        case .isUnknown: return .everything
        // Whether it is unknown or false depends on its type, which nobody knows.
        case .name where isNegated: return nil
        default: return isNegated ? .everything : .nothing
        }
    }

    private func group(
        _ operands: [FilterSyntax], _ isNegated: Bool, neutral: DatabaseFilter, decisive: DatabaseFilter,
        _ make: ([FilterSyntax]) -> FilterSyntax
    ) -> DatabaseFilter {
        var rest: [FilterSyntax] = []
        for operand in operands {
            let folded = fold(operand, isNegated: isNegated)
            if folded == decisive { return decisive }
            if case .some(let syntax) = folded { rest.append(syntax) }
        }
        return rest.isEmpty ? neutral : .some(rest.count == 1 ? rest[0] : make(rest))
    }

    /// Of databases that are not named no entry is related to such a one. What `NOT` makes of that depends on whether an
    /// entry is related to anything, so there it is left to the database.
    private func fold(_ test: RelatedIDTest, isNegated: Bool) -> DatabaseFilter {
        func name(_ text: String) -> EntryName? { EntryName(text, among: databases) }
        if !isNegated, test.cannotMatch(where: { name($0).map { $0.database != position } ?? false }) {
            return .nothing
        }
        return .some(
            test.mapped { text in
                guard let named = name(text), named.database == position else { return text }
                return named.local
            })
    }

    private func fold(_ test: IDTest) -> DatabaseFilter {
        let prefix = databases[position].prefix
        let named = EntryName(test.text, among: databases)
        let asItIs = test.of(test.text)
        switch test.relation {
        case .contains:
            if test.text.isEmpty || prefix.utf8.firstRange(of: test.text.utf8) != nil { return .everything }
            return either([asItIs] + test.rests(behind: prefix).map { test.of($0, .startsWith) })
        case .endsWith:
            return either([asItIs] + test.rests(behind: prefix).map { test.of($0, .compares(.equal)) })
        case .matches: return .some(asItIs)
        case .startsWith:
            if prefix.utf8.starts(with: test.text.utf8) { return .everything }
            guard let named else { return test.beginsName(of: databases) ? .nothing : .some(asItIs) }
            return named.database == position ? .some(test.of(named.local)) : .nothing
        case .compares(let comparison):
            guard let named else { return .some(asItIs) }
            if named.database == position { return .some(test.of(named.local)) }
            switch comparison {
            case .equal: return .nothing
            case .notEqual: return .everything
            case .less, .lessOrEqual:
                return prefix.utf8.lexicographicallyPrecedes(test.text.utf8) ? .everything : .nothing
            case .greater, .greaterOrEqual:
                return prefix.utf8.lexicographicallyPrecedes(test.text.utf8) ? .nothing : .everything
            }
        }
    }

    private func either(_ tests: [FilterSyntax]) -> DatabaseFilter { .some(tests.count == 1 ? tests[0] : .or(tests)) }
}
