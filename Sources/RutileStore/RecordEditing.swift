package import RutileModel

extension RecordStore where Self: RecordWriter {
    /// Writes what `edit` makes of a group as it is stored; once more, from the beginning, when somebody else changed it
    /// meanwhile.
    ///
    /// - Returns: the group as it is now; `nil` where there is none.
    /// - Throws: what `edit` throws; ``StoreError``.
    package func editGroup(
        _ id: GroupID, _ edit: (GroupRecord) async throws -> GroupRecord
    ) async throws -> GroupRecord? {
        while true {
            guard let old = try await groups([id])[id] else { return nil }
            let new = try await edit(old)
            var change = RecordChange(existing: .replace)
            (change.groups, change.expected.groups) = ([new], [old])
            do {
                try await apply(change)
                return new
            } catch StoreError.changed {
                continue
            }
        }
    }

    /// Deletes a group, unless `check` of it as it is stored throws.
    ///
    /// - Returns: whether there was one.
    /// - Throws: what `check` throws; ``StoreError``.
    package func deleteGroup(_ id: GroupID, _ check: (GroupRecord) throws -> Void = { _ in }) async throws -> Bool {
        while true {
            guard let old = try await groups([id])[id] else { return false }
            try check(old)
            var change = RecordChange(existing: .refuse)
            (change.removedGroups, change.expected.groups) = ([id], [old])
            do {
                try await apply(change)
                return true
            } catch StoreError.changed {
                continue
            }
        }
    }

    /// Writes what `edit` makes of a user as they are stored; once more when somebody else changed them meanwhile.
    ///
    /// - Returns: the user as they are now; `nil` where there is none.
    /// - Throws: what `edit` throws; ``StoreError``.
    package func editUser(_ id: UserID, _ edit: (inout UserRecord) throws -> Void) async throws -> UserRecord? {
        while true {
            guard let old = try await users([id])[id] else { return nil }
            var new = old
            try edit(&new)
            var change = RecordChange(existing: .replace)
            (change.users, change.expected.users) = ([new], [old])
            do {
                try await apply(change)
                return new
            } catch StoreError.changed {
                continue
            }
        }
    }
}
