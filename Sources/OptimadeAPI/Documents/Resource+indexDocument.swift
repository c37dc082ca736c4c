import RutileJSON
import RutileModel

extension Resource {
    /// The resource as an index of its entry type holds it: one JSON object of property values, in UTF-8.
    ///
    /// It has `id`, `type` and every known attribute. A list within a list is `null` where no name leads into it, since
    /// filters can test no more of it than the length of the list around it (OPTIMADE 1.2, "Filtering Entries"), and so
    /// coordinates take no room. Below a name that leads through a list all lists are flat ("Nested property names"), so
    /// there they are whole. Each relationship is a property that is called as the entry type it leads to: a list of
    /// `{"id", "description", "role"}`, of which only `id` is always there.
    public func indexDocument() -> [UInt8] {
        var writer = JSONWriter(reserving: 1 << 10)
        writer.beginObject()
        writer.key("id")
        writer.string(id)
        writer.key("type")
        writer.string(type)
        let related = relationships.keys.map(UTF8Key.init)
        for (name, value) in attributes.members where !value.isNull {
            // The resource's own members and its relationships come before attributes of the same names.
            guard !name.hasSameUTF8(as: "id"), !name.hasSameUTF8(as: "type"), !related.contains(UTF8Key(name)) else {
                continue
            }
            writer.key(name)
            // As it is shown, so that a filter can ask for what was seen.
            if name.hasSameUTF8(as: "last_modified"), let time = value.text.flatMap({ Timestamp(stored: $0) }) {
                writer.string(time.optimadeText)
            } else {
                Self.write(value, isBelowList: false, to: &writer)
            }
        }
        for (entryType, relationship) in relationships.members {
            writer.key(entryType)
            writer.beginList()
            for identifier in Self.identifiers(in: relationship) { Self.write(identifier: identifier, to: &writer) }
            writer.endList()
        }
        writer.endObject()
        return writer.bytes
    }

    /// The resource identifiers of a relationship, be it to many or to one.
    static func identifiers(in relationship: Value) -> [Value] {
        switch relationship["data"] {
        case .list(let items)?: items.filter { $0["id"]?.text != nil }
        case .object(let item)?: item["id"]?.text == nil ? [] : [.object(item)]
        default: []
        }
    }

    private static func write(identifier: Value, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("id")
        writer.string(identifier["id"]?.text ?? "")
        for name in ["description", "role"] {
            guard let text = identifier["meta"]?[name]?.text else { continue }
            writer.key(name)
            writer.string(text)
        }
        writer.endObject()
    }

    /// Writes `value`, which is or is not in a list, at any depth.
    private static func write(_ value: Value, isBelowList: Bool, to writer: inout JSONWriter) {
        switch value {
        case .list(let items):
            writer.beginList()
            for item in items {
                if !isBelowList, item.items != nil, hasScalar(item), !hasDictionary(item) {
                    writer.null()
                } else {
                    write(item, isBelowList: true, to: &writer)
                }
            }
            writer.endList()
        case .object(let object):
            writer.beginObject()
            for (key, member) in object.members {
                writer.key(key)
                write(member, isBelowList: isBelowList, to: &writer)
            }
            writer.endObject()
        default: writer.value(value)
        }
    }

    /// Whether `value` is a scalar, or a list with one at some depth.
    private static func hasScalar(_ value: Value) -> Bool {
        value.items?.contains(where: hasScalar) ?? (!value.isNull && value.object == nil)
    }

    /// Whether `value` is a dictionary, or a list with one at some depth.
    private static func hasDictionary(_ value: Value) -> Bool {
        value.items?.contains(where: hasDictionary) ?? (value.object != nil)
    }
}
