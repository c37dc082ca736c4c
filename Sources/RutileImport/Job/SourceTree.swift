import Glibc
import RutileJSON
import RutileModel
import RutileStore

/// The files that an import takes, by their place in the upload.
struct SourceTree {
    /// One file.
    struct File {
        /// Path within the upload.
        let path: String
        /// Where it is now.
        let source: String
        let size: Int
        /// Time of its last change, seconds and nanoseconds, as whoever wrote it says.
        let modified: timespec
        /// When it last became what it is, as the system says; nobody can set that.
        let changed: timespec
        /// Whether it was named itself, not a folder or packed file that has it.
        var isNamed = false
    }

    /// In the order of their paths' bytes.
    private(set) var files: [File] = []
    /// What was passed over.
    private(set) var leftOut: [UnpackReport.Item] = []
    /// Whether all files of the source are known; not where a packed file could not be unpacked.
    private(set) var isComplete = true
    private var taken: [UTF8Key: String] = [:]

    /// Adds the folder or file at `source`; those below a folder have paths relative to it. All are put below the folder
    /// `place` of the upload; the empty one is the upload itself.
    ///
    /// Links are left out, except that `source` itself may be one; so is what cannot be read. What lies in `excluded`
    /// is passed over.
    /// - Throws: ``ImportError``; `source` itself must be readable.
    mutating func add(_ source: String, under place: String = "", excluding excluded: String?) throws(ImportError) {
        let prefix = place.isEmpty ? "" : place + "/"
        var status = stat()
        guard unsafe stat(source, &status) == 0 else { throw .noSuchPath(source) }
        switch status.st_mode & S_IFMT {
        case S_IFREG: try take(source, path: prefix + name(of: source), status, isNamed: true)
        case S_IFDIR:
            var waiting = [""]
            while let folder = waiting.popLast() {
                try addFolder(source, folder, prefix, excluded, &waiting)
            }
        default: throw .noSuchPath(source)
        }
        files.sort { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }

    private mutating func addFolder(
        _ root: String, _ folder: String, _ prefix: String, _ excluded: String?, _ waiting: inout [String]
    ) throws(ImportError) {
        let names: [String]
        do {
            names = try FileTree.names(in: folder.isEmpty ? root : root + "/" + folder)
        } catch {
            guard !folder.isEmpty else { throw .file(root, reason: "cannot be listed") }
            leaveOut(folder, "the folder cannot be listed", isBad: true)
            return
        }
        for name in names {
            let path = folder.isEmpty ? name : folder + "/" + name
            let full = root + "/" + path
            guard prefix.utf8.count + path.utf8.count <= SafePath.longest else {
                leaveOut(path, "its path is too long", isBad: true)
                continue
            }
            var status = stat()
            guard unsafe lstat(full, &status) == 0 else {
                leaveOut(path, "its name is no UTF-8, or it is gone", isBad: true)
                continue
            }
            guard DataDirectory.isSafeName(name) else {
                leaveOut(path, "its name cannot be kept", isBad: true)
                continue
            }
            switch status.st_mode & S_IFMT {
            case S_IFREG: try take(full, path: prefix + path, status)
            case S_IFDIR:
                if excluded == nil || realPath(full) != excluded { waiting.append(path) }
            default: leaveOut(path, "links and devices are not followed", isBad: false)
            }
        }
    }

    private mutating func take(_ source: String, path: String, _ status: stat, isNamed: Bool = false)
        throws(ImportError)
    {
        if let first = taken.updateValue(source, forKey: UTF8Key(path)) {
            throw .sameMainfile(path, first: first, second: source)
        }
        files.append(
            File(
                path: path, source: source, size: Int(status.st_size), modified: status.st_mtim,
                changed: status.st_ctim, isNamed: isNamed))
    }

    /// Adds what unpacking left out.
    mutating func add(_ report: UnpackReport) { leftOut += report.leftOut }

    /// Leaves out a packed file that could not be unpacked. What it holds is not known then.
    mutating func leaveOut(packed path: String, _ failure: SourceFailure) {
        isComplete = false
        leaveOut(path, failure.reason, isBad: true)
    }

    private mutating func leaveOut(_ path: String, _ reason: String, isBad: Bool) {
        leftOut.append(UnpackReport.Item(path: path, reason: reason, isBad: isBad))
    }
}

/// The last part of a path.
func name(of path: String) -> String {
    path.utf8.split(separator: UInt8(ascii: "/")).last.map { String(Substring($0)) } ?? ""
}

/// The path with all links and dots resolved; `nil` where there is nothing.
func realPath(_ path: String) -> String? {
    guard let resolved = unsafe realpath(path, nil) else { return nil }
    defer { unsafe free(resolved) }
    return unsafe String(cString: resolved)
}
