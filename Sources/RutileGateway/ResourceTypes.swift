import OptimadeAPI
import RutileJSON
import RutileQuery
import RutileStore

extension GatewayResource.Kind {
    /// The `type` of its resources: databases are `links`.
    var type: String { self == .databases ? "links" : rawValue }

    /// What its resources are, as listings and filters see them; the name is the `type`. The server's own properties
    /// have the provider's `prefix`.
    func definition(prefix: String) -> EntryTypeDefinition {
        switch self {
        case .databases:
            Self.databaseType.adding([
                Self.property("_\(prefix)_health", Self.health, "How it was when it was last asked for a structure.")
            ])
        case .gateways: Self.gatewayType
        case .queries: Self.queryType
        }
    }

    /// What `/info/<kind>` describes: the same under the name of the endpoint.
    func described(prefix: String) -> EntryTypeDefinition {
        let definition = definition(prefix: prefix)
        return EntryTypeDefinition(rawValue, description: definition.description, properties: definition.properties)
    }

    private static let databaseType = EntryTypeDefinition.links.adding([
        property("last_modified", .timestamp, "When it was registered.")
    ])

    /// What ``DatabaseHealth`` is in documents.
    private static let health = PropertyType.dictionary([
        .init("status", .string), .init("checked", .timestamp), .init("last_ok", .timestamp),
        .init("elapsed_ms", .integer), .init("detail", .string),
    ])

    private static let gatewayType = EntryTypeDefinition(
        "gateways", description: "Databases that are asked together. A gateway keeps copies of them.",
        properties: identity + [
            property(
                "databases", .list(.dictionary([.init("id", .string), .init("type", .string)])), "The databases."),
            property("immutable_id", .string, "Names this version of the gateway for ever."),
            property("last_modified", .timestamp, "When it was made."),
        ])

    private static let queryType = EntryTypeDefinition(
        "queries", description: "Questions to the databases of a gateway, with what they answered.",
        properties: identity + [
            property("gateway_id", .string, "The gateway."),
            property(
                "query_parameters", .dictionary([.init("filter", .string), .init("sort", .string)]), "The question."),
            property("state", .string, "created, started, in progress or finished."),
            property("endpoint", .string, "The entry type that is asked for."),
            property(
                "response", .dictionary([.init("meta", .dictionary([.init("api_version", .string)]))]), "The answers."),
            property("last_modified", .timestamp, "When it was made."),
        ])

    /// `id` and `type`.
    private static let identity = Array(EntryTypeDefinition.links.properties.prefix(2))

    private static func property(_ name: String, _ type: PropertyType, _ description: String) -> PropertyDefinition {
        do {
            return try PropertyDefinition(Property(name, type, description: description), of: "gateway")
        } catch {
            preconditionFailure("\(name) is a property: \(error)")
        }
    }
}
