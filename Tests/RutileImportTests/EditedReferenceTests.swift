import RutileImport
import RutileModel
import RutileStore
import Testing

/// References that people edited, when files come again.
struct EditedReferenceTests {
    private let laboratory: ImportLaboratory

    init() throws { laboratory = try ImportLaboratory() }

    private func references(_ upload: UploadID, _ edited: [String]? = nil) async throws -> [String]? {
        let entry = try await laboratory.entries(of: upload)["a.archive.json"]
        if let edited, let entry {
            var change = RecordChange(existing: .replace)
            change.links[entry.id, default: .init()].references = edited
            try await laboratory.records.apply(change)
            return edited
        }
        return entry?.references
    }

    private func run(_ stated: String, _ x: Int) async throws -> UploadID {
        try laboratory.write("a.archive.json", #"{"metadata": {"references": [\#(stated)]}, "data": {"x": \#(x)}}"#)
        return try await laboratory.runOne().upload
    }

    @Test func editsStayWhenTheFileChanges() async throws {
        let upload = try await run(#""https://a", "https://b""#, 1)
        #expect(try await references(upload) == ["https://a", "https://b"])
        _ = try await references(upload, ["https://b", "https://mine"])
        _ = try await run(#""https://a", "https://b""#, 2)
        #expect(try await references(upload) == ["https://b", "https://mine"])
        // What the file itself says anew is followed; what was taken away is not heard of again.
        _ = try await run(#""https://a", "https://c""#, 3)
        #expect(try await references(upload) == ["https://c", "https://mine"])
        _ = try await references(upload, [])
        _ = try await run(#""https://a", "https://c""#, 4)
        #expect(try await references(upload) == [])
    }

    @Test func withoutEditsTheFileDecides() async throws {
        let upload = try await run(#""https://a""#, 1)
        _ = try await run(#""https://b", "https://c""#, 2)
        #expect(try await references(upload) == ["https://b", "https://c"])
        _ = try await run("", 3)
        #expect(try await references(upload) == [])
    }

    @Test func editsOfLinesStay() async throws {
        func lines(_ title: String) -> String {
            """
            {"x-optimade": {"api_version": "1.2.0"}}
            {"type": "references", "id": "a", "attributes": {"title": "\(title)"}}

            """
        }
        try laboratory.write("a.jsonl", lines("one"))
        let upload = try await laboratory.runOne().upload
        let entry = try #require(try await laboratory.records.entries(of: upload).first)
        var change = RecordChange(existing: .replace)
        change.links[entry.id, default: .init()].references = ["https://mine"]
        try await laboratory.records.apply(change)
        try laboratory.write("a.jsonl", lines("two"))
        #expect(try await laboratory.runOne().entryCounts.updated == 1)
        #expect(try await laboratory.records.entries([entry.id])[entry.id]?.references == ["https://mine"])
    }
}
