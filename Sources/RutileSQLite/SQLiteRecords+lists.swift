import GRDB
import RutileJSON
package import RutileModel
package import RutileStore

extension SQLiteRecords {
    package func uploads(of member: Caller) async throws -> [UploadRecord] {
        let groups = Value.list(([.all] + member.groups).map(\.text).filter(\.isStorable).map(Value.string)).storedJSON
        let byGroup = ["coauthor_groups", "reviewer_groups"].map { column in
            "EXISTS (SELECT 1 FROM json_each(\(column)) WHERE value IN (SELECT value FROM json_each(?1)))"
        }
        let byUser = ["coauthors", "reviewers"].map { "EXISTS (SELECT 1 FROM json_each(\($0)) WHERE value = ?2)" }
        let user = member.user.flatMap { $0.text.isStorable ? $0.text : nil }
        let isUser = user != nil
        // The words of the partial index, so that it is used.
        let shared = """
            SELECT id FROM upload WHERE coalesce(coauthors, coauthor_groups, reviewers, reviewer_groups) IS NOT NULL
            AND (\((byGroup + (isUser ? byUser : [])).joined(separator: " OR ")))
            """
        let own = isUser ? " UNION SELECT id FROM upload WHERE main_author = ?2" : ""
        let sql = UploadRecord.table.select(where: "id IN (\(shared)\(own)) ORDER BY id")
        let arguments = [groups] + (user.map { [$0] } ?? [])
        return try await read { try $0.records(sql: sql, arguments) }
    }

    package func entries(_ listing: EntryListing) async throws -> RecordPage<EntryRecord>? {
        try await read { try EntryLister($0, listing).page() }
    }

    package func entries(naming datasets: Set<DatasetID>) async throws -> [DatasetID: [EntryID]] {
        if datasets.isEmpty { return [:] }
        return try await read { database in
            var naming: [DatasetID: [EntryID]] = [:]
            for dataset in datasets {
                let sql = "SELECT entry_id FROM dataset_entry WHERE dataset_id = ? ORDER BY entry_id"
                let entries = try database.all(sql, [dataset.text]) { EntryID(try $0.text()) }
                if !entries.isEmpty { naming[dataset] = entries }
            }
            return naming
        }
    }

    package func datasets(namedBy entries: Set<EntryID>) async throws -> [EntryID: [DatasetID]] {
        if entries.isEmpty { return [:] }
        // Most entries name none, which the smaller table knows.
        let sql = """
            SELECT id, datasets FROM entry WHERE id IN (
                SELECT entry_id FROM dataset_entry WHERE entry_id IN (SELECT value FROM json_each(?)))
            """
        let list = Value.list(entries.map(\.text).filter(\.isStorable).map(Value.string)).storedJSON
        return try await read { database in
            let rows = try database.all(sql, [list]) { (EntryID(try $0.text()), try $0.ids() as [DatasetID]) }
            return Dictionary(uniqueKeysWithValues: rows)
        }
    }

    package func datasets(ofEntriesIn upload: UploadID) async throws -> Set<DatasetID> {
        let sql = """
            SELECT DISTINCT dataset_id FROM dataset_entry WHERE entry_id IN (SELECT id FROM entry WHERE upload_id = ?)
            """
        return try await read { Set(try $0.all(sql, [upload.text]) { DatasetID(try $0.text()) }) }
    }

    package func datasets(of owner: UserID) async throws -> [DatasetRecord] {
        let sql = DatasetRecord.table.select(where: "owner = ? ORDER BY id")
        return try await read { try $0.records(sql: sql, [owner.text]) }
    }

    package func groups() async throws -> [GroupRecord] {
        try await read { try $0.allGroups() }
    }
}

/// Reads one page of a list of entries.
private struct EntryLister {
    private let database: Database
    private let listing: EntryListing
    /// The expression that orders the list.
    private let column: String
    /// The list's order as SQL.
    private let order: String

    init(_ database: Database, _ listing: EntryListing) {
        self.database = database
        self.listing = listing
        column =
            switch listing.order {
            case .createTime: "create_time"
            case .mainfile: "mainfile"
            case .parserName: "parser_name"
            case .processStatus: "process_status"
            case .currentProcess: "process"
            }
        order = "ORDER BY \(column)\(listing.direction == .descending ? " DESC" : ""), id"
    }

    func page() throws -> RecordPage<EntryRecord>? {
        try listing.filter.isEmpty ? pageOfAll() : pageOfFiltered()
    }

    // MARK: without a filter

    /// Goes as far into each upload's entries as the page does, and keeps what comes first among all.
    private func pageOfAll() throws -> RecordPage<EntryRecord>? {
        let total = try count()
        let offset: Int
        var last: Key?
        switch listing.window.start {
        case .offset(let skipped): offset = min(max(0, skipped), total)
        case .after(let id):
            guard let key = try key(of: EntryID(id)) else { return nil }
            offset = 0
            last = key
        }
        // One more tells whether there is more.
        let size = min(max(0, listing.window.size), total) + 1
        if listing.window.size < 1 { return RecordPage([], total: total, hasMore: offset < total) }
        if listing.uploads.count == 1, let upload = listing.uploads.first {
            var page = offset < total ? try records(of: upload, after: last, limit: size, offset: offset) : []
            let hasMore = page.count == size
            if hasMore { page.removeLast() }
            return RecordPage(page, total: total, hasMore: hasMore)
        }
        var keys: [Key] = []
        if offset < total {
            for upload in listing.uploads {
                keys += try self.keys(of: upload, after: last, limit: offset + size)
                guard keys.count > 2 * (offset + size) else { continue }
                keys = Array(keys.sorted(by: precedes).prefix(offset + size))
            }
            keys = Array(keys.sorted(by: precedes).dropFirst(offset).prefix(size))
        }
        return RecordPage(
            try records(keys.prefix(size - 1).map(\.id)), total: total, hasMore: keys.count > size - 1)
    }

    /// Where an entry stands in the list.
    private struct Key {
        let id: EntryID
        let value: DatabaseValue
    }

    private func precedes(_ left: Key, _ right: Key) -> Bool {
        let (first, second) = (ListKey(stored: left.value), ListKey(stored: right.value))
        guard first == second else { return listing.direction == .ascending ? first < second : second < first }
        return left.id < right.id
    }

    private func count() throws -> Int {
        let list = Value.list(listing.uploads.map(\.text).filter(\.isStorable).map(Value.string)).storedJSON
        let sql = "SELECT sum(total) FROM entry_count WHERE upload_id IN (SELECT value FROM json_each(?))"
        return (try database.first(sql, [list]) { try $0.optionalInteger() } ?? nil) ?? 0
    }

    /// Where the entry `id` stands; `nil` when it is not listed.
    private func key(of id: EntryID) throws -> Key? {
        try database.first("SELECT upload_id, \(column) FROM entry WHERE id = ?", [id.text]) { columns in
            guard listing.uploads.contains(UploadID(try columns.text())) else { return nil }
            return Key(id: id, value: try columns.stored())
        } ?? nil
    }

    private func keys(of upload: UploadID, after last: Key?, limit: Int) throws -> [Key] {
        guard var rows = try rows(of: upload, after: last, limit: limit, offset: 0, columns: "id, \(column)") else {
            return []
        }
        var keys: [Key] = []
        while try rows.next() { keys.append(Key(id: EntryID(try rows.text()), value: try rows.stored())) }
        return keys
    }

    private func records(of upload: UploadID, after last: Key?, limit: Int, offset: Int) throws -> [EntryRecord] {
        let columns = listing.isOfPlaces ? EntryRecord.placeColumns : EntryRecord.table.columns
        guard var rows = try rows(of: upload, after: last, limit: limit, offset: offset, columns: columns) else {
            return []
        }
        var records: [EntryRecord] = []
        while try rows.next() { records.append(try record(&rows)) }
        return records
    }

    /// Columns of an upload's entries, in the order of the list; `nil` where the id cannot be one.
    private func rows(
        of upload: UploadID, after last: Key?, limit: Int, offset: Int, columns: String
    ) throws -> RowReader? {
        guard upload.text.isStorable else { return nil }
        var condition = "upload_id = ?"
        var arguments: [DatabaseValue] = [upload.text.databaseValue]
        if let last {
            let isAscending = listing.direction == .ascending
            // NULL stands before every value, and no comparison with it is true.
            if last.value.isNull {
                let behind = isAscending ? "(\(column) IS NOT NULL OR id > ?)" : "\(column) IS NULL AND id > ?"
                condition += " AND \(behind)"
                arguments.append(last.id.text.databaseValue)
            } else if isAscending {
                condition += " AND (\(column), id) > (?, ?)"
                arguments += [last.value, last.id.text.databaseValue]
            } else {
                condition += " AND (\(column) < ? OR (\(column) = ? AND id > ?) OR \(column) IS NULL)"
                arguments += [last.value, last.value, last.id.text.databaseValue]
            }
        }
        arguments += [limit.databaseValue, offset.databaseValue]
        // What is skipped is read from the index alone; rows are looked up for what is not.
        let limits = "LIMIT ? OFFSET ?"
        let sql =
            offset == 0
            ? "SELECT \(columns) FROM entry WHERE \(condition) \(order) \(limits)"
            : """
            SELECT \(columns) FROM entry
            WHERE id IN (SELECT id FROM entry WHERE \(condition) \(order) \(limits)) \(order)
            """
        return try database.rows(sql, arguments)
    }

    // MARK: with a filter

    /// Looks at every entry, in order, of which it reads no more than the filter needs.
    private func pageOfFiltered() throws -> RecordPage<EntryRecord>? {
        let filter = listing.filter
        let parser = filter.parserName.isEmpty ? "''" : "parser_name"
        let references = filter.references.isEmpty ? "NULL" : "reference_list"
        let sql = """
            SELECT id, mainfile, \(parser), \(references) FROM entry
            WHERE upload_id IN (SELECT value FROM json_each(?)) \(order)
            """
        let list = Value.list(listing.uploads.map(\.text).filter(\.isStorable).map(Value.string)).storedJSON
        var rows = try database.rows(sql, [list])
        var ids: [EntryID] = []
        var total = 0
        // How many admitted entries are still to be skipped; absent until the entry to begin behind has been met.
        var toSkip: Int?
        var last: EntryID?
        switch listing.window.start {
        case .offset(let offset): toSkip = max(0, offset)
        case .after(let id): last = EntryID(id)
        }
        var hasMore = false
        while try rows.next() {
            let id = EntryID(try rows.text())
            guard
                filter.admits(mainfile: try rows.text(), parserName: try rows.text(), references: try rows.texts())
            else { continue }
            total += 1
            if let count = toSkip {
                if count > 0 {
                    toSkip = count - 1
                } else if ids.count < listing.window.size {
                    ids.append(id)
                } else {
                    hasMore = true
                }
            } else if id == last {
                toSkip = 0
            }
        }
        return toSkip == nil ? nil : RecordPage(try records(ids), total: total, hasMore: hasMore)
    }

    /// The entries with these ids, in their order.
    private func records(_ ids: [EntryID]) throws -> [EntryRecord] {
        if ids.isEmpty { return [] }
        let list = Value.list(ids.map { .string($0.text) }).storedJSON
        var found: [EntryID: EntryRecord] = [:]
        found.reserveCapacity(ids.count)
        let sql = listing.isOfPlaces ? EntryRecord.selectPlacesByIDs : EntryRecord.table.selectByIDs
        for record in try database.all(sql, [list], { try record(&$0) }) { found[record.id] = record }
        return ids.compactMap { found[$0] }
    }

    /// What is wanted of the entry in the row where `rows` stands.
    private func record(_ rows: inout RowReader) throws -> EntryRecord {
        try listing.isOfPlaces ? EntryRecord(place: &rows) : EntryRecord(&rows)
    }
}

extension ListKey {
    /// The key of a column's value.
    fileprivate init(stored value: DatabaseValue) {
        switch value.storage {
        case .int64(let number): self = .number(number)
        case .string(let text): self = .text(UTF8Key(text))
        default: self = .absent
        }
    }
}
