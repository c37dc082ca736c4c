import Glibc

/// A folder that is open. What is reached through it lies in it: links are never followed.
package struct OpenFolder: ~Copyable {
    private let descriptor: Int32

    private init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Opens the folder at `path`; `nil` where there is none.
    package static func open(_ path: String) throws(StoreError) -> OpenFolder? {
        try opened(unsafe Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW), path)
    }

    /// Opens the folder `name` in this one; `nil` where there is none.
    package func folder(_ name: String) throws(StoreError) -> OpenFolder? {
        guard Self.canBeName(name) else { return nil }
        return try Self.opened(
            unsafe openat(descriptor, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW), name)
    }

    /// Opens the file `name` in this folder for reading; `nil` where there is none.
    package func file(_ name: String) throws(StoreError) -> OpenFile? {
        guard Self.canBeName(name), status(of: name)?.kind == .file else { return nil }
        // Not blocking: what was a file a moment ago may be a pipe by now.
        let file = unsafe openat(descriptor, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        if file >= 0 { return OpenFile(descriptor: file) }
        switch errno {
        case ENOENT, ENOTDIR, ELOOP, ENAMETOOLONG: return nil
        default: throw StoreError.failed("cannot open the file \(name)")
        }
    }

    /// What `name` is in this folder, and the size of a file in bytes; `nil` where there is nothing.
    package func status(of name: String) -> (kind: FileTree.Kind, size: Int)? {
        var status = stat()
        guard Self.canBeName(name), unsafe fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
            return nil
        }
        return (FileTree.Kind(mode: status.st_mode), Int(status.st_size))
    }

    /// Hands on every name in the folder and what it is, in no order. Names that are no UTF-8 are left out: nobody could
    /// ask for them.
    package func forEachName(_ body: (String, FileTree.Kind) throws -> Void) throws {
        // The stream closes its own descriptor.
        let copy = unsafe openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard copy >= 0 else { throw StoreError.failed("cannot list a folder") }
        guard let stream = unsafe fdopendir(copy) else {
            close(copy)
            throw StoreError.failed("cannot list a folder")
        }
        defer { unsafe closedir(stream) }
        while true {
            errno = 0
            guard let entry = unsafe readdir(stream) else { break }
            // SAFETY: the name lies in the entry, which stays until the next call, and ends with a zero byte.
            let name = unsafe entry.pointer(to: \.d_name).flatMap {
                unsafe String(validatingCString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
            }
            guard let name, name != ".", name != ".." else { continue }
            switch Int(unsafe entry.pointee.d_type) {
            case DT_REG: try body(name, .file)
            case DT_DIR: try body(name, .folder)
            // Some file systems do not tell.
            case DT_UNKNOWN: if let kind = status(of: name)?.kind { try body(name, kind) }
            default: try body(name, .other)
            }
        }
        guard errno == 0 else { throw StoreError.failed("cannot list a folder") }
    }

    private static func opened(_ descriptor: Int32, _ name: String) throws(StoreError) -> OpenFolder? {
        if descriptor >= 0 { return OpenFolder(descriptor: descriptor) }
        switch errno {
        case ENOENT, ENOTDIR, ELOOP, ENAMETOOLONG: return nil
        default: throw StoreError.failed("cannot open the folder \(name)")
        }
    }

    /// Whether `name` is one step within a folder; a client may have written it.
    private static func canBeName(_ name: String) -> Bool {
        !name.isEmpty && name != "." && name != ".."
            && !name.utf8.contains { $0 == 0 || $0 == UInt8(ascii: "/") }
    }
}
