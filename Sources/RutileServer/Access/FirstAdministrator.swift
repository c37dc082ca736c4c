import RutileJSON
import RutileModel
package import RutileStore

/// Somebody has to be an administrator: where nobody is, one is made.
package enum FirstAdministrator {
    /// Makes an administrator with a random password, where `records` have none, disabled ones included.
    ///
    /// - Returns: the new user's name and password, which is kept nowhere; `nil` where there was one.
    /// - Throws: `StoreError`; ``PasswordHash/Failure``.
    package static func make(
        in records: some RecordCatalogue & RecordWriter
    ) async throws -> (username: String, password: String)? {
        let users = try await records.snapshot().allUsers()
        guard !users.contains(where: \.isAdmin) else { return nil }
        let taken = Set(users.map { UTF8Key($0.username) })
        let names = ["admin"] + users.indices.map { "admin-\($0 + 2)" }
        guard let name = names.first(where: { !taken.contains(UTF8Key($0)) }) else { return nil }
        let password = RandomText.password()
        var user = UserRecord(id: UserID(RandomText.id()), username: name)
        user.created = .now()
        user.isAdmin = true
        user.passwordHash = try PasswordHash(of: password).phc
        var change = RecordChange(existing: .refuse)
        change.users = [user]
        do {
            try await records.apply(change)
        } catch StoreError.alreadyExists {
            // Another server that has just started was faster.
            return nil
        }
        return (name, password)
    }
}
