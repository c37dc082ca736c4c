import FoundationEssentials
import Glibc
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

    @Test func visitedPagesAreLetGoAndComeAgain() async throws {
        var writer = try SegmentWriter(directory: directory, upload: upload)
        let text = String(repeating: "x", count: 1 << 20)
        try writer.append(EntryID("a"), ArchiveEncoder().encode(.members(["text": .string(text)])))
        let address = try #require(try writer.commit()[EntryID("a")])
        let folder = SegmentFolder(directory, residentLimit: 0)
        let node = try folder.archive(at: address)
        #expect(try node.child("text")?.text?.count == text.count)
        #expect(try Self.residentKilobytes(of: address.segment) > 1_000)
        // Enough to have a look; none of them touches a page.
        let outside = (1...128).map {
            ArchiveAddress(upload: upload, segment: address.segment, offset: .max - $0, length: 1)
        }
        _ = try await folder.archives(Set(outside))
        #expect(try Self.residentKilobytes(of: address.segment) == 0)
        #expect(try node.child("text")?.text == text)
    }

    /// How much of the mapped file `name` is in the memory of this process.
    private static func residentKilobytes(of name: String) throws -> Int {
        // The file comes in pieces, and Foundation stops at the first short one.
        let file = try #require(fopen("/proc/self/smaps", "r"))
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&piece, 1, piece.count, file), count > 0 { bytes += piece.prefix(count) }
        let mappings = String(decoding: bytes, as: UTF8.self)
        guard let start = mappings.range(of: name), let field = mappings[start.upperBound...].range(of: "Rss:") else {
            return 0
        }
        return mappings[field.upperBound...].split(separator: " ", maxSplits: 1).first.flatMap { Int($0) } ?? 0
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
