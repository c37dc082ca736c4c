import FoundationEssentials
import RutileJSON
package import RutileModel

/// A change to the files of a data directory that takes effect with a ``RecordChange``.
///
/// Paths are relative to the data directory. Doing a list of changes twice is the same as doing it once, so it can be
/// repeated after a crash.
package enum FileChange: Hashable, Sendable {
    /// A file or folder, staged beside its place, takes it; what was there before is removed.
    case move(from: String, to: String)
    /// A file or folder, with all that it holds, is removed.
    case remove(String)

    /// Does `changes`, in order, and waits until the names that change are on the medium. What a change displaces keeps,
    /// for a moment, the name of the staged item with `.old` added; what is removed, its own with `.tmp.old` added.
    ///
    /// - Returns: the paths (absolute) that were displaced and that can be deleted at leisure. Sweeps know their names.
    /// - Throws: ``StoreError/medium(_:)``, ``StoreError/full(_:)``.
    package static func perform(_ changes: [FileChange], in directory: DataDirectory) throws(StoreError) -> [String] {
        var displaced: [String] = []
        var touched: Set<UTF8Key> = []
        // An item that has left its staged name was moved before, and so all before it was done. To remove again what a
        // path holds now may be to remove that item.
        let done = changes.lastIndex { !$0.isToBeDone(in: directory) } ?? 0
        for (index, change) in changes.enumerated() {
            let outcome = try change.perform(in: directory, again: index < done)
            displaced += outcome.displaced
            touched.formUnion(outcome.touched.map { UTF8Key($0) })
        }
        for folder in touched where FileTree.kind(of: folder.string) == .folder {
            try FileTree.synchronizeFolder(folder.string)
        }
        return displaced
    }

    /// What a change did. All paths are absolute.
    package struct Outcome: Equatable {
        /// What can be deleted.
        package var displaced: [String] = []
        /// The folders in which names may have changed.
        package var touched: [String] = []
    }

    /// Does the change, for the first time or, where that cannot be told from what is there, `again`.
    package func perform(in directory: DataDirectory, again: Bool = false) throws(StoreError) -> Outcome {
        switch self {
        case .move(let from, let to): try Self.move(directory.root + "/" + from, to: directory.root + "/" + to)
        case .remove(let path): try Self.putAside(directory.root + "/" + path, again: again)
        }
    }

    /// Whether the change is no move, or one that was not made before.
    private func isToBeDone(in directory: DataDirectory) -> Bool {
        guard case .move(let from, _) = self else { return true }
        return FileTree.kind(of: directory.root + "/" + from) != nil
    }

    private static func move(_ source: String, to target: String) throws(StoreError) -> Outcome {
        let displaced = source + ".old"
        // Where it was moved before, that may not be on the medium yet.
        var outcome = Outcome(touched: [FileTree.parent(of: source), FileTree.parent(of: target)])
        if FileTree.kind(of: source) != nil {
            outcome.touched += try FileTree.makeFolder(FileTree.parent(of: target)).map(FileTree.parent)
            // rename(2) replaces a file by a file, but no folder that holds something.
            if FileTree.kind(of: target) != nil { try FileTree.rename(target, to: displaced) }
            try FileTree.rename(source, to: target)
        }
        // It may be there from an earlier time.
        if FileTree.kind(of: displaced) != nil { outcome.displaced = [displaced] }
        return outcome
    }

    private static func putAside(_ target: String, again: Bool) throws(StoreError) -> Outcome {
        let displaced = target + DataDirectory.stagingSuffix + ".old"
        if !again, FileTree.kind(of: target) != nil {
            // What an earlier removal has left would be in the way.
            try FileTree.remove(displaced)
            try FileTree.rename(target, to: displaced)
        }
        return Outcome(
            displaced: FileTree.kind(of: displaced) == nil ? [] : [displaced], touched: [FileTree.parent(of: target)])
    }
}
