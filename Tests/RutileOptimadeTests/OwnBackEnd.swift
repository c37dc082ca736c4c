// The example of `docs/collections.md`, so that it keeps compiling.
import OptimadeAPI
import RutileJSON
import RutileOptimade
import RutileQuery

struct PeriodicTable: EntryCollection {
    let type: EntryTypeDefinition
    let rules = ParameterRules(prefix: "exmpl")
    private let elements = [("H", Int64(1)), ("He", 2), ("Li", 3), ("Be", 4), ("B", 5)]

    init() throws {
        let number = Property("_exmpl_number", .integer, description: "Protons in the nucleus.")
        type = .structures.adding([try PropertyDefinition(number, of: "structures")])
    }

    func matches(_ query: EntryQuery) async throws -> EntryMatches {
        guard query.sort.keys.isEmpty else { throw OptimadeProblem(.parameterUnsupported, "No sorting here.") }
        let evaluator = Evaluator(type.catalogue)
        let found = elements.map { symbol, number in
            Resource(
                type: "structures", id: symbol,
                attributes: ObjectValue([("_exmpl_number", .integer(number)), ("elements", .list([.string(symbol)]))]))
        }
        .filter { resource in
            var document = resource.attributes
            document["id"] = .string(resource.id)
            document["type"] = .string(resource.type)
            return evaluator.truth(of: query.predicate, for: document) == .true
        }
        // Ids are ordered by their bytes, not as Swift orders texts.
        .sorted { $0.id.utf8.lexicographicallyPrecedes($1.id.utf8) }
        let after = query.after?.id ?? ""
        let following = found.filter { after.utf8.lexicographicallyPrecedes($0.id.utf8) }.dropFirst(query.skip)
        let page = Array(following.prefix(query.limit))
        return EntryMatches(
            page, total: found.count, hasMore: following.count > page.count,
            end: page.last.map { Cursor(values: [], id: $0.id) })
    }
}
