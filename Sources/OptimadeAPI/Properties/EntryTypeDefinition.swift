import RutileJSON
public import RutileQuery

/// An entry type: its name and its properties.
///
/// A value to keep: looking up a property costs one hash, changing the set of properties builds it anew.
public struct EntryTypeDefinition: Hashable, Sendable {
    /// The name, which is also the endpoint: `structures`.
    public let name: String
    /// What its entries are.
    public let description: String
    /// Entry types that its entries can be related to.
    public let relationships: [String]
    /// All properties, `id` and `type` among them, in the order in which they are shown.
    public let properties: [PropertyDefinition]
    /// What queries see of the properties.
    public let catalogue: PropertyCatalogue
    /// What an answer has unless the client says otherwise.
    let usualFields: ResponseFields
    private let positions: [UTF8Key: Int]

    /// The type `name` with `properties`; of several with one name the first counts.
    public init(
        _ name: String, description: String, relationships: [String] = [], properties: [PropertyDefinition]
    ) {
        var positions: [UTF8Key: Int] = [:]
        var distinct: [PropertyDefinition] = []
        for property in properties where positions[UTF8Key(property.name)] == nil {
            positions[UTF8Key(property.name)] = distinct.count
            distinct.append(property)
        }
        self.name = name
        self.description = description
        self.relationships = relationships
        self.properties = distinct
        self.positions = positions
        usualFields = ResponseFields(usual: distinct)
        var catalogue = PropertyCatalogue(distinct.map(\.property))
        catalogue.reading = .shown
        self.catalogue = catalogue
    }

    /// The property `name`; `nil` when there is none.
    public subscript(_ name: String) -> PropertyDefinition? { positions[UTF8Key(name)].map { properties[$0] } }

    /// Whether there is a property `name`.
    package func has(_ name: String) -> Bool { positions[UTF8Key(name)] != nil }

    /// The type of the values of the property `name`; `nil` when there is none. Cheaper than its definition.
    func type(of name: String) -> PropertyType? { positions[UTF8Key(name)].map { properties[$0].property.type } }

    /// The names of the properties that stand below `attributes`: all but `id` and `type`.
    public var attributeNames: [String] {
        properties.map(\.name).filter { !$0.hasSameUTF8(as: "id") && !$0.hasSameUTF8(as: "type") }
    }

    /// The same type with `more` properties behind its own; those that it has already stay as they are.
    public func adding(_ more: [PropertyDefinition]) -> EntryTypeDefinition {
        EntryTypeDefinition(
            name, description: description, relationships: relationships, properties: properties + more)
    }

    /// Atoms in a cell or a molecule, with the properties of the standard.
    public static let structures = EntryTypeDefinition(
        "structures", description: "Structures of crystals, surfaces and molecules: which atoms are where.",
        relationships: ["references", "structures"],
        properties: PropertyDefinition.core + PropertyDefinition.structures)

    /// Publications, with the properties of the standard.
    public static let references = EntryTypeDefinition(
        "references", description: "Publications that entries refer to.",
        relationships: ["references", "structures"],
        properties: PropertyDefinition.core + PropertyDefinition.references)
}
