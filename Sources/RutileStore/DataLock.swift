import Glibc
package import RutileModel

/// An advisory lock on a data directory, held while the object lives; the system drops it when the process ends.
///
/// Whoever has files that no record names yet (an import, the load of a bundle) shares one for writing; whoever removes
/// such files needs it alone, which nobody gets while anybody writes. Records have locks of their own.
/// Not reliable on network file systems of the old kind; a data directory belongs on a local one.
package final class DataLock: Sendable {
    private let file: Int32

    /// Takes the lock, waiting for as long as another process sweeps.
    ///
    /// Blocks its thread: a sweep takes well under a second as a rule.
    /// - Throws: ``StoreError/medium(_:)``.
    package convenience init(writing directory: DataDirectory) throws(StoreError) {
        let file = try Self.open(directory)
        while flock(file, LOCK_SH) != 0 {
            guard errno == EINTR else {
                close(file)
                throw StoreError.medium("cannot lock \(directory.root)")
            }
        }
        self.init(file: file)
    }

    /// Takes the lock alone, or returns `nil` at once when another holds it.
    ///
    /// - Throws: ``StoreError/medium(_:)``.
    package static func sweeping(_ directory: DataDirectory) throws(StoreError) -> DataLock? {
        let file = try open(directory)
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            close(file)
            return nil
        }
        return DataLock(file: file)
    }

    private init(file: Int32) { self.file = file }

    deinit {
        // Not by closing alone: a process that is just being started has it open, too, until its program begins.
        flock(file, LOCK_UN)
        close(file)
    }

    private static func open(_ directory: DataDirectory) throws(StoreError) -> Int32 {
        try FileTree.makeFolder(directory.root)
        var file = unsafe Glibc.open(directory.lock, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        if file < 0 && (errno == EACCES || errno == EROFS) {
            // Who only reads can lock it all the same.
            file = unsafe Glibc.open(directory.lock, O_RDONLY | O_CLOEXEC)
        }
        guard file >= 0 else { throw StoreError.failed("cannot open \(directory.lock)") }
        return file
    }
}
