import GRDB
import RutileModel
import RutileStore

/// Removing records, with all that hangs on them.
extension ChangeTransaction {
    mutating func remove(_ entry: EntryID) throws {
        guard entry.text.isStorable else { return }
        try retireSegment(of: entry)
        try removeDocuments(of: entry)
        try database.run("DELETE FROM entry WHERE id = ?", [entry.text.databaseValue])
        try database.run("DELETE FROM search_document WHERE entry_id = ?", [entry.text.databaseValue])
        try database.run("DELETE FROM dataset_entry WHERE entry_id = ?", [entry.text.databaseValue])
    }

    mutating func remove(_ upload: UploadID) throws {
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

    mutating func remove(_ group: GroupID) throws {
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

    func retireSegment(of entry: EntryID) throws {
        try database.run(
            """
            INSERT OR REPLACE INTO retired_segment
            SELECT upload_id, segment, ? FROM entry WHERE id = ? AND segment IS NOT NULL
            """, [time.microseconds.databaseValue, entry.text.databaseValue])
    }
}
