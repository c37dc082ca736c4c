import GRDB
import RutileJSON
import RutileModel

extension Database {
    /// What `read` makes of the first row that `sql` gives; `nil` when it gives none.
    ///
    /// The statement is kept for the next time. A text that no column can hold is equal to nothing.
    func first<Result>(
        _ sql: String, _ arguments: [String] = [], _ read: (inout RowReader) throws -> Result
    ) throws -> Result? {
        guard arguments.allSatisfy(\.isStorable) else { return nil }
        var rows = try rows(sql, arguments)
        return try rows.next() ? try read(&rows) : nil
    }

    /// What `read` makes of each row that `sql` gives, in their order.
    func all<Result>(
        _ sql: String, _ arguments: [String] = [], _ read: (inout RowReader) throws -> Result
    ) throws -> [Result] {
        guard arguments.allSatisfy(\.isStorable) else { return [] }
        var rows = try rows(sql, arguments)
        var results: [Result] = []
        while try rows.next() { results.append(try read(&rows)) }
        return results
    }

    /// Runs a statement that gives no rows; it is kept for the next time.
    func run(_ sql: String, _ arguments: [DatabaseValue] = []) throws {
        try statement(sql, arguments).execute()
    }

    /// The rows that `sql` gives, for whoever reads them one by one. The statement is kept for the next time.
    func rows(_ sql: String, _ arguments: [some StatementBinding]) throws -> RowReader {
        try RowReader(statement(sql, arguments))
    }

    /// The kept statement of `sql` with values for its parameters, in order.
    ///
    /// Their number is checked by the tests of each statement, not each time it runs.
    private func statement(_ sql: String, _ values: [some StatementBinding]) throws -> Statement {
        let statement = try cachedStatement(sql: sql)
        // GRDB would collect the values as existentials first, which takes longer than SQLite does.
        statement.setUncheckedArguments(StatementArguments())
        for (index, value) in zip(CInt(1)..., values) {
            let code = ResultCode(rawValue: unsafe value.bind(to: statement.sqliteStatement, at: index))
            guard code == .SQLITE_OK else { throw DatabaseError(resultCode: code, sql: sql) }
        }
        return statement
    }
}

extension Database {
    /// The record with this id, if there is one.
    func record<Record: StoredRecord>(_ type: Record.Type = Record.self, id: some Identifier) throws -> Record? {
        try first(Record.table.selectByID, [id.text]) { try Record(&$0) }
    }

    /// All records that `sql`, a statement over the columns of the record's table, gives, in its order.
    func records<Record: StoredRecord>(
        _ type: Record.Type = Record.self, sql: String = Record.table.selectAll, _ arguments: [String] = []
    ) throws -> [Record] {
        try all(sql, arguments) { try Record(&$0) }
    }

    /// The members of a group, in order.
    func members(of group: GroupID) throws -> [GroupRecord.Member] {
        try all(GroupRow.selectMembers, [group.text]) { columns in
            let user = UserID(try columns.text())
            let role = try columns.text()
            guard let role = GroupRecord.Role(rawValue: role) else { throw DamagedColumn(text: role) }
            return GroupRecord.Member(user: user, role: role)
        }
    }

    /// All groups with their members, in the order of ids.
    func allGroups() throws -> [GroupRecord] {
        try records(GroupRow.self).map { row in
            var group = row.group
            group.members = try members(of: group.id)
            return group
        }
    }

    /// A group with its members, if there is one.
    func group(_ id: GroupID) throws -> GroupRecord? {
        guard var group = try record(GroupRow.self, id: id)?.group else { return nil }
        group.members = try members(of: id)
        return group
    }

    /// A user with the groups they are in.
    func caller(_ user: UserRecord) throws -> Caller {
        let sql = "SELECT group_id FROM group_member WHERE user_id = ?"
        let groups = try all(sql, [user.id.text]) { GroupID(try $0.text()) }
        return Caller(user: user.id, isAdmin: user.isAdmin, groups: Set(groups))
    }

    /// The installed packages, in the order of their installation.
    func packages() throws -> [Value] {
        try all("SELECT definition FROM package ORDER BY position") { try $0.value() ?? .null }
    }

    /// The search document that was given with an entry, if one was.
    func searchDocument(of entry: EntryID) throws -> Value? {
        try first("SELECT document FROM search_document WHERE entry_id = ?", [entry.text]) { try $0.value() ?? .null }
    }
}
