import GRDB
package import RutileJSON
package import RutileModel
package import RutileStore

extension SQLiteRecords: RecordStore {
    package func uploads(_ ids: Set<UploadID>) async throws -> [UploadID: UploadRecord] {
        try await records(ids)
    }

    package func entries(_ ids: Set<EntryID>) async throws -> [EntryID: EntryRecord] {
        try await records(ids)
    }

    package func entriesWithUploads(
        _ ids: Set<EntryID>
    ) async throws -> (entries: [EntryID: EntryRecord], uploads: [UploadID: UploadRecord]) {
        if ids.isEmpty { return ([:], [:]) }
        if let number = changeNumberAtOnce(), let known = cache.records(ids, at: number) { return known }
        return try await read { [cache, watch] database in
            let entries: [EntryID: EntryRecord] = try database.records(ids)
            // Entries that are asked for together mostly belong to few uploads: not each of them is hashed.
            var uploads: Set<UploadID> = []
            var last: UploadID?
            for entry in entries.values where entry.upload != last {
                uploads.insert(entry.upload)
                last = entry.upload
            }
            let found: RecordCache.Records = (entries, uploads.isEmpty ? [:] : try database.records(uploads))
            if watch != nil { cache.keep(found, at: try Self.changeNumber(database)) }
            return found
        }
    }

    package func users(_ ids: Set<UserID>) async throws -> [UserID: UserRecord] {
        try await records(ids)
    }

    package func datasets(_ ids: Set<DatasetID>) async throws -> [DatasetID: DatasetRecord] {
        try await records(ids)
    }

    package func archives(of entries: Set<EntryID>) async throws -> [EntryID: ArchiveAddress] {
        if entries.isEmpty { return [:] }
        // Reading whole records would take three times as long.
        let sql = """
            SELECT id, upload_id, segment, segment_offset, segment_length FROM entry
            WHERE id IN (SELECT value FROM json_each(?)) AND segment IS NOT NULL
            """
        let list = Value.list(entries.map(\.text).filter(\.isStorable).map(Value.string)).storedJSON
        return try await readWithoutTransaction { database in
            let rows = try database.all(sql, [list]) { columns in
                let entry = EntryID(try columns.text())
                let address = ArchiveAddress(
                    upload: UploadID(try columns.text()), segment: try columns.text(),
                    offset: try columns.integer(), length: try columns.integer())
                return (entry, address)
            }
            return Dictionary(rows) { _, last in last }
        }
    }

    package func searchDocuments(_ ids: Set<EntryID>) async throws -> [EntryID: Value] {
        if ids.isEmpty { return [:] }
        return try await read { database in
            var documents: [EntryID: Value] = [:]
            for id in ids { documents[id] = try database.searchDocument(of: id) }
            return documents
        }
    }

    package func entryCounts(_ uploads: Set<UploadID>) async throws -> [UploadID: EntryCounts] {
        if uploads.isEmpty { return [:] }
        return try await read { database in
            var counts: [UploadID: EntryCounts] = [:]
            let sql = "SELECT total, processed, failed FROM entry_count WHERE upload_id = ?"
            for id in uploads {
                counts[id] = try database.first(sql, [id.text]) { columns in
                    EntryCounts(
                        total: try columns.integer(), processed: try columns.integer(), failed: try columns.integer())
                }
            }
            return counts
        }
    }

    package func entries(at places: Set<MainfilePlace>) async throws -> [MainfilePlace: EntryID] {
        if places.isEmpty { return [:] }
        return try await read { database in
            var found: [MainfilePlace: EntryID] = [:]
            let sql = "SELECT id FROM entry WHERE upload_id = ? AND mainfile = ? ORDER BY id LIMIT 1"
            for place in places {
                found[place] = try database.first(sql, [place.upload.text, place.path]) { EntryID(try $0.text()) }
            }
            return found
        }
    }

    package func mainfiles(
        parsedBy parser: String, outside upload: UploadID, lookingAt limit: Int
    ) async throws -> [MainfilePlace] {
        guard parser.isStorable, upload.text.isStorable else { return [] }
        // From one main file to the next, by the index of places.
        let sql = """
            WITH RECURSIVE place (upload_id, mainfile) AS (
                SELECT id, (SELECT min(mainfile) FROM entry WHERE upload_id = upload.id) FROM upload WHERE id <> ?1
                UNION ALL
                SELECT upload_id, (
                    SELECT min(mainfile) FROM entry
                    WHERE entry.upload_id = place.upload_id AND entry.mainfile > place.mainfile)
                FROM place WHERE mainfile IS NOT NULL LIMIT \(max(0, limit))
            )
            SELECT upload_id, mainfile FROM place WHERE mainfile IS NOT NULL AND ?2 = (
                SELECT parser_name FROM entry
                WHERE entry.upload_id = place.upload_id AND entry.mainfile = place.mainfile ORDER BY id LIMIT 1)
            """
        return try await read { database in
            try database.all(sql, [upload.text, parser]) {
                MainfilePlace(upload: UploadID(try $0.text()), path: try $0.text())
            }
        }
    }

    package func user(named username: String) async throws -> UserRecord? {
        try await read { database in
            try database.first(UserRecord.table.select(where: "username = ?"), [username]) { try UserRecord(&$0) }
        }
    }

    package func caller(_ user: UserID) async throws -> Caller? {
        try await read { database in
            try database.record(UserRecord.self, id: user).map { try database.caller($0) }
        }
    }

    package func groups(_ ids: Set<GroupID>) async throws -> [GroupID: GroupRecord] {
        if ids.isEmpty { return [:] }
        return try await read { database in
            var groups: [GroupID: GroupRecord] = [:]
            for id in ids { groups[id] = try database.group(id) }
            return groups
        }
    }

    package func installedPackages() async throws -> [Value] {
        try await read { database in try database.packages() }
    }

    private func records<ID, Record: StoredRecord & Identified<ID> & Sendable>(
        _ ids: Set<ID>
    ) async throws -> [ID: Record] {
        if ids.isEmpty { return [:] }
        return try await readWithoutTransaction { database in try database.records(ids) }
    }
}

extension Database {
    /// The records with these ids, by id. One statement.
    fileprivate func records<ID, Record: StoredRecord & Identified<ID>>(_ ids: Set<ID>) throws -> [ID: Record] {
        if ids.count == 1, let id = ids.first {
            return try record(Record.self, id: id).map { [id: $0] } ?? [:]
        }
        var records: [ID: Record] = [:]
        records.reserveCapacity(ids.count)
        let list = Value.list(ids.map(\.text).filter(\.isStorable).map(Value.string)).storedJSON
        for record: Record in try self.records(sql: Record.table.selectByIDs, [list]) { records[record.id] = record }
        return records
    }
}
