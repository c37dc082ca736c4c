import RutileJSON
import RutileQuery

/// Which attributes of entries an answer has.
public struct ResponseFields: Hashable, Sendable {
    /// One attribute.
    package struct Field: Hashable, Sendable {
        /// The property's name.
        package let name: String
        /// Whether it stands there as `null` when its value is unknown.
        package let isAlwaysThere: Bool
        /// Whether its values are timestamps, which are shown in UTC whatever they are stored as.
        package let isTimestamp: Bool
    }

    /// The attributes, in order.
    package let fields: [Field]

    /// The usual ones of `type`: all that an entry has a value of, and those that the standard asks for.
    public init(usual type: EntryTypeDefinition) { self = type.usualFields }

    /// The usual ones of a type that has these `properties`.
    init(usual properties: [PropertyDefinition]) {
        fields = properties.compactMap { property in
            Self.isTopLevel(property.name)
                ? nil
                : Field(
                    name: property.name, isAlwaysThere: property.support != .may,
                    isTimestamp: property.property.type == .timestamp)
        }
    }

    /// The attributes among `names`, each once, whether or not `type` has them.
    public init(_ names: [String], of type: EntryTypeDefinition) {
        var seen: Set<UTF8Key> = []
        fields = names.compactMap { name in
            guard !Self.isTopLevel(name), seen.insert(UTF8Key(name)).inserted else { return nil }
            return Field(name: name, isAlwaysThere: true, isTimestamp: type[name]?.property.type == .timestamp)
        }
    }

    /// The names of the attributes.
    public var names: [String] { fields.map(\.name) }

    /// Members of a resource that are no attributes. They may be asked for and are there anyway.
    public static let topLevelNames = ["id", "type", "links", "relationships", "meta", "property_metadata"]

    static func isTopLevel(_ name: String) -> Bool { topLevelNames.contains { $0.hasSameUTF8(as: name) } }
}
