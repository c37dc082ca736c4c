import FoundationEssentials
import RutileJSON
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

    /// Does `changes`, in order, and waits until the names that change are on the medium. What a change displaces keeps,
    /// for a moment, the name of the staged item with `.old` added; what is removed, its own with `.tmp.old` added.
    ///
    /// - Returns: the paths (absolute) that were displaced and that can be deleted at leisure. Sweeps know their names.
    /// - Throws: ``StoreError/medium(_:)``, ``StoreError/full(_:)``.
    package static func perform(_ changes: [FileChange], in directory: DataDirectory) throws(StoreError) -> [String] {
        var displaced: [String] = []
        var touched: Set<UTF8Key> = []
        for change in changes {
            let outcome = try change.perform(in: directory)
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

    /// Does the change, for the first time or again.
    package func perform(in directory: DataDirectory) throws(StoreError) -> Outcome {
        switch self {
        case .move(let from, let to): try Self.move(directory.root + "/" + from, to: directory.root + "/" + to)
        case .remove(let path): try Self.putAside(directory.root + "/" + path)
        }
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

    private static func putAside(_ target: String) throws(StoreError) -> Outcome {
        let displaced = target + DataDirectory.stagingSuffix + ".old"
        if FileTree.kind(of: target) != nil {
            // What an earlier removal has left would be in the way.
            try FileTree.remove(displaced)
            try FileTree.rename(target, to: displaced)
        }
        return Outcome(
            displaced: FileTree.kind(of: displaced) == nil ? [] : [displaced], touched: [FileTree.parent(of: target)])
    }
}
