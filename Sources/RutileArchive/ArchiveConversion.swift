import RutileModel

/// Turns an archive file of any version into a combined version 3 file.
package enum ArchiveConversion {
    /// Writes the entries of `file` to `path`, each encoded anew; how many there were.
    ///
    /// The file is complete or not there: it gets its name last. A file that is at `path` already is replaced.
    /// - Throws: ``ArchiveError/notByEntry`` when the content is no entries by id, see ``ArchiveFile/entries()``;
    ///   ``ArchiveError/duplicateEntry(_:)``; ``ArchiveError/invalidUTF8(offset:)``, since keys would be changed
    ///   otherwise; ``ArchiveError/cannotWrite(path:reason:)``.
    package static func convert(
        _ file: ArchiveFile, to path: String, with encoder: ArchiveEncoder = ArchiveEncoder()
    ) throws(ArchiveError) -> Int {
        let entries = try file.entries()
        if entries.isEmpty, try file.root.kind != .object { throw .notByEntry }
        for entry in entries where try entry.archive.kind != .object { throw .notByEntry }
        try file.root.checkText()
        var output = try ArchiveFileWriter(path: path)
        for entry in entries { try output.append(entry.id, encoder.encode(entry.archive)) }
        try output.finish()
        return entries.count
    }
}
