/// The id of a token.
package struct TokenID: Identifier {
    package let text: String
    package init(_ text: String) { self.text = text }
}

/// What is recorded of a token that was issued. It is good as long as its record is there.
package struct TokenRecord: Hashable, Sendable {
    /// What a token is for.
    package enum Use: String, Sendable, CaseIterable {
        /// Shown with requests; made at a login.
        case login
        /// Shown with requests; made by `rutile token issue`.
        case personal
        /// Exchanged for a new login.
        case refresh
    }

    package var id: TokenID
    package var user: UserID
    package var use: Use
    /// What its owner calls it; empty where nobody said.
    package var name: String
    /// What it is good for; `nil` for everything.
    package var scopes: [String]?
    /// The id of the key that signed it.
    package var key: String
    /// When it was made. Whole seconds.
    package var created: Timestamp
    /// From when on it is no good. Whole seconds.
    package var expires: Timestamp

    /// A token of `user` for everything, between two times.
    package init(id: TokenID, user: UserID, use: Use, key: String, created: Timestamp, expires: Timestamp) {
        self.id = id
        self.user = user
        self.use = use
        name = ""
        scopes = nil
        self.key = key
        self.created = created
        self.expires = expires
    }
}

/// A key that tokens are signed with.
package struct SigningKey: Hashable, Sendable, CustomStringConvertible {
    package let id: String
    package let created: Timestamp
    /// 32 random bytes.
    package let secret: [UInt8]
    // The secret is for no log.
    package var description: String { "SigningKey(\(id))" }

    /// The key `id` of `secret`.
    package init(id: String, created: Timestamp, secret: [UInt8]) {
        self.id = id
        self.created = created
        self.secret = secret
    }
}
