import GRDB
import RutileJSON
package import RutileModel
package import RutileStore

extension SQLiteRecords: RecordListing {
    package func uploads(with user: UserID, groups: Set<GroupID>) async throws -> [UploadRecord] {
        let list = Value.list(groups.map(\.text).filter(\.isStorable).map(Value.string)).storedJSON
        let isNamed = ["coauthors", "reviewers"].map { column in
            "EXISTS (SELECT 1 FROM json_each(\(column)) WHERE value = ?1)"
        }
        let areMembers = ["coauthor_groups", "reviewer_groups"].map { column in
            "EXISTS (SELECT 1 FROM json_each(\(column)) WHERE value IN (SELECT value FROM json_each(?2)))"
        }
        let conditions = ["main_author = ?1"] + isNamed + areMembers
        let sql = UploadRecord.table.select(where: conditions.joined(separator: " OR ") + " ORDER BY id")
        return try await read { try $0.records(sql: sql, [user.text, list]) }
    }

    package func entries(
        of upload: UploadID, by order: EntryOrder, isDescending: Bool, _ range: Range<Int>
    ) async throws -> [EntryRecord] {
        let column =
            switch order {
            case .mainfile: "mainfile"
            case .parserName: "parser_name"
            case .processStatus: "process_status"
            case .createTime: "create_time"
            }
        let sql = EntryRecord.table.select(
            where: """
                upload_id = ? ORDER BY \(column)\(isDescending ? " DESC" : ""), id
                LIMIT \(range.count) OFFSET \(range.lowerBound)
                """)
        // Not kept for later: its numbers are a part of the text.
        return try await read { database in
            guard upload.text.isStorable else { return [] }
            return try Row.fetchAll(database, sql: sql, arguments: [upload.text]).map { row in
                var columns = ColumnReader(row)
                return try EntryRecord(&columns)
            }
        }
    }

    package func datasets(of owner: UserID?) async throws -> [DatasetRecord] {
        guard let owner else { return try await read { try $0.records() } }
        let sql = DatasetRecord.table.select(where: "owner = ? ORDER BY id")
        return try await read { try $0.records(sql: sql, [owner.text]) }
    }

    package func datasets(ofEntriesIn upload: UploadID) async throws -> Set<DatasetID> {
        let sql = """
            SELECT DISTINCT dataset.value FROM entry, json_each(entry.datasets) AS dataset WHERE entry.upload_id = ?
            """
        return try await read { Set(try $0.all(sql, [upload.text]) { DatasetID(try $0.text()) }) }
    }
}
