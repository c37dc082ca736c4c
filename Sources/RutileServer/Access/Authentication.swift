package import RutileModel
package import RutileStore

/// Finds out who makes a request.
package struct Authentication: Sendable {
    private let tokens: TokenAuthority
    private let records: any RecordStore

    /// Callers are users of `records` who show a token of `tokens`.
    package init(tokens: TokenAuthority, records: any RecordStore) {
        self.tokens = tokens
        self.records = records
    }

    /// The caller that an `Authorization` header names; without one, the anonymous caller.
    ///
    /// - Throws: ``RequestProblem`` with status 401; errors of the records.
    package func caller(authorization: String?) async throws -> Caller {
        guard let authorization else { return .anonymous }
        let user: UserID
        do {
            user = try await tokens.user(of: Self.token(in: authorization))
        } catch let refusal as TokenAuthority.Refusal {
            throw RequestProblem.unauthorized(refusal.detail)
        }
        guard let caller = try await records.caller(user) else {
            throw RequestProblem.unauthorized("The token names a user who does not exist here.")
        }
        return caller
    }

    /// The token of `Bearer <token>`; the scheme is spelled in any case (RFC 9110 §11.1).
    private static func token(in authorization: String) throws(RequestProblem) -> String {
        let parts = authorization.split(separator: " ")
        guard parts.count == 2, parts[0].lowercased() == "bearer" else {
            throw .unauthorized("The Authorization header must be “Bearer” and a token.")
        }
        return String(parts[1])
    }
}

extension TokenAuthority.Refusal {
    fileprivate var detail: String {
        switch self {
        case .malformed: "The token is not one of this server."
        case .wrongSignature: "The token was not signed by this server."
        case .expired: "The token has expired."
        }
    }
}
