import RutileJSON
public import RutileQuery

extension PropertyDefinition {
    /// The definition of a provider's own `property` of `entryType`, for collections that are written in code.
    ///
    /// - Throws: ``PropertyDefinitionError`` when the name is none.
    public init(_ property: Property, of entryType: String) throws(PropertyDefinitionError) {
        var json = Self.levels(of: property.type, unit: property.unit)
        json["description"] = property.description.map { .string($0) }
        try self.init(property.name, of: entryType, json: .object(json))
    }

    /// The parts of a definition that the type decides; ``init(_:of:json:)`` completes them.
    private static func levels(of type: PropertyType, unit: String?) -> ObjectValue {
        let name: OptimadeType
        var inner: (key: String, value: Value)?
        switch type {
        case .string: name = .string
        case .integer: name = .integer
        case .float: name = .float
        case .boolean: name = .boolean
        case .timestamp: name = .timestamp
        case .list(let item):
            name = .list
            inner = ("items", .object(levels(of: item, unit: unit)))
        case .dictionary(let members):
            name = .dictionary
            inner = (
                "properties",
                .object(ObjectValue(members.map { ($0.name, .object(levels(of: $0.type, unit: nil))) }))
            )
        case .table(let members): return levels(of: .list(.dictionary(members)), unit: unit)
        case .opaque: return ObjectValue()
        }
        var definition = ObjectValue([("x-optimade-type", Value.string(name.rawValue))])
        if name == .integer || name == .float, let unit { definition["x-optimade-unit"] = .string(unit) }
        if let inner { definition[inner.key] = inner.value }
        return definition
    }
}
