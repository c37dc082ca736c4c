public import RutileJSON
import RutileModel

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
        self.init(resource, fields) { name in resource.attributes[name] }
    }

    /// The type, id and relationships of `resource`, with the attributes that the closure has for `fields`.
    package init<Attribute: WritableValue>(
        _ resource: Resource, _ fields: ResponseFields,
        attribute: (String) throws(Attribute.Failure) -> Attribute?
    ) throws(Attribute.Failure) {
        type = resource.type
        id = resource.id
        relationships = resource.relationships
        var writer = JSONWriter(reserving: 4096)
        writer.beginObject()
        for field in fields.fields {
            guard let value = try attribute(field.name), !value.isNull else {
                if field.isAlwaysThere {
                    writer.key(field.name)
                    writer.null()
                }
                continue
            }
            writer.key(field.name)
            // A timestamp that is none is shown as it is stored, so that somebody notices.
            if field.isTimestamp, let time = value.text.flatMap({ Timestamp($0) }) {
                writer.string(time.text(offset: "Z"))
            } else {
                try value.writeJSON(to: &writer)
            }
        }
        writer.endObject()
        attributes = writer.bytes
    }
}

/// A value that can be written as JSON, decoded or not.
package protocol WritableValue {
    /// What reading it can throw.
    associatedtype Failure: Error

    /// Whether it is null.
    var isNull: Bool { get }
    /// The text of a string, else `nil`.
    var text: String? { get }

    /// Writes the value.
    func writeJSON(to writer: inout JSONWriter) throws(Failure)
}

extension Value: WritableValue {
    package func writeJSON(to writer: inout JSONWriter) throws(Never) { writer.value(self) }
}
