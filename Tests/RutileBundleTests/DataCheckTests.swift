import Foundation
import GRDB
import RutileBundle
import RutileModel
import RutileStore
import RutileTestSupport
import Testing

struct DataCheckTests {
    private static let upload = UploadID("upl")

    @Test func aLoadedBundleIsClean() async throws {
        let laboratory = try Laboratory()
        try await laboratory.load(Laboratory.small)
        let report = try await laboratory.check()
        #expect(report.description == "1 users, 1 uploads, 1 entries, 1 archives\nclean")
    }

    @Test func aMissingSegmentIsAProblem() async throws {
        let laboratory = try Laboratory()
        try await laboratory.load(Laboratory.small)
        try FileTree.remove(laboratory.directory.archiveFolder(of: Self.upload))
        let problems = try await laboratory.check().problems
        #expect(problems.count == 1)
        #expect(problems.first?.hasPrefix("entry e: its archive in segment ") == true)
    }

    @Test func aDamagedSegmentIsAProblem() async throws {
        let laboratory = try Laboratory()
        try await laboratory.load(Laboratory.small)
        let segment = try #require(try laboratory.files().first { $0.hasSuffix(".msg") })
        let path = laboratory.directory.uploads + "/" + segment
        var bytes = try FileTree.read(path)
        for index in bytes.indices.dropFirst(bytes.count / 2) { bytes[index] = 0xC1 }
        try FileTree.remove(path)
        try FileTree.write(bytes, to: path)
        #expect(try await laboratory.check().problems.count == 1)
    }

    @Test(arguments: [false, true])
    func aSegmentWithoutItsTableOfContentsIsAProblem(isDeep: Bool) async throws {
        let laboratory = try Laboratory()
        try await laboratory.load(Laboratory.small)
        let segment = try #require(try laboratory.files().first { $0.hasSuffix(".msg") })
        let path = laboratory.directory.uploads + "/" + segment
        let bytes = try FileTree.read(path)
        var damaged = [Array(bytes.dropLast()), bytes, bytes]
        damaged[1].replaceSubrange(20..<30, with: Array("0123456789".utf8))
        // The entry's id in the table of contents, which is the last thing in the file.
        let id = try #require(bytes.lastIndex(of: UInt8(ascii: "e")))
        damaged[2][id] = UInt8(ascii: "f")
        for bytes in damaged {
            try FileTree.remove(path)
            try FileTree.write(bytes, to: path)
            let problems = try await laboratory.check(deep: isDeep).problems
            #expect(problems.count == 1)
            #expect(problems.first?.hasPrefix("segment ") == true)
        }
    }

    @Test func textThatIsNoUTF8IsFoundWhereEveryValueIsRead() async throws {
        let laboratory = try Laboratory()
        try await laboratory.load(Laboratory.small.replacing("[1, 2.5, null]", with: #""some text""#))
        let segment = try #require(try laboratory.files().first { $0.hasSuffix(".msg") })
        let path = laboratory.directory.uploads + "/" + segment
        var bytes = try FileTree.read(path)
        let text = try #require(bytes.firstRange(of: "some text".utf8))
        bytes[text.lowerBound + 2] = 0xFF
        try FileTree.remove(path)
        try FileTree.write(bytes, to: path)
        #expect(try await laboratory.check(deep: false).problems == [])
        let problems = try await laboratory.check(deep: true).problems
        #expect(problems.count == 1 && problems[0].hasSuffix("byte \(text.lowerBound + 2): not valid UTF-8"))
    }

    @Test(arguments: [(#""source_digest": "00ff","#, 1), (#""source_digest": "-00ff","#, 0), ("", 0)])
    func aMissingMainFileOfAnImportedEntryIsAProblem(member: String, count: Int) async throws {
        let laboratory = try Laboratory()
        try await laboratory.load(
            Laboratory.small.replacing(#""entry_id": "e","#, with: #""entry_id": "e", \#(member)"#))
        #expect(try await laboratory.check().problems == [])
        try FileTree.remove(laboratory.directory.rawFolder(of: Self.upload) + "/a/m.json")
        let problem = "upload upl: the main file a/m.json of an entry is missing"
        #expect(try await laboratory.check().problems == Array(repeating: problem, count: count))
    }

    @Test func anEntryWithoutItsUploadIsAProblem() async throws {
        let laboratory = try Laboratory()
        try await laboratory.load(Laboratory.small)
        try await DatabaseQueue(path: laboratory.directory.records).write { try $0.execute(sql: "DELETE FROM upload") }
        #expect(try await laboratory.check().problems == ["entry e: its upload upl is missing"])
    }

    @Test func orphansAreListedAndSweptAndEverythingElseStays() async throws {
        let laboratory = try Laboratory()
        try await laboratory.load(Laboratory.small)
        let files = try laboratory.files()
        let uploads = laboratory.directory.uploads
        for path in [
            "up/upl/archive/0001-orphan.msg", "up/upl/archive/0002.msg.tmp", "up/upl/raw-x.tmp/file",
            "up/upl/raw-y.tmp.old/file", "up/upgone/archive/0001.msg", "xx/upl/raw/file",
        ] {
            try FileTree.makeFolder(FileTree.parent(of: uploads + "/" + path))
            try FileTree.write([1], to: uploads + "/" + path)
        }
        let incoming = laboratory.directory.incoming
        for path in ["token.tmp/files/a", "upgone/job.json"] {
            try FileTree.makeFolder(FileTree.parent(of: incoming + "/" + path))
            try FileTree.write([1], to: incoming + "/" + path)
        }
        let report = try await laboratory.check()
        #expect(report.problems == [])
        #expect(
            report.orphans
                == ["token.tmp", "upgone"].map { incoming + "/" + $0 }
                + [
                    "up/upgone", "up/upl/raw-x.tmp", "up/upl/raw-y.tmp.old", "up/upl/archive/0001-orphan.msg",
                    "up/upl/archive/0002.msg.tmp", "xx/upl",
                ].map { uploads + "/" + $0 })
        #expect(try await DataSweep(laboratory.directory, records: laboratory.records).run() == report.orphans)
        #expect(try laboratory.files() == files)
    }

    @Test func nothingIsSweptWhileSomebodyWrites() async throws {
        let laboratory = try Laboratory()
        try await laboratory.load(Laboratory.small)
        let orphan = laboratory.directory.uploads + "/up/upl/archive/0001-orphan.msg"
        try FileTree.write([1], to: orphan)
        let writer = try DataLock(writing: laboratory.directory)
        #expect(try await DataSweep(laboratory.directory, records: laboratory.records).run() == [])
        let report = try await laboratory.check()
        #expect(report.isBeingWritten)
        #expect(report.orphans == [])
        #expect(FileTree.kind(of: orphan) == .file)
        withExtendedLifetime(writer) {}
    }

    @Test func aReplacedSegmentStaysUntilNoReaderCanBeAboutToOpenIt() async throws {
        let start = Timestamp(microseconds: 1_000_000_000)
        let laboratory = try Laboratory(now: { start })
        try await laboratory.load(Laboratory.small)
        let old = try #require(try laboratory.files().first { $0.hasSuffix(".msg") })
        try await laboratory.load(Laboratory.small, replace: true)
        let sweep = DataSweep(laboratory.directory, records: laboratory.records)
        let soon = Timestamp(microseconds: start.microseconds + 599_000_000)
        let later = Timestamp(microseconds: start.microseconds + 601_000_000)
        #expect(try await sweep.run(now: soon) == [])
        #expect(try await laboratory.records.retiredSegments().count == 1)
        #expect(try await sweep.run(now: later) == [laboratory.directory.uploads + "/" + old])
        #expect(try await laboratory.records.retiredSegments().isEmpty)
        #expect(try await laboratory.check().problems == [])
    }
}
