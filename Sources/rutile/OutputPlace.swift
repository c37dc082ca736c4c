import Glibc
import RutileStore

/// What is where a command is to write to, links followed.
enum OutputPlace: Hashable {
    /// A file, or nothing yet: a new file takes this name when it is complete. A link stays, its target is replaced.
    case file(String)
    /// A device or a pipe, which is written to as it is: another file must never take its name.
    case stream
    /// A folder, which nothing can be written to.
    case folder

    /// What is at `path`.
    init(_ path: String) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else {
            self = .file(path)
            return
        }
        switch status.st_mode & S_IFMT {
        case S_IFDIR: self = .folder
        case S_IFREG: self = .file(Self.isLink(path) ? Self.target(of: path) : path)
        default: self = .stream
        }
    }

    private static func isLink(_ path: String) -> Bool { FileTree.kind(of: path) == .other }

    /// The file that the link at `path` leads to.
    private static func target(of path: String) -> String {
        guard let resolved = unsafe realpath(path, nil) else { return path }
        defer { unsafe free(resolved) }
        return unsafe String(cString: resolved)
    }
}
