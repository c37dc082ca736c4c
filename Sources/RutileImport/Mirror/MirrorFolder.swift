import Glibc
import RutileModel
import RutileStore

/// Where a mirror keeps what it has read: `mirrors/<digest of the base URL>` in the data directory, with the entries as
/// `optimade.jsonl` and its ``MirrorState`` as `state.json`. Locked while the object lives.
final class MirrorFolder: Sendable {
    /// The folder.
    let path: String
    private let file: Int32
    private var filePath: String { path + "/optimade.jsonl" }
    private var statePath: String { path + "/state.json" }

    /// The folder for `base`, made where there is none.
    init(_ base: String, in directory: DataDirectory) throws {
        path = directory.mirrors + "/" + UploadID(author: UserID("mirror"), name: base).text
        try FileTree.makeFolder(path)
        file = unsafe open(path + "/optimade.jsonl", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw MirrorError.file(path, reason: lastError()) }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            close(file)
            throw MirrorError.file(path, reason: "the same database is being mirrored already")
        }
    }

    deinit {
        // Not by closing alone: a process that is just being started has it open, too, until its program begins.
        flock(file, LOCK_UN)
        close(file)
    }

    /// The file with the entries.
    var entries: String { filePath }

    /// How far an earlier run came; `nil` where there was none.
    func state() -> MirrorState? {
        // What cannot be read is as good as nothing: then all is read anew.
        guard FileTree.kind(of: statePath) == .file, let text = try? FileTree.read(statePath) else { return nil }
        return MirrorState(json: text)
    }

    /// Forgets what stands behind the first `bytes` of the file.
    func truncate(to bytes: Int) throws(MirrorError) {
        guard ftruncate(file, off_t(bytes)) == 0 else { throw .file(filePath, reason: lastError()) }
    }

    /// Writes `lines` behind the first `offset` bytes of the file; they are on the medium when this returns.
    func write(_ lines: [UInt8], at offset: Int) throws(MirrorError) {
        var done = 0
        while done < lines.count {
            // SAFETY: `done` is below the buffer's count, so the rest of it is valid.
            let count = unsafe lines.withUnsafeBytes { buffer in
                unsafe pwrite(
                    file, buffer.baseAddress.map { unsafe $0 + done }, buffer.count - done, off_t(offset + done))
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw .file(filePath, reason: lastError()) }
            done += count
        }
        guard fdatasync(file) == 0 else { throw .file(filePath, reason: lastError()) }
    }

    /// Keeps `state`, whose bytes are written.
    func keep(_ state: MirrorState) throws {
        let staged = statePath + DataDirectory.stagingSuffix
        try FileTree.remove(staged)
        try FileTree.write(state.json, to: staged)
        try FileTree.rename(staged, to: statePath)
    }

    /// Forgets how far an earlier run came: the next one begins anew.
    func forget() throws { try FileTree.remove(statePath) }

    /// Removes all of it.
    func remove() throws { try FileTree.remove(path) }
}

extension DataDirectory {
    /// Databases that are being copied.
    fileprivate var mirrors: String { root + "/mirrors" }
}
