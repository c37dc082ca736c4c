import FoundationEssentials
import RutileImport
import RutileStore
import RutileTestSupport
import Testing

struct ParsePoolTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    /// An executable file with this shell script.
    private func program(_ script: String) throws -> String {
        let path = folder.path + "/program"
        try FileTree.write(Array(("#!/bin/sh\n" + script + "\n").utf8), to: path)
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
        return path
    }

    /// Why the file could not be read; `nil` where it could. The limit is far above what a busy machine needs.
    private func failure(of program: String, within limit: Duration = .seconds(60)) async throws -> SourceFailure? {
        try FileTree.write(Array("data_x".utf8), to: folder.path + "/x.cif")
        do {
            _ = try await ParsePool(executable: program, baseTime: limit)
                .entries(of: folder.path + "/x.cif", format: .cif)
            return nil
        } catch let failure as SourceFailure {
            return failure
        }
    }

    @Test func aReaderThatCrashesCostsItsFileOnly() async throws {
        let failure = try await failure(of: program("kill -SEGV $$"))
        #expect(failure == SourceFailure("its reader crashed (Segmentation fault)"))
    }

    @Test func aReaderThatEndsCostsItsFileOnly() async throws {
        let failure = try await failure(of: program("exit 1"))
        #expect(failure == SourceFailure("its reader crashed"))
    }

    @Test func aReaderThatTakesTooLongIsStopped() async throws {
        let start = ContinuousClock.now
        let failure = try await failure(of: program("sleep 100"), within: .seconds(1))
        #expect(failure == SourceFailure("took longer than 1 s"))
        #expect(ContinuousClock.now - start < .seconds(90))
    }

    @Test func crystalsWhoseSymmetryTakesTooLongAreReadWithoutIt() async throws {
        // Answers with a file of no entries as soon as no symmetry is asked for.
        let script = #"""
            case "$(dd bs=4096 count=1 2>&- | tr '\0' ' ')" in *"cif 0 "*) printf '\1\0\0\0D' ;; esac
            sleep 100
            """#
        let failure = try await failure(of: program(script), within: .seconds(2))
        #expect(failure == nil)
    }

    @Test func aReaderThatTalksNonsenseIsNotBelieved() async throws {
        let failure = try await failure(of: program("echo hello hello hello; sleep 100"))
        #expect(failure == SourceFailure("its reader lost its way"))
    }

    @Test func aProgramThatDoesNotExistIsAnError() async throws {
        await #expect(throws: StoreError.self) {
            try await ParsePool(executable: folder.path + "/none").entries(of: "x.cif", format: .cif)
        }
    }
}
