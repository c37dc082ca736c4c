import Glibc
import RutileJSON
import RutileModel
import RutileStore

/// Files that are being received for an upload. Nothing of them is left unless ``UploadDesk/accept(_:)`` takes them.
///
/// A file that is begun ends when the next one begins or all are accepted.
package actor IncomingUpload {
    /// What the files are for.
    enum Purpose: Sendable {
        case new(NewUpload, author: UserID)
        case addition(UploadID, UploadAddition, caller: Caller)
    }

    nonisolated let purpose: Purpose
    let folder: IncomingFolder
    private let limit: Int
    /// Keeps sweeps away from the folder.
    private let lock: DataLock
    /// Gives back the author's place among the unpublished uploads.
    private let release: @Sendable () -> Void
    /// Names of the files that were begun.
    package private(set) var names: [String] = []
    /// Those of them that somebody gave.
    private(set) var givenNames: [String] = []
    private var file: Int32?
    private var size = 0
    private var waiting: [UInt8] = []
    private var isTaken = false

    private var unsafeBytes = 0

    /// Bytes that are written at once.
    private static let batch = 1 << 20
    /// Bytes after which those that were written are brought to the medium, so that little is left to do at the end,
    /// when the client waits for the answer.
    private static let stretch = 64 << 20

    init(
        _ purpose: Purpose, in directory: DataDirectory, limit: Int, release: @escaping @Sendable () -> Void
    ) async throws {
        self.purpose = purpose
        self.limit = limit
        self.release = release
        let folder = IncomingFolder(newIn: directory)
        self.folder = folder
        lock = try await blocking {
            let lock = try DataLock(writing: directory)
            try FileTree.makeFolder(folder.files)
            return lock
        }
    }

    deinit {
        if let file { close(file) }
        // What cannot be removed is swept later.
        if !isTaken { try? FileTree.remove(folder.path) }
        release()
    }

    /// Begins a file called `name`; `isGiven` says whether somebody called it so.
    ///
    /// - Throws: ``CurationError/invalid(_:)`` for a name that cannot be kept or is there already; `StoreError`.
    package func begin(_ name: String, isGiven: Bool = true) async throws {
        guard DataDirectory.isSafeName(name) else {
            throw CurationError.invalid([.init(at: ["file_name"], "“\(name)” cannot be the name of a file")])
        }
        guard !names.contains(where: { $0.hasSameUTF8(as: name) }) else {
            throw CurationError.invalid([.init(at: ["file_name"], "“\(name)” is sent twice")])
        }
        try await end()
        let path = folder.files + "/" + name
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Self.failure("cannot make \(path)") }
        self.file = file
        names.append(name)
        if isGiven { givenNames.append(name) }
    }

    /// Adds `bytes` to the file.
    ///
    /// - Throws: ``CurationError/tooLarge(limit:)``, ``CurationError/noSpace``, `StoreError`.
    package func write(_ bytes: [UInt8]) async throws {
        size += bytes.count
        guard size <= limit else { throw CurationError.tooLarge(limit: limit) }
        waiting += bytes
        if waiting.count >= Self.batch { try await flush() }
    }

    /// Ends the file that was begun: it is on the medium.
    private func end() async throws {
        guard let file else { return }
        try await flush()
        self.file = nil
        try await blocking {
            defer { close(file) }
            guard fsync(file) == 0 else { throw Self.failure("cannot write a received file") }
        }
    }

    private func flush() async throws {
        guard let file else { return }
        let bytes = waiting
        waiting = []
        unsafeBytes += bytes.count
        let isStretch = unsafeBytes >= Self.stretch
        if isStretch { unsafeBytes = 0 }
        try await blocking {
            var written = 0
            while written < bytes.count {
                let count = unsafe bytes.withUnsafeBytes { buffer in
                    // SAFETY: written < bytes.count, so the rebased buffer is not empty and ends where bytes end.
                    unsafe Glibc.write(file, buffer.baseAddress.map { unsafe $0 + written }, buffer.count - written)
                }
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { throw Self.failure("cannot write a received file") }
                written += count
            }
            if isStretch, fdatasync(file) != 0 { throw Self.failure("cannot write a received file") }
        }
    }

    /// Ends what was begun and writes down `job`; afterwards the folder is ready to be taken.
    func finish(_ job: UploadJob) async throws {
        try await end()
        try await blocking { [folder] in
            try FileTree.write(job.json.json(), to: folder.job)
            try FileTree.synchronizeFolder(folder.files)
            try FileTree.synchronizeFolder(folder.path)
        }
    }

    /// The folder belongs to the records now.
    func handOver() { isTaken = true }

    private static func failure(_ action: String) -> any Error {
        if errno == ENOSPC || errno == EDQUOT { return CurationError.noSpace }
        return StoreError.medium("\(action): \(unsafe String(cString: strerror(errno)))")
    }
}
