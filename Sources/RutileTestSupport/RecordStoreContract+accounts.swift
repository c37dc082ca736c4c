import RutileModel
import RutileStore

extension RecordStoreContract {
    static let accounts: [Check] = [
        Check("a token names its user and their groups as long as it is recorded") { store in
            try await prepare(store)
            var token = TokenRecord.of("u-ben", id: "t-1", expires: 100)
            token.use = .personal
            token.name = "lab \u{E9}"
            token.scopes = ["graph:read"]
            try await store.issue([token], at: second(1))
            let ben = Caller(user: UserID("u-ben"), isAdmin: false, groups: [GroupID("g-alloys")])
            try expect(try await store.session(token.id), is: TokenSession(token: token, caller: ben))
            try expect(try await store.session(TokenID("T-1")), is: nil)
            try expect(try await store.session(TokenID("t-1\0")), is: nil)
            try expect(try await store.revoke([token.id, TokenID("none"), TokenID("\0")]), is: [token.id])
            try expect(try await store.session(token.id), is: nil)
            try expect(try await store.revoke([token.id]), is: [])
        },
        Check("no scope and every scope are two things") { store in
            try await prepare(store)
            var token = TokenRecord.of("u-ben", id: "t-1", expires: 100)
            token.scopes = []
            try await store.issue([token, .of("u-ben", id: "t-2", expires: 100)], at: second(1))
            try expect(try await store.session(token.id)?.token.scopes, is: .some([]))
            try expect(try await store.session(TokenID("t-2"))?.token.scopes, is: .none)
        },
        Check("a disabled user has no session, and has one again when enabled") { store in
            try await prepare(store)
            try await store.issue([.of("u-ben", id: "t-1", expires: 100)], at: second(1))
            var change = RecordChange(existing: .replace)
            var ben = UserRecord.ben
            ben.isDisabled = true
            change.users = [ben]
            try await store.apply(change)
            try expect(try await store.session(TokenID("t-1")), is: nil)
            change.users = [.ben]
            try await store.apply(change)
            try expect(try await store.session(TokenID("t-1"))?.caller.user, is: UserID("u-ben"))
        },
        Check("tokens are listed as they were made, and go when their time is over") { store in
            try await prepare(store)
            try await store.issue([.of("u-ben", id: "t-b", expires: 10)], at: second(1))
            try await store.issue(
                [.of("u-ada", id: "t-a", expires: 20), .of("u-ben", id: "t-c", expires: 20)], at: second(9))
            try expect(try await store.tokens(of: nil).map(\.id.text), is: ["t-a", "t-b", "t-c"])
            try expect(try await store.tokens(of: UserID("u-ben")).map(\.id.text), is: ["t-b", "t-c"])
            try expect(try await store.tokens(of: UserID("none")), is: [])
            try await store.issue([], at: second(10))
            try expect(try await store.tokens(of: nil).map(\.id.text), is: ["t-a", "t-c"])
        },
        Check("tokens need their user and their key, and are no change of data") { store in
            try await prepare(store)
            let number = try await store.changeNumber()
            try await expect(.missing(kind: "user", id: "u-none")) {
                try await store.issue(
                    [.of("u-ben", id: "t-1", expires: 9), .of("u-none", id: "t-2", expires: 9)], at: second(1))
            }
            try expect(try await store.tokens(of: nil), is: [])
            var token = TokenRecord.of("u-ben", id: "t-1", expires: 9)
            token.key = "k-none"
            try await expect(.missing(kind: "signing key", id: "k-none")) {
                try await store.issue([token], at: second(1))
            }
            try await store.issue([.of("u-ben", id: "t-1", expires: 9)], at: second(1))
            try expect(try await store.changeNumber(), is: number)
        },
        Check("keys come newest first, and stay while a token needs them") { store in
            try await prepare(store)
            try await store.issue([.of("u-ben", id: "t-1", expires: 9)], at: second(1))
            for (id, time) in [("k-3", 3), ("k-2", 2), ("k-4", 4)] as [(String, Int64)] {
                try await store.add(SigningKey(id: id, created: second(time), secret: [0, 255, UInt8(time)]))
            }
            try expect(try await store.signingKeys().map(\.id), is: ["k-4", "k-1"])
            try expect(try await store.signingKeys().first?.secret, is: [0, 255, 4])
        },
        Check("users are found by the beginnings of their names") { store in
            try await prepare(store)
            var change = RecordChange(existing: .refuse)
            change.users = ["abel", "Abe", "cain"].map { UserRecord(id: UserID("u-\($0)"), username: $0) }
            change.users[2].firstName = "Caf\u{E9}"
            change.users[2].lastName = "Abel"
            change.users[2].email = "zed@lab.example"
            try await store.apply(change)
            try expect(try await store.users(named: "ab", limit: 9).map(\.username), is: ["Abe", "abel", "cain"])
            try expect(try await store.users(named: "AB", limit: 2).map(\.username), is: ["Abe", "abel"])
            try expect(try await store.users(named: "CAF\u{C9} a", limit: 9).map(\.username), is: ["cain"])
            try expect(try await store.users(named: "zed", limit: 9), is: [])
            // Disabled.
            try expect(try await store.users(named: "ada", limit: 9), is: [])
        },
        Check("groups of a user are listed by id") { store in
            try await prepare(store)
            var change = RecordChange(existing: .refuse)
            change.groups = [
                GroupRecord(
                    id: GroupID("g-a"), name: "A", members: [.init(user: UserID("u-ben"), role: .owner)])
            ]
            try await store.apply(change)
            try expect(try await store.groups(of: UserID("u-ben")).map(\.id.text), is: ["g-a", "g-alloys"])
            try expect(try await store.groups(of: UserID("u-ada")), is: [.alloys])
            try expect(try await store.groups(of: UserID("u-none")), is: [])
        },
        Check("a deleted group is taken off the uploads that name it") { store in
            try await prepare(store)
            var change = RecordChange(existing: .replace)
            let solo = GroupRecord(
                id: GroupID("g-solo"), name: "Solo", members: [.init(user: UserID("u-ben"), role: .owner)])
            var (shared, open) = (UploadRecord.lab, UploadRecord.lab)
            (shared.id, open.id) = (UploadID("up-shared"), UploadID("up-open"))
            (shared.coauthorGroups, shared.reviewerGroups) = ([GroupID("g-alloys")], [solo.id, GroupID("g-alloys")])
            (open.coauthorGroups, open.reviewerGroups) = ([solo.id], [.all])
            change.groups = [solo]
            change.uploads = [shared, open]
            try await store.apply(change)
            change = RecordChange(existing: .refuse)
            change.removedGroups = [GroupID("g-alloys"), GroupID("g-none")]
            try await store.apply(change)
            (shared.coauthorGroups, shared.reviewerGroups) = ([], [solo.id])
            try expect(
                try await store.uploads([shared.id, open.id]), is: [shared.id: shared, open.id: open])
            try expect(try await store.groups([GroupID("g-alloys")]), is: [:])
            try expect(try await store.caller(UserID("u-ada"))?.groups, is: [])
        },
        Check("a change that was made from an older record is refused") { store in
            try await prepare(store)
            var change = RecordChange(existing: .replace)
            var (alloys, ben) = (GroupRecord.alloys, UserRecord.ben)
            alloys.name = "New"
            ben.email = "ben@lab.example"
            (change.groups, change.expected.groups) = ([alloys], [.alloys])
            (change.users, change.expected.users) = ([ben], [.ben])
            try await store.apply(change)
            try await expect(.changed(kind: "user", id: "u-ben")) { try await store.apply(change) }
            change.expected.users = []
            try await expect(.changed(kind: "group", id: "g-alloys")) { try await store.apply(change) }
            change.expected.groups = [alloys]
            try await store.apply(change)
        },
    ]

    /// The laboratory, and the key `k-1`.
    private static func prepare(_ store: any Store) async throws {
        try await store.apply(.laboratory())
        try await store.add(SigningKey(id: "k-1", created: second(1), secret: [1]))
    }
}

private func second(_ number: Int64) -> Timestamp { Timestamp(microseconds: number * 1_000_000) }

extension TokenRecord {
    fileprivate static func of(_ user: String, id: String, expires: Int64) -> TokenRecord {
        TokenRecord(
            id: TokenID(id), user: UserID(user), use: .login, key: "k-1", created: second(1), expires: second(expires))
    }
}
