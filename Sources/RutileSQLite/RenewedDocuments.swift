import GRDB
import RutileModel
import RutileStore

/// Which documents of ``RutileStore/IndexDocument/composedType`` count as written again, because what they are shown
/// with has changed.
struct RenewedDocuments {
    var uploads: Set<UploadID> = []
    var datasets: Set<DatasetID> = []
    var entries: Set<EntryID> = []

    /// Notes that `upload` is about to be written. New ones have no documents yet.
    mutating func note(_ upload: UploadRecord, in database: Database) throws {
        guard var former = try database.record(UploadRecord.self, id: upload.id) else { return }
        former.process = upload.process
        if former != upload { uploads.insert(upload.id) }
    }

    /// Notes that `user` is about to be written.
    mutating func note(_ user: UserRecord, in database: Database) throws {
        guard let former = try database.record(UserRecord.self, id: user.id),
            former.firstName != user.firstName || former.lastName != user.lastName
        else { return }
        let sql = """
            SELECT id FROM upload WHERE main_author = ?1
            OR EXISTS (SELECT 1 FROM json_each(coauthors) WHERE value = ?1)
            OR EXISTS (SELECT 1 FROM json_each(reviewers) WHERE value = ?1)
            """
        uploads.formUnion(try database.all(sql, [user.id.text]) { UploadID(try $0.text()) })
    }

    /// Notes that `group` is about to be taken off the uploads that name it.
    ///
    /// - Returns: these.
    mutating func note(removed group: GroupID, in database: Database) throws -> [UploadID] {
        let sql = """
            SELECT id FROM upload WHERE EXISTS (SELECT 1 FROM json_each(coauthor_groups) WHERE value = ?1)
            OR EXISTS (SELECT 1 FROM json_each(reviewer_groups) WHERE value = ?1)
            """
        let named = try database.all(sql, [group.text]) { UploadID(try $0.text()) }
        uploads.formUnion(named)
        return named
    }

    /// Gives the documents of these that are no newer than change `start` numbers behind `last`.
    ///
    /// - Returns: how many there were.
    func write(in database: Database, until start: Int64, after last: Int64) throws -> Int {
        var count = 0
        for upload in uploads {
            count += try write(
                "SELECT id FROM entry WHERE upload_id = ?", upload.text, in: database, until: start,
                after: last + Int64(count))
        }
        for dataset in datasets {
            count += try write(
                "SELECT entry_id FROM dataset_entry WHERE dataset_id = ?", dataset.text, in: database, until: start,
                after: last + Int64(count))
        }
        for entry in entries {
            count += try write("?", entry.text, in: database, until: start, after: last + Int64(count))
        }
        return count
    }

    private func write(
        _ entries: String, _ id: String, in database: Database, until start: Int64, after last: Int64
    ) throws -> Int {
        try database.run(
            """
            INSERT OR REPLACE INTO entry_document (change, type, entry_id, upload_id, document)
            SELECT ? + row_number() OVER (ORDER BY change), type, entry_id, upload_id, document FROM entry_document
            WHERE type = ? AND document IS NOT NULL AND change <= ? AND entry_id IN (\(entries))
            """,
            [
                last.databaseValue, IndexDocument.composedType.databaseValue, start.databaseValue, id.databaseValue,
            ])
        return database.changesCount
    }
}
