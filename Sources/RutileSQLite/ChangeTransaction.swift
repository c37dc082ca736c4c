import GRDB
import RutileJSON
import RutileModel
import RutileStore

/// Writes one ``RecordChange`` within a transaction that its owner has opened.
struct ChangeTransaction {
    private let database: Database
    private let refuses: Bool
    private let movesEntries: Bool
    private let time: Timestamp
    private var counter: ChangeCounter
    /// Entries that were added, which are counted at the end.
    private var added: [UploadID: EntryCounts] = [:]
    /// Uploads and datasets whose entries show something that has changed.
    private var renewed = RenewedDocuments()
    private var given = GivenDocuments()

    /// A change at `time`; `refuses` says that records that exist already stop it, `movesEntries` that entries may be
    /// taken from other uploads.
    init(_ database: Database, refuses: Bool, movesEntries: Bool, time: Timestamp) throws {
        self.database = database
        counter = try ChangeCounter(database)
        self.refuses = refuses
        self.movesEntries = movesEntries
        self.time = time
    }

    /// Looks whether all is as expected, removes, checks, writes, in this order.
    mutating func apply(_ change: RecordChange) throws {
        for upload in change.expected.uploads { try check(upload) }
        for dataset in change.expected.datasets { try check(dataset) }
        for dataset in change.expected.newDatasets { try checkName(of: dataset) }
        for user in change.expected.users { try check(user) }
        for group in change.expected.groups { try check(group) }
        counter.advance()
        for id in change.removedGroups { try remove(id) }
        for id in change.removedEntries { try remove(id) }
        for id in change.removedUploads { try remove(id) }
        for id in change.removedDatasets where id.text.isStorable {
            renewed.datasets.insert(id)
            try database.run("DELETE FROM dataset WHERE id = ?", [id.text.databaseValue])
        }
        try checkReferences(of: change)
        let start = counter.value
        for user in change.users {
            try renewed.note(user, in: database)
            try write(user, id: user.id)
        }
        for group in change.groups { try write(group) }
        for upload in change.uploads {
            try renewed.note(upload, in: database)
            try given.note(upload.id, in: database)
            try write(upload, id: upload.id)
        }
        for (upload, process) in change.processes { try write(process, of: upload) }
        for (upload, time) in change.publications {
            try given.note(upload, in: database)
            try publish(upload, at: time)
            if database.changesCount > 0 { renewed.uploads.insert(upload) }
        }
        for (upload, license) in change.licenses {
            try given.note(upload, in: database)
            try write(license, of: upload)
            renewed.uploads.insert(upload)
        }
        // Documents that come with this change are as they are given.
        try given.write(in: database)
        for entry in change.entries { try write(entry) }
        try writeLaterEntries(of: change)
        for (upload, counts) in added { try count(counts, in: upload) }
        for (entry, edit) in change.links { try write(edit, of: entry) }
        for (upload, properties) in change.properties { try write(properties, of: upload) }
        for dataset in change.datasets {
            renewed.datasets.insert(dataset.id)
            try write(dataset, id: dataset.id)
        }
        for package in change.packages { try install(package) }
        for (entry, documents) in change.documents { try write(documents, of: entry) }
        try counter.advance(by: renewed.write(in: database, until: start, after: counter.value))
        for file in change.files { try note(file) }
        try counter.store(in: database)
    }

    private mutating func remove(_ entry: EntryID) throws {
        guard entry.text.isStorable else { return }
        try retireSegment(of: entry)
        try removeDocuments(of: entry)
        try database.run("DELETE FROM entry WHERE id = ?", [entry.text.databaseValue])
        try database.run("DELETE FROM search_document WHERE entry_id = ?", [entry.text.databaseValue])
        try database.run("DELETE FROM dataset_entry WHERE entry_id = ?", [entry.text.databaseValue])
    }

    private mutating func remove(_ upload: UploadID) throws {
        guard upload.text.isStorable else { return }
        let id = upload.text.databaseValue
        try database.run(
            """
            INSERT OR REPLACE INTO entry_document (change, type, entry_id, upload_id)
            SELECT ? + row_number() OVER (ORDER BY change), type, entry_id, upload_id FROM entry_document
            WHERE document IS NOT NULL AND entry_id IN (SELECT id FROM entry WHERE upload_id = ?)
            """, [counter.value.databaseValue, id])
        counter.advance(by: database.changesCount)
        try database.run("DELETE FROM property WHERE upload_id = ?", [id])
        try database.run(
            """
            INSERT OR REPLACE INTO retired_segment
            SELECT DISTINCT upload_id, segment, ? FROM entry WHERE upload_id = ? AND segment IS NOT NULL
            """, [time.microseconds.databaseValue, id])
        try database.run(
            "DELETE FROM search_document WHERE entry_id IN (SELECT id FROM entry WHERE upload_id = ?)", [id])
        try database.run("DELETE FROM dataset_entry WHERE entry_id IN (SELECT id FROM entry WHERE upload_id = ?)", [id])
        try database.run("DELETE FROM entry WHERE upload_id = ?", [id])
        try database.run("DELETE FROM upload WHERE id = ?", [id])
    }

    private mutating func remove(_ group: GroupID) throws {
        guard group.text.isStorable else { return }
        let id = group.text.databaseValue
        for upload in try renewed.note(removed: group, in: database) { try given.note(upload, in: database) }
        for column in ["coauthor_groups", "reviewer_groups"] {
            // An empty list is NULL.
            try database.run(
                """
                UPDATE upload SET \(column) = (
                    SELECT CASE WHEN count(*) > 0 THEN json_group_array(value) END FROM json_each(\(column))
                    WHERE value <> ?)
                WHERE EXISTS (SELECT 1 FROM json_each(\(column)) WHERE value = ?)
                """, [id, id])
        }
        try database.run("DELETE FROM group_member WHERE group_id = ?", [id])
        try database.run("DELETE FROM user_group WHERE id = ?", [id])
    }

    private mutating func removeDocuments(of entry: EntryID) throws {
        let sql = "SELECT type, upload_id FROM entry_document WHERE entry_id = ? AND document IS NOT NULL"
        for (type, upload) in try database.all(sql, [entry.text], { (try $0.text(), UploadID(try $0.text())) }) {
            try write(nil, of: type, entry, in: upload)
        }
    }

    /// Writes a document under the number of a change of its own; `nil` says that it was removed.
    private mutating func write(_ json: [UInt8]?, of type: String, _ entry: EntryID, in upload: UploadID) throws {
        counter.advance()
        var columns = ColumnWriter()
        columns.number(counter.value)
        try columns.text(type)
        try columns.text(entry.text)
        try columns.text(upload.text)
        columns.optionalBytes(json)
        try database.run("INSERT OR REPLACE INTO entry_document VALUES (?, ?, ?, ?, ?)", columns.values)
    }

    /// Writes documents of an entry that is stored already.
    private mutating func write(_ documents: [IndexDocument], of entry: EntryID) throws {
        guard entry.text.isStorable else { return }
        let sql = "SELECT upload_id FROM entry WHERE id = ?"
        guard let upload = try database.first(sql, [entry.text], { UploadID(try $0.text()) }) else { return }
        for document in documents { try write(document.json, of: document.type, entry, in: upload) }
    }

    private func write(_ properties: [PropertyRecord], of upload: UploadID) throws {
        try database.run("DELETE FROM property WHERE upload_id = ?", [upload.text.databaseValue])
        for property in properties {
            var columns = ColumnWriter()
            try columns.text(upload.text)
            try columns.text(property.entryType)
            try columns.text(property.name)
            columns.value(property.definition)
            try database.run(
                "INSERT INTO property (upload_id, entry_type, name, definition) VALUES (?, ?, ?, ?)", columns.values)
        }
    }

    private func write(_ process: ProcessRecord, of upload: UploadID) throws {
        var columns = ColumnWriter()
        try columns.process(process)
        try columns.text(upload.text)
        try database.run(
            """
            UPDATE upload SET process = ?, process_status = ?, process_message = ?, errors = ?, warnings = ?,
            complete_time = ? WHERE id = ?
            """, columns.values)
    }

    private func publish(_ upload: UploadID, at time: Timestamp) throws {
        try database.run(
            "UPDATE upload SET publish_time = ? WHERE id = ? AND publish_time IS NULL",
            [time.microseconds.databaseValue, upload.text.databaseValue])
    }

    private func write(_ license: String?, of upload: UploadID) throws {
        var columns = ColumnWriter()
        try columns.text(license ?? "")
        try columns.text(upload.text)
        try database.run("UPDATE upload SET license = ? WHERE id = ?", columns.values)
    }

    private mutating func writeLaterEntries(of change: RecordChange) throws {
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

    private mutating func write(_ edit: RecordChange.LinkEdit, of id: EntryID) throws {
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

    /// Lets the document that shows an entry's references show those that it has now.
    private mutating func showReferences(of entry: EntryRecord) throws {
        let type = IndexDocument.composedType
        let sql = "SELECT document FROM entry_document WHERE entry_id = ? AND type = ?"
        guard let json = try database.first(sql, [entry.id.text, type], { try $0.optionalBytes() }) ?? nil else {
            return
        }
        try write(IndexDocument.json(json, referringTo: entry.references), of: type, entry.id, in: entry.upload)
    }

    /// - Throws: `StoreError.changed` where the owner of `dataset` has given its name to one that is stored.
    private func checkName(of dataset: DatasetRecord) throws {
        let sql = "SELECT 1 FROM dataset WHERE owner = ? AND name = ? LIMIT 1"
        if try database.first(sql, [dataset.owner.text, dataset.name], { _ in true }) != nil {
            throw StoreError.changed(kind: DatasetRecord.table.kind, id: dataset.name)
        }
    }

    private func check<Record: StoredRecord & Identified & Equatable>(_ expected: Record) throws {
        guard try database.record(Record.self, id: expected.id) == expected else {
            throw StoreError.changed(kind: Record.table.kind, id: expected.id.text)
        }
    }

    private func retireSegment(of entry: EntryID) throws {
        try database.run(
            """
            INSERT OR REPLACE INTO retired_segment
            SELECT upload_id, segment, ? FROM entry WHERE id = ? AND segment IS NOT NULL
            """, [time.microseconds.databaseValue, entry.text.databaseValue])
    }

    private func check(_ expected: GroupRecord) throws {
        guard try database.group(expected.id) == expected else {
            throw StoreError.changed(kind: GroupRow.table.kind, id: expected.id.text)
        }
    }

    private func checkReferences(of change: RecordChange) throws {
        let needed = RecordReferences(outside: change)
        try check(needed.users, in: UserRecord.table)
        try check(needed.groups, in: GroupRow.table)
        try check(needed.uploads, in: UploadRecord.table)
    }

    private func check(_ ids: Set<some Identifier>, in table: Table) throws {
        for id in ids.sorted() {
            guard try database.first(table.exists, [id.text], { _ in true }) != nil else {
                throw StoreError.missing(kind: table.kind, id: id.text)
            }
        }
    }

    private func write<Record: StoredRecord>(_ record: Record, id: some Identifier) throws {
        var columns = ColumnWriter()
        try record.write(to: &columns)
        do {
            try database.run(refuses ? Record.table.insert : Record.table.replace, columns.values)
        } catch DatabaseError.SQLITE_CONSTRAINT_PRIMARYKEY {
            throw StoreError.alreadyExists(kind: Record.table.kind, id: id.text)
        }
    }

    private func write(_ user: UserRecord, id: UserID) throws {
        var columns = ColumnWriter()
        try user.write(to: &columns)
        do {
            try database.run(refuses ? UserRecord.table.insert : UserRecord.table.replace, columns.values)
        } catch DatabaseError.SQLITE_CONSTRAINT_PRIMARYKEY {
            throw StoreError.alreadyExists(kind: "user", id: id.text)
        } catch DatabaseError.SQLITE_CONSTRAINT_UNIQUE {
            throw StoreError.alreadyExists(kind: "username", id: user.username)
        }
    }

    private func write(_ group: GroupRecord) throws {
        try write(GroupRow(group), id: group.id)
        try database.run("DELETE FROM group_member WHERE group_id = ?", [group.id.text.databaseValue])
        for (position, member) in group.members.enumerated() {
            var columns = ColumnWriter()
            try columns.text(group.id.text)
            columns.integer(position)
            try columns.text(member.user.text)
            try columns.text(member.role.rawValue)
            try database.run("INSERT INTO group_member VALUES (?, ?, ?, ?)", columns.values)
        }
    }

    private mutating func write(_ entry: RecordChange.EntryWrite) throws {
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

    private func isStored(_ entry: EntryID, in upload: UploadID) throws -> Bool {
        let sql = "SELECT 1 FROM entry WHERE id = ? AND upload_id = ?"
        return try database.first(sql, [entry.text, upload.text], { _ in true }) != nil
    }

    /// Notes that `entry` names `dataset`.
    private func note(_ entry: EntryID, in dataset: DatasetID) throws {
        var columns = ColumnWriter()
        try columns.text(dataset.text)
        try columns.text(entry.text)
        try database.run("INSERT INTO dataset_entry VALUES (?, ?)", columns.values)
    }

    /// Writes `record` if there is none of its id; whether it did. As a rule it does: entries come by the million.
    private func isNew(_ record: EntryRecord) throws -> Bool {
        var columns = ColumnWriter()
        try record.write(to: &columns)
        try database.run(EntryRecord.table.insertNew, columns.values)
        return database.changesCount > 0
    }

    private func count(_ counts: EntryCounts, in upload: UploadID) throws {
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

    private func write(_ metadata: Value, of entry: EntryID) throws {
        try database.run(
            "INSERT OR REPLACE INTO search_document (entry_id, document) VALUES (?, ?)",
            [entry.text.databaseValue, metadata.storedJSON.databaseValue])
    }

    private func install(_ package: Value) throws {
        guard let name = package["name"]?.text else { throw StoreError.missing(kind: "name of package", id: "") }
        var columns = ColumnWriter()
        try columns.text(name)
        columns.value(package)
        let insert = "INSERT INTO package (name, definition) VALUES (?, ?)"
        let replace = insert + " ON CONFLICT (name) DO UPDATE SET definition = excluded.definition"
        do {
            try database.run(refuses ? insert : replace, columns.values)
        } catch DatabaseError.SQLITE_CONSTRAINT_UNIQUE {
            throw StoreError.alreadyExists(kind: "package", id: name)
        }
    }

    private func note(_ file: FileChange) throws {
        var columns = ColumnWriter()
        switch file {
        case .move(let source, let target):
            try columns.text(source)
            try columns.text(target)
        case .remove(let target):
            try columns.optionalText(nil)
            try columns.text(target)
        }
        try database.run("INSERT INTO pending_file (source, target) VALUES (?, ?)", columns.values)
    }
}

/// The number of the last change, kept in memory while a transaction writes.
private struct ChangeCounter {
    private(set) var value: Int64

    init(_ database: Database) throws {
        value = try database.first("SELECT value FROM change_counter") { try $0.number() } ?? 0
    }

    mutating func advance(by count: Int = 1) { value += Int64(count) }

    func store(in database: Database) throws {
        try database.run("UPDATE change_counter SET value = ?", [value.databaseValue])
    }
}
