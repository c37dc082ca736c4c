import RutileArchive
import RutileJSON
import RutileModel
import RutileTestSupport
import Testing

/// `rutile archive convert` and `info`, without the command line.
@Suite struct ConversionTests {
    @Test(arguments: try Sample.all().filter { $0.kind == "entries" })
    func entriesOfAnyVersionBecomeACombinedFile(_ sample: Sample) throws {
        let folder = try TemporaryDirectory()
        let path = folder.path + "/out.msg"
        let content = try #require(try sample.content.object)
        #expect(try ArchiveConversion.convert(ArchiveFile(path: sample.path), to: path) == content.count)
        let file = try ArchiveFile(path: path)
        #expect(file.version == 3)
        #expect(file.form == .combinedByName)
        #expect(try file.root.value() == sample.content)
        #expect(try file.entryIDs().map(\.text) == content.keys)
    }

    @Test func aFileIsReplacedWhenTheNewOneIsComplete() throws {
        let folder = try TemporaryDirectory()
        let path = folder.path + "/out.msg"
        _ = try ArchiveConversion.convert(ArchiveFile(path: Sample.named("v1_short_ids.msg").path), to: path)
        _ = try ArchiveConversion.convert(ArchiveFile(path: path), to: path)
        #expect(try ArchiveFile(path: path).root.value() == Sample.named("v1_short_ids.msg").content)
    }

    @Test(arguments: ["v3_list_root.msg", "v3_scalar_root.msg", "v3_combined_list.msg"])
    func whatHasNoEntriesIsRefused(_ name: String) throws {
        let folder = try TemporaryDirectory()
        let file = try ArchiveFile(path: Sample.named(name).path)
        #expect(throws: ArchiveError.notByEntry) { try ArchiveConversion.convert(file, to: folder.path + "/out.msg") }
    }

    @Test func aPlaceThatCannotBeWrittenIsNamed() throws {
        let file = try ArchiveFile(path: Sample.named("v3_default.msg").path)
        let reason = "No such file or directory"
        #expect(throws: ArchiveError.cannotWrite(path: "/no/such/folder/x.msg.tmp", reason: reason)) {
            try ArchiveConversion.convert(file, to: "/no/such/folder/x.msg")
        }
    }

    @Test func aReportNamesVersionFormAndSizes() throws {
        let table = try ArchiveReport(ArchiveFile(path: Sample.named("v1_many_entries.msg").path))
        #expect(table.summary == "version 1, MessagePack, table of entries, 120813 bytes, table of contents 1083 bytes")
        #expect(table.entries?.count == 20)
        let list = try ArchiveReport(ArchiveFile(path: Sample.named("v3_combined_list.msg").path))
        #expect(list.summary == "version 3, MessagePack, combined list, 12458 bytes, table of contents 8 bytes")
        #expect(list.entries == nil)
        let empty = try ArchiveReport(ArchiveFile(path: Sample.named("v3_empty.msg").path))
        #expect(empty.summary == "version 3, MessagePack, single value, 57 bytes, table of contents 6 bytes")
        #expect(empty.description == empty.summary + "\n0 entries, 0 bytes")
    }
}
