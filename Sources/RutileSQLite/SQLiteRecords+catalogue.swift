import GRDB
import RutileJSON
package import RutileModel
package import RutileStore

extension SQLiteRecords: RecordCatalogue {
    package func snapshot() async throws -> any RecordSnapshot {
        do {
            // Opens one more connection, which takes about a millisecond of this thread.
            return SQLiteSnapshot(snapshot: try pool.makeSnapshot())
        } catch {
            throw StoreError(storing: error)
        }
    }

    package func retiredSegments() async throws -> [SegmentName: Timestamp] {
        try await read { database in
            let rows = try database.all("SELECT upload_id, segment, time FROM retired_segment") { columns in
                let name = SegmentName(upload: UploadID(try columns.text()), segment: try columns.text())
                return (name, try columns.time())
            }
            return Dictionary(rows) { _, last in last }
        }
    }

    package func forget(_ segments: Set<SegmentName>) async throws {
        if segments.isEmpty { return }
        try await write { database in
            for name in segments where name.segment.isStorable && name.upload.text.isStorable {
                try database.run(
                    "DELETE FROM retired_segment WHERE upload_id = ? AND segment = ?",
                    [name.upload.text.databaseValue, name.segment.databaseValue])
            }
        }
    }
}

/// One committed state of the records, held open on a connection of its own.
private struct SQLiteSnapshot: RecordSnapshot {
    let snapshot: DatabaseSnapshot

    func allUsers() async throws -> [UserRecord] { try await read { try $0.records() } }
    func allUploads() async throws -> [UploadRecord] { try await read { try $0.records() } }
    func allDatasets() async throws -> [DatasetRecord] { try await read { try $0.records() } }
    func allPackages() async throws -> [Value] { try await read { try $0.packages() } }

    func allGroups() async throws -> [GroupRecord] {
        try await read { try $0.allGroups() }
    }

    func entries(of upload: UploadID) async throws -> [EntryRecord] {
        let sql = EntryRecord.table.select(where: "upload_id = ? ORDER BY id")
        return try await read { try $0.records(sql: sql, [upload.text]) }
    }

    func searchDocuments(of upload: UploadID) async throws -> [EntryID: Value] {
        let sql = """
            SELECT entry_id, document FROM search_document
            WHERE entry_id IN (SELECT id FROM entry WHERE upload_id = ?)
            """
        return try await read { database in
            let rows = try database.all(sql, [upload.text]) { (EntryID(try $0.text()), try $0.value() ?? .null) }
            return Dictionary(rows) { _, last in last }
        }
    }

    func properties(of upload: UploadID) async throws -> [PropertyRecord] {
        try await read { try $0.properties(of: upload) }
    }

    func holds(_ segment: SegmentName) async throws -> Bool {
        let sql = "SELECT 1 FROM entry WHERE upload_id = ? AND segment = ? LIMIT 1"
        return try await read { try $0.first(sql, [segment.upload.text, segment.segment]) { _ in true } ?? false }
    }

    func inconsistencies() async throws -> [String] {
        try await read { database in
            var problems: [String] = []
            for (sql, problem) in Self.checks {
                problems += try database.all(sql) { try $0.text() }.filter { $0 != "ok" }.map(problem)
            }
            return problems
        }
    }

    /// Statements that give one text a fault, and how to word it.
    private static let checks: [(sql: String, problem: @Sendable (String) -> String)] = [
        ("PRAGMA quick_check", { "SQLite: \($0)" }),
        (
            """
            SELECT id || ': its upload ' || upload_id || ' is missing' FROM entry
            WHERE upload_id NOT IN (SELECT id FROM upload) ORDER BY id
            """, { "entry \($0)" }
        ),
        (
            """
            SELECT id || ': its main author ' || main_author || ' is missing' FROM upload
            WHERE main_author NOT IN (SELECT id FROM user) ORDER BY id
            """, { "upload \($0)" }
        ),
        (
            "SELECT entry_id FROM search_document WHERE entry_id NOT IN (SELECT id FROM entry) ORDER BY entry_id",
            { "entry \($0): a search document without the entry" }
        ),
        (
            """
            SELECT entry_id FROM entry_document
            WHERE document IS NOT NULL AND entry_id NOT IN (SELECT id FROM entry) ORDER BY entry_id
            """, { "entry \($0): an index document without the entry" }
        ),
        (
            """
            SELECT upload_id FROM entry_count AS kept WHERE (total, processed, failed) IS NOT (
                SELECT count(*), coalesce(sum(process_status IN ('SUCCESS', 'FAILURE')), 0),
                    coalesce(sum(process_status = 'FAILURE'), 0)
                FROM entry WHERE entry.upload_id = kept.upload_id) ORDER BY upload_id
            """, { "upload \($0): the kept number of its entries is wrong" }
        ),
    ]

    private func read<Result: Sendable>(
        _ body: @Sendable @escaping (Database) throws -> Result
    ) async throws -> Result {
        do {
            return try await snapshot.read(body)
        } catch let cancellation as CancellationError {
            throw cancellation
        } catch {
            throw StoreError(storing: error)
        }
    }
}
