package import RutileModel

/// An archive file of any version, open for reading.
///
/// Opening reads the header and finds the table of contents, no more. The file must not change while it is open.
package struct ArchiveFile: Sendable {
    /// How the file keeps what it holds.
    package enum Form: Sendable {
        /// One value; in NOMAD's staging area an object with the entry's id as its only key.
        case single
        /// Complete files by name; NOMAD's public files, by entry id.
        case combinedByName
        /// Complete files in a row.
        case combinedList
        /// Entries by id, versions 1 and 2.
        case entryTable
    }

    /// The version of the format: 1, 2 or 3.
    package let version: Int
    /// How the file keeps what it holds.
    package let form: Form
    /// How values are encoded; in a combined file, how its own table of contents is.
    package let codec: ArchiveCodec
    /// Size of the file in bytes.
    package let size: Int
    /// Bytes of the file's own table of contents; those of entries and combined files not included.
    package let contentsSize: Int
    /// The bare content: the one value, or an object (or list) of all members. Ids have no padding.
    package let root: ArchiveNode

    /// Opens the file at `path`.
    ///
    /// - Throws: ``ArchiveError``, also for a file of no such format.
    package init(path: String) throws(ArchiveError) {
        try self.init(ArchiveBytes(mapping: path))
    }

    /// Opens a file in memory.
    package init(bytes: [UInt8]) throws(ArchiveError) {
        try self.init(ArchiveBytes(bytes))
    }

    private init(_ bytes: ArchiveBytes) throws(ArchiveError) {
        size = bytes.count
        let start = try Cursor(bytes, from: 0, to: bytes.count, codec: .messagePack)
        guard start.left > 0, try start.peek() == 0 else {
            guard start.left > 0, let table = try EntryTable(bytes) else { throw .unknownFormat(offset: 0) }
            version = table.version
            form = .entryTable
            codec = .messagePack
            contentsSize = table.place.count
            root = ArchiveNode(table.block, .entries(table))
            return
        }
        let block = try Block(bytes, at: 0, within: bytes.count)
        let root = try block.root()
        version = 3
        codec = block.codec
        contentsSize = block.contents.count
        if case .combined = root.place {
            form = try root.kind == .object ? .combinedByName : .combinedList
        } else {
            form = .single
        }
        self.root = root
    }

    /// The ids of the entries, without padding, in order of writing; none when the content is no object.
    ///
    /// A single file counts as entries by id too, since NOMAD writes them so.
    package func entryIDs() throws(ArchiveError) -> [EntryID] {
        if case .entries(let table) = root.place { return try table.ids().map { EntryID($0) } }
        return try root.members().map { EntryID(Self.stripped($0.key)) }
    }

    /// The archive of entry `id`; `nil` when there is none. Ids compare without their padding.
    package func entry(_ id: EntryID) throws(ArchiveError) -> ArchiveNode? {
        if let entry = try root.child(id.text) { return entry }
        let padding = String(repeating: " ", count: max(0, 28 - id.text.utf8.count))
        return padding.isEmpty ? nil : try root.child(padding + id.text)
    }

    /// All entries with their ids, in order of writing; of complete files in a row those of each. None where something
    /// in the row is no object, or the content is neither.
    package func entries() throws(ArchiveError) -> [(id: EntryID, archive: ArchiveNode)] {
        guard form == .combinedList else { return try Self.entries(of: root) }
        var entries: [(id: EntryID, archive: ArchiveNode)] = []
        for file in try root.items(0..<Int.max) {
            guard try file.kind == .object else { return [] }
            entries += try Self.entries(of: file)
        }
        return entries
    }

    private static func entries(of object: ArchiveNode) throws(ArchiveError) -> [(id: EntryID, archive: ArchiveNode)] {
        try object.members().map { (EntryID(stripped($0.key)), $0.node) }
    }

    private static func stripped(_ id: String) -> String {
        String(decoding: id.utf8.drop { $0 == 0x20 }, as: UTF8.self)
    }
}
