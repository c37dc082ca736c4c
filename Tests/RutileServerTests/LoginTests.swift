import HTTPTypes
import Logging
import RutileJSON
import RutileModel
import RutileServer
import RutileStore
import Synchronization
import Testing

struct LoginTests {
    /// A server where `ada` has the password `pä ss+wörd&`; `eve` is disabled, `tok` has no password.
    private func server(
        settings: Settings = Settings(), now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) async throws -> TestServer {
        let server = try await TestServer(settings: settings, now: now)
        _ = try await server.records.editUser(UserID("u-ada")) { ada in
            ada.passwordHash = Self.hash
            (ada.firstName, ada.lastName, ada.email) = ("Ada", "Quist", "ada@lab.example")
        }
        var change = RecordChange(existing: .refuse)
        var eve = UserRecord(id: UserID("u-eve"), username: "eve")
        (eve.passwordHash, eve.isDisabled) = (Self.hash, true)
        change.users = [eve, UserRecord(id: UserID("u-tok"), username: "tok")]
        try await server.records.apply(change)
        return server
    }

    private static let hash = try? PasswordHash(of: "p\u{E4} ss+w\u{F6}rd&").phc
    private static let right = "grant_type=password&username=ada&password=p%C3%A4+ss%2Bw%C3%B6rd%26"

    private func post(
        _ server: TestServer, _ form: String, to path: String = "/api/v1/auth/token", from address: String = "127.0.0.1"
    ) async throws -> TestAnswer {
        try await server.send(
            .post, path, headers: [.contentType: "application/x-www-form-urlencoded"], body: Array(form.utf8),
            from: address)
    }

    @Test func aFormOfAnotherKindIsTold() async throws {
        let answer = try await TestServer().send(
            .post, "/api/v1/auth/token", headers: [.contentType: "multipart/form-data; boundary=x"],
            body: Array("--x--".utf8))
        #expect(answer.status == 422)
        #expect(answer.text.contains("application/x-www-form-urlencoded"))
    }

    @Test func aPasswordBecomesAToken() async throws {
        let server = try await server()
        let answer = try await post(server, Self.right)
        #expect(answer.status == 200)
        #expect(answer.headers[.cacheControl] == "no-store")
        #expect(answer.json?["token_type"] == .string("Bearer"))
        #expect(answer.json?["expires_in"] == .integer(86_400))
        #expect(answer.json?["refresh_expires_in"] == .integer(2_592_000))
        #expect(answer.json?["scope"]?.text?.contains("graph:read") == true)
        #expect(answer.json?["id_token"]?.text != nil)
        let token = try #require(answer.json?["access_token"]?.text)
        let me = try await server.send(.get, "/api/v1/users/me", headers: [.authorization: "Bearer \(token)"])
        #expect(me.json?["username"] == .string("ada"))
        #expect(me.json?["name"] == .string("Ada Quist"))
        #expect(me.json?["email"] == .string("ada@lab.example"))
        // Neither passwords nor tokens are logged.
        for secret in ["ss+w", "ss%2Bw", token] { #expect(!server.log.all.contains { $0.contains(secret) }) }
        #expect(server.log.all.contains { $0.contains("msg=login") && $0.contains("user=u-ada") })
    }

    @Test(arguments: [
        "username=ada&password=wrong", "username=nobody&password=wrong",
        "username=eve&password=p%C3%A4+ss%2Bw%C3%B6rd%26",
        "username=tok&password=", "username=Ada&password=p%C3%A4+ss%2Bw%C3%B6rd%26", "username=&password=",
        "username=ada&password=p%C3%A4+ss%2Bw%C3%B6rd%26x",
        "username=ada&password=" + String(repeating: "x", count: 2_000),
        "username=" + String(repeating: "x", count: 2_000) + "&password=x",
    ])
    func whatIsWrongIsNotSaid(_ form: String) async throws {
        let server = try await server()
        let answer = try await post(server, "grant_type=password&" + form)
        #expect(answer.status == 401)
        #expect(answer.text == #"{"detail":"Incorrect username or password","code":"login.wrong"}"#)
        #expect(answer.headers[.wwwAuthenticate] == "Bearer")
        let line = try #require(server.log.all.first { $0.contains("login failed") })
        #expect(!line.contains("nobody") && !line.contains("wrong"))
    }

    @Test(arguments: [
        "username=ada&password=x", "grant_type=password&password=x", "grant_type=password&username=ada",
        "grant_type=client_credentials&username=ada&password=x", "grant_type=refresh_token", "",
        #"{"grant_type":"password","username":"ada","password":"x"}"#, "grant_type=password&username=%FF&password=x",
    ])
    func aFormThatIsIncompleteIsRefused(_ form: String) async throws {
        let answer = try await post(server(), form)
        #expect(answer.status == 422)
        #expect(answer.json?["detail"]?.items?.first?["loc"]?.items?.first == .string("body"))
    }

    @Test func aLoginIsRenewedOnce() async throws {
        let server = try await server()
        let first = try await post(server, Self.right)
        let refresh = try #require(first.json?["refresh_token"]?.text)
        let second = try await post(server, "grant_type=refresh_token&refresh_token=\(refresh)")
        #expect(second.status == 200)
        #expect(second.json?["access_token"] != first.json?["access_token"])
        let again = try await post(server, "grant_type=refresh_token&refresh_token=\(refresh)")
        #expect(again.status == 401)
        #expect(again.json?["code"] == .string("login.expired"))
        let next = try #require(second.json?["refresh_token"]?.text)
        _ = try await server.records.editUser(UserID("u-ada")) { $0.isDisabled = true }
        #expect(try await post(server, "grant_type=refresh_token&refresh_token=\(next)").status == 401)
    }

    @Test func failuresMakeTheNextAttemptsWait() async throws {
        let clock = HandClock()
        let server = try await server(now: { clock.now.withLock { $0 } })
        for _ in 0..<5 { #expect(try await post(server, "grant_type=password&username=ada&password=x").status == 401) }
        // The right password has to wait as well.
        let refused = try await post(server, Self.right)
        #expect(refused.status == 429)
        #expect(refused.headers[.retryAfter] == "1")
        #expect(refused.json?["code"] == .string("login.wait"))
        #expect(server.log.all.contains { $0.contains("login refused for now") })
        clock.now.withLock { $0 += .seconds(1) }
        #expect(try await post(server, Self.right).status == 200)
        for _ in 0..<5 { #expect(try await post(server, "grant_type=password&username=ada&password=x").status == 401) }
    }

    @Test func anOpenIDClientFindsItsWay() async throws {
        var settings = Settings()
        settings.server.basePath = "/prod"
        let server = try await server(settings: settings)
        let found = try await server.send(.get, "/prod/realms/fairdi%20x/.well-known/openid-configuration")
        #expect(found.json?["issuer"] == .string("http://test/prod/realms/fairdi%20x"))
        let endpoint = "http://test/prod/realms/fairdi%20x/protocol/openid-connect/token"
        #expect(found.json?["token_endpoint"] == .string(endpoint))
        let path = String(endpoint.dropFirst("http://test".count))
        let answer = try await post(server, Self.right + "&client_id=nomad_public", to: path)
        #expect(answer.status == 200)
        let refresh = try #require(answer.json?["refresh_token"]?.text)
        let renewal = "grant_type=refresh_token&refresh_token=\(refresh)&client_id=nomad_public"
        #expect(try await post(server, renewal, to: path).status == 200)
        for (form, status, error) in [
            (renewal, 400, "invalid_grant"), ("grant_type=password&username=ada&password=x", 401, "invalid_grant"),
            ("grant_type=password&username=ada", 400, "invalid_request"), ("username=ada", 400, "invalid_request"),
            ("grant_type=implicit", 400, "unsupported_grant_type"),
        ] {
            let refused = try await post(server, form, to: path)
            #expect(refused.status == status, "\(form)")
            #expect(refused.json?["error"] == .string(error), "\(form)")
            #expect(refused.json?["error_description"]?.text?.isEmpty == false)
        }
    }

    @Test func addressesAreThoseThatOthersSee() async throws {
        var settings = Settings()
        settings.server.basePath = "/prod"
        settings.server.url = "https://data.lab.example/prod/"
        let server = try await server(settings: settings)
        let found = try await server.send(.get, "/prod/realms/r/.well-known/openid-configuration")
        #expect(
            found.json?["token_endpoint"]
                == .string("https://data.lab.example/prod/realms/r/protocol/openid-connect/token"))
    }

    @Test func aTokenOfNoUseIsNoObstacleToLogin() async throws {
        let server = try await server()
        let answer = try await server.send(
            .post, "/api/v1/auth/token", headers: [.authorization: "Bearer expired"], body: Array(Self.right.utf8))
        #expect(answer.status == 200)
    }

    @Test func onlySoManyWaitForTheirPasswordToBeChecked() async throws {
        let checker = PasswordChecker(width: 1, mostWaiting: 2)
        let hash = try PasswordHash(of: "x")
        let outcomes = await withTaskGroup(of: Bool?.self) { group in
            for _ in 0..<12 { group.addTask { try? await checker.matches("x", hash) } }
            return await group.reduce(into: [Bool?]()) { $0.append($1) }
        }
        #expect(outcomes.contains(nil))
        #expect(outcomes.count { $0 == true } >= 3)
        #expect(try await checker.matches("x", hash))
        #expect(try await checker.matches("x", nil) == false)
    }

    @Test func whoFindsTheServerBusyHasNotFailed() async throws {
        let server = try await server()
        let now = ContinuousClock.now
        let login = Login(
            records: server.records, tokens: server.tokens, passwords: PasswordChecker(width: 0, mostWaiting: 0),
            lifetimes: .init(access: .seconds(60), refresh: .seconds(60)), logger: Logger(label: "test"), now: { now })
        for _ in 0..<20 {
            await #expect(throws: Login.Refusal.busy) {
                try await login.grant(username: "ada", password: "x", from: ClientAddress(address: "192.0.2.1"))
            }
        }
    }

    @Test func theFirstAdministratorIsMadeOnce() async throws {
        let records = MemoryRecords()
        var change = RecordChange(existing: .refuse)
        change.users = [UserRecord(id: UserID("u-1"), username: "admin")]
        try await records.apply(change)
        let (username, password) = try #require(try await FirstAdministrator.make(in: records))
        #expect(username == "admin-2")
        #expect(password.count == 24)
        let admin = try #require(try await records.user(named: username))
        #expect(admin.isAdmin)
        #expect(try PasswordHash(phc: admin.passwordHash ?? "").matches(password))
        #expect(try await FirstAdministrator.make(in: records) == nil)
        _ = try await records.editUser(admin.id) { $0.isDisabled = true }
        #expect(try await FirstAdministrator.make(in: records) == nil)
    }
}

/// A clock that goes on when it is told to.
private final class HandClock: Sendable {
    let now = Mutex(ContinuousClock.now)
}
