import CProcess
import Crypto
import Glibc
import RutileJSON
import RutileModel
import RutileStore
import Synchronization

/// The raw files of an upload as they will be, beside the ones that are there. A value that goes away unused removes
/// its files.
final class StagedFolder: Sendable {
    /// Path of the staged folder.
    let path: String
    private let current: String
    private let keepsOthers: Bool
    private let isLeft = Atomic(false)

    /// Makes an empty folder for the raw files of `upload`. `keepsOthers` says that those which are there and are not
    /// staged anew will stay.
    init(_ directory: DataDirectory, upload: UploadID, keepsOthers: Bool, token: String) throws(StoreError) {
        self.keepsOthers = keepsOthers
        current = directory.rawFolder(of: upload)
        path = directory.folder(of: upload) + "/raw-" + token + DataDirectory.stagingSuffix
        try FileTree.makeFolder(path)
    }

    deinit { remove() }

    /// Leaves what is staged to the records, which have still to move it to its place.
    func leave() { isLeft.store(true, ordering: .relaxed) }

    /// Removes what is staged, unless it was left to the records.
    func remove() {
        if isLeft.load(ordering: .relaxed) { return }
        // Gone where the records took it over; else nobody needs it. What cannot be removed is swept later.
        try? FileTree.remove(path)
    }

    /// Where the raw file `relative` is while it is staged.
    func staged(_ relative: String) -> String { path + "/" + relative }

    /// Whether the current raw file is, by size and content, the one at `source`. Equal times stand for equal content
    /// where the source has not been touched since the current one was made of it; a file that was unpacked just now may
    /// have any time.
    ///
    /// - Throws: ``SourceFailure`` when the source cannot be read, or its place is taken by what stays; ``ImportError``
    ///   when the current raw file cannot be read.
    func isCurrent(_ file: SourceTree.File) throws -> Bool {
        let present = current + "/" + file.path
        var status = stat()
        guard unsafe lstat(present, &status) == 0 else {
            if errno == ENOTDIR, keepsOthers { throw SourceFailure("what would be its folder is a file already") }
            return false
        }
        if status.st_mode & S_IFMT == S_IFDIR, keepsOthers {
            throw SourceFailure("there is a folder of this name already")
        }
        guard status.st_mode & S_IFMT == S_IFREG, Int(status.st_size) == file.size else { return false }
        let (changed, made) = (file.changed, status.st_ctim)
        if status.st_mtim.tv_sec == file.modified.tv_sec, status.st_mtim.tv_nsec == file.modified.tv_nsec,
            (changed.tv_sec, changed.tv_nsec) < (made.tv_sec, made.tv_nsec)
        {
            return true
        }
        return try Self.ours(present) { () throws(SourceFailure) in try Self.digest(of: present) }
            == Self.digest(of: file.source)
    }

    /// Copies `file` into the stage, with its time; the digest (SHA-256, hex) of what was copied.
    ///
    /// - Throws: ``SourceFailure`` when the source cannot be read (nothing is staged then), ``ImportError`` when the
    ///   stage cannot be written.
    func copy(_ file: SourceTree.File) throws -> String {
        let target = staged(file.path)
        let input = try Self.open(file.source)
        defer { close(input) }
        try makeFolder(for: target)
        let output = unsafe Glibc.open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard output >= 0 else { throw ImportError.failed(target) }
        defer { close(output) }
        var digest = SHA256()
        var failure: ImportError?
        do {
            try unsafe Self.read(input) { chunk in
                unsafe digest.update(bufferPointer: chunk)
                var written = 0
                while written < chunk.count, failure == nil {
                    // SAFETY: written < chunk.count.
                    let step = unsafe write(
                        output, chunk.baseAddress.map { unsafe $0 + written }, chunk.count - written)
                    if step < 0 && errno == EINTR { continue }
                    if step <= 0 { failure = .failed(target) } else { written += step }
                }
            }
        } catch {
            unsafe unlink(target)
            throw error
        }
        if let failure { throw failure }
        let times = [file.modified, file.modified]
        unsafe futimens(output, times)
        rutile_begin_writing(output)
        return digest.finalize().hexadecimal
    }

    /// Takes the current raw file `relative` over into the stage, replacing what is staged there. Both are one file
    /// from then on, which is safe since raw files are never written to.
    func keep(_ relative: String) throws(ImportError) {
        let target = staged(relative)
        try makeFolder(for: target)
        unsafe unlink(target)
        guard unsafe link(current + "/" + relative, target) == 0 else {
            throw .failed(target)
        }
    }

    /// Waits until all that is staged is on the medium.
    func synchronize() throws {
        let files = try FileTree.files(below: path)
        // The file system as a whole is quicker for many files, but takes along whatever else was written.
        guard files.count <= Self.fewFiles else { return try synchronizeAll() }
        var folders: Set<String> = [path]
        for file in files {
            let place = staged(file)
            folders.insert(FileTree.parent(of: place))
            let descriptor = unsafe Glibc.open(place, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw ImportError.failed(place) }
            defer { close(descriptor) }
            guard fsync(descriptor) == 0 else { throw ImportError.failed(place) }
        }
        for folder in folders { try FileTree.synchronizeFolder(folder) }
    }

    /// Up to so many files are brought to the medium one by one.
    private static let fewFiles = 32

    private func synchronizeAll() throws(ImportError) {
        let folder = unsafe Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw .failed(path) }
        defer { close(folder) }
        guard rutile_synchronize(folder) == 0 else { throw .failed(path) }
    }

    /// SHA-256 of the staged file `relative`, in hex.
    func digest(ofStaged relative: String) throws(ImportError) -> String {
        let path = staged(relative)
        return try Self.ours(path) { () throws(SourceFailure) in try Self.digest(of: path) }
    }

    /// SHA-256 of the current raw file `relative`, in hex; `nil` where there is none.
    func digest(ofCurrent relative: String) throws(ImportError) -> String? {
        let path = current + "/" + relative
        guard FileTree.kind(of: path) == .file else { return nil }
        return try Self.ours(path) { () throws(SourceFailure) in try Self.digest(of: path) }
    }

    /// Runs `body`, whose failure is one of our file at `path`, not of a source.
    private static func ours<Success>(
        _ path: String, _ body: () throws(SourceFailure) -> Success
    ) throws(ImportError) -> Success {
        do {
            return try body()
        } catch {
            throw .file(path, reason: error.reason)
        }
    }

    private func makeFolder(for path: String) throws(ImportError) {
        do {
            try FileTree.makeFolder(FileTree.parent(of: path))
        } catch {
            if case .full = error { throw .full(path) }
            throw .file(path, reason: "\(error)")
        }
    }

    /// SHA-256 of the file at `path`, in hex.
    static func digest(of path: String) throws(SourceFailure) -> String {
        let file = try open(path)
        defer { close(file) }
        var digest = SHA256()
        try unsafe read(file) { unsafe digest.update(bufferPointer: $0) }
        return digest.finalize().hexadecimal
    }

    /// The file at `path`, which was a regular one when it was listed: a link that took its place is not followed.
    private static func open(_ path: String) throws(SourceFailure) -> Int32 {
        let file = unsafe Glibc.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else { throw SourceFailure("cannot be read: \(lastError())") }
        return file
    }

    private static func read(_ file: Int32, _ take: (UnsafeRawBufferPointer) -> Void) throws(SourceFailure) {
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            // SAFETY: the buffer has as many bytes as said.
            let count = unsafe buffer.withUnsafeMutableBytes { unsafe Glibc.read(file, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw SourceFailure("cannot be read: \(lastError())") }
            if count == 0 { return }
            unsafe buffer.withUnsafeBytes { unsafe take(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        }
    }
}

/// What the last failed call of the system said.
func lastError() -> String { unsafe String(cString: strerror(errno)) }
