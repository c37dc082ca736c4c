package import RutileModel

/// Writes archives of whatever uploads as one combined version 3 file, which is complete or not there.
package struct ArchiveFileWriter: ~Copyable {
    /// Ends the name of a file that is not complete: that of its path with this behind it.
    package static let temporarySuffix = CombinedFileWriter.temporarySuffix

    private let path: String
    private var file: CombinedFileWriter
    private var entries: Set<EntryID> = []

    /// Begins the file that will be at `path`; one that is there is replaced at the end. Where another writer has begun
    /// it, or was killed at it, it cannot be written.
    ///
    /// - Throws: ``ArchiveError/cannotWrite(path:reason:)``.
    package init(path: String) throws(ArchiveError) {
        self.path = path
        file = try CombinedFileWriter(path: path)
    }

    /// Adds the archive of `entry`.
    ///
    /// - Throws: ``ArchiveError/duplicateEntry(_:)``, or ``ArchiveError/cannotWrite(path:reason:)``.
    package mutating func append(_ entry: EntryID, _ archive: EncodedArchive) throws(ArchiveError) {
        guard entries.insert(entry).inserted else { throw .duplicateEntry(entry.text) }
        _ = try file.append(entry.text, archive)
    }

    /// Makes the file durable and gives it its name.
    ///
    /// - Throws: ``ArchiveError/cannotWrite(path:reason:)``.
    package mutating func finish() throws(ArchiveError) {
        try file.finish()
        try file.name()
        let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        try CombinedFileWriter.flushFolder(folder)
    }
}
