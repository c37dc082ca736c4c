import Crypto
import RutileJSON
package import RutileModel
package import RutileStore
import Synchronization

/// Issues and checks the tokens by which clients say who they are.
///
/// A token is a JSON Web Token (RFC 7519), signed with HMAC-SHA-256. It is never believed: from what it says only its
/// id is taken. Under that id the records tell which token was issued, from that the same token is made once more, and
/// whoever shows anything else is refused. So a header or claim that was tampered with, repeated or left out cannot
/// matter, and a token that is no longer recorded is worth nothing.
package final class TokenAuthority: Sendable {
    /// Where a token is to be shown. Raw values are what tokens say.
    package enum Audience: String, Sendable {
        /// With requests.
        case requests = "rutile/api"
        /// When a login is renewed.
        case renewal = "rutile/token"
        /// Nowhere: it tells a client who has logged in.
        case client = "rutile/client"
    }

    /// A token, as it is given out.
    package struct Issued: Sendable {
        package let text: String
        package let record: TokenRecord
    }

    /// Who issues tokens, as they say.
    package static let issuer = "rutile"
    /// A key is followed by another after so many days; what it has signed stays good.
    package static let keyDays: Int64 = 90
    /// Bytes; ours have some 400.
    private static let longestToken = 4_096
    /// Clocks of two machines on one data directory may differ by so much.
    private static let skew: Int64 = 60_000_000

    private let accounts: any AccountStore
    private let now: @Sendable () -> Timestamp
    /// Keys that have been needed, by id.
    private let known = Mutex<[UTF8Key: SigningKey]>([:])

    /// The authority over what `accounts` record.
    package init(_ accounts: any AccountStore, now: @escaping @Sendable () -> Timestamp = Timestamp.now) {
        self.accounts = accounts
        self.now = now
    }

    // MARK: - Issuing

    /// A new token of `user` that is good for `lifetime` (whole seconds) and for `scopes`, or for everything.
    ///
    /// - Throws: `StoreError`.
    package func issue(
        for user: UserID, _ use: TokenRecord.Use, name: String = "", scopes: [TokenScope]? = nil, lifetime: Duration
    ) async throws -> Issued {
        let time = now()
        let created = Timestamp(microseconds: time.microseconds / 1_000_000 * 1_000_000)
        while true {
            let key = try await signingKey(at: time)
            var record = TokenRecord(
                id: TokenID(RandomText.id()), user: user, use: use, key: key.id, created: created,
                expires: Timestamp(microseconds: created.microseconds + lifetime.components.seconds * 1_000_000))
            record.name = name
            record.scopes = scopes.map { $0.map(\.rawValue) }
            do {
                try await accounts.issue([record], at: time)
            } catch let error as StoreError where error == .missing(kind: "signing key", id: key.id) {
                // Somebody made another key just now, and this one, which had signed nothing yet, was forgotten.
                continue
            }
            return Issued(text: Self.text(of: record, key), record: record)
        }
    }

    /// A token that tells a client which user has logged in. No server takes it for anything.
    ///
    /// - Throws: `StoreError`.
    package func identity(of user: UserRecord, like login: TokenRecord) async throws -> String {
        let key = try await signingKey(at: now())
        var claims = Self.claims(of: login, .client)
        claims["jti"] = .string(RandomText.id())
        claims["preferred_username"] = .string(user.username)
        claims["name"] = user.documentValue(of: "name", showsEmail: false)
        return Self.text(claims, key)
    }

    /// Makes a new key; tokens are signed with it from now on.
    ///
    /// - Throws: `StoreError`.
    @discardableResult
    package func rotateKey() async throws -> SigningKey {
        let key = SigningKey(id: RandomText.id(), created: now(), secret: RandomText.bytes(32))
        try await accounts.add(key)
        return key
    }

    /// The key that signs at `time`.
    private func signingKey(at time: Timestamp) async throws -> SigningKey {
        let oldest = time.microseconds - Self.keyDays * 86_400_000_000
        if let newest = try await accounts.signingKeys().first, newest.created.microseconds > oldest { return newest }
        return try await rotateKey()
    }

    // MARK: - Checking

    /// Who shows `token` to `audience`; `nil` when it is not good, for whatever reason. A user who is disabled shows
    /// none that is.
    ///
    /// - Throws: `StoreError`.
    package func session(of token: String, for audience: Audience = .requests) async throws -> TokenSession? {
        guard token.utf8.count <= Self.longestToken, let id = Self.id(in: token),
            let session = try await accounts.session(id)
        else { return nil }
        let record = session.token
        let time = now().microseconds
        guard record.use.audience == audience, record.created.microseconds <= time + Self.skew,
            time < record.expires.microseconds, let key = try await key(record.key)
        else { return nil }
        return Self.isSame(token, Self.text(of: record, key)) ? session : nil
    }

    /// Which token `text` claims to be.
    private static func id(in text: String) -> TokenID? {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, let claims = bytes(base64URL: parts[1]) else { return nil }
        let limits = JSONLimits(maximumDepth: 2, maximumBytes: longestToken)
        return (try? Value(json: claims, limits: limits))?["jti"]?.text.map { TokenID($0) }
    }

    private func key(_ id: String) async throws -> SigningKey? {
        if let key = known.withLock({ $0[UTF8Key(id)] }) { return key }
        let stored = try await accounts.signingKeys()
        known.withLock { known in
            known = Dictionary(stored.map { (UTF8Key($0.id), $0) }) { first, _ in first }
        }
        return stored.first { $0.id.hasSameUTF8(as: id) }
    }

    /// Whether the texts are equal. How long it takes does not tell where they differ.
    private static func isSame(_ left: String, _ right: String) -> Bool {
        guard left.utf8.count == right.utf8.count else { return false }
        return zip(left.utf8, right.utf8).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }

    // MARK: - Form

    /// The one token that `record` stands for.
    private static func text(of record: TokenRecord, _ key: SigningKey) -> String {
        text(claims(of: record, record.use.audience), key)
    }

    private static func claims(of record: TokenRecord, _ audience: Audience) -> ObjectValue {
        var claims = ObjectValue([
            ("iss", .string(issuer)), ("aud", .string(audience.rawValue)), ("sub", .string(record.user.text)),
            ("jti", .string(record.id.text)), ("iat", .integer(record.created.microseconds / 1_000_000)),
            ("exp", .integer(record.expires.microseconds / 1_000_000)),
        ])
        if let scopes = record.scopes { claims["scope"] = .string(scopes.joined(separator: " ")) }
        return claims
    }

    /// Source: RFC 7515, compact serialization.
    private static func text(_ claims: ObjectValue, _ key: SigningKey) -> String {
        let header = Value.members(["alg": .string("HS256"), "kid": .string(key.id), "typ": .string("JWT")])
        let content = base64URL(header.json()) + "." + base64URL(Value.object(claims).json())
        let code = HMAC<SHA256>.authenticationCode(
            for: Array(content.utf8), using: SymmetricKey(data: key.secret))
        return content + "." + base64URL(Array(code))
    }
}

extension TokenRecord.Use {
    /// Where tokens of this use are to be shown.
    package var audience: TokenAuthority.Audience {
        switch self {
        case .login, .personal: .requests
        case .refresh: .renewal
        }
    }
}
