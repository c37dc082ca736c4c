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
        var document = ObjectValue()
        func set(_ name: String, _ value: Value) {
            document = Self.setting(value, at: backendPath(PropertyPath(name)).components[...], in: document)
        }
        set("id", .string(resource.id))
        set("type", .string(resource.type))
        for (name, value) in resource.attributes.members { set(name, value) }
        if !resource.relationships.isEmpty { document["relationships"] = .object(resource.relationships) }
        return document
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
