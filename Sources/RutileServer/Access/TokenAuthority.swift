package import FoundationEssentials
import JWTKit
package import RutileModel

/// Issues and checks the tokens by which clients say who they are.
///
/// A token is a JSON Web Token (RFC 7519), signed with HMAC-SHA-256; no other algorithm is accepted, whatever a token
/// says of itself. It names its user (`sub`), its end (`exp`) and itself (`jti`).
package struct TokenAuthority: Sendable {
    /// Why a token is no good. Which reason it is does not help a forger, so clients are told.
    package enum Refusal: Error, Equatable {
        case malformed
        case wrongSignature
        case expired
    }

    private struct Claims: JWTPayload {
        let sub: SubjectClaim
        let exp: ExpirationClaim
        let iat: IssuedAtClaim
        let jti: IDClaim

        // Expiry is checked by the authority, which has the clock.
        func verify(using algorithm: some JWTAlgorithm) throws {}
    }

    private let keys: JWTKeyCollection

    /// An authority that signs with `key`: 32 random bytes that nobody else knows.
    package init(key: [UInt8]) async {
        keys = JWTKeyCollection()
        await keys.add(hmac: HMACKey(from: key), digestAlgorithm: .sha256)
    }

    /// A token for `user` that is good for `lifetime` from `now` on.
    ///
    /// - Throws: errors of the signing library.
    package func token(for user: UserID, lifetime: Duration, now: Date = Date()) async throws -> String {
        let claims = Claims(
            sub: SubjectClaim(value: user.text),
            exp: ExpirationClaim(value: now + Double(lifetime.components.seconds)),
            iat: IssuedAtClaim(value: now), jti: IDClaim(value: UUID().uuidString))
        return try await keys.sign(claims)
    }

    /// The user that `token` names.
    ///
    /// - Throws: ``Refusal``.
    package func user(of token: String, now: Date = Date()) async throws(Refusal) -> UserID {
        guard token.utf8.count <= Self.longestToken else { throw .malformed }
        let claims: Claims
        do {
            // The library would try its one key on whatever algorithm a token names.
            let header = try DefaultJWTParser().parse(Array(token.utf8), as: Claims.self).header
            guard header.alg == "HS256" else { throw Refusal.malformed }
            claims = try await keys.verify(token, as: Claims.self)
        } catch let error as JWTError where error.errorType == .signatureVerificationFailed {
            throw .wrongSignature
        } catch {
            throw .malformed
        }
        guard now < claims.exp.value else { throw .expired }
        return UserID(claims.sub.value)
    }

    /// Bytes; ours have some 250.
    private static let longestToken = 4_096
}
