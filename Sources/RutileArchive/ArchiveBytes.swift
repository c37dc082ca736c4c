import Glibc
import Synchronization

/// The bytes of one archive file: mapped, or in memory. They never change, and stay until the last node on them is gone.
///
/// The file must not be truncated while it is mapped (that would be a crash, not an error): segments are immutable
/// once they are named, and others' archive files are by NOMAD's own rules.
@safe
final class ArchiveBytes: @unchecked Sendable {
    // @unchecked: the memory is written before init ends and never again; `positions` has its own lock.

    /// The first byte. Valid for ``count`` bytes as long as this object lives.
    let base: UnsafeRawPointer
    /// Number of bytes.
    let count: Int
    /// Places in these bytes that were found by walking and may be wanted again.
    let positions = PositionCache()
    private let isMapped: Bool

    /// A copy of `bytes`.
    init(_ bytes: [UInt8]) {
        count = bytes.count
        isMapped = false
        let memory = UnsafeMutableRawPointer.allocate(byteCount: max(1, bytes.count), alignment: 16)
        // SAFETY: `memory` has room for `count` bytes and nobody else knows it yet.
        unsafe bytes.withUnsafeBytes { source in
            if let start = source.baseAddress { unsafe memory.copyMemory(from: start, byteCount: source.count) }
        }
        unsafe base = UnsafeRawPointer(memory)
    }

    /// Maps the file at `path`.
    ///
    /// - Throws: ``ArchiveError/cannotOpen(path:reason:)``, also for directories, devices and empty files.
    init(mapping path: String) throws(ArchiveError) {
        // A pipe would wait for a writer.
        let descriptor = unsafe open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw .cannotOpen(path: path, reason: systemReason()) }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw .cannotOpen(path: path, reason: systemReason()) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .cannotOpen(path: path, reason: "not a regular file") }
        guard status.st_size > 0 else { throw .cannotOpen(path: path, reason: "the file is empty") }
        let size = Int(status.st_size)
        guard let memory = unsafe mmap(nil, size, PROT_READ, MAP_SHARED, descriptor, 0), unsafe memory != MAP_FAILED
        else { throw .cannotOpen(path: path, reason: systemReason()) }
        unsafe base = UnsafeRawPointer(memory)
        count = size
        isMapped = true
    }

    /// Lets go of the pages of a mapped file that were visited. They come again when they are visited again, as a rule
    /// from the system's cache.
    func release() {
        guard isMapped else { return }
        // SAFETY: the range is the mapping. It is shared and of a file, so no byte of it changes.
        unsafe _ = madvise(UnsafeMutableRawPointer(mutating: base), count, MADV_DONTNEED)
    }

    deinit {
        // SAFETY: the memory came from mmap or allocate as `isMapped` says; nodes hold this object, so none is left.
        if isMapped {
            unsafe _ = munmap(UnsafeMutableRawPointer(mutating: base), count)
        } else {
            unsafe UnsafeMutableRawPointer(mutating: base).deallocate()
        }
    }
}

extension ArchiveError {
    /// The last call of the system failed to write at `path`.
    static func failedToWrite(_ path: String) -> ArchiveError {
        errno == ENOSPC || errno == EDQUOT ? .full(path: path) : .cannotWrite(path: path, reason: systemReason())
    }
}

/// The text of the last error of a system call.
func systemReason() -> String {
    unsafe String(cString: strerror(errno))
}
