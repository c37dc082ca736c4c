import RutileJSON
package import RutileQuery

/// Which attributes of entries an answer has.
public struct ResponseFields: Hashable, Sendable {
    /// One attribute.
    package struct Field: Hashable, Sendable {
        /// The property's name.
        package let name: String
        /// Whether it stands there as `null` when its value is unknown.
        package let isAlwaysThere: Bool
        /// What its values are; absent for a property that nobody defines.
        package let type: PropertyType?
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
                    type: property.property.type)
        }
    }

    /// The attributes among `names`, each once, whether or not `type` has them.
    public init(_ names: [String], of type: EntryTypeDefinition) {
        var seen: Set<UTF8Key> = []
        fields = names.compactMap { name in
            guard !Self.isTopLevel(name), seen.insert(UTF8Key(name)).inserted else { return nil }
            return Field(name: name, isAlwaysThere: true, type: type[name]?.property.type)
        }
    }

    /// The names of the attributes.
    public var names: [String] { fields.map(\.name) }

    /// Members of a resource that are no attributes. They may be asked for and are there anyway.
    public static let topLevelNames = ["id", "type", "links", "relationships", "meta", "property_metadata"]

    static func isTopLevel(_ name: String) -> Bool { topLevelNames.contains { $0.hasSameUTF8(as: name) } }
}
