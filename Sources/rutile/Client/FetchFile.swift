import Glibc
import RutileJSON
import RutileStore

/// A file of lines that grows at its end and can be read back.
final class FetchFile {
    private static let bufferSize = 1 << 20
    private let descriptor: Int32
    private let name: String
    private var buffer: [UInt8] = []
    /// Bytes with those that are not written yet.
    private(set) var length: Int

    private init(descriptor: Int32, name: String, length: Int) {
        self.descriptor = descriptor
        self.name = name
        self.length = length
    }

    /// The file at `path`, made where there is none and cut at `length`. It is this process's alone while it is open.
    ///
    /// - Throws: `StoreError`, also where it is shorter, or another process has it.
    convenience init(_ path: String, length: Int) throws(StoreError) {
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw .failed("cannot write \(path)") }
        self.init(descriptor: descriptor, name: path, length: length)
        // Where a file system knows no locks there are none.
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK else {
            throw .medium("cannot write \(path): another process writes it")
        }
        let end = lseek(descriptor, 0, SEEK_END)
        guard end >= off_t(length) else { throw .medium("\(path) is shorter than it was; remove it to begin again") }
        guard ftruncate(descriptor, off_t(length)) == 0, lseek(descriptor, off_t(length), SEEK_SET) >= 0 else {
            throw .failed("cannot write \(path)")
        }
    }

    deinit { if descriptor != STDOUT_FILENO { close(descriptor) } }

    /// Standard output, which cannot be read back.
    static func standardOutput() -> FetchFile {
        FetchFile(descriptor: STDOUT_FILENO, name: "standard output", length: 0)
    }

    /// A file without a name, which goes with the process.
    static func unnamed() throws(StoreError) -> FetchFile {
        var path = Array(((ServerOptions.environment("TMPDIR") ?? "/tmp") + "/rutile-fetch-XXXXXX").utf8CString)
        let descriptor = unsafe mkstemp(&path)
        guard descriptor >= 0 else { throw .medium("cannot make a temporary file") }
        _ = unsafe unlink(path)
        return FetchFile(descriptor: descriptor, name: "a temporary file", length: 0)
    }

    /// Adds `bytes`, sooner or later.
    func append(_ bytes: [UInt8]) throws(StoreError) {
        buffer += bytes
        length += bytes.count
        if buffer.count >= Self.bufferSize { try flush(durably: false) }
    }

    /// Writes what was added.
    func flush(durably: Bool) throws(StoreError) {
        var rest = buffer[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw .failed("cannot write \(name)") }
            rest = rest.dropFirst(count)
        }
        buffer.removeAll(keepingCapacity: true)
        guard !durably || fdatasync(descriptor) == 0 else {
            throw .failed("cannot write \(name)")
        }
    }

    /// Gives each line, without its end, to `body`.
    func forEachLine(_ body: ([UInt8]) throws -> Void) throws {
        try flush(durably: false)
        var line: [UInt8] = []
        var page = [UInt8](repeating: 0, count: Self.bufferSize)
        var offset = 0
        while offset < length {
            let count = unsafe page.withUnsafeMutableBytes { bytes in
                unsafe pread(descriptor, bytes.baseAddress, bytes.count, off_t(offset))
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw StoreError.failed("cannot read \(name)") }
            offset += count
            var rest = page[..<count]
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                line += rest[..<end]
                try body(line)
                line.removeAll(keepingCapacity: true)
                rest = rest[(end + 1)...]
            }
            line += rest
        }
    }
}
