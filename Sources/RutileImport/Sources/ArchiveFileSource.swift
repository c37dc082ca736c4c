import RutileArchive
import RutileJSON
import RutileModel

/// The entries of an archive file of any version. They keep their ids.
struct ArchiveFileSource {
    /// One archive of a file.
    struct Entry: Sendable {
        /// Its id; absent where the file states none.
        let id: EntryID?
        /// Its root, not decoded.
        let root: ArchiveNode
        /// Its metadata; empty where it has none.
        let metadata: ObjectValue
    }

    /// In the order of the file.
    let entries: [Entry]
    private let file: ArchiveFile

    /// Opens the file at `path`, which must not change while entries of it are in use.
    ///
    /// A single archive that is not wrapped by its id counts as one entry; so do the members of a list.
    init(path: String) throws(SourceFailure) {
        let file = try Self.reading { () throws(ArchiveError) in try ArchiveFile(path: path) }
        entries = try Self.reading { () throws(ArchiveError) in try Self.entries(of: file) }
        self.file = file
    }

    /// Checks that all texts in the file are valid UTF-8: they would be changed in the store else.
    func checkText() throws(SourceFailure) {
        try Self.reading { () throws(ArchiveError) in try file.root.checkText() }
    }

    private static func reading<Success>(
        _ body: () throws(ArchiveError) -> Success
    ) throws(SourceFailure) -> Success {
        do {
            return try body()
        } catch {
            // Its path is that of a staged copy, which means nothing to people.
            if case .cannotOpen(_, let reason) = error { throw SourceFailure(reason) }
            throw SourceFailure("\(error)")
        }
    }

    /// Root sections that tell a bare archive from one that is wrapped by its id.
    private static let rootSections: Set = [
        "metadata", "results", "data", "run", "workflow", "workflow2", "definitions", "measurement", "processing_logs",
    ]

    private static func entries(of file: ArchiveFile) throws(ArchiveError) -> [Entry] {
        var entries: [Entry] = []
        switch try file.root.kind {
        case .list:
            guard try !holdsEntriesByID(file) else { break }
            for root in try file.root.items(0..<Int.max) { entries.append(try entry(nil, root)) }
            return entries
        case .object:
            if file.form == .single, try isBare(file.root) { return [try entry(nil, file.root)] }
        default: throw .notByEntry
        }
        for (id, root) in try file.entries() { entries.append(try entry(id, root)) }
        return entries
    }

    /// Whether `file` is a row of files, each with entries by id.
    private static func holdsEntriesByID(_ file: ArchiveFile) throws(ArchiveError) -> Bool {
        guard file.form == .combinedList else { return false }
        for item in try file.root.items(0..<Int.max) {
            guard try item.kind == .object else { return false }
            if try isBare(item) { return false }
        }
        return true
    }

    /// Whether `root` is an archive itself, not an object with its id as the only key.
    private static func isBare(_ root: ArchiveNode) throws(ArchiveError) -> Bool {
        for member in try root.members() where rootSections.contains(member.key) { return true }
        return false
    }

    private static func entry(_ id: EntryID?, _ root: ArchiveNode) throws(ArchiveError) -> Entry {
        guard try root.kind == .object else { throw .notByEntry }
        let metadata = try root.child("metadata")?.value().object ?? ObjectValue()
        return Entry(id: id ?? metadata["entry_id"]?.text.map { EntryID($0) }, root: root, metadata: metadata)
    }

    /// The ids of uploads that the entries name.
    var uploads: Set<UploadID> {
        Set(entries.compactMap { $0.metadata["upload_id"]?.text }.filter { !$0.isEmpty }.map { UploadID($0) })
    }
}
