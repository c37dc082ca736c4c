import Crypto
import FoundationEssentials
import HTTPTypes
import RutileJSON
import RutileModel
import RutileServer
import RutileStore
import Testing

/// What forgers try. They are all told the same.
struct TokenAttackTests {
    /// What a forger has: a good token, and, to be generous, the server's own key.
    struct Forge {
        let good: String
        let record: TokenRecord
        let key: SigningKey
        let refresh: String
        let revoked: String
        let expired: String
        let ofDisabled: String
        let identity: String

        var claims: [(String, String)] {
            [
                ("iss", "\"rutile\""), ("aud", "\"rutile/api\""), ("sub", "\"\(record.user)\""),
                ("jti", "\"\(record.id)\""), ("iat", "\(record.created.microseconds / 1_000_000)"),
                ("exp", "\(record.expires.microseconds / 1_000_000)"),
            ]
        }

        var header: String { "{\"alg\":\"HS256\",\"kid\":\"\(key.id)\",\"typ\":\"JWT\"}" }

        func claims(_ changed: [(String, String?)] = [], adding: [(String, String)] = []) -> String {
            let all = claims.compactMap { name, value in
                guard let change = changed.first(where: { $0.0 == name }) else { return (name, value) }
                return change.1.map { (name, $0) }
            }
            return "{" + (all + adding).map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}"
        }

        func signed(_ header: String? = nil, _ claims: String? = nil, with secret: [UInt8]? = nil) -> String {
            let content = encode(header ?? self.header) + "." + encode(claims ?? self.claims())
            let code = HMAC<SHA256>.authenticationCode(
                for: Array(content.utf8), using: SymmetricKey(data: secret ?? key.secret))
            return content + "." + encode(Array(code))
        }
    }

    struct Attack: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let token: @Sendable (Forge) -> String

        init(_ name: String, _ token: @escaping @Sendable (Forge) -> String) {
            testDescription = name
            self.token = token
        }
    }

    static let attacks: [Attack] = [
        Attack("algorithm none, no signature") { forge in
            encode(#"{"alg":"none","typ":"JWT"}"#) + "." + encode(forge.claims()) + "."
        },
        Attack("algorithm None with the good signature") { $0.signed(#"{"alg":"None","typ":"JWT"}"#) },
        Attack("no algorithm") { $0.signed("{\"kid\":\"\($0.key.id)\",\"typ\":\"JWT\"}") },
        Attack("HS512 in name") { $0.signed($0.header.replacing("HS256", with: "HS512")) },
        Attack("RS256 in name, signed with HMAC") { $0.signed($0.header.replacing("HS256", with: "RS256")) },
        Attack("a key in the header") { forge in
            let mine = Array("0123456789abcdef0123456789abcdef".utf8)
            let header = "{\"alg\":\"HS256\",\"jwk\":{\"kty\":\"oct\",\"k\":\"\(encode(mine))\"},\"typ\":\"JWT\"}"
            return forge.signed(header, with: mine)
        },
        Attack("the address of a key in the header") { forge in
            forge.signed(#"{"alg":"HS256","jku":"http://127.0.0.1:1/keys","typ":"JWT"}"#)
        },
        Attack("another kid") { $0.signed($0.header.replacing($0.key.id, with: "AAAAAAAAAAAAAAAAAAAAAA")) },
        Attack("a kid that is a path") { $0.signed($0.header.replacing($0.key.id, with: "../../dev/null"), with: []) },
        Attack("another issuer") { $0.signed(nil, $0.claims([("iss", "\"https://nomad-lab.eu\"")])) },
        Attack("no issuer") { $0.signed(nil, $0.claims([("iss", nil)])) },
        Attack("another audience") { $0.signed(nil, $0.claims([("aud", "\"account\"")])) },
        Attack("audiences in a list") { $0.signed(nil, $0.claims([("aud", "[\"rutile/api\"]")])) },
        Attack("another user") { $0.signed(nil, $0.claims([("sub", "\"u-root\"")])) },
        Attack("a later end") { $0.signed(nil, $0.claims([("exp", "99999999999")])) },
        Attack("no end") { $0.signed(nil, $0.claims([("exp", nil)])) },
        Attack("not valid yet") { $0.signed(nil, $0.claims(adding: [("nbf", "99999999999")])) },
        Attack("a claim of one's own") { $0.signed(nil, $0.claims(adding: [("is_admin", "true")])) },
        Attack("a scope of one's own") { $0.signed(nil, $0.claims(adding: [("scope", "\"graph:read\"")])) },
        Attack("a claim twice") { $0.signed(nil, $0.claims(adding: [("sub", "\"u-ada\"")])) },
        Attack("an id twice") { $0.signed(nil, $0.claims(adding: [("jti", "\"\($0.record.id)\"")])) },
        Attack("an id that was never issued") { $0.signed(nil, $0.claims([("jti", "\"AAAAAAAAAAAAAAAAAAAAAA\"")])) },
        Attack("no id") { $0.signed(nil, $0.claims([("jti", nil)])) },
        Attack("an id that is a number") { $0.signed(nil, $0.claims([("jti", "1")])) },
        Attack("expired") { $0.expired },
        Attack("revoked") { $0.revoked },
        Attack("of a disabled user") { $0.ofDisabled },
        Attack("a refresh token") { $0.refresh },
        Attack("an identity token") { $0.identity },
        Attack("a wrong signature") { String($0.good.dropLast(3)) + "AAA" },
        Attack("the signature of another key") { $0.signed(with: Array(repeating: 7, count: 32)) },
        Attack("no signature") { $0.good.split(separator: ".").dropLast().joined(separator: ".") + "." },
        Attack("truncated by one character") { String($0.good.dropLast()) },
        Attack("truncated in the claims") { String($0.good.prefix($0.good.utf8.count / 2)) },
        Attack("four parts") { $0.good + ".AAAA" },
        Attack("two parts") { $0.good.split(separator: ".").dropLast().joined(separator: ".") },
        Attack("spare bits in the last character") { forge in
            // 32 bytes are 43 characters, the last of which has two bits to spare.
            let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
            let last = alphabet.firstIndex(of: forge.good.last ?? "A") ?? 0
            return String(forge.good.dropLast()) + String(alphabet[last | 1])
        },
        Attack("padded") { $0.good + "=" },
        Attack("plain base64") { $0.good.replacing("-", with: "+").replacing("_", with: "/") + "=" },
        Attack("blanks in the claims") { $0.signed(nil, $0.claims().replacing(",", with: ", ")) },
        Attack("claims that are no JSON") { $0.signed(nil, "{\"jti\":\"\($0.record.id)\"") },
        Attack("claims that are a list") { $0.signed(nil, "[\"\($0.record.id)\"]") },
        Attack("claims nested deeply") { forge in
            forge.signed(nil, String(repeating: "[", count: 500) + String(repeating: "]", count: 500))
        },
        Attack("huge") { _ in String(repeating: "a", count: 100_000) },
        Attack("huge claims") { forge in
            forge.signed(nil, forge.claims(adding: [("x", "\"" + String(repeating: "a", count: 5_000) + "\"")]))
        },
        Attack("encrypted, five parts") { _ in "eyJhbGciOiJkaXIifQ..AAAA.AAAA.AAAA" },
        Attack("empty parts") { _ in ".." },
        Attack("no token at all") { _ in "" },
        Attack("two tokens") { "\($0.good) \($0.good)" },
        Attack("no ASCII") { "\($0.good)\u{E9}" },
    ]

    private func forge(_ server: TestServer) async throws -> Forge {
        var change = RecordChange(existing: .refuse)
        change.users = [UserRecord(id: UserID("u-eve"), username: "eve")]
        try await server.records.apply(change)
        let ada = UserID("u-ada")
        let good = try await server.tokens.issue(for: ada, .personal, lifetime: .day)
        let revoked = try await server.tokens.issue(for: ada, .login, lifetime: .day)
        _ = try await server.records.revoke([revoked.record.id])
        let disabled = try await server.tokens.token(for: UserID("u-eve"), lifetime: .day)
        _ = try await server.records.editUser(UserID("u-eve")) { $0.isDisabled = true }
        let user = try #require(try await server.records.users([ada])[ada])
        return Forge(
            good: good.text, record: good.record,
            key: try #require(try await server.records.signingKeys().first),
            refresh: try await server.tokens.issue(for: ada, .refresh, lifetime: .day).text,
            revoked: revoked.text, expired: try await server.tokens.token(for: ada, lifetime: .seconds(-1)),
            ofDisabled: disabled,
            identity: try await server.tokens.identity(of: user, like: good.record))
    }

    @Test func theForgeIsGood() async throws {
        let server = try await TestServer()
        let forge = try await forge(server)
        #expect(forge.signed() == forge.good)
        #expect(try await server.query("{}", headers: [.authorization: "Bearer \(forge.good)"]).status == 200)
    }

    @Test(arguments: attacks)
    func everyAttackIsToldTheSame(_ attack: Attack) async throws {
        let server = try await TestServer()
        let forge = try await forge(server)
        let token = attack.token(forge)
        for path in ["/api/v1/users/me", "/api/v1/graph/query"] {
            let answer = try await server.send(
                path == "/api/v1/users/me" ? .get : .post, path, headers: [.authorization: "Bearer \(token)"],
                body: Array("{}".utf8))
            #expect(answer.status == 401)
            #expect(answer.text == #"{"detail":"The token is not valid.","code":"request.unauthorized"}"#)
            #expect(answer.headers[.wwwAuthenticate] == "Bearer")
        }
        // Secrets are never in the log.
        #expect(!server.log.all.contains { $0.contains(forge.good.suffix(20)) })
    }

    @Test(arguments: ["Bearer", "Basic dTpw", "bearer: x", "Token x", "", "Bearer  "])
    func otherSchemesAreToldTheSame(_ header: String) async throws {
        let answer = try await TestServer().query("{}", headers: [.authorization: header])
        #expect(answer.status == 401)
        #expect(answer.text == #"{"detail":"The token is not valid.","code":"request.unauthorized"}"#)
    }

    @Test func anAccessTokenRenewsNothing() async throws {
        let server = try await TestServer()
        let forge = try await forge(server)
        for token in [forge.good, forge.identity, "x", forge.refresh + "A"] {
            let body = Array("grant_type=refresh_token&refresh_token=\(token)".utf8)
            #expect(try await server.send(.post, "/api/v1/auth/token", body: body).status == 401)
        }
    }
}

private func encode(_ text: String) -> String { encode(Array(text.utf8)) }

private func encode(_ bytes: [UInt8]) -> String {
    Data(bytes).base64EncodedString().replacing("=", with: "").replacing("+", with: "-").replacing("/", with: "_")
}
