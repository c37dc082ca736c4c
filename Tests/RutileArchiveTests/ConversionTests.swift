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

    @Test func filesInARowBecomeOne() throws {
        let folder = try TemporaryDirectory()
        let path = folder.path + "/out.msg"
        let sample = try Sample.named("v3_combined_list.msg")
        let items = try #require(sample.content.items)
        #expect(try ArchiveConversion.convert(ArchiveFile(path: sample.path), to: path) == items.count)
        let all = try #require(try ArchiveFile(path: path).root.value().object)
        #expect(all.keys == items.flatMap { $0.object?.keys ?? [] })
        for item in items.compactMap(\.object) { for (id, archive) in item.members { #expect(all[id] == archive) } }
    }

    @Test func textThatIsNoUTF8IsNotChangedSilently() throws {
        for text in ["key", "value"] {
            let content = Value.members(["e": .members(["some key": .string("some value")])])
            var bytes = try ArchiveEncoder().encode(content).bytes
            let part = Array(("some " + text).utf8)
            while let range = bytes.firstRange(of: part) { bytes[range.upperBound - 1] = 0xFF }
            let file = try ArchiveFile(bytes: bytes)
            let offset = try #require(bytes.firstIndex(of: 0xFF))
            #expect(throws: ArchiveError.invalidUTF8(offset: offset)) { try file.root.checkText() }
            let folder = try TemporaryDirectory()
            #expect(throws: ArchiveError.invalidUTF8(offset: offset)) {
                try ArchiveConversion.convert(file, to: folder.path + "/out.msg")
            }
        }
    }

    @Test(arguments: try Sample.all())
    func theTextOfEverySampleIsUTF8(_ sample: Sample) throws {
        try ArchiveFile(path: sample.path).root.checkText()
    }

    @Test(arguments: ["v3_list_root.msg", "v3_scalar_root.msg"])
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
