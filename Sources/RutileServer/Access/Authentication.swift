import OptimadeAPI
import RutileJSON
package import RutileModel
import RutileStore

/// Finds out who makes a request.
package struct Authentication: Sendable {
    private let tokens: TokenAuthority

    /// Callers are those who show a token of `tokens`.
    package init(_ tokens: TokenAuthority) { self.tokens = tokens }

    /// The caller that the header `Authorization` names, or the cookie of the same name where there is no such header;
    /// without any, the anonymous caller.
    ///
    /// A browser sends cookies with requests that other sites make it send. So the cookie counts only where nothing is
    /// changed: where `needed` is a scope that reads.
    ///
    /// - Returns: the caller, and what the token is good for, by name; absent where that is everything.
    /// - Throws: ``RequestProblem/badToken``, ``RequestProblem/missingScopes(_:)`` when the token is not good for what is
    ///   `needed`; errors of the records.
    package func caller(authorization: String?, cookies: [String], needed: TokenScope?) async throws -> (
        caller: Caller, scopes: [String]?
    ) {
        let isRead = needed?.isReading ?? false
        guard let shown = authorization ?? (isRead ? Self.authorization(in: cookies) : nil) else {
            return (.anonymous, nil)
        }
        guard let token = Self.token(in: shown), let session = try await tokens.session(of: token) else {
            throw RequestProblem.badToken
        }
        if let needed, let scopes = session.token.scopes,
            !scopes.contains(where: { $0.hasSameUTF8(as: needed.rawValue) })
        {
            throw RequestProblem.missingScopes([needed.rawValue])
        }
        return (session.caller, session.token.scopes)
    }

    /// The token of `Bearer <token>`; the scheme is spelled in any case (RFC 9110 §11.1).
    private static func token(in authorization: String) -> String? {
        let parts = authorization.utf8.split(separator: UInt8(ascii: " "))
        guard parts.count == 2, String(Substring(parts[0])).lowercased().hasSameUTF8(as: "bearer") else { return nil }
        return String(Substring(parts[1]))
    }

    /// What the cookie `Authorization` says, its percent escapes replaced (RFC 6265 §4.2.1).
    private static func authorization(in cookies: [String]) -> String? {
        for header in cookies {
            for pair in header.utf8.split(separator: UInt8(ascii: ";")) {
                let pair = pair.drop { $0 == UInt8(ascii: " ") }
                let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
                guard parts.count == 2, parts[0].elementsEqual("Authorization".utf8) else { continue }
                // What cannot be decoded is no token.
                return PercentCoding.decoded(parts[1].filter { $0 != UInt8(ascii: "\"") }, plusIsBlank: false) ?? ""
            }
        }
        return nil
    }
}
