import RutileIndex
import RutileJSON
import RutileModel
import RutileQuery
import RutileStore
import RutileTestSupport
import Testing

/// Random predicates, sorts and pages: what the index answers and what the reference says.
struct DifferentialTests {
    /// An unoptimised build takes a sample.
    private static let predicates = _isDebugAssertConfiguration() ? 200 : 20_000
    private static let documents = 500

    @Test(arguments: 1...2)
    func randomPredicatesFindWhatTheEvaluatorFinds(_ part: Int) async throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = RandomDocuments(random: RandomSource(seed: seed))
        let index = BitmapIndex(RandomDocuments.catalogue)
        let memory = MemoryEntryIndex(RandomDocuments.catalogue)
        var objects: [EntryID: ObjectValue] = [:]

        func change() async throws {
            var change = IndexChange()
            for _ in 0..<random.random.int(0...60) {
                let (document, object) = random.document(EntryID("e\(random.random.int(0...550))"))
                change.documents.append(document)
                objects[document.entry] = object
            }
            for _ in 0..<random.random.int(0...2) {
                let entry = EntryID("e\(random.random.int(0...550))")
                if change.documents.contains(where: { $0.entry == entry }) { continue }
                change.removed.insert(entry)
                objects[entry] = nil
            }
            try await index.apply(change)
            try await memory.apply(change)
        }
        while objects.count < Self.documents { try await change() }

        let evaluator = Evaluator(RandomDocuments.catalogue)
        for number in 0..<Self.predicates / 2 {
            if number % 100 == 0 { try await change() }
            let predicate = random.predicate(2)
            let expected = objects.filter { evaluator.truth(of: predicate, for: $0.value) == .true }
            let page = try await index.entries(EntrySearch(predicate, limit: .max))
            guard page.total == expected.count, Set(page.entries) == Set(expected.keys),
                page.entries.count == expected.count
            else {
                Issue.record("seed \(seed): \(predicate) finds \(page), not \(expected.keys.sorted())")
                return
            }
            if number % 8 != 0 { continue }
            var search = random.search(predicate)
            for _ in 0..<3 {
                let page = try await index.entries(search)
                let reference = try await memory.entries(search)
                guard page.entries == reference.entries, page.total == reference.total,
                    page.hasMore == reference.hasMore,
                    page.end?.id.utf8.map({ $0 }) == reference.end?.id.utf8.map({ $0 })
                else {
                    Issue.record("seed \(seed): \(search) gives \(page), not \(reference)")
                    return
                }
                guard let end = page.end else { break }
                search.after = end
                search.skip = 0
            }
        }
    }
}
