import FoundationEssentials
import RutileArchive
import RutileJSON
import RutileModel
import RutileTestSupport
import Testing

/// Segments: written whole or not at all, read by address.
@Suite struct SegmentTests {
    private let temporary: TemporaryDirectory
    private let directory: DataDirectory
    private let upload = UploadID("upload-1")

    init() throws {
        temporary = try TemporaryDirectory()
        directory = DataDirectory(temporary.path + "/data")
    }

    private func files() -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: directory.archiveFolder(of: upload)).sorted()) ?? []
    }

    private func archive(_ number: Int) throws -> EncodedArchive {
        try ArchiveEncoder().encode(
            .members(["number": .integer(Int64(number)), "text": .string("archive \(number)")]))
    }

    @Test func whatIsCommittedIsReadByAddress() async throws {
        var writer = try SegmentWriter(directory: directory, upload: upload)
        for number in 0..<20 { try writer.append(EntryID("entry-\(number)"), archive(number)) }
        let addresses = try writer.commit()
        #expect(addresses.count == 20)
        #expect(files().count == 1)

        let archives = try await SegmentFolder(directory).archives(Set(addresses.values))
        for number in 0..<20 {
            let address = try #require(addresses[EntryID("entry-\(number)")])
            #expect(try archives[address]?.get().child("number")?.integer == Int64(number))
        }
    }

    @Test func aSegmentIsACombinedFile() throws {
        var writer = try SegmentWriter(directory: directory, upload: upload)
        for number in 0..<3 { try writer.append(EntryID("entry-\(number)"), archive(number)) }
        let addresses = try writer.commit()
        let address = try #require(addresses.values.first)
        let file = try ArchiveFile(path: directory.segment(of: address))
        #expect(file.form == .combinedByName)
        #expect(try file.entryIDs().map(\.text) == ["entry-0", "entry-1", "entry-2"])
        #expect(try file.entry(EntryID("entry-2"))?.child("number")?.integer == 2)
    }

    @Test func nothingIsVisibleBeforeTheCommit() throws {
        var writer = try SegmentWriter(directory: directory, upload: upload)
        #expect(files().isEmpty)
        try writer.append(EntryID("a"), archive(1))
        #expect(files().allSatisfy { $0.hasSuffix(SegmentWriter.temporarySuffix) })
        #expect(files().count == 1)
        writer.abort()
        #expect(files().isEmpty)
        // The writer can go on.
        try writer.append(EntryID("a"), archive(1))
        #expect(try writer.commit().count == 1)
        #expect(files().count == 1)
        #expect(try writer.commit().isEmpty)
    }

    @Test func aWriterThatGoesAwayLeavesNothing() throws {
        func begin() throws {
            var writer = try SegmentWriter(directory: directory, upload: upload)
            try writer.append(EntryID("a"), archive(1))
        }
        try begin()
        #expect(files().isEmpty)
    }

    @Test func largeUploadsGetSeveralSegments() async throws {
        let one = try archive(0).bytes.count
        var writer = try SegmentWriter(directory: directory, upload: upload, segmentSize: 50 + 3 * one + 10)
        for number in 0..<8 { try writer.append(EntryID("\(number)"), archive(number)) }
        #expect(files().count == 3)
        let addresses = try writer.commit()
        #expect(Set(addresses.values.map(\.segment)) == Set(files()))
        #expect(files().map { String($0.prefix(4)) } == ["0001", "0002", "0003"])
        // More than may be open at once.
        let archives = try await SegmentFolder(directory, capacity: 1).archives(Set(addresses.values))
        for (entry, address) in addresses {
            #expect(try archives[address]?.get().child("number")?.integer == Int64(entry.text))
        }
    }

    @Test func oneEntryCannotBeWrittenTwice() throws {
        var writer = try SegmentWriter(directory: directory, upload: upload)
        try writer.append(EntryID("a"), archive(1))
        let error = #expect(throws: ArchiveError.self) { () in
            // The writer cannot be captured, so this repeats what it would do.
            var again = try SegmentWriter(directory: directory, upload: upload)
            try again.append(EntryID("b"), archive(1))
            try again.append(EntryID("b"), archive(2))
        }
        #expect(error == .duplicateEntry("b"))
    }

    @Test func addressesThatPointNowhereFailAlone() async throws {
        var writer = try SegmentWriter(directory: directory, upload: upload)
        try writer.append(EntryID("a"), archive(1))
        let good = try #require(try writer.commit()[EntryID("a")])
        func address(_ segment: String, _ offset: Int, _ length: Int, _ upload: UploadID) -> ArchiveAddress {
            ArchiveAddress(upload: upload, segment: segment, offset: offset, length: length)
        }
        let bad = [
            address("missing.msg", good.offset, good.length, upload),
            address("../archive/" + good.segment, good.offset, good.length, upload),
            address(good.segment, good.offset, good.length, UploadID("..")),
            address(good.segment, good.offset + 1, good.length - 1, upload),
            address(good.segment, good.offset, good.length + 1, upload),
            address(good.segment, good.offset, good.length - 1, upload),
            address(good.segment, -1, good.length, upload),
            address(good.segment, good.offset, .max, upload),
            address(good.segment, .max, .max, upload),
        ]
        let archives = try await SegmentFolder(directory).archives(Set(bad + [good]))
        #expect(archives.count == bad.count + 1)
        #expect(try archives[good]?.get().child("number")?.integer == 1)
        for address in bad {
            #expect(throws: ArchiveError.self, "\(address)") { try archives[address]?.get() }
        }
    }

    @Test func nodesOutliveTheirSegment() async throws {
        var writer = try SegmentWriter(directory: directory, upload: upload)
        try writer.append(EntryID("a"), archive(1))
        let address = try #require(try writer.commit()[EntryID("a")])
        let folder = SegmentFolder(directory)
        let node = try folder.archive(at: address)
        folder.forget(upload)
        try FileManager.default.removeItem(atPath: directory.segment(of: address))
        #expect(try node.child("text")?.text == "archive 1")
        #expect(throws: ArchiveError.self) { try folder.archive(at: address) }
    }

    @Test func anUploadThatIsNoFileNameIsRefused() {
        #expect(throws: ArchiveError.unsafeName("../x")) {
            _ = try SegmentWriter(directory: directory, upload: UploadID("../x"))
        }
    }

    @Test func unsafeEntryIDsAreJustKeys() throws {
        var writer = try SegmentWriter(directory: directory, upload: upload)
        try writer.append(EntryID("../../x"), archive(5))
        let address = try #require(try writer.commit()[EntryID("../../x")])
        #expect(try SegmentFolder(directory).archive(at: address).child("number")?.integer == 5)
    }
}
