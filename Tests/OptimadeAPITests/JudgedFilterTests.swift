import FoundationEssentials
import OptimadeAPI
import RutileJSON
import RutileQuery
import RutileTestSupport
import Testing

/// Filters that `cases/optimade/filters.py` generated and judged, answered in process.
struct JudgedFilterTests {
    /// One line of such a file.
    private struct Case {
        let filter: String
        let statuses: [Int64]
        /// Accepted sets of hits, each a hexadecimal number with a bit for each structure, the first one lowest.
        let hits: [String]

        init?(_ line: Value) {
            guard let filter = line["filter"]?.text, let judgement = line["spec"] else { return nil }
            self.filter = filter
            statuses = judgement["status"]?.items?.compactMap(\.integer) ?? []
            hits = judgement["variants"]?.items?.compactMap(\.text) ?? []
        }
    }

    @Test(arguments: [nil, Value.list([])])
    func sharedFiltersAreAnsweredAsTheSpecificationAsks(relationless: Value?) throws {
        let path = try SharedMaterial.path("cases/optimade/data/filters-golden.jsonl")
        try check(path, StructureFile(relationless: relationless))
    }

    /// More of them, from a path of one's own.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["RUTILE_FILTERS"] != nil, "RUTILE_FILTERS names no file"))
    func furtherFiltersAreAnsweredAsTheSpecificationAsks() throws {
        let path = try #require(ProcessInfo.processInfo.environment["RUTILE_FILTERS"])
        try check(path, StructureFile(relationless: nil))
    }

    private func check(_ path: String, _ structures: StructureFile) throws {
        let cases = try lines(path).compactMap(Case.init)
        #expect(!cases.isEmpty)
        let evaluator = Evaluator(structures.catalogue)
        let vocabulary = structures.vocabulary
        for one in cases {
            let (status, detail, hits) = answer(one.filter, vocabulary, evaluator, structures.documents)
            // What is optional has 200 and 501; here it has to work.
            if one.statuses.contains(200) {
                #expect(status == 200, "\(one.filter): \(detail)")
                if let hits { #expect(one.hits.contains(hits), "\(one.filter)") }
            } else {
                #expect(one.statuses.contains(status), "\(one.filter): \(detail)")
            }
        }
    }

    private func answer(
        _ filter: String, _ vocabulary: FilterVocabulary, _ evaluator: Evaluator, _ documents: [ObjectValue]
    ) -> (status: Int64, detail: String, hits: String?) {
        do {
            let predicate = try LoweredFilter(filter, vocabulary).predicate
            let matches = documents.map { evaluator.truth(of: predicate, for: $0) == .true }
            return (200, "\(predicate)", hexadecimal(matches))
        } catch {
            return (error.kind.status, "\(error)", nil)
        }
    }

    /// Without zeros in front; the first bit is the lowest.
    private func hexadecimal(_ bits: [Bool]) -> String {
        let digits = stride(from: 0, to: bits.count, by: 4).map { start in
            (0..<4).reduce(0) { $0 | (start + $1 < bits.count && bits[start + $1] ? 1 << $1 : 0) }
        }
        let text = digits.reversed().drop { $0 == 0 }.map { String($0, radix: 16) }.joined()
        return text.isEmpty ? "0" : text
    }
}

extension FilterError.Kind {
    /// The status that the specification gives such a refusal.
    fileprivate var status: Int64 {
        switch self {
        case .syntax, .unknownName, .invalidTimestamp: 400
        case .typeMismatch, .unsupported, .twoStrings, .numberOutOfRange: 501
        }
    }
}
