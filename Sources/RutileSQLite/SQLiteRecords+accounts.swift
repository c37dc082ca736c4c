import FoundationEssentials
import GRDB
package import RutileModel
package import RutileStore

extension SQLiteRecords: AccountStore {
    package func users(named prefix: String, limit: Int) async throws -> [UserRecord] {
        let sql = UserRecord.table.select(where: "is_disabled = 0 ORDER BY username")
        return try await read { database in
            Array(try database.records(UserRecord.self, sql: sql).lazy.filter { $0.isNamed(prefix) }.prefix(limit))
        }
    }

    package func groups(of user: UserID) async throws -> [GroupRecord] {
        let sql = "SELECT DISTINCT group_id FROM group_member WHERE user_id = ? ORDER BY group_id"
        return try await read { database in
            try database.all(sql, [user.text]) { GroupID(try $0.text()) }.compactMap { try database.group($0) }
        }
    }

    package func session(_ id: TokenID) async throws -> TokenSession? {
        try await read { database in
            guard let token = try database.record(TokenRecord.self, id: id),
                let user = try database.record(UserRecord.self, id: token.user), !user.isDisabled
            else { return nil }
            return TokenSession(token: token, caller: try database.caller(user))
        }
    }

    package func tokens(of user: UserID?) async throws -> [TokenRecord] {
        try await read { database in
            guard let user else {
                return try database.records(sql: TokenRecord.table.select(where: "true ORDER BY created, id"))
            }
            let sql = TokenRecord.table.select(where: "user_id = ? ORDER BY created, id")
            return try database.records(sql: sql, [user.text])
        }
    }

    package func issue(_ tokens: [TokenRecord], at time: Timestamp) async throws {
        try await write { database in
            try database.run("DELETE FROM token WHERE expires <= ?", [time.microseconds.databaseValue])
            for token in tokens {
                guard try database.record(UserRecord.self, id: token.user) != nil else {
                    throw StoreError.missing(kind: "user", id: token.user.text)
                }
                let key = "SELECT 1 FROM signing_key WHERE id = ?"
                guard try database.first(key, [token.key], { _ in true }) != nil else {
                    throw StoreError.missing(kind: "signing key", id: token.key)
                }
                var columns = ColumnWriter()
                try token.write(to: &columns)
                try database.run(TokenRecord.table.insert, columns.values)
            }
        }
    }

    package func revoke(_ tokens: Set<TokenID>) async throws -> Set<TokenID> {
        try await write { database in
            var revoked: Set<TokenID> = []
            for id in tokens where id.text.isStorable {
                try database.run("DELETE FROM token WHERE id = ?", [id.text.databaseValue])
                if database.changesCount > 0 { revoked.insert(id) }
            }
            return revoked
        }
    }

    package func signingKeys() async throws -> [SigningKey] {
        try await read { database in
            try database.all("SELECT id, created, secret FROM signing_key ORDER BY created DESC, id DESC") { columns in
                SigningKey(
                    id: try columns.text(), created: try columns.time(), secret: try columns.bytes())
            }
        }
    }

    package func add(_ key: SigningKey) async throws {
        try await write { database in
            try database.run("DELETE FROM signing_key WHERE id NOT IN (SELECT signing_key FROM token)")
            try database.run(
                "INSERT INTO signing_key VALUES (?, ?, ?)",
                [key.id.databaseValue, key.created.microseconds.databaseValue, Data(key.secret).databaseValue])
        }
    }
}
