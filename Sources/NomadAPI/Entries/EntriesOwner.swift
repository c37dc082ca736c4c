/// Whose entries a question is about.
package enum EntriesOwner: String, Hashable, Sendable, CaseIterable {
    /// Published and not under embargo.
    case `public`
    /// Open to the caller.
    case visible
    /// Published, embargo or not, or open to the caller.
    case all
    /// Of uploads that the caller is a viewer of.
    case shared
    /// Of uploads whose main author the caller is.
    case user
    /// As ``shared``, and not published.
    case staging
    /// Everything; for administrators.
    case admin

    /// Whether only somebody who has logged in can ask so.
    package var needsLogin: Bool {
        switch self {
        case .public, .visible, .all: false
        case .shared, .user, .staging, .admin: true
        }
    }
}
