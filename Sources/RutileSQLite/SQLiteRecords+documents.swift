import GRDB
import RutileJSON
package import RutileModel
package import RutileStore

extension SQLiteRecords: DocumentFeed {
    package func documents(of type: String, after change: Int64, limit: Int) async throws -> DocumentBatch {
        guard type.isStorable else { return DocumentBatch(last: change) }
        return try await read { database in
            var batch = DocumentBatch(last: change)
            batch.documents.reserveCapacity(limit)
            let sql = """
                SELECT change, entry_id, upload_id, document FROM entry_document
                WHERE type = ? AND change > ? ORDER BY change LIMIT ?
                """
            var rows = try database.rows(
                sql, [type.databaseValue, change.databaseValue, max(0, limit).databaseValue])
            while try rows.next() {
                batch.last = try rows.number()
                let entry = EntryID(try rows.text())
                let upload = UploadID(try rows.text())
                if let json = try rows.optionalBytes() {
                    batch.documents.append(IndexChange.Document(entry: entry, upload: upload, json: json))
                } else {
                    batch.removed.insert(entry)
                }
            }
            return batch
        }
    }

    package func propertyDefinitions() async throws -> [PropertyRecord] {
        try await read { try $0.properties("SELECT entry_type, name, definition FROM property ORDER BY position") }
    }

    package func changeNumber() async throws -> Int64 {
        if let number = changeNumberAtOnce() { return number }
        return try await readWithoutTransaction(Self.changeNumber)
    }

    /// The change number, read on this thread: one row of a page that is in memory as a rule, for which a switch to
    /// another thread would take ten times as long. Every request asks for it. `nil` where it would have to wait.
    func changeNumberAtOnce() -> Int64? {
        // What goes wrong is for the usual way to say.
        watch.flatMap { try? $0.unsafeRead(Self.changeNumber) }
    }

    static func changeNumber(_ database: Database) throws -> Int64 {
        try database.first("SELECT value FROM change_counter") { try $0.number() } ?? 0
    }
}

extension SQLiteRecords: DocumentRenewal {
    package func entries(lacking type: String, after entry: EntryID?, limit: Int) async throws -> [EntryID] {
        guard type.isStorable, entry?.text.isStorable ?? true else { return [] }
        return try await read { database in
            let isMissing = "SELECT 1 FROM missing_document WHERE type = ?"
            guard try database.first(isMissing, [type], { _ in true }) != nil else { return [] }
            return try database.all(
                """
                SELECT id FROM entry WHERE id > ? AND NOT EXISTS (
                    SELECT 1 FROM entry_document WHERE entry_id = entry.id AND type = ? AND document IS NOT NULL)
                ORDER BY id LIMIT \(max(0, limit))
                """, [entry?.text ?? "", type]
            ) { EntryID(try $0.text()) }
        }
    }

    package func finishRenewal(of type: String) async throws {
        guard type.isStorable else { return }
        try await write { database in
            try database.run("DELETE FROM missing_document WHERE type = ?", [type.databaseValue])
        }
    }
}

extension Database {
    /// The definitions of properties that `upload` brought.
    func properties(of upload: UploadID) throws -> [PropertyRecord] {
        try properties(
            "SELECT entry_type, name, definition FROM property WHERE upload_id = ? ORDER BY position", [upload.text])
    }

    /// The definitions of properties that `sql`, which selects entry type, name and definition, gives.
    func properties(_ sql: String, _ arguments: [String] = []) throws -> [PropertyRecord] {
        try all(sql, arguments) { columns in
            PropertyRecord(
                entryType: try columns.text(), name: try columns.text(), definition: try columns.value() ?? .null)
        }
    }
}
