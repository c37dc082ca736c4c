import RutileModel

/// Turns an archive file of any version into a combined version 3 file.
package enum ArchiveConversion {
    /// Writes the entries of `file` to `path`, each encoded anew; how many there were.
    ///
    /// The file is complete or not there: it gets its name last. A file that is at `path` already is replaced.
    /// - Throws: ``ArchiveError/notByEntry`` when the content is no object of objects; ``ArchiveError/cannotWrite(path:reason:)``.
    package static func convert(
        _ file: ArchiveFile, to path: String, with encoder: ArchiveEncoder = ArchiveEncoder()
    ) throws(ArchiveError) -> Int {
        guard try file.root.kind == .object else { throw .notByEntry }
        let entries = try file.entries()
        for entry in entries where try entry.archive.kind != .object { throw .notByEntry }
        var output = try CombinedFileWriter(path: path)
        for entry in entries { _ = try output.append(entry.id.text, encoder.encode(entry.archive)) }
        try output.finish()
        try output.name()
        let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        try CombinedFileWriter.flushFolder(folder)
        return entries.count
    }
}
