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

    /// Opens the file at `path`, which must not change while entries of it are in use.
    ///
    /// A single archive that is not wrapped by its id counts as one entry; so do the members of a list.
    init(path: String) throws(SourceFailure) {
        do {
            entries = try Self.entries(of: ArchiveFile(path: path))
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
        switch try file.root.kind {
        case .list:
            var entries: [Entry] = []
            for root in try file.root.items(0..<file.root.count) { entries.append(try entry(nil, root)) }
            return entries
        case .object:
            let members = try file.entries()
            if file.form == .single, members.contains(where: { rootSections.contains($0.id.text) }) {
                return [try entry(nil, file.root)]
            }
            var entries: [Entry] = []
            for (id, root) in members { entries.append(try entry(id, root)) }
            return entries
        default: throw .notByEntry
        }
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
