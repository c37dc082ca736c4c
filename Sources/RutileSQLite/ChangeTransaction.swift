import GRDB
import RutileJSON
import RutileModel
import RutileStore

/// Writes one ``RecordChange`` within a transaction that its owner has opened.
struct ChangeTransaction {
    let database: Database
    /// Whether records that exist already stop it.
    let refuses: Bool
    /// Whether entries may be taken from other uploads.
    let movesEntries: Bool
    let time: Timestamp
    var counter: ChangeCounter
    /// Entries that were added, which are counted at the end.
    var added: [UploadID: EntryCounts] = [:]
    /// Uploads and datasets whose entries show something that has changed.
    var renewed = RenewedDocuments()
    /// Search documents that were given whole, of uploads that change.
    var given = GivenDocuments()

    /// A change at `time`.
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

    func write<Record: StoredRecord>(_ record: Record, id: some Identifier) throws {
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
struct ChangeCounter {
    private(set) var value: Int64

    init(_ database: Database) throws {
        value = try database.first("SELECT value FROM change_counter") { try $0.number() } ?? 0
    }

    mutating func advance(by count: Int = 1) { value += Int64(count) }

    func store(in database: Database) throws {
        try database.run("UPDATE change_counter SET value = ?", [value.databaseValue])
    }
}
