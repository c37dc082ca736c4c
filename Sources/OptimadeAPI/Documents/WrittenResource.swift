public import RutileJSON
import RutileModel
import RutileQuery

/// One entry as a document shows it: its attributes are chosen and are JSON already.
///
/// It is made for one answer. Where entries are kept encoded, it spares building values that are only written.
public struct WrittenResource: Hashable, Sendable {
    /// The entry type, for example `structures`.
    public let type: String
    /// Unique among the entries of its type.
    public let id: String
    /// One JSON object in UTF-8.
    public let attributes: [UInt8]
    /// By entry type, `{"data": [{"type", "id", "meta"}, …]}`; empty where there are none.
    public let relationships: ObjectValue

    /// `resource` with `fields` of its attributes.
    public init(_ resource: Resource, _ fields: ResponseFields) {
        var writer = JSONWriter(reserving: 4096)
        writer.beginObject()
        for field in fields.fields { field.write(resource.attributes[field.name], to: &writer) }
        writer.endObject()
        self.init(resource, attributes: writer.bytes)
    }

    /// The type, id and relationships of `resource`, with `attributes`, one JSON object.
    package init(_ resource: Resource, attributes: [UInt8]) {
        type = resource.type
        id = resource.id
        relationships = resource.relationships
        self.attributes = attributes
    }
}

extension ResponseFields.Field {
    /// Writes the member: the name and what is shown of `value`; nothing where that is unknown and need not be there.
    package func write(_ value: Value?, to writer: inout JSONWriter) {
        let shown = value.map { type?.shown($0) ?? $0 } ?? .null
        guard isAlwaysThere || !shown.isNull else { return }
        writer.key(name)
        writer.value(shown)
    }
}
