import FoundationEssentials
import RutileArchive
import RutileJSON
import RutileModel
import Testing

/// Files that earlier versions of this software wrote are read for ever, and the encoder still writes the same.
@Suite struct FixtureTests {
    /// `Tests/Fixtures/archives/3`; `crystal.msg` is the combined file of one archive, `crystal.json`.
    private var folder: String {
        var url = URL(filePath: #filePath)
        for _ in 0..<2 { url.deleteLastPathComponent() }
        return url.path(percentEncoded: false) + "/Fixtures/archives/3"
    }

    private func crystal() throws -> Value { try Value(json: fileBytes(folder + "/crystal.json"), limits: .file) }

    @Test func aFileOfVersionThreeIsRead() throws {
        let file = try ArchiveFile(path: folder + "/crystal.msg")
        #expect(file.version == 3)
        #expect(file.form == .combinedByName)
        let entry = try #require(try file.entry(EntryID("fixture-crystal")))
        #expect(try entry.walked() == crystal())
        #expect(try entry.transcoded() == crystal())
    }

    @Test func theEncoderWritesTheSameBytesAsEver() throws {
        let file = try fileBytes(folder + "/crystal.msg")
        let encoded = try ArchiveEncoder(threshold: 64).encode(crystal()).bytes
        // A combined file of one: header, the member, the table of contents.
        #expect(Array(file.dropFirst(50).prefix(encoded.count)) == encoded)
    }
}
