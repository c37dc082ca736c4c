import NomadAPI
import RutileJSON
import RutileModel
import RutileQuery
import RutileSearch
import RutileStore
import Testing

struct MetricTests {
    /// An index that tells how often each value occurs of sums only.
    private struct SparingIndex: EntryIndex {
        let index: any EntryIndex

        var catalogue: PropertyCatalogue { index.catalogue }
        var size: IndexSize { index.size }

        func entries(_ search: EntrySearch) async throws -> EntryPage { try await index.entries(search) }

        func values(_ question: ValueQuestion) async throws -> [Literal: ValueCount] {
            let counts = try await index.values(question)
            for value in counts.keys {
                if case .string(let text) = value { Issue.record("\(text) was made to be counted") }
            }
            return counts
        }

        func values(_ question: ValueQuestion, for predicates: [Predicate]) async throws -> [[Literal: ValueCount]] {
            try await index.values(question, for: predicates)
        }

        func distinctValues(_ questions: [ValueQuestion]) async throws -> Int {
            try await index.distinctValues(questions)
        }

        func counting<Result>(_ work: () async throws -> Result) async throws -> Result {
            try await index.counting(work)
        }

        func apply(each next: () async throws -> IndexChange?) async throws { try await index.apply(each: next) }
    }

    @Test func differentValuesAreCountedWithoutATableOfThem() async throws {
        let laboratory = try await SearchLaboratory.reading("cases/graph/fixture.json")
        let body = #"""
            {"owner": "all", "aggregations": {"x": {"statistics": {"metrics":
                ["n_entries", "n_uploads", "n_authors", "n_materials", "n_quantities", "n_calculations"]}}}}
            """#
        let question = try EntriesQuery(Value(json: Array(body.utf8), limits: .request, nonFinite: .refuse))
        let search = laboratory.search(in: SparingIndex(index: laboratory.feed.index))
        let answer = try await search.aggregations(question, as: .anonymous)
        #expect(answer["x"]?["statistics"]?["data"]?["n_entries"] == .integer(14))
        #expect(answer["x"]?["statistics"]?["data"]?["n_uploads"] == .integer(3))
    }
}
