import RutileImport
import RutileModel
import RutileStore
import RutileTestSupport
import Testing

struct UnpackerTests {
    private let folder: TemporaryDirectory
    private var packed: String { folder.path + "/packed.tar" }
    private var destination: String { folder.path + "/out" }

    init() throws {
        folder = try TemporaryDirectory()
        try FileTree.makeFolder(folder.path + "/out")
    }

    private func unpack(_ file: TarFile, limits: UnpackLimits = UnpackLimits()) throws -> UnpackReport {
        try FileTree.write(file.finished, to: packed)
        return try Unpacker.unpack(packed, into: destination, limits: limits)
    }

    @Test func filesKeepTheirPathsAndContent() throws {
        var file = TarFile()
        file.add("./a/b/c.txt", "hello")
        file.add("d.txt", "")
        #expect(try unpack(file).leftOut == [])
        #expect(try FileTree.files(below: destination) == ["a/b/c.txt", "d.txt"])
        #expect(try FileTree.read(destination + "/a/b/c.txt") == Array("hello".utf8))
    }

    @Test(arguments: ["../evil", "a/../../evil", "/evil", "//evil", "a/./../../evil", "a/\u{7}evil", ".."])
    func noPathLeavesTheFolder(_ path: String) throws {
        var file = TarFile()
        file.add(path, "evil")
        file.add("good", "good")
        let report = try unpack(file)
        #expect(report.leftOut.count == 1 && report.leftOut[0].isBad)
        #expect(try FileTree.files(below: folder.path) == ["out/good", "packed.tar"])
    }

    @Test func partsOfAPathThatMeanNothingAreDropped() throws {
        var file = TarFile()
        for path in ["./a//b", "a/./c", "././/d"] { file.add(path, path) }
        #expect(try unpack(file).leftOut == [])
        #expect(try FileTree.files(below: destination) == ["a/b", "a/c", "d"])
    }

    @Test func linksAreLeftOutAndNotFollowed() throws {
        var file = TarFile()
        file.add("outside", "", type: "2", link: "..")
        file.add("outside/evil", "evil")
        file.add("hard", "", type: "1", link: "/etc/passwd")
        file.add("device", "", type: "3")
        let report = try unpack(file)
        #expect(report.leftOut.map(\.path) == ["outside", "hard", "device"])
        #expect(report.leftOut.allSatisfy { !$0.isBad })
        // `outside` is a plain folder now.
        #expect(try FileTree.files(below: folder.path) == ["out/outside/evil", "packed.tar"])
    }

    @Test func aMemberWithoutAPlaceIsLeftOutAndTheOthersAreNot() throws {
        var file = TarFile()
        let long = String(repeating: "folder/", count: 500) + "POSCAR"
        file.add("a", "file")
        file.add("a/POSCAR", "x")
        file.add("a/b/POSCAR", "x")
        file.add("c/POSCAR", "kept")
        file.add("c", "x")
        let record = " path=\(long)\n"
        file.add("pax", "\(record.utf8.count + 4)\(record)", type: "x")
        file.add("short", "x")
        file.add("last", "kept")
        let report = try unpack(file)
        #expect(report.leftOut.map(\.path) == ["a/POSCAR", "a/b/POSCAR", "c", long])
        #expect(report.leftOut.allSatisfy { $0.isBad })
        #expect(try FileTree.files(below: destination) == ["a", "c/POSCAR", "last"])
    }

    @Test func aZipFileMayBeEmpty() throws {
        let end = [0x50, 0x4B, 5, 6] + [UInt8](repeating: 0, count: 18)
        var comment = end + Array("nothing".utf8)
        comment[20] = 7
        for bytes in [end, comment] {
            try FileTree.remove(packed)
            try FileTree.write(bytes, to: packed)
            #expect(try Unpacker.unpack(packed, into: destination).leftOut == [])
        }
    }

    @Test func ofTwoFilesAtOnePathTheLastCountsAndTheOtherIsTold() throws {
        var file = TarFile()
        file.add("a", "first")
        file.add("./a", "2")
        let reason = "another one with this path comes behind it"
        #expect(try unpack(file).leftOut == [UnpackReport.Item(path: "a", reason: reason, isBad: true)])
        #expect(try FileTree.read(destination + "/a") == Array("2".utf8))
    }

    @Test func aNameThatIsNoUTF8IsShownEscaped() throws {
        var file = TarFile()
        file.add(Array("caf".utf8) + [0xE9] + Array(".cif".utf8), "x")
        file.add("good", "x")
        let report = try unpack(file)
        #expect(report.leftOut.map(\.path) == [#"caf\xE9.cif"#])
        #expect(try FileTree.files(below: destination) == ["good"])
    }

    @Test func countSizeAndRatioAreLimited() throws {
        var file = TarFile()
        for name in ["a", "b", "c"] { file.add(name, String(repeating: "x", count: 1_000)) }
        var limits = UnpackLimits()
        limits.count = 2
        #expect(throws: SourceFailure("more than 2 files")) { try unpack(file, limits: limits) }
        limits = UnpackLimits()
        limits.size = 2_500
        try FileTree.remove(destination)
        try FileTree.makeFolder(destination)
        #expect(throws: SourceFailure("more than 2500 bytes unpacked")) {
            try Unpacker.unpack(packed, into: destination, limits: limits)
        }
    }

    @Test func whatUnpacksToManyTimesItsSizeIsRefused() throws {
        var file = TarFile()
        file.add("zeros", String(repeating: "0", count: 100_000))
        var limits = UnpackLimits()
        limits.harmlessSize = 10
        limits.ratio = 200
        #expect(try unpack(file, limits: limits).leftOut == [])
        try FileTree.remove(destination)
        try FileTree.makeFolder(destination)
        limits.ratio = 1
        try FileTree.remove(packed)
        try FileTree.write(Array(zipOfZeros), to: packed)
        #expect(throws: SourceFailure("unpacks to more than 1 times its size")) {
            try Unpacker.unpack(packed, into: destination, limits: limits)
        }
    }

    @Test func damagedFilesAreRefused() throws {
        for bytes in [[], Array("hello, I am no tar file".utf8), Array(zipOfZeros.prefix(60))] as [[UInt8]] {
            try FileTree.remove(packed)
            try FileTree.write(bytes, to: packed)
            #expect(throws: SourceFailure.self, "\(bytes.count) bytes") {
                try Unpacker.unpack(packed, into: destination)
            }
        }
    }

    /// A zip file with one member `z`, a thousand zeros, deflated.
    private var zipOfZeros: [UInt8] {
        [
            80, 75, 3, 4, 20, 0, 0, 0, 8, 0, 0, 0, 33, 88, 131, 153, 95, 168, 11, 0,
            0, 0, 232, 3, 0, 0, 1, 0, 0, 0, 122, 51, 48, 24, 5, 163, 96, 20, 12, 119,
            0, 0, 80, 75, 1, 2, 20, 3, 20, 0, 0, 0, 8, 0, 0, 0, 33, 88, 131, 153,
            95, 168, 11, 0, 0, 0, 232, 3, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0,
            0, 0, 128, 1, 0, 0, 0, 0, 122, 80, 75, 5, 6, 0, 0, 0, 0, 1, 0, 1,
            0, 47, 0, 0, 0, 42, 0, 0, 0, 0, 0,
        ]
    }

    @Test func namesTellWhatCanBeUnpacked() {
        for name in ["a.zip", "A.ZIP", "a.tar", "a.tar.gz", "a.tgz", "b.tar.xz"] {
            #expect(PackedName.isPacked(name))
        }
        for name in ["a.gz", "zip", "a.cif", "a.tar.gz.txt"] { #expect(!PackedName.isPacked(name)) }
    }
}
