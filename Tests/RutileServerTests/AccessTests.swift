import FoundationEssentials
import HTTPTypes
import RutileJSON
import RutileModel
import RutileServer
import Synchronization
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
            let token = try await server.tokens.token(for: UserID(user), lifetime: .seconds(60))
            for scheme in ["Bearer", "bearer"] {
                let answer = try await server.query("{}", headers: [.authorization: "\(scheme) \(token)"])
                #expect(answer.json == .string(name))
            }
        }
    }

    @Test func badTokensAre401() async throws {
        let server = try await whoAmI()
        let stranger = await TokenAuthority(key: Array(repeating: 8, count: 32))
        let good = try await server.tokens.token(for: UserID("u-ada"), lifetime: .seconds(60))
        let headers = [
            "Bearer", "Bearer x", "Basic dTpw", "Bearer \(good) more", "Bearer " + String(repeating: "a", count: 5_000),
            "Bearer \(good.dropLast(3))AAA",
            "Bearer " + (try await stranger.token(for: UserID("u-ada"), lifetime: .seconds(60))),
            "Bearer " + (try await server.tokens.token(for: UserID("u-ada"), lifetime: .seconds(-1))),
            "Bearer " + (try await server.tokens.token(for: UserID("u-none"), lifetime: .seconds(60))),
        ]
        for header in headers {
            let answer = try await server.query("{}", headers: [.authorization: header])
            #expect(answer.status == 401, "\(header)")
            #expect(answer.json?["detail"]?.text?.isEmpty == false)
            #expect(answer.headers[.wwwAuthenticate] == "Bearer")
        }
        // Secrets are never in the log.
        #expect(!server.log.all.contains { $0.contains(good.suffix(20)) })
    }

    @Test func anotherAlgorithmIsRefusedWhateverItsSignature() async throws {
        let authority = await TokenAuthority(key: Array(repeating: 7, count: 32))
        let good = try await authority.token(for: UserID("u-ada"), lifetime: .seconds(60))
        let parts = good.split(separator: ".")
        for header in [#"{"alg":"none","typ":"JWT"}"#, #"{"alg":"HS512","typ":"JWT"}"#, #"{"typ":"JWT"}"#] {
            let forged = Data(header.utf8).base64EncodedString().replacing("=", with: "") + ".\(parts[1]).\(parts[2])"
            await #expect(throws: TokenAuthority.Refusal.malformed) { try await authority.user(of: forged) }
        }
    }

    @Test func aTokenEndsWhenItSays() async throws {
        let authority = await TokenAuthority(key: Array(repeating: 7, count: 32))
        let now = Date(timeIntervalSince1970: 1_700_000_000)
        let token = try await authority.token(for: UserID("u-ada"), lifetime: .seconds(100), now: now)
        #expect(try await authority.user(of: token, now: now + 99) == UserID("u-ada"))
        await #expect(throws: TokenAuthority.Refusal.expired) { try await authority.user(of: token, now: now + 100) }
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
        ] {
            #expect(throws: PasswordHash.Failure.notPHC) { try PasswordHash(phc: text) }
        }
        #expect("\(hash)" == "PasswordHash")
    }
}
