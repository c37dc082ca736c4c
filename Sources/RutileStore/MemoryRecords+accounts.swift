import RutileJSON
package import RutileModel

extension MemoryRecords: AccountStore {
    package func users(named prefix: String, limit: Int) async throws -> [UserRecord] {
        read { contents in
            let found = contents.users.values.filter { !$0.isDisabled && $0.isNamed(prefix) }
            return Array(found.sorted { UTF8Key($0.username) < UTF8Key($1.username) }.prefix(limit))
        }
    }

    package func groups(of user: UserID) async throws -> [GroupRecord] {
        try await groups().filter { $0.role(of: user) != nil }
    }

    package func session(_ id: TokenID) async throws -> TokenSession? {
        read { contents in
            guard let token = contents.tokens[id], let caller = contents.caller(token.user),
                contents.users[token.user]?.isDisabled == false
            else { return nil }
            return TokenSession(token: token, caller: caller)
        }
    }

    package func tokens(of user: UserID?) async throws -> [TokenRecord] {
        read { contents in
            contents.tokens.values.filter { token in user.map { token.user == $0 } ?? true }
                .sorted { ($0.created, $0.id) < ($1.created, $1.id) }
        }
    }

    package func issue(_ tokens: [TokenRecord], at time: Timestamp) async throws {
        try Task.checkCancellation()
        try write { contents in
            for token in tokens {
                guard contents.users[token.user] != nil else {
                    throw StoreError.missing(kind: "user", id: token.user.text)
                }
                guard contents.keys.contains(where: { $0.id.hasSameUTF8(as: token.key) }) else {
                    throw StoreError.missing(kind: "signing key", id: token.key)
                }
            }
            contents.tokens = contents.tokens.filter { $0.value.expires > time }
            for token in tokens { contents.tokens[token.id] = token }
        }
    }

    package func revoke(_ tokens: Set<TokenID>) async throws -> Set<TokenID> {
        try Task.checkCancellation()
        return try write { contents in tokens.filter { contents.tokens.removeValue(forKey: $0) != nil } }
    }

    package func signingKeys() async throws -> [SigningKey] { read { $0.keys } }

    package func add(_ key: SigningKey) async throws {
        try Task.checkCancellation()
        try write { contents in
            let used = Set(contents.tokens.values.map { UTF8Key($0.key) })
            contents.keys = contents.keys.filter { used.contains(UTF8Key($0.id)) } + [key]
            contents.keys.sort { ($0.created, UTF8Key($0.id)) > ($1.created, UTF8Key($1.id)) }
        }
    }
}
