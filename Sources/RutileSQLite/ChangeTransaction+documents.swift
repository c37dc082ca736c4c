import GRDB
import RutileModel
import RutileStore

/// Writing what indexes hold of entries.
extension ChangeTransaction {
    mutating func removeDocuments(of entry: EntryID) throws {
        let sql = "SELECT type, upload_id FROM entry_document WHERE entry_id = ? AND document IS NOT NULL"
        for (type, upload) in try database.all(sql, [entry.text], { (try $0.text(), UploadID(try $0.text())) }) {
            try write(nil, of: type, entry, in: upload)
        }
    }

    /// Writes a document under the number of a change of its own; `nil` says that it was removed.
    mutating func write(_ json: [UInt8]?, of type: String, _ entry: EntryID, in upload: UploadID) throws {
        counter.advance()
        var columns = ColumnWriter()
        columns.number(counter.value)
        try columns.text(type)
        try columns.text(entry.text)
        try columns.text(upload.text)
        columns.optionalBytes(json)
        // Not INSERT OR REPLACE, for which SQLite keeps a journal of each page that it changes.
        try database.run(
            """
            INSERT INTO entry_document VALUES (?, ?, ?, ?, ?) ON CONFLICT (entry_id, type) DO UPDATE
            SET change = excluded.change, upload_id = excluded.upload_id, document = excluded.document
            """, columns.values)
    }

    /// Writes documents of an entry that is stored already.
    mutating func write(_ documents: [IndexDocument], of entry: EntryID) throws {
        guard entry.text.isStorable else { return }
        let sql = "SELECT upload_id FROM entry WHERE id = ?"
        guard let upload = try database.first(sql, [entry.text], { UploadID(try $0.text()) }) else { return }
        for document in documents { try write(document.json, of: document.type, entry, in: upload) }
    }

    /// Lets the document that shows an entry's references show those that it has now.
    mutating func showReferences(of entry: EntryRecord) throws {
        let type = IndexDocument.composedType
        let sql = "SELECT document FROM entry_document WHERE entry_id = ? AND type = ?"
        guard let json = try database.first(sql, [entry.id.text, type], { try $0.optionalBytes() }) ?? nil else {
            return
        }
        try write(IndexDocument.json(json, referringTo: entry.references), of: type, entry.id, in: entry.upload)
    }
}
