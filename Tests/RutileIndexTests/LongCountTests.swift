import RutileIndex
import RutileModel
import RutileQuery
import RutileStore
import Testing

struct LongCountTests {
    private func index(_ count: Int, _ longWork: LongWork) async throws -> BitmapIndex {
        let index = BitmapIndex(
            PropertyCatalogue([Property("id", .string), Property("name", .string)]), longWork: longWork, few: 3)
        let documents = (0..<count).map { number in
            IndexChange.Document(
                entry: EntryID("e\(number)"), upload: UploadID("u"),
                json: Array(#"{"id": "e\#(number)", "name": "n\#(number % 2)"}"#.utf8))
        }
        try await index.apply(IndexChange(documents: documents))
        return index
    }

    @Sendable private static func values(_ index: BitmapIndex) async throws -> Int {
        try await index.values(ValueQuestion("name")).count
    }

    @Test func manyEntriesAreCountedAsLongWork() async throws {
        let longWork = LongWork(width: 1)
        let small = try await index(3, longWork)
        let large = try await index(4, longWork)
        // Within long work nothing waits for a thread, although the only one is taken.
        #expect(try await longWork.run { try await Self.values(large) } == 2)
        try await longWork.run {
            // Not part of the work: it has to wait for it, while what is small does not.
            let waiting = Task.detached { try await Self.values(large) }
            let atOnce = Task.detached { try await Self.values(small) }
            #expect(try await atOnce.value == 2)
            try await Task.sleep(for: .milliseconds(20))
            waiting.cancel()
            await #expect(throws: CancellationError.self) { try await waiting.value }
        }
        #expect(try await Self.values(large) == 2)
        #expect(try await large.distinctValues([ValueQuestion("name")]) == 2)
    }
}
