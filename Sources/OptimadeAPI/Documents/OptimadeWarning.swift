/// Something about a request that the client should know, although it was answered.
///
/// Source: OPTIMADE 1.2, "JSON Response Schema: Common Fields", `warnings`.
public struct OptimadeWarning: Hashable, Sendable {
    /// What it is about, for machines. Stable; shown behind the provider's prefix.
    public enum Code: String, Hashable, Sendable, CaseIterable {
        /// The parameter belongs to a provider that is not known.
        case parameterForeign = "parameter.foreign"
        /// The parameter, or its value, had no effect.
        case parameterIgnored = "parameter.ignored"
        /// The parameter names a property that no entry has.
        case parameterName = "parameter.name"
        /// The filter names a property of a provider that is not known.
        case filterForeign = "filter.foreign"
        /// Several entries have the id; one of them is shown.
        case entryAmbiguous = "entry.ambiguous"
        /// A database of a gateway did not answer as it should.
        case gatewayDatabase = "gateway.database"
        /// A database of a gateway cannot order its entries.
        case gatewaySort = "gateway.sort"
        /// A database of a gateway does not have a property.
        case gatewayProperty = "gateway.property"
        /// The filter names an entry without its database.
        case gatewayID = "gateway.id"
        /// A database was named twice.
        case gatewayRepeated = "gateway.repeated"
        /// A page of a gateway has fewer entries than were asked for, since its time was over.
        case gatewayTime = "gateway.time"

        /// A few words for people.
        package var title: String {
            switch self {
            case .parameterForeign, .parameterIgnored, .parameterName, .filterForeign, .entryAmbiguous: "Warning"
            case .gatewayDatabase: "Database Failure"
            case .gatewaySort: "Sorted Here"
            case .gatewayProperty: "Unknown Property"
            case .gatewayID: "Non-Unique Entry ID"
            case .gatewayRepeated: "Repeated Database"
            case .gatewayTime: "Short Page"
            }
        }
    }

    /// What it is about.
    public let code: Code
    /// For people.
    public let detail: String
    /// The query parameter that it is about, where there is one.
    public let parameter: String?

    /// A warning.
    public init(_ code: Code, parameter: String? = nil, _ detail: String) {
        self.code = code
        self.parameter = parameter
        self.detail = detail
    }
}
