public import RutileJSON
public import RutileQuery

/// One property of an entry type: how queries see it, and how `/info` describes it.
///
/// Source: OPTIMADE 1.2, "Property Definitions" (a subset of JSON Schema 2020-12).
public struct PropertyDefinition: Hashable, Sendable {
    /// How strongly the standard asks for a value.
    public enum Support: String, Hashable, Sendable {
        /// The value is never `null`.
        case must
        /// The value should not be `null`; shown as `null` where it is.
        case should
        /// The value may be absent.
        case may
    }

    /// The name, with its prefix where it has one.
    public let name: String
    /// What queries see of it.
    public let property: Property
    /// How strongly the standard asks for it.
    public let support: Support
    /// The definition in the form of version 1.2: `type` is a list of JSON types. Without
    /// `x-optimade-implementation`, which is the server's, not the property's.
    public let json: ObjectValue
    /// Whether the standard has it only since a version after the one that is announced.
    let isLater: Bool

    init(name: String, property: Property, support: Support, json: ObjectValue, isLater: Bool = false) {
        self.name = name
        self.property = property
        self.support = support
        self.json = json
        self.isLater = isLater
    }
}

extension PropertyDefinition {
    /// Whether values of both are of one type and unit, so that searches need not tell them apart.
    package func agrees(with other: PropertyDefinition) -> Bool {
        property.type == other.property.type && property.unit == other.property.unit
    }
}

/// How `/info/<type>` spells the `type` of a property.
public enum PropertyDefinitionStyle: String, Hashable, Sendable, CaseIterable {
    /// One word of OPTIMADE's, as before version 1.2: what today's clients and optimade-validator 1.5.0 accept.
    case flat
    /// A list of JSON types, as version 1.2 has it.
    case strict

    /// Whether `/info/<type>` lists `definition`: optimade-validator 1.5.0 takes properties that came after version 1.2
    /// for errors, so they are listed in the strict style only. They are served in both.
    func lists(_ definition: PropertyDefinition) -> Bool { self == .strict || !definition.isLater }
}

extension PropertyDefinition {
    /// The definition as `/info/<type>` shows it: with what this server can do, in `style`.
    ///
    /// In both styles `sortable` and, for physical units, `unit` stand there as well, as before version 1.2.
    package func shown(in style: PropertyDefinitionStyle) -> ObjectValue {
        var shown = json
        if style == .flat { shown["type"] = .string(Self.flatType(json)) }
        shown["sortable"] = .bool(property.isSortable)
        if let unit = property.unit, !unit.hasSameUTF8(as: "dimensionless") { shown["unit"] = .string(unit) }
        var implementation = ObjectValue([
            ("sortable", Value.bool(property.isSortable)), ("query-support", .string(querySupport.0)),
            // What an entry has a value of is there without being asked for.
            ("response-default", .bool(true)),
        ])
        if let operators = querySupport.operators {
            implementation["query-support-operators"] = .list(operators.map { .string($0) })
        }
        shown["x-optimade-implementation"] = .object(implementation)
        return shown
    }

    /// The words of the standard before 1.2; `unknown` for what it had no word for.
    private static func flatType(_ json: ObjectValue) -> String {
        let type = json["x-optimade-type"]?.text ?? ""
        return OptimadeType(rawValue: type).map(\.rawValue) ?? "unknown"
    }

    /// What filters can do with the property: everything where its values, or the items of its list, are scalars.
    private var querySupport: (String, operators: [String]?) {
        switch property.type {
        case .string, .integer, .float, .boolean, .timestamp: ("all mandatory", nil)
        case .list(let item) where item.isScalar: ("all mandatory", nil)
        case .list: ("partial", ["LENGTH", "IS KNOWN", "IS UNKNOWN"])
        case .dictionary, .table: ("partial", ["IS KNOWN", "IS UNKNOWN"])
        case .opaque: ("none", nil)
        }
    }
}

/// The types of values, as the standard names them.
enum OptimadeType: String {
    case string, integer, float, boolean, timestamp, list, dictionary

    /// The name of the JSON type that carries such values.
    var jsonType: String {
        switch self {
        case .string, .timestamp: "string"
        case .integer: "integer"
        case .float: "number"
        case .boolean: "boolean"
        case .list: "array"
        case .dictionary: "object"
        }
    }
}
