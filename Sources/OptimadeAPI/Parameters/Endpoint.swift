import RutileJSON

/// What can be asked for below a base URL. This table makes the routes and the OpenAPI document.
///
/// Source: OPTIMADE 1.2, "API Endpoints".
package enum Endpoint: Hashable, Sendable {
    /// A page for people who follow the base URL.
    case landingPage
    /// The major versions that are served; below the unversioned base URL only.
    case versions
    /// What the server offers.
    case info
    /// What the entries of a type are.
    case entryInfo(type: String)
    /// Other databases.
    case links
    /// The entries of a type.
    case entries(type: String)
    /// One entry.
    case entry(type: String, id: String)
    /// A page for people about all of this.
    case documentation
    /// The OpenAPI document of all of this.
    case openAPI

    /// All endpoints of a server of `types`; the entry of a type stands there with the `id` `{id}`.
    package static func all(types: [String]) -> [Endpoint] {
        [.landingPage, .versions, .info] + types.map { .entryInfo(type: $0) } + [.links]
            + types.flatMap { [.entries(type: $0), .entry(type: $0, id: "{id}")] } + [.documentation, .openAPI]
    }

    /// Reads the part of a URL's path behind the base URL, still encoded, with a slash in front.
    ///
    /// One slash at the end makes no difference. Slashes in ids may be encoded or not. Whether a type exists is not
    /// asked here.
    ///
    /// - Returns: `nil` where there is no such endpoint, or a segment is not encoded correctly.
    package init?(path: String) {
        var segments = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).dropFirst()
        if segments.last?.isEmpty == true { segments = segments.dropLast() }
        guard let head = segments.first else {
            self = .landingPage
            return
        }
        guard let name = PercentCoding.decoded(head, plusIsBlank: false) else { return nil }
        let rest = segments.dropFirst()
        switch (name, rest.count) {
        case ("versions", 0): self = .versions
        case ("info", 0): self = .info
        case ("info", 1):
            guard let type = PercentCoding.decoded(rest.joined(), plusIsBlank: false) else { return nil }
            self = .entryInfo(type: type)
        case ("links", 0): self = .links
        case ("extensions", 1):
            switch PercentCoding.decoded(rest.joined(), plusIsBlank: false) {
            case "docs": self = .documentation
            case "openapi.json": self = .openAPI
            default: return nil
            }
        case ("info", _), ("links", _), ("versions", _), ("extensions", _), ("", _): return nil
        case (_, 0): self = .entries(type: name)
        default:
            guard let id = PercentCoding.decoded(rest.joined(separator: [UInt8(ascii: "/")]), plusIsBlank: false)
            else { return nil }
            self = .entry(type: name, id: id)
        }
    }

    /// The path behind the base URL, encoded but for a template's braces.
    package var path: String {
        switch self {
        case .landingPage: "/"
        case .versions: "/versions"
        case .info: "/info"
        case .entryInfo(let type): "/info/\(type)"
        case .links: "/links"
        case .entries(let type): "/\(type)"
        case .entry(let type, "{id}"): "/\(type)/{id}"
        case .entry(let type, let id): "/\(type)/\(PercentCoding.encoded(id))"
        case .documentation: "/extensions/docs"
        case .openAPI: "/extensions/openapi.json"
        }
    }

    /// Which parameters it takes; `nil` for those that take none.
    package var parameters: Parameter.Endpoint? {
        switch self {
        case .entries, .links: .list
        case .entry: .entry
        case .info, .entryInfo: .information
        case .landingPage, .versions, .documentation, .openAPI: nil
        }
    }

    /// Whether its answers are JSON:API documents.
    package var isJSONAPI: Bool { parameters != nil }

    /// What it answers, for people.
    package var summary: String {
        switch self {
        case .landingPage: "A page about this server."
        case .versions: "The major versions that are served, as CSV."
        case .info: "What this server offers."
        case .entryInfo(let type): "What \(type) are: their properties."
        case .links: "This database and others that belong to it."
        case .entries(let type): "All \(type), or those that match a filter."
        case .entry(let type, _): "One of the \(type)."
        case .documentation: "A page about the endpoints and parameters."
        case .openAPI: "This document."
        }
    }
}
