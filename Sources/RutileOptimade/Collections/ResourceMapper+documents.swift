public import OptimadeAPI
public import RutileJSON
import RutileQuery

extension ResourceMapper {
    /// The resource that `document` of the back end is: the properties of `type` that it has, and its
    /// `relationships`. `nil` when it has no `id`.
    public func resource(_ document: ObjectValue, of type: EntryTypeDefinition) -> Resource? {
        guard let id = value("id", in: document)?.text else { return nil }
        var attributes = ObjectValue()
        for name in type.attributeNames { attributes[name] = value(name, in: document) }
        return Resource(
            type: type.name, id: id, attributes: attributes,
            relationships: document["relationships"]?.object ?? ObjectValue())
    }

    /// The document that the back end keeps of `resource`.
    public func document(_ resource: Resource) -> ObjectValue {
        var document = setting("id", .string(resource.id), in: ObjectValue())
        document = setting("type", .string(resource.type), in: document)
        for (name, value) in resource.attributes.members { document = setting(name, value, in: document) }
        if !resource.relationships.isEmpty { document["relationships"] = .object(resource.relationships) }
        return document
    }

    /// `document` with another value of the property `name`.
    func setting(_ name: String, _ value: Value, in document: ObjectValue) -> ObjectValue {
        Self.setting(value, at: backendPath(PropertyPath(name)).components[...], in: document)
    }

    private func value(_ name: String, in document: ObjectValue) -> Value? {
        let path = backendPath(PropertyPath(name)).components
        var value = document[path[0]]
        for component in path.dropFirst() { value = value?[component] }
        return value
    }

    private static func setting(_ value: Value, at path: ArraySlice<String>, in object: ObjectValue) -> ObjectValue {
        guard let name = path.first else { return object }
        var object = object
        let rest = path.dropFirst()
        object[name] =
            rest.isEmpty ? value : .object(setting(value, at: rest, in: object[name]?.object ?? ObjectValue()))
        return object
    }
}
