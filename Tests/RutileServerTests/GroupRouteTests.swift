import HTTPTypes
import RutileJSON
import RutileModel
import RutileServer
import RutileStore
import Testing

struct GroupRouteTests {
    /// `u-ada` owns `g-1`, `u-mai` maintains it, `u-mem` is a member; `u-mem` owns `g-2`.
    private func server() async throws -> TestServer {
        let server = try await TestServer()
        var change = RecordChange(existing: .refuse)
        change.users = ["u-mai", "u-mem", "u-eve"].map { UserRecord(id: UserID($0), username: $0) }
        change.groups = [
            GroupRecord(
                id: GroupID("g-1"), name: "Alloys of the North",
                members: [
                    .init(user: UserID("u-ada"), role: .owner), .init(user: UserID("u-mai"), role: .maintainer),
                    .init(user: UserID("u-mem"), role: .member),
                ]),
            GroupRecord(
                id: GroupID("g-2"), name: "Bronze", description: "old",
                members: [.init(user: UserID("u-mem"), role: .owner)]
            ),
        ]
        try await server.records.apply(change)
        return server
    }

    private func ask(
        _ server: TestServer, _ method: HTTPRequest.Method, _ path: String, _ body: String = "", as user: String? = nil
    ) async throws -> TestAnswer {
        var headers: HTTPFields = [:]
        if let user {
            let token = try await server.tokens.token(for: UserID(user), lifetime: .day)
            headers[.authorization] = "Bearer \(token)"
        }
        return try await server.send(method, "/api/v1/groups" + path, headers: headers, body: Array(body.utf8))
    }

    private func ids(_ answer: TestAnswer) -> [String]? {
        answer.json?["data"]?.items?.compactMap { $0["group_id"]?.text }
    }

    @Test(arguments: [("group_name", 1_024), ("description", 65_536)])
    func textsOfGroupsHaveTheirLimits(_ key: String, _ limit: Int) async throws {
        let server = try await server()
        let text = String(repeating: "x", count: limit)
        let good = try await ask(server, .post, "", #"{"\#(key)": "\#(text)"}"#, as: "u-ada")
        #expect(good.status == 201)
        let bad = try await ask(server, .post, "", #"{"\#(key)": "\#(text)x"}"#, as: "u-ada")
        #expect(bad.status == 422)
        #expect(bad.json?["detail"]?.items?.first?["loc"] == .list([.string("body"), .string(key)]))
        let unstorable = try await ask(server, .post, "", #"{"group_name": "g", "\#(key)": "a\u0000b"}"#, as: "u-ada")
        #expect(unstorable.status == 422)
    }

    @Test func everybodySeesGroups() async throws {
        let answer = try await ask(server(), .get, "/g-1")
        #expect(answer.status == 200)
        let text = """
            {"group_id":"g-1","group_name":"Alloys of the North","description":null,"owner":"u-ada",\
            "members":["u-ada","u-mai","u-mem"],\
            "members_info":[{"user_id":"u-ada","role":"owner"},{"user_id":"u-mai","role":"maintainer"},\
            {"user_id":"u-mem","role":"member"}]}
            """
        #expect(answer.text == text)
        let none = try await ask(server(), .get, "/none")
        #expect(none.status == 404)
        #expect(none.json?["detail"] == .string("User group 'none' was not found."))
    }

    @Test(arguments: [
        ("", ["g-1", "g-2"]), ("?group_id=g-2", ["g-2"]), ("?group_id=g-2&group_id=g-1&group_id=x", ["g-1", "g-2"]),
        ("?user_id=u-mem", ["g-1", "g-2"]), ("?user_id=u-ada", ["g-1"]), ("?user_id=none", []),
        ("?search_terms=NORTH+alloy", ["g-1"]), ("?search_terms=north%20bronze", []),
        ("?search_terms=", ["g-1", "g-2"]),
        ("?order_by=group_name&order=desc", ["g-2", "g-1"]), ("?order_by=owner&order=asc", ["g-1", "g-2"]),
        ("?order=desc", ["g-2", "g-1"]), ("?page_size=1", ["g-1"]), ("?page_size=1&page=2", ["g-2"]),
        ("?page_size=1&page_after_value=0", ["g-2"]), ("?page_offset=1", ["g-2"]), ("?page_size=0", []),
    ])
    func groupsAreListed(_ query: String, _ expected: [String]) async throws {
        let answer = try await ask(server(), .get, query)
        #expect(answer.status == 200)
        #expect(ids(answer) == expected)
    }

    @Test func aPageSaysWhereTheNextBegins() async throws {
        let page = try await ask(server(), .get, "?page_size=1").json?["pagination"]
        #expect(page?["total"] == .integer(2))
        #expect(page?["next_page_after_value"] == .string("0"))
        #expect(page?["next_page_url"] == .string("http://test/api/v1/groups?page_size=1&page_after_value=0"))
        #expect(try await ask(server(), .get, "").json?["pagination"]?["next_page_after_value"] == nil)
        let second = try await ask(server(), .get, "?page_size=1&page=2").json?["pagination"]
        #expect(second?["prev_page_url"] == .string("http://test/api/v1/groups?page_size=1&page=1"))
        #expect(second?["page_after_value"] == .string("0"))
        #expect(try await ask(server(), .get, "?page=9").status == 400)
        #expect(try await ask(server(), .get, "?order_by=members").status == 422)
        #expect(try await ask(server(), .get, "?page_size=-1").status == 422)
    }

    @Test func whoIsLoggedInMakesGroups() async throws {
        let server = try await server()
        #expect(try await ask(server, .post, "", #"{"group_name":"X"}"#).status == 401)
        let made = try await ask(
            server, .post, "", #"{"group_name":"  X ","description":"d","unknown":1}"#, as: "u-eve")
        #expect(made.status == 201)
        #expect(made.json?["group_name"] == .string("X"))
        #expect(made.json?["description"] == .string("d"))
        #expect(made.json?["owner"] == .string("u-eve"))
        #expect(made.json?["members"] == .list([.string("u-eve")]))
        let id = try #require(made.json?["group_id"]?.text)
        #expect(id.count == 22)
        let unnamed = try await ask(server, .post, "", "{}", as: "u-eve")
        #expect(unnamed.json?["group_name"] == unnamed.json?["group_id"])
        #expect(unnamed.json?["description"] == Value.null)
        let older = try await ask(server, .post, "", #"{"members":["u-mem","u-eve","u-mai","u-mem"]}"#, as: "u-eve")
        #expect(older.json?["members"] == .list([.string("u-eve"), .string("u-mem"), .string("u-mai")]))
        let info = #"{"members_info":[{"user_id":"u-mem"},{"user_id":"u-eve","role":"owner"}]}"#
        #expect(try await ask(server, .post, "", info, as: "u-eve").json?["members"]?.items?.count == 2)
    }

    @Test(arguments: [
        (#"{"group_name":" "}"#, #"["body","group_name"]"#), (#"{"group_name":7}"#, #"["body","group_name"]"#),
        (#"{"members":"u-eve"}"#, #"["body","members"]"#), (#"{"members":[7]}"#, #"["body","members"]"#),
        (#"{"members":["none"]}"#, #"["body","members_info",1,"user_id"]"#),
        (
            #"{"members_info":[{"user_id":"u-eve","role":"owner"},{"user_id":"none"}]}"#,
            #"["body","members_info",1,"user_id"]"#
        ),
        (#"{"members_info":[{"user_id":"u-eve","role":"king"}]}"#, #"["body","members_info",0,"role"]"#),
        (#"{"members_info":[{"role":"owner"}]}"#, #"["body","members_info",0,"user_id"]"#),
        (#"{"members_info":[]}"#, #"["body","members_info"]"#), (#"{"members_info":{}}"#, #"["body","members_info"]"#),
        (#"{"members_info":[{"user_id":"u-mem","role":"owner"}]}"#, #"["body","members_info"]"#),
        (
            #"{"members_info":[{"user_id":"u-eve","role":"owner"},{"user_id":"u-mem","role":"owner"}]}"#,
            #"["body","members_info"]"#
        ),
        (#"{"members_info":[{"user_id":"u-eve","role":"owner"},{"user_id":"u-eve"}]}"#, #"["body","members_info"]"#),
        (#"{"members":[],"members_info":[]}"#, #"["body"]"#), ("[]", #"["body"]"#), ("null", #"["body"]"#),
    ])
    func whatIsWrongIsSaidWithItsPlace(_ body: String, _ place: String) async throws {
        let answer = try await ask(server(), .post, "", body, as: "u-eve")
        #expect(answer.status == 422)
        let found = answer.json?["detail"]?.items?.first?["loc"].map { String(decoding: $0.json(), as: UTF8.self) }
        #expect(found == place)
        #expect(try await ask(server(), .post, "", "{", as: "u-eve").json?["code"] == .string("json.invalid"))
    }

    @Test(
        arguments: [
            ("u-ada", 200), ("u-mai", 200), ("u-root", 200), ("u-mem", 403), ("u-eve", 403), (nil, 401),
        ] as [(String?, Int)])
    func ownersMaintainersAndAdministratorsEdit(_ user: String?, _ status: Int) async throws {
        let server = try await server()
        let body = #"{"group_name":"New","members":["u-mem","u-eve"]}"#
        let answer = try await ask(server, .post, "/g-1/edit", body, as: user)
        #expect(answer.status == status)
        let group = try #require(try await server.records.groups([GroupID("g-1")])[GroupID("g-1")])
        guard status == 200 else {
            #expect(group.name == "Alloys of the North")
            return
        }
        #expect(group.name == "New")
        #expect(group.members.map { "\($0.user) \($0.role)" } == ["u-ada owner", "u-mem member", "u-eve member"])
        #expect(answer.json == group.document)
    }

    @Test func whatAnEditDoesNotHaveStays() async throws {
        let server = try await server()
        let before = try await ask(server, .get, "/g-1").text
        #expect(try await ask(server, .post, "/g-1/edit", "{}", as: "u-ada").text == before)
        #expect(try await ask(server, .post, "/none/edit", "{}", as: "u-ada").status == 404)
        let owner = #"{"members_info":[{"user_id":"u-mai","role":"owner"}]}"#
        for user in ["u-ada", "u-mai", "u-root"] {
            #expect(try await ask(server, .post, "/g-1/edit", owner, as: user).status == 422)
        }
        #expect(try await ask(server, .get, "/g-1").text == before)
    }

    @Test(
        arguments: [
            ("u-ada", 204), ("u-root", 204), ("u-mai", 403), ("u-mem", 403), (nil, 401),
        ] as [(String?, Int)])
    func ownersAndAdministratorsDelete(_ user: String?, _ status: Int) async throws {
        let server = try await server()
        var change = RecordChange(existing: .refuse)
        var upload = UploadRecord(
            id: UploadID("up"), name: nil, createTime: Timestamp(microseconds: 0), mainAuthor: UserID("u-eve"))
        upload.reviewerGroups = [GroupID("g-1"), GroupID("g-2")]
        upload.coauthorGroups = [GroupID("g-1")]
        change.uploads = [upload]
        try await server.records.apply(change)
        let answer = try await ask(server, .delete, "/g-1", as: user)
        #expect(answer.status == status)
        #expect(answer.body.isEmpty == (status == 204))
        let stored = try #require(try await server.records.uploads([upload.id])[upload.id])
        #expect(stored.coauthorGroups == (status == 204 ? [] : [GroupID("g-1")]))
        #expect(stored.reviewerGroups == (status == 204 ? [GroupID("g-2")] : upload.reviewerGroups))
        #expect(try await ask(server, .get, "/g-1").status == (status == 204 ? 404 : 200))
    }

    @Test func changesAtOnceAreAllKept() async throws {
        let server = try await server()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<20 {
                group.addTask {
                    _ = try await server.records.editGroup(GroupID("g-2")) { old in
                        var new = old
                        new.name += "\(number % 10)"
                        await Task.yield()
                        return new
                    }
                }
            }
            try await group.waitForAll()
        }
        let stored = try await server.records.groups([GroupID("g-2")])[GroupID("g-2")]
        #expect(stored?.name.count == "Bronze".count + 20)
    }
}
