/// What an installation sets about its gateway.
package struct GatewaySettings: Hashable, Sendable {
    /// Who may register databases and gateways, and name databases that are not registered.
    package enum Registration: String, Hashable, Sendable, CaseIterable {
        case everybody, users, admin
    }

    package var registration = Registration.everybody
    /// Seconds that one database has for one page.
    package var databaseSeconds = 20
    /// Seconds that a query has in all.
    package var querySeconds = 60
    /// Seconds that a request may wait for its answer.
    package var waitSeconds = 25
    /// Entries that are read of a database that cannot order them, or to find equal ones.
    package var localEntries = 1_000
    /// Databases of a gateway.
    package var databases = 50
    /// Queries that are kept.
    package var storedQueries = 1_000
    /// Queries that run at once for one client.
    package var queriesPerClient = 16
    /// Hours after which queries are removed.
    package var queryHours = 24
    /// Seconds during which an equal query is answered by the one that was made before.
    package var reuseSeconds = 300
    /// The public address of the unversioned base URL; absent where it is what requests say.
    package var baseURL: String?

    /// The defaults.
    package init() {}

    /// Entries that a request may leave out at the start.
    static let mostSkipped = 10_000
}
