import GRDB
package import RutileModel
package import RutileStore

extension SQLiteRecords: RecordWriter {
    package func apply(_ change: RecordChange) async throws {
        let time = now()
        try await write { database in
            var transaction = try ChangeTransaction(
                database, refuses: change.existing == .refuse, movesEntries: change.movesEntries, time: time)
            try transaction.apply(change)
        }
        guard !change.files.isEmpty else { return }
        do {
            try await finishFiles()
        } catch {
            throw StoreError.unfinished("\(error)")
        }
    }

    package func finishFiles() async throws {
        // Their change is durable; moving them must not stop half-way because the caller has lost interest.
        let moves = Task { [self] in
            try await pool.writeWithoutTransaction { [directory] in try $0.finishFileChanges(in: directory) }
        }
        let displaced: [String]
        do {
            displaced = try await moves.value
        } catch {
            throw StoreError(storing: error)
        }
        // All is in its place. What cannot be removed is the next sweep's.
        try? await blocking { for path in displaced { try FileTree.remove(path) } }
    }

    package func entries<Summary: Sendable>(
        of upload: UploadID, as summary: @Sendable @escaping (EntryRecord) -> Summary
    ) async throws -> [Summary] {
        try await read { database in
            let sql = EntryRecord.table.select(where: "upload_id = ? ORDER BY mainfile, mainfile_key, id")
            return try database.all(sql, [upload.text]) { summary(try EntryRecord(&$0)) }
        }
    }

    package func properties(of upload: UploadID) async throws -> [PropertyRecord] {
        try await read { try $0.properties(of: upload) }
    }

    /// Does the file changes of committed transactions that are still to be done. Blocks its thread.
    func finishFileChanges() throws {
        let displaced = try pool.writeWithoutTransaction { try $0.finishFileChanges(in: directory) }
        // What cannot be removed is the next sweep's.
        for path in displaced { try? FileTree.remove(path) }
    }
}

extension Database {
    /// Does the pending file changes, all under the lock of the one writer, and forgets them.
    ///
    /// - Returns: what can be deleted now.
    fileprivate func finishFileChanges(in directory: DataDirectory) throws -> [String] {
        // Nothing to do, as a rule: then the writers' lock is not needed.
        guard try first("SELECT 1 FROM pending_file", [], { _ in true }) != nil else { return [] }
        var displaced: [String] = []
        try inTransaction(.immediate) {
            let changes = try all("SELECT source, target FROM pending_file ORDER BY sequence") { columns in
                let source = try columns.optionalText()
                let target = try columns.text()
                return source.map { FileChange.move(from: $0, to: target) } ?? .remove(target)
            }
            displaced = try FileChange.perform(changes, in: directory)
            try run("DELETE FROM pending_file")
            return .commit
        }
        return displaced
    }
}
