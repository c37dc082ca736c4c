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
    /// Writes the member: the name and `value`; nothing where that is unknown and need not be there.
    package func write(_ value: Value?, to writer: inout JSONWriter) {
        var form = Shown.nothing
        if let value, !value.isNull { form = shown(value.text) }
        switch form {
        case .nothing:
            guard isAlwaysThere else { return }
            writer.key(name)
            writer.null()
        case .asStored:
            writer.key(name)
            writer.value(value ?? .null)
        case .time(let text):
            writer.key(name)
            writer.string(text)
        }
    }

    /// What is shown of a value.
    package enum Shown {
        /// Nothing: it is not of the property's type, so it is as unknown here as it is in filters.
        case nothing
        case asStored
        /// This text stands for it.
        case time(String)
    }

    /// What is shown of a stored value that is not null; `text` is what it is where it is a string. Timestamps are shown
    /// in UTC and whole seconds, whatever they are stored as.
    package func shown(_ text: @autoclosure () -> String?) -> Shown {
        switch type {
        case .timestamp:
            guard let time = text().flatMap({ Timestamp(stored: $0) }) else { return .nothing }
            return .time(time.optimadeText)
        case .string: return text() == nil ? .nothing : .asStored
        case .integer, .float, .boolean, .list, .dictionary, .table: return text() == nil ? .asStored : .nothing
        case .opaque, nil: return .asStored
        }
    }
}
