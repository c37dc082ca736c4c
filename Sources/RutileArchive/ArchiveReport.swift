package import RutileModel

/// What `rutile archive info` tells about a file.
package struct ArchiveReport: Sendable, CustomStringConvertible {
    /// One entry and the bytes it takes as stored.
    package struct Entry: Sendable {
        package let id: EntryID
        package let size: Int
    }

    /// The file's version, form, codec, size and size of its table of contents, in words.
    package let summary: String
    /// The entries in order of writing; absent when the content is no set of entries.
    package let entries: [Entry]?

    /// Looks through `file`. Cost: its own table of contents; a walk through entries that have no place in it.
    package init(_ file: ArchiveFile) throws(ArchiveError) {
        let codec = file.codec == .messagePack ? "MessagePack" : "CBOR"
        let form =
            switch file.form {
            case .single: "single value"
            case .combinedByName: "combined by name"
            case .combinedList: "combined list"
            case .entryTable: "table of entries"
            }
        summary =
            "version \(file.version), \(codec), \(form), \(file.size) bytes, "
            + "table of contents \(file.contentsSize) bytes"
        guard try file.root.kind == .object else {
            entries = nil
            return
        }
        var entries: [Entry] = []
        for (id, archive) in try file.entries() { entries.append(Entry(id: id, size: try archive.encodedSize)) }
        self.entries = entries
    }

    package var description: String {
        guard let entries else { return summary }
        let size = entries.reduce(0) { $0 + $1.size }
        return summary + "\n\(entries.count) \(entries.count == 1 ? "entry" : "entries"), \(size) bytes"
    }
}
