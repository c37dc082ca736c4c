import FoundationEssentials
package import RutileModel

/// A change to the files of a data directory that takes effect with a ``RecordChange``.
///
/// Paths are relative to the data directory. Doing a change twice is the same as doing it once, so a list of them
/// can be repeated after a crash.
package enum FileChange: Hashable, Sendable {
    /// A file or folder, staged beside its place, takes it; what was there before is removed.
    case move(from: String, to: String)
    /// A file or folder, with all that it holds, is removed.
    case remove(String)

    /// Does the change. What the change displaces keeps, for a moment, the name of the staged item with `.old` added.
    ///
    /// - Returns: the paths (absolute) that it displaced and that can be deleted at leisure.
    /// - Throws: ``StoreError/medium(_:)``.
    package func perform(in directory: DataDirectory) throws(StoreError) -> [String] {
        switch self {
        case .move(let from, let to):
            let source = directory.root + "/" + from
            let target = directory.root + "/" + to
            let displaced = source + ".old"
            guard FileTree.kind(of: source) != nil else {
                // It was moved before; what it displaced may still be there.
                return FileTree.kind(of: displaced) == nil ? [] : [displaced]
            }
            try FileTree.makeFolder(FileTree.parent(of: target))
            if FileTree.kind(of: target) == nil {
                try FileTree.rename(source, to: target)
                return FileTree.kind(of: displaced) == nil ? [] : [displaced]
            }
            // rename(2) replaces a file by a file, but no folder that holds something.
            try FileTree.rename(target, to: displaced)
            try FileTree.rename(source, to: target)
            return [displaced]
        case .remove(let path):
            return [directory.root + "/" + path]
        }
    }
}
