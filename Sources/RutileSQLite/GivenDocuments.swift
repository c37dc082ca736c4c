import GRDB
import RutileJSON
import RutileModel
import RutileStore

/// Leaves to the records what a change touches of search documents that were given whole; see
/// ``RutileStore/GivenDocument``.
struct GivenDocuments {
    /// Uploads that the change is about to touch, as they were before it.
    private var former: [UploadID: UploadRecord] = [:]

    /// Notes that `upload` is about to change. A new one has no documents yet.
    mutating func note(_ upload: UploadID, in database: Database) throws {
        if former[upload] == nil { former[upload] = try database.record(id: upload) }
    }

    /// Writes the documents of the uploads that have changed.
    func write(in database: Database) throws {
        for (id, former) in former {
            guard let upload: UploadRecord = try database.record(id: id) else { continue }
            let members = GivenDocument.members(of: upload, changedSince: former)
            if members.isEmpty { continue }
            let sql = """
                SELECT entry_id FROM search_document WHERE entry_id IN (SELECT id FROM entry WHERE upload_id = ?)
                """
            for entry in try database.all(sql, [id.text], { EntryID(try $0.text()) }) {
                try Self.leave(members, of: entry, in: database)
            }
        }
    }

    /// Leaves `members` of the document of `entry` to the records, where one was given.
    static func leave(_ members: [String], of entry: EntryID, in database: Database) throws {
        guard !members.isEmpty, let given = try database.searchDocument(of: entry)?.object else { return }
        let document = Value.object(GivenDocument.leaving(members, of: given))
        try database.run(
            "UPDATE search_document SET document = ? WHERE entry_id = ?",
            [document.storedJSON.databaseValue, entry.text.databaseValue])
    }
}
