import HTTPTypes
import RutileGraph
import RutileJSON
import RutileModel
import RutileServer
import RutileStore
import Testing

struct UserRouteTests {
    private func server(_ email: UserEmailVisibility = .members) async throws -> TestServer {
        var settings = Settings()
        settings.visibility.userEmail = email
        let server = try await TestServer(settings: settings)
        var change = RecordChange(existing: .replace)
        var ada = UserRecord(id: UserID("u-ada"), username: "ada")
        (ada.firstName, ada.lastName, ada.email) = ("Ada", "Quist", "zed@lab.example")
        ada.affiliation = "North Lab"
        ada.passwordHash = "secret"
        var abe = UserRecord(id: UserID("u-abe"), username: "ABE")
        abe.isDisabled = true
        change.users = [ada, abe, UserRecord(id: UserID("u-ab c"), username: "abba")]
        try await server.records.apply(change)
        return server
    }

    private func get(_ server: TestServer, _ path: String, as user: String? = nil) async throws -> TestAnswer {
        var headers: HTTPFields = [:]
        if let user {
            let token = try await server.tokens.token(for: UserID(user), lifetime: .day)
            headers[.authorization] = "Bearer \(token)"
        }
        return try await server.send(.get, path, headers: headers)
    }

    private func ids(_ answer: TestAnswer) -> [String]? {
        answer.json?["data"]?.items?.compactMap { $0["user_id"]?.text }
    }

    @Test func whoIsNotLoggedInIsNobody() async throws {
        let answer = try await get(server(), "/api/v1/users/me")
        #expect(answer.status == 401)
        #expect(answer.json?["detail"] == .string("Authentication required."))
        #expect(answer.headers[.wwwAuthenticate] == "Bearer")
    }

    @Test func usersAreFoundByTheBeginningOfAName() async throws {
        let server = try await server()
        #expect(ids(try await get(server, "/api/v1/users?prefix=a")) == ["u-ab c", "u-ada"])
        #expect(ids(try await get(server, "/api/v1/users?prefix=AD")) == ["u-ada"])
        #expect(ids(try await get(server, "/api/v1/users?prefix=ada%20q")) == ["u-ada"])
        #expect(ids(try await get(server, "/api/v1/users?prefix=zed")) == [])
        #expect(ids(try await get(server, "/api/v1/users?prefix=")) == [])
        #expect(ids(try await get(server, "/api/v1/users")) == [])
    }

    @Test func usersAreFoundByTheirIds() async throws {
        let server = try await server()
        let path = "/api/v1/users?user_id=u-ada&user_id=none&user_id=u-abe&prefix=abba"
        #expect(ids(try await get(server, path)) == ["u-ada", "u-abe"])
        let named = "/api/v1/users?username=abba&username=none&username=ada"
        #expect(ids(try await get(server, named)) == ["u-ab c", "u-ada"])
        #expect(ids(try await get(server, named + "&user_id=u-abe&prefix=a")) == ["u-abe", "u-ab c", "u-ada"])
        #expect(try await get(server, "/api/v1/users/u-ab%20c").json?["username"] == .string("abba"))
        let none = try await get(server, "/api/v1/users/none")
        #expect(none.status == 404)
        #expect(none.json?["detail"] == .string("User ID none does not exist."))
    }

    @Test(
        arguments: [
            (UserEmailVisibility.members, nil, false), (.members, "u-abe2", false), (.members, "u-ada", true),
            (.members, "u-root", true), (.public, nil, true),
        ] as [(UserEmailVisibility, String?, Bool)])
    func addressesAreForTheUserAndAdministrators(
        _ visibility: UserEmailVisibility, _ caller: String?, _ isShown: Bool
    ) async throws {
        let server = try await server(visibility)
        var change = RecordChange(existing: .refuse)
        change.users = [UserRecord(id: UserID("u-abe2"), username: "abe2")]
        try await server.records.apply(change)
        for path in ["/api/v1/users/u-ada", "/api/v1/users?prefix=ada", "/api/v1/users?user_id=u-ada"] {
            let answer = try await get(server, path, as: caller)
            #expect(answer.text.contains("zed@lab.example") == isShown, "\(path)")
            #expect(answer.text.contains("North Lab"))
            #expect(!answer.text.contains("secret"))
        }
    }
}
