import RutileIndex
import RutileModel
import RutileQuery
import RutileStore
import Testing

struct ConcurrencyTests {
    private static let catalogue = PropertyCatalogue([Property("id", .string), Property("version", .integer)])

    private static func change(_ version: Int) -> IndexChange {
        IndexChange(
            documents: (0..<50).map {
                .init(
                    entry: EntryID("e\($0)"), upload: UploadID("u"),
                    json: Array(#"{"id": "e\#($0)", "version": \#(version)}"#.utf8))
            })
    }

    @Test func aSearchSeesAChangeAsAWholeOrNotAtAll() async throws {
        let index = BitmapIndex(Self.catalogue)
        try await index.apply(Self.change(0))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { for version in 1...100 { try await index.apply(Self.change(version)) } }
            for _ in 0..<3 {
                group.addTask {
                    var version: Int64 = 0
                    while version < 100 {
                        let page = try await index.entries(
                            EntrySearch(.compare("version", .greaterOrEqual, .integer(version)), limit: 1))
                        #expect([0, 50].contains(page.total))
                        if page.total == 50 { version += 1 } else { await Task.yield() }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await index.entries(EntrySearch(limit: 0)).total == 50)
    }

    @Test func changesThatComeAtOnceAllCount() async throws {
        let index = BitmapIndex(Self.catalogue)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<60 {
                group.addTask {
                    let json = #"{"id": "e\#(number)", "version": \#(number)}"#
                    try await index.apply(
                        IndexChange(documents: [
                            .init(entry: EntryID("e\(number)"), upload: UploadID("u"), json: Array(json.utf8))
                        ]))
                }
            }
            try await group.waitForAll()
        }
        #expect(try await index.entries(EntrySearch(limit: 0)).total == 60)
    }

    @Test func whatIsCancelledThrowsAndChangesNothing() async throws {
        let index = BitmapIndex(Self.catalogue)
        try await index.apply(Self.change(0))
        let cancelled = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            await #expect(throws: CancellationError.self) { try await index.entries(EntrySearch(limit: 1)) }
            await #expect(throws: CancellationError.self) { try await index.apply(Self.change(1)) }
        }
        await cancelled.value
        let page = try await index.entries(EntrySearch(.compare("version", .equal, .integer(0)), limit: 0))
        #expect(page.total == 50)
        // The turn was given back.
        try await index.apply(Self.change(2))
    }
}
