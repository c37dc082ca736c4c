package import RutileModel

/// Who can log in, what they have been given to show, and the groups that they are in.
///
/// Implementations run `RecordStoreContract`.
///
/// - Throws: ``StoreError``, or `CancellationError`.
package protocol AccountStore: Sendable {
    /// Users whose names begin with `prefix` (``UserRecord/isNamed(_:)``), without disabled ones, by username, at most
    /// `limit`. Cost: reads all users.
    func users(named prefix: String, limit: Int) async throws -> [UserRecord]
    /// Groups that `user` is in, by id.
    func groups(of user: UserID) async throws -> [GroupRecord]

    /// The token `id` with the user who has it; `nil` when it is not recorded, and when there is no such user or they
    /// are disabled. Whether it has expired is for the caller to say. Cost: two look-ups and one by index.
    func session(_ id: TokenID) async throws -> TokenSession?
    /// Tokens of `user`, or of everybody, by the time at which they were made.
    func tokens(of user: UserID?) async throws -> [TokenRecord]
    /// Records tokens, and forgets those that had expired at `time`. It is no change of data: ``DocumentFeed`` does not
    /// count it. Users and keys of the tokens must be stored.
    func issue(_ tokens: [TokenRecord], at time: Timestamp) async throws
    /// Forgets those of `tokens` that are recorded; which they were.
    func revoke(_ tokens: Set<TokenID>) async throws -> Set<TokenID>

    /// Keys that sign or signed tokens, the newest first.
    func signingKeys() async throws -> [SigningKey]
    /// Records a key, and forgets older ones that signed no recorded token.
    func add(_ key: SigningKey) async throws
}

/// A token and the user who has it.
package struct TokenSession: Hashable, Sendable {
    package let token: TokenRecord
    package let caller: Caller

    /// The `token` of `caller`.
    package init(token: TokenRecord, caller: Caller) {
        self.token = token
        self.caller = caller
    }
}

extension UserRecord {
    /// Whether the username, a name, or first and last name together begin with `prefix`, in any case. Not the e-mail
    /// address: who may not see it must not find it out letter by letter.
    package func isNamed(_ prefix: String) -> Bool {
        let prefix = prefix.lowercased().utf8
        let whole = [firstName, lastName].compactMap(\.self).joined(separator: " ")
        let names: [String?] = [username, firstName, lastName, whole]
        return names.contains { $0?.lowercased().utf8.starts(with: prefix) == true }
    }
}
