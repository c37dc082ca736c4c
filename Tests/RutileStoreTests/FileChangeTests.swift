import Glibc
import RutileModel
import RutileStore
import RutileTestSupport
import Testing

struct FileChangeTests {
    private let folder: TemporaryDirectory
    private var directory: DataDirectory { DataDirectory(folder.path) }

    init() throws { folder = try TemporaryDirectory() }

    @Test func aMoveThatIsDoneTwiceIsDoneOnce() throws {
        try FileTree.write([1], to: folder.path + "/a.tmp")
        let move = FileChange.move(from: "a.tmp", to: "deep/er/a")
        #expect(try FileChange.perform([move], in: directory) == [])
        #expect(try FileChange.perform([move], in: directory) == [])
        #expect(try FileTree.read(folder.path + "/deep/er/a") == [1])
    }

    @Test func whatAMoveDisplacesIsGivenBackUntilItIsRemoved() throws {
        for (name, byte) in [("a.tmp", 1), ("a", 2)] as [(String, UInt8)] {
            try FileTree.makeFolder(folder.path + "/" + name)
            try FileTree.write([byte], to: folder.path + "/" + name + "/file")
        }
        let move = FileChange.move(from: "a.tmp", to: "a")
        let displaced = folder.path + "/a.tmp.old"
        #expect(try FileChange.perform([move], in: directory) == [displaced])
        #expect(try FileTree.read(displaced + "/file") == [2])
        #expect(try FileTree.read(folder.path + "/a/file") == [1])
        #expect(try FileChange.perform([move], in: directory) == [displaced])
        try FileTree.remove(displaced)
        #expect(try FileChange.perform([move], in: directory) == [])
    }

    @Test func whatIsRemovedIsPutAsideAtOnce() throws {
        let removal = FileChange.remove("in/a")
        let aside = folder.path + "/in/a.tmp.old"
        #expect(try FileChange.perform([removal], in: directory) == [])
        for _ in 0..<2 {
            // The second time there is something left of the first.
            try FileTree.makeFolder(folder.path + "/in/a/deep")
            #expect(try FileChange.perform([removal], in: directory) == [aside])
            #expect(FileTree.kind(of: folder.path + "/in/a") == nil)
            #expect(FileTree.kind(of: aside + "/deep") == .folder)
            #expect(try FileChange.perform([removal], in: directory) == [aside])
        }
    }

    @Test func whatCameAfterARemovalStaysWhenBothAreRepeated() throws {
        let changes: [FileChange] = [
            .move(from: "a.tmp", to: "place"), .remove("place"), .move(from: "b.tmp", to: "place"), .remove("other"),
        ]
        for (name, byte) in [("a.tmp", 1), ("b.tmp", 2), ("other", 3)] as [(String, UInt8)] {
            try FileTree.write([byte], to: folder.path + "/" + name)
        }
        let aside = ["place.tmp.old", "other.tmp.old"].map { folder.path + "/" + $0 }
        for _ in 0..<2 {
            #expect(try FileChange.perform(changes, in: directory) == aside)
            #expect(try FileTree.read(folder.path + "/place") == [2])
            #expect(FileTree.kind(of: folder.path + "/other") == nil)
        }
        // Where it was interrupted before the last removal, that is done.
        try FileTree.write([3], to: folder.path + "/other")
        #expect(try FileChange.perform(changes, in: directory) == aside)
        #expect(try FileTree.read(folder.path + "/place") == [2])
        #expect(FileTree.kind(of: folder.path + "/other") == nil)
    }

    @Test func foldersWhoseNamesChangeAreToldAlsoTheSecondTime() throws {
        try FileTree.write([1], to: folder.path + "/a.tmp")
        let move = FileChange.move(from: "a.tmp", to: "deep/er/a")
        let places = [folder.path, folder.path + "/deep/er"]
        // Those that hold new folders as well.
        #expect(try move.perform(in: directory).touched == places + [folder.path, folder.path + "/deep"])
        #expect(try move.perform(in: directory).touched == places)
        #expect(try FileChange.remove("deep/er/a").perform(in: directory).touched == [folder.path + "/deep/er"])
    }

    @Test func foldersAreRemovedWhileOthersRemoveThem() async throws {
        for round in 0..<5 {
            let path = folder.path + "/\(round)"
            for number in 0..<300 {
                try FileTree.makeFolder(path + "/\(number % 7)/\(number % 3)")
                try FileTree.write([1], to: path + "/\(number % 7)/\(number % 3)/\(number)")
            }
            try await withThrowingTaskGroup { group in
                for _ in 0..<3 { group.addTask { try FileTree.remove(path) } }
                try await group.waitForAll()
            }
            #expect(FileTree.kind(of: path) == nil)
        }
    }

    @Test func removingALinkLeavesWhereItLeads() throws {
        try FileTree.makeFolder(folder.path + "/there")
        try FileTree.write([1], to: folder.path + "/there/file")
        try FileTree.makeFolder(folder.path + "/here")
        #expect(symlink(folder.path + "/there", folder.path + "/here/link") == 0)
        try FileTree.remove(folder.path + "/here")
        #expect(try FileTree.read(folder.path + "/there/file") == [1])
    }

    @Test func aMoveThatStoppedBetweenItsTwoStepsIsFinished() throws {
        try FileTree.write([1], to: folder.path + "/a.tmp")
        try FileTree.write([2], to: folder.path + "/a.tmp.old")  // the target was put aside, then the process died
        let move = FileChange.move(from: "a.tmp", to: "a")
        #expect(try FileChange.perform([move], in: directory) == [folder.path + "/a.tmp.old"])
        #expect(try FileTree.read(folder.path + "/a") == [1])
    }
}

struct FileTreeTests {
    @Test func filesBelowAFolderComeByPathAndWithoutLinks() throws {
        let folder = try TemporaryDirectory()
        for path in ["b", "a/z", "a/c/d", "a.x"] {
            try FileTree.makeFolder(FileTree.parent(of: folder.path + "/" + path))
            try FileTree.write([], to: folder.path + "/" + path)
        }
        #expect(try FileTree.files(below: folder.path) == ["a.x", "a/c/d", "a/z", "b"])
        #expect(try FileTree.files(below: folder.path + "/none") == [])
    }

    @Test func whyAFolderCannotBeMadeIsTold() throws {
        // There is nothing at the path, which is not why.
        let error = #expect(throws: StoreError.self) { try FileTree.makeFolder("/sys/rutile-test") }
        #expect(error?.description.contains("No such file") == false)
    }

    @Test(arguments: [(ENOSPC, true), (EDQUOT, true), (EIO, false)])
    func aFullMediumIsAnErrorOfItsOwn(_ code: Int32, _ isFull: Bool) {
        let error = StoreError.failed("cannot write", code: code)
        if case .full = error { #expect(isFull) } else { #expect(!isFull) }
        #expect(error.description.hasPrefix("cannot write: "))
    }

    @Test func aFileThatExistsIsNotOverwritten() throws {
        let folder = try TemporaryDirectory()
        try FileTree.write([1, 2, 3], to: folder.path + "/a")
        #expect(throws: StoreError.self) { try FileTree.write([4], to: folder.path + "/a") }
        #expect(try FileTree.read(folder.path + "/a") == [1, 2, 3])
        #expect(FileTree.size(of: folder.path + "/a") == 3)
        #expect(throws: StoreError.self) { try FileTree.read(folder.path) }
    }
}

struct DataLockTests {
    @Test func nobodySweepsWhileSomebodyWrites() throws {
        let folder = try TemporaryDirectory()
        let directory = DataDirectory(folder.path + "/data")
        do {
            let writer = try DataLock(writing: directory)
            let second = try DataLock(writing: directory)
            #expect(try DataLock.sweeping(directory) == nil)
            withExtendedLifetime((writer, second)) {}
        }
        let sweeper = try DataLock.sweeping(directory)
        #expect(sweeper != nil)
        #expect(try DataLock.sweeping(directory) == nil)
        withExtendedLifetime(sweeper) {}
    }
}

struct DataDirectoryTests {
    @Test(arguments: [
        "", ".", "..", "a/b", "..x", "../x", "a\u{0}", "a\n", "/", "x" + String(repeating: "y", count: 255),
    ])
    func anUploadWithAHostileIdHasNoFolder(_ id: String) {
        #expect(!DataDirectory.isSafeFolder(of: UploadID(id)))
    }

    @Test(arguments: ["", "/a", "a/", "a//b", "../a", "a/../b", "a/..", ".", "a/./b", "a\u{0}b", "a/\u{7F}"])
    func aHostilePathLeadsNowhere(_ path: String) {
        #expect(!DataDirectory.isSafePath(path))
    }

    @Test(arguments: ["a", "a/b.c", "..a/b..", "caf\u{E9}/x", "a/\u{301}x"])
    func anOrdinaryPathIsSafe(_ path: String) {
        #expect(DataDirectory.isSafePath(path))
    }
}
