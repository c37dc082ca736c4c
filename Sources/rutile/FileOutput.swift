import Glibc
import RutileStore

/// Where a command writes to: a new file that takes its name when it is complete, or standard output.
final class FileOutput {
    private let path: String
    private let file: Int32
    private var temporary: String?

    /// `mode` is what a new file allows, less what the umask forbids; by default only its owner reads it.
    init(_ path: String, mode: mode_t = 0o600) throws(StoreError) {
        self.path = path
        if path == "-" {
            file = STDOUT_FILENO
            return
        }
        let temporary = "\(path).\(getpid()).tmp"
        file = unsafe open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        guard file >= 0 else { throw .medium("cannot write \(path)") }
        self.temporary = temporary
    }

    deinit {
        guard let temporary else { return }
        close(file)
        // A file that cannot be removed is in nobody's way.
        _ = unsafe unlink(temporary)
    }

    func write(_ bytes: [UInt8]) throws(StoreError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw .medium("cannot write \(path)") }
            rest = rest.dropFirst(count)
        }
    }

    func finish() throws(StoreError) {
        guard let temporary else { return }
        guard fsync(file) == 0 else { throw .medium("cannot write \(path)") }
        try FileTree.rename(temporary, to: path)
        close(file)
        self.temporary = nil
    }
}
