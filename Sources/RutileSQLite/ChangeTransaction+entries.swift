import GRDB
import RutileJSON
import RutileModel
import RutileStore

/// Writing entries, and what links them to datasets and references.
extension ChangeTransaction {
    mutating func writeLaterEntries(of change: RecordChange) throws {
        guard let stream = change.laterEntries else { return }
        let uploads = Set(change.uploads.map(\.id)).union(change.processes.keys)
        // Entries come in the order of their ids, which is not that of every index: with little memory each page of
        // the others would be written to the log many times.
        try database.execute(sql: "PRAGMA cache_size = -128000")
        // Where that fails, memory is all that it costs.
        defer { try? database.execute(sql: SQLiteRecords.usualCache) }
        try stream { entry in
            guard uploads.contains(entry.record.upload) else {
                throw StoreError.missing(kind: "upload", id: entry.record.upload.text)
            }
            try write(entry)
        }
    }

    mutating func write(_ entry: RecordChange.EntryWrite) throws {
        let id = entry.record.id
        if try isNew(entry.record) {
            added[entry.record.upload, default: EntryCounts()].add(entry.record.process.status)
            if let metadata = entry.metadata { try write(metadata, of: id) }
        } else {
            guard try !refuses && (movesEntries || isStored(id, in: entry.record.upload)) else {
                throw StoreError.alreadyExists(kind: EntryRecord.table.kind, id: id.text)
            }
            try retireSegment(of: id)
            try removeDocuments(of: id)
            try write(entry.record, id: id)
            try database.run("DELETE FROM dataset_entry WHERE entry_id = ?", [id.text.databaseValue])
            if let metadata = entry.metadata {
                try write(metadata, of: id)
            } else {
                try database.run("DELETE FROM search_document WHERE entry_id = ?", [id.text.databaseValue])
            }
        }
        for dataset in Set(entry.record.datasets) { try note(id, in: dataset) }
        for document in entry.documents { try write(document.json, of: document.type, id, in: entry.record.upload) }
    }

    /// Writes `record` if there is none of its id; whether it did. As a rule it does: entries come by the million.
    private func isNew(_ record: EntryRecord) throws -> Bool {
        var columns = ColumnWriter()
        try record.write(to: &columns)
        try database.run(EntryRecord.table.insertNew, columns.values)
        return database.changesCount > 0
    }

    private func isStored(_ entry: EntryID, in upload: UploadID) throws -> Bool {
        let sql = "SELECT 1 FROM entry WHERE id = ? AND upload_id = ?"
        return try database.first(sql, [entry.text, upload.text], { _ in true }) != nil
    }

    private func write(_ metadata: Value, of entry: EntryID) throws {
        try database.run(
            "INSERT OR REPLACE INTO search_document (entry_id, document) VALUES (?, ?)",
            [entry.text.databaseValue, metadata.storedJSON.databaseValue])
    }

    /// Notes that `entry` names `dataset`.
    private func note(_ entry: EntryID, in dataset: DatasetID) throws {
        var columns = ColumnWriter()
        try columns.text(dataset.text)
        try columns.text(entry.text)
        try database.run("INSERT INTO dataset_entry VALUES (?, ?)", columns.values)
    }

    func count(_ counts: EntryCounts, in upload: UploadID) throws {
        try database.run(
            """
            UPDATE entry_count SET total = total + ?, processed = processed + ?, failed = failed + ?
            WHERE upload_id = ?
            """,
            [
                counts.total.databaseValue, counts.processed.databaseValue, counts.failed.databaseValue,
                upload.text.databaseValue,
            ])
    }

    mutating func write(_ edit: RecordChange.LinkEdit, of id: EntryID) throws {
        guard let former = try database.record(EntryRecord.self, id: id) else { return }
        var entry = former
        edit.apply(to: &entry)
        var columns = ColumnWriter()
        columns.ids(entry.datasets)
        columns.texts(entry.references)
        try columns.text(id.text)
        try database.run("UPDATE entry SET datasets = ?, reference_list = ? WHERE id = ?", columns.values)
        try database.run("DELETE FROM dataset_entry WHERE entry_id = ?", [id.text.databaseValue])
        for dataset in Set(entry.datasets) { try note(id, in: dataset) }
        try GivenDocuments.leave(GivenDocument.members(of: entry, changedSince: former), of: id, in: database)
        if entry.references != former.references { try showReferences(of: entry) }
        renewed.entries.insert(id)
    }
}
