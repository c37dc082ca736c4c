import OptimadeAPI
import RutileJSON
import RutileOptimade
package import RutileStore

/// What can be asked for below the gateway's base URL, versions taken off. This table makes the OpenAPI document.
package enum GatewayEndpoint: Hashable, Sendable {
    case root, documentation, openAPI, versions, info, links, search
    /// What the resources of a kind are.
    case resourceInfo(String)
    /// How far the answer to a request has come that named it so.
    case progress(String)
    case list(GatewayResource.Kind)
    case single(GatewayResource.Kind, id: String)
    /// One of the endpoints of an OPTIMADE server, which the gateway `id` is; and its queries.
    case database(id: String, path: String)

    /// Reads the path behind the base URL, still encoded, with a slash in front; one slash at the end makes no difference.
    ///
    /// - Returns: `nil` where there is no such endpoint, or a segment is not encoded correctly.
    init?(path: String) {
        var segments = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).dropFirst()
        if segments.last?.isEmpty == true { segments = segments.dropLast() }
        func text(_ pieces: ArraySlice<Substring.UTF8View>) -> String? {
            PercentCoding.decoded(pieces.joined(separator: [UInt8(ascii: "/")]), plusIsBlank: false)
        }
        guard let first = segments.first, let head = text([first]) else {
            guard segments.isEmpty else { return nil }
            self = .root
            return
        }
        let rest = segments.dropFirst()
        switch (head, rest.count) {
        case ("docs", 0), ("redoc", 0): self = .documentation
        case ("openapi.json", 0): self = .openAPI
        case ("versions", 0): self = .versions
        case ("info", 0): self = .info
        case ("links", 0): self = .links
        case ("search", 0): self = .search
        case ("info", 1):
            guard let name = text(rest) else { return nil }
            self = .resourceInfo(name)
        case ("progress", 1):
            guard let name = text(rest) else { return nil }
            self = .progress(name)
        case ("extensions", 1):
            switch text(rest) {
            case "docs": self = .documentation
            case "openapi.json": self = .openAPI
            default: return nil
            }
        case ("gateways", 2...):
            guard let id = text(rest.prefix(1)) else { return nil }
            let below = rest.dropFirst().map { "/" + String(Substring($0)) }.joined()
            self = .database(id: id, path: below)
        default:
            guard let kind = GatewayResource.Kind(rawValue: head) else { return nil }
            if rest.isEmpty {
                self = .list(kind)
            } else {
                // Ids of databases may have slashes in them.
                guard kind == .databases || rest.count == 1, let id = text(rest) else { return nil }
                self = .single(kind, id: id)
            }
        }
    }

    /// Whether its answers are JSON:API documents.
    var isJSONAPI: Bool {
        switch self {
        case .root, .documentation, .openAPI, .versions: false
        case .database(_, let path):
            switch (try? VersionedPath(path)).flatMap({ Endpoint(path: $0.endpoint) }) {
            case .documentation?, .openAPI?, .versions?: false
            default: true
            }
        default: true
        }
    }

    /// One operation, for documents about the endpoints.
    package struct Operation: Sendable {
        package let method: String
        /// With the names of its parts in braces.
        package let path: String
        package let summary: String
    }

    /// Everything that is answered.
    package static let operations: [Operation] = [
        ("GET", "/versions", "The major versions that are served, as CSV."),
        ("GET", "/info", "What the gateway offers."),
        ("GET", "/info/{type}", "What databases, gateways or queries are: their properties."),
        ("GET", "/links", "This gateway, and the databases that are registered."),
        ("GET", "/databases", "The registered databases, or those that match a filter."),
        ("POST", "/databases", "Register a database, or find the one that has this base URL."),
        ("GET", "/databases/{database_id}", "One database."),
        ("DELETE", "/databases/{database_id}", "Remove a database; gateways keep their copies."),
        ("GET", "/gateways", "The gateways, or those that match a filter."),
        ("POST", "/gateways", "Make a gateway of databases, or find the one of the same databases."),
        ("GET", "/gateways/{gateway_id}", "One gateway."),
        ("DELETE", "/gateways/{gateway_id}", "Remove a gateway."),
        ("GET", "/gateways/{gateway_id}/info", "The gateway as an OPTIMADE server."),
        ("GET", "/gateways/{gateway_id}/info/{type}", "What the entries of its databases are."),
        ("GET", "/gateways/{gateway_id}/links", "The gateway's databases."),
        ("GET", "/gateways/{gateway_id}/versions", "The major versions that are served, as CSV."),
        ("GET", "/gateways/{gateway_id}/structures", "The structures of all its databases, as one list."),
        (
            "GET", "/gateways/{gateway_id}/structures/{entry_id}",
            "One structure, as database id, slash, id, or by the id alone: the first database that has it."
        ),
        ("GET", "/gateways/{gateway_id}/references", "The references of all its databases, as one list."),
        ("GET", "/gateways/{gateway_id}/references/{entry_id}", "One reference."),
        ("GET", "/gateways/{gateway_id}/queries", "The gateway's queries."),
        ("POST", "/gateways/{gateway_id}/queries", "Ask the gateway's databases."),
        ("GET", "/gateways/{gateway_id}/queries/{query_id}", "One of the gateway's queries."),
        ("GET", "/queries", "The queries, or those that match a filter."),
        ("POST", "/queries", "Ask the databases of a gateway; answered at once, with a query to look at."),
        ("GET", "/queries/{query_id}", "One query, with what its databases have answered so far."),
        ("DELETE", "/queries/{query_id}", "Remove a query."),
        ("GET", "/search", "Ask databases and wait: for the query, or with as_optimade for one list of entries."),
        (
            "GET", "/progress/{name}",
            "Which databases have answered, of a list that is on its way and was asked for under this name."
        ),
        ("POST", "/search", "Ask databases; answered at once, with a query to look at."),
    ].map { Operation(method: $0.0, path: $0.1, summary: $0.2) }
}
