import Glibc
import RutileStore

/// Where a command writes to: a new file that takes its name when it is complete, a device or a pipe that is there, or
/// standard output.
final class FileOutput {
    private let path: String
    private let file: Int32
    /// The new file, until it has its name, and that name.
    private var replacement: (temporary: String, target: String)?
    /// Whether the file is closed in the end.
    private var isOpen: Bool

    /// `mode` is what a new file allows, less what the umask forbids; by default only its owner reads it. Until it is
    /// complete it is called `temporary`, by default a name of this process alone.
    init(_ path: String, mode: mode_t = 0o600, temporary: String? = nil) throws(StoreError) {
        self.path = path
        isOpen = path != "-"
        guard isOpen else {
            file = STDOUT_FILENO
            return
        }
        switch OutputPlace(path) {
        case .folder: throw .medium("cannot write \(path): it is a folder")
        case .stream: file = unsafe open(path, O_WRONLY | O_CLOEXEC)
        case .file(let target):
            let temporary = temporary ?? "\(target).\(getpid()).tmp"
            file = unsafe open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
            if file >= 0 { replacement = (temporary, target) }
        }
        guard file >= 0 else {
            isOpen = false
            throw .failed("cannot write \(path)")
        }
    }

    deinit {
        if isOpen { close(file) }
        // A file that cannot be removed is in nobody's way.
        if let replacement { _ = unsafe unlink(replacement.temporary) }
    }

    func write(_ bytes: [UInt8]) throws(StoreError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw .failed("cannot write \(place)") }
            rest = rest.dropFirst(count)
        }
    }

    func finish() throws(StoreError) {
        guard let replacement else { return }
        guard fsync(file) == 0 else { throw .failed("cannot write \(path)") }
        try FileTree.rename(replacement.temporary, to: replacement.target)
        self.replacement = nil
    }

    private var place: String { path == "-" ? "standard output" : path }
}
