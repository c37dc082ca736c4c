/// What a token can be good for. Raw values are what tokens and clients say, and are NOMAD's names.
package enum TokenScope: String, Sendable, CaseIterable {
    case datasetsRead = "datasets:read"
    case datasetsWrite = "datasets:write"
    case datasetsDelete = "datasets:delete"
    case entriesRead = "entries:read"
    case optimadeRead = "external_optimade:read"
    case graphRead = "graph:read"
    case groupsRead = "groups:read"
    case groupsWrite = "groups:write"
    case groupsDelete = "groups:delete"
    case uploadsRead = "uploads:read"
    case uploadsWrite = "uploads:write"
    case uploadsPublish = "uploads:publish"
    case uploadsDelete = "uploads:delete"
    case usersRead = "users:read"

    /// Whether it lets nobody change anything.
    package var isReading: Bool { rawValue.utf8.reversed().starts(with: ":read".utf8.reversed()) }
}
