import Glibc
import HTTPTypes
import RutileJSON
import RutileModel
import RutileServer
import RutileStore
import Testing

struct AccessTests {
    /// A server that answers with the name of the caller.
    private func whoAmI() async throws -> TestServer {
        try await TestServer { _, caller in Array("\"\(caller.user?.text ?? "nobody") \(caller.isAdmin)\"".utf8) }
    }

    @Test func withoutATokenTheCallerIsAnonymous() async throws {
        #expect(try await whoAmI().query("{}").json == .string("nobody false"))
    }

    @Test func aTokenNamesItsUser() async throws {
        let server = try await whoAmI()
        for (user, name) in [("u-ada", "u-ada false"), ("u-root", "u-root true")] {
            let token = try await server.tokens.token(for: UserID(user), lifetime: .day)
            for scheme in ["Bearer", "bearer"] {
                let answer = try await server.query("{}", headers: [.authorization: "\(scheme) \(token)"])
                #expect(answer.json == .string(name))
            }
        }
    }

    @Test func aCookieNamesItsUserWhereNothingIsChanged() async throws {
        let server = try await whoAmI()
        let token = try await server.tokens.token(for: UserID("u-ada"), lifetime: .day)
        for cookie in [
            "Authorization=Bearer%20\(token)", "a=b; Authorization=Bearer%20\(token); c=d",
            "Authorization=\"Bearer%20\(token)\"",
        ] {
            #expect(try await server.query("{}", headers: [.cookie: cookie]).json == .string("u-ada false"))
        }
        let root = try await server.tokens.token(for: UserID("u-root"), lifetime: .day)
        let both: HTTPFields = [.cookie: "Authorization=Bearer%20\(token)", .authorization: "Bearer \(root)"]
        #expect(try await server.query("{}", headers: both).json == .string("u-root true"))
        for cookie in ["Authorization=Bearer%20\(token)x", "Authorization=%", "Authorization="] {
            #expect(try await server.query("{}", headers: [.cookie: cookie]).status == 401)
        }
        #expect(try await server.query("{}", headers: [.cookie: "authorization=x; Auth=y"]).status == 200)
        // Another site can make a browser send a form with its cookies.
        let group = try await server.send(
            .post, "/api/v1/groups", headers: [.cookie: "Authorization=Bearer%20\(token)"], body: Array("{}".utf8))
        #expect(group.status == 401)
    }

    @Test func aTokenIsGoodForItsScopesOnly() async throws {
        let server = try await whoAmI()
        let token = try await server.tokens.issue(
            for: UserID("u-ada"), .personal, scopes: [.graphRead], lifetime: .day)
        let headers: HTTPFields = [.authorization: "Bearer \(token.text)"]
        #expect(try await server.query("{}", headers: headers).status == 200)
        for path in ["/optimade/v1/info", "/api/v1/users/me", "/api/v1/groups"] {
            let answer = try await server.send(.get, path, headers: headers)
            #expect(answer.status == 403, "\(path)")
            #expect(answer.text.contains("Missing scopes: ["))
        }
        #expect(try await server.send(.get, "/api/v1/openapi.json", headers: headers).status == 200)
        let none = try await server.tokens.issue(for: UserID("u-ada"), .personal, scopes: [], lifetime: .day)
        #expect(try await server.query("{}", headers: [.authorization: "Bearer \(none.text)"]).status == 403)
    }

    @Test func everyRouteOfTheAPISaysWhatATokenMustBeGoodFor() async throws {
        for route in try await whoAmI().server.routes.routes where route.kind == .api {
            #expect(route.needs != nil, "\(route.path)")
            if route.needs?.isReading == true && route.scope == .exact {
                // Questions that are too long for an address are sent.
                let isQuestion = route.needs == .graphRead || route.needs == .entriesRead
                #expect(route.method == .get || isQuestion, "\(route.path)")
            }
        }
    }

    @Test func aTokenEndsWhenItSays() async throws {
        let server = try await whoAmI()
        let start = Timestamp(microseconds: 1_700_000_000_000_000)
        func authority(at seconds: Int64) -> TokenAuthority {
            TokenAuthority(server.records) { Timestamp(microseconds: start.microseconds + seconds * 1_000_000) }
        }
        let token = try await authority(at: 0).token(for: UserID("u-ada"), lifetime: .seconds(100))
        #expect(try await authority(at: 99).session(of: token)?.caller.user == UserID("u-ada"))
        #expect(try await authority(at: 100).session(of: token) == nil)
        // Of the future: more than two clocks can differ.
        #expect(try await authority(at: -59).session(of: token) != nil)
        #expect(try await authority(at: -61).session(of: token) == nil)
    }

    @Test func tokensThatAreIssuedAtTheFirstMomentAreAllGood() async throws {
        let server = try await whoAmI()
        try await withThrowingTaskGroup(of: String.self) { group in
            // Each authority is another process's: none knows what the others do.
            for _ in 0..<64 {
                group.addTask {
                    try await TokenAuthority(server.records).token(for: UserID("u-ada"), lifetime: .day)
                }
            }
            for try await token in group { #expect(try await server.tokens.session(of: token) != nil) }
        }
    }

    @Test func whatAnOldKeySignedStaysGood() async throws {
        let server = try await whoAmI()
        let old = try await server.tokens.token(for: UserID("u-ada"), lifetime: .day)
        let key = try await server.tokens.rotateKey()
        let new = try await server.tokens.issue(for: UserID("u-ada"), .personal, lifetime: .day)
        #expect(new.record.key == key.id)
        for token in [old, new.text] {
            #expect(try await server.tokens.session(of: token) != nil)
            #expect(try await TokenAuthority(server.records).session(of: token) != nil)
        }
        #expect(try await server.records.signingKeys().count == 2)
    }

    @Test func keysAreReplacedWhenTheyAreOld() async throws {
        let server = try await whoAmI()
        func issue(atDay day: Int64) async throws -> String {
            let authority = TokenAuthority(server.records) { Timestamp(microseconds: day * 86_400_000_000) }
            return try await authority.issue(for: UserID("u-ada"), .personal, lifetime: .seconds(1)).record.key
        }
        let first = try await issue(atDay: 0)
        #expect(try await issue(atDay: TokenAuthority.keyDays - 1) == first)
        let second = try await issue(atDay: TokenAuthority.keyDays)
        #expect(second != first)
        #expect(try await server.records.signingKeys().map(\.id).first == second)
    }

    @Test func aPasswordMatchesItsOwnHashOnly() throws {
        let hash = try PasswordHash(of: "correct horse")
        #expect(hash.phc.hasPrefix("$argon2id$v=19$m=19456,t=2,p=1$"))
        #expect(hash.matches("correct horse"))
        #expect(!hash.matches("correct horsf"))
        #expect(!hash.matches(""))
        #expect(try PasswordHash(of: "correct horse").phc != hash.phc)
        #expect(try PasswordHash(phc: hash.phc) == hash)
        for text in [
            "correct horse", "$argon2id$", "$argon2i$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2g",
            "$argon2id$v=19$m=19456,t=2$c2FsdHNhbHQ$aGFzaGhhc2g", "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$",
            "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFz!Ghhc2g",
            "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2g$x",
            "$argon2id$v=19$m=4194304,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2g",
            "$argon2id$v=19$m=64,t=0,p=1$c2FsdHNhbHQ$aGFzaGhhc2g",
        ] {
            #expect(throws: PasswordHash.Failure.notPHC) { try PasswordHash(phc: text) }
        }
        #expect("\(hash)" == "PasswordHash")
    }

    @Test func theHashOfNobodyCostsAsMuchAndMatchesNothing() throws {
        let nobody = try PasswordHash(phc: PasswordHash.ofNobody.phc)
        let real = try PasswordHash(of: "x")
        _ = real.matches("y")
        let one = processorTime { _ = real.matches("y") }
        let other = processorTime { #expect(!nobody.matches("y")) }
        // It is computed, not refused at a glance.
        #expect(other > one / 10)
    }

    /// What `work` takes of the processor, whatever else it does meanwhile.
    private func processorTime(_ work: () -> Void) -> Duration {
        func now() -> Duration {
            var time = timespec()
            unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
            return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
        }
        let start = now()
        work()
        return now() - start
    }
}
