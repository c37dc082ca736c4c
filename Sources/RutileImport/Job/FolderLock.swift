import Glibc
import RutileModel
import RutileStore

/// Keeps two imports out of one upload; held while the object lives, dropped when the process ends.
final class FolderLock: Sendable {
    private let folder: Int32
    private let path: String

    /// - Throws: ``ImportError/busy(_:)`` when another import is at work.
    init(_ upload: UploadID, in directory: DataDirectory) throws {
        let path = directory.folder(of: upload)
        // An import that ends may remove the folder above just before this one is made in it.
        if (try? FileTree.makeFolder(path)) == nil { try FileTree.makeFolder(path) }
        let folder = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw ImportError.failed(path) }
        guard flock(folder, LOCK_EX | LOCK_NB) == 0 else {
            close(folder)
            throw ImportError.busy(upload)
        }
        self.folder = folder
        self.path = path
    }

    deinit {
        // Where nothing was imported, nothing is left: a folder that holds something is not removed.
        for empty in [path + "/archive", path, FileTree.parent(of: path)] { unsafe rmdir(empty) }
        // Not by closing alone: a process that is just being started has it open, too, until its program begins.
        flock(folder, LOCK_UN)
        close(folder)
    }
}
