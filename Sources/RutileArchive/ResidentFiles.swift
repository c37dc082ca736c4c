import Glibc
import Synchronization

/// Looks after how much memory the pages of mapped files take in this process.
///
/// The system would drop them only when memory runs short, and brings in what lies around each page that is visited:
/// after some ten thousand requests all archives would count as memory of the process.
final class ResidentFiles: Sendable {
    /// Archives that are opened between two looks, which take some microseconds.
    private static let archivesBetweenLooks = 128

    private let limit: Int
    private let opened = Mutex(0)

    /// Pages are to go when those of all mapped files, the program's own among them, take more than `limit` bytes.
    init(limit: Int) { self.limit = limit }

    /// Notes that `count` archives were opened; whether pages are to go now.
    func areTooMany(afterOpening count: Int) -> Bool {
        let isTime = opened.withLock { opened in
            opened += count
            guard opened >= Self.archivesBetweenLooks else { return false }
            opened = 0
            return true
        }
        return isTime && Self.bytes() > limit
    }

    /// Bytes of mapped files that are in memory; 0 where the system does not tell.
    private static func bytes() -> Int {
        let file = unsafe open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return 0 }
        defer { close(file) }
        var line = [UInt8](repeating: 0, count: 128)
        // SAFETY: the buffer has as many bytes as it says.
        let count = unsafe line.withUnsafeMutableBytes { unsafe read(file, $0.baseAddress, $0.count) }
        // Pages in all, in memory, and of the latter those of files.
        let numbers = String(decoding: line.prefix(max(0, count)), as: UTF8.self).split(separator: " ")
        return (numbers.count > 2 ? Int(numbers[2]) ?? 0 : 0) * sysconf(Int32(_SC_PAGESIZE))
    }
}
