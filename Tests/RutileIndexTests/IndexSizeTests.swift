import RutileIndex
import RutileModel
import RutileQuery
import RutileStore
import Testing

struct IndexSizeTests {
    private func index(_ count: Int, _ members: (Int) -> String) async throws -> IndexSize {
        let catalogue = PropertyCatalogue([
            Property("id", .string), Property("name", .string), Property("again", .string), Property("sites", .integer),
        ])
        let index = BitmapIndex(catalogue)
        let documents = (0..<count).map { number in
            IndexChange.Document(
                entry: EntryID("entry-\(number + 10_000)"), upload: UploadID("u"),
                json: Array(#"{"id": "id-\#(number + 10_000)", \#(members(number))}"#.utf8))
        }
        try await index.apply(IndexChange(documents: documents))
        return index.size
    }

    @Test func anEmptyIndexHasNoSegments() async throws {
        #expect(BitmapIndex(PropertyCatalogue([])).size == IndexSize(entries: 0, segments: 0, bytes: 0))
    }

    @Test func textsTakeAboutTheirLength() async throws {
        let size = try await index(10_000) { #""name": "\#(String(repeating: "x", count: 95))\#($0 + 10_000)""# }
        #expect(size.entries == 10_000)
        #expect(size.segments == 1)
        // 100 bytes of name, 8 of id and 11 of entry id each, and the slots that find entries.
        #expect((1_190_000..<2_000_000).contains(size.bytes ?? 0))
    }

    @Test func equalColumnsCountOnce() async throws {
        let name = { (number: Int) in #""name": "name-\#(number + 10_000)""# }
        let one = try await index(10_000, name)
        let both = try await index(10_000) { #"\#(name($0)), "again": "name-\#($0 + 10_000)""# }
        #expect(try #require(both.bytes) - #require(one.bytes) < 5_000)
    }
}
