import GRDB
import RutileModel
import RutileStore

/// Looking whether records are as a change expects them.
extension ChangeTransaction {
    func checkReferences(of change: RecordChange) throws {
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

    /// - Throws: `StoreError.changed` where the owner of `dataset` has given its name to one that is stored.
    func checkName(of dataset: DatasetRecord) throws {
        let sql = "SELECT 1 FROM dataset WHERE owner = ? AND name = ? LIMIT 1"
        if try database.first(sql, [dataset.owner.text, dataset.name], { _ in true }) != nil {
            throw StoreError.changed(kind: DatasetRecord.table.kind, id: dataset.name)
        }
    }

    func check<Record: StoredRecord & Identified & Equatable>(_ expected: Record) throws {
        guard try database.record(Record.self, id: expected.id) == expected else {
            throw StoreError.changed(kind: Record.table.kind, id: expected.id.text)
        }
    }

    func check(_ expected: GroupRecord) throws {
        guard try database.group(expected.id) == expected else {
            throw StoreError.changed(kind: GroupRow.table.kind, id: expected.id.text)
        }
    }
}
