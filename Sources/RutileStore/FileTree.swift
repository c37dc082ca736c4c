import FoundationEssentials
import Glibc
package import RutileModel

/// The few operations on files and folders that stores need, with errors of ours.
package enum FileTree {
    /// What a path leads to.
    package enum Kind: Hashable, Sendable {
        case file, folder, other

        /// What the system's `mode` says.
        init(mode: mode_t) {
            switch mode & S_IFMT {
            case S_IFREG: self = .file
            case S_IFDIR: self = .folder
            default: self = .other
            }
        }
    }

    /// What is at `path`, without following a link there; `nil` when nothing is.
    package static func kind(of path: String) -> Kind? {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return nil }
        return Kind(mode: status.st_mode)
    }

    /// The path of the folder that holds `path`.
    package static func parent(of path: String) -> String {
        path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[..<$0]) } ?? "."
    }

    /// Makes the folder at `path` and those above it, readable by their owner only, where they are missing.
    ///
    /// - Returns: the folders that it made.
    @discardableResult
    package static func makeFolder(_ path: String) throws(StoreError) -> [String] {
        if kind(of: path + "/.") == .folder { return [] }
        if unsafe mkdir(path, 0o700) == 0 { return [path] }
        // The next call of the system forgets it.
        var code = errno
        var made: [String] = []
        let above = parent(of: path)
        if code == ENOENT && !above.isEmpty && above != path {
            made = try makeFolder(above)
            if unsafe mkdir(path, 0o700) == 0 { return made + [path] }
            code = errno
        }
        if code == EEXIST && kind(of: path + "/.") == .folder { return made }
        throw StoreError.failed("cannot make the folder \(path)", code: code)
    }

    /// Gives `path` the name `target`; a file there is replaced, in one step.
    package static func rename(_ path: String, to target: String) throws(StoreError) {
        guard unsafe Glibc.rename(path, target) == 0 else {
            throw StoreError.failed("cannot rename \(path) to \(target)")
        }
    }

    /// Deletes `path` with all that it holds. Nothing there is no error, and others may delete it at the same time, or
    /// be about to end their work below it.
    package static func remove(_ path: String) throws(StoreError) {
        if unsafe unlink(path) == 0 || errno == ENOENT { return }
        var code = errno
        guard kind(of: path) == .folder else {
            if kind(of: path) == nil { return }
            throw StoreError.failed("cannot remove \(path)", code: code)
        }
        for _ in 0..<removals {
            for name in try names(in: path) { try remove(path + "/" + name) }
            if unsafe rmdir(path) == 0 || errno == ENOENT { return }
            code = errno
            guard code == ENOTEMPTY || code == EEXIST else { break }
        }
        throw StoreError.failed("cannot remove \(path)", code: code)
    }

    /// How often a folder is emptied that somebody still writes to.
    private static let removals = 100

    /// The names in the folder at `path`, by their bytes; none where there is no such folder.
    package static func names(in path: String) throws(StoreError) -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: path)
                .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        } catch {
            if kind(of: path) != .folder { return [] }
            throw StoreError.medium("cannot list \(path): \(error)")
        }
    }

    /// The regular files below the folder at `path`, as paths relative to it, by their bytes. Links are left out.
    package static func files(below path: String) throws(StoreError) -> [String] {
        var found: [String] = []
        var waiting = [""]
        while let folder = waiting.popLast() {
            for name in try names(in: path + "/" + folder) {
                let relative = folder.isEmpty ? name : folder + "/" + name
                switch kind(of: path + "/" + relative) {
                case .file: found.append(relative)
                case .folder: waiting.append(relative)
                default: break
                }
            }
        }
        return found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Whether both paths lead to one file, under whatever names; links are followed.
    package static func isSame(_ path: String, _ other: String) -> Bool {
        var (first, second) = (stat(), stat())
        guard unsafe stat(path, &first) == 0, unsafe stat(other, &second) == 0 else { return false }
        return first.st_dev == second.st_dev && first.st_ino == second.st_ino
    }

    /// Size of the file at `path` in bytes; `nil` when there is none.
    package static func size(of path: String) -> Int? {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return nil }
        return Int(status.st_size)
    }

    /// When the file at `path` was last changed; `nil` when there is none.
    package static func modificationTime(of path: String) -> Timestamp? {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return nil }
        return Timestamp(
            microseconds: Int64(status.st_mtim.tv_sec) * 1_000_000 + Int64(status.st_mtim.tv_nsec) / 1_000)
    }

    /// Writes `bytes` to a new file at `path` and waits until they are on the medium.
    package static func write(_ bytes: [UInt8], to path: String) throws(StoreError) {
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw StoreError.failed("cannot make \(path)") }
        defer { close(file) }
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                // SAFETY: written < bytes.count, so the rebased buffer is not empty and ends where bytes end.
                unsafe Glibc.write(file, buffer.baseAddress.map { unsafe $0 + written }, buffer.count - written)
            }
            guard count > 0 || (count < 0 && errno == EINTR) else {
                throw StoreError.failed("cannot write \(path)")
            }
            written += max(0, count)
        }
        guard fsync(file) == 0 else { throw StoreError.failed("cannot write \(path)") }
    }

    /// Waits until the names in the folder at `path` are on the medium.
    package static func synchronizeFolder(_ path: String) throws(StoreError) {
        let folder = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw StoreError.failed("cannot open \(path)") }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw StoreError.failed("cannot write \(path)") }
    }

    /// The bytes of the file at `path`.
    package static func read(_ path: String) throws(StoreError) -> [UInt8] {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw StoreError.failed("cannot open \(path)") }
        defer { close(file) }
        var status = stat()
        guard unsafe fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw StoreError.medium("cannot read \(path): it is no file")
        }
        let size = Int(status.st_size)
        var failed = false
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            while count < size {
                // SAFETY: count < size, which is the buffer's capacity.
                let read = unsafe Glibc.read(file, buffer.baseAddress.map { unsafe $0 + count }, size - count)
                if read < 0 && errno == EINTR { continue }
                failed = read < 0
                if read <= 0 { break }
                count += read
            }
        }
        if failed { throw StoreError.failed("cannot read \(path)") }
        return bytes
    }

    /// Whether a call of the system that fails with `code` finds no space left, on the medium or for us.
    package static func isFull(_ code: Int32) -> Bool { code == ENOSPC || code == EDQUOT }
}
