import RutileJSON

/// Writes entries as lines of comma-separated values, with a first line of names.
///
/// Strings stand as they are, numbers and booleans as in JSON, lists and dictionaries as JSON text. What is unknown is
/// empty; an empty string is `""`. Lines end with CR LF. Source: RFC 4180, with UTF-8.
package struct CSVWriter: ResourceWriter {
    private let fields: [String]

    /// A writer of the properties `fields`, in this order; `id` and `type` are such, too. Where `id` is not among them it
    /// comes first: without it nobody could tell the lines apart.
    package init(fields: [String]) {
        self.fields = fields.contains { $0.hasSameUTF8(as: "id") } ? fields : ["id"] + fields
    }

    /// The names.
    package var start: [UInt8] { line(fields.map { Self.quoted(Array($0.utf8)) }) }

    /// Never fails: a property that an entry lacks is unknown.
    package func bytes(of resource: Resource) -> [UInt8] { line(fields.map { Self.cell(value(of: $0, in: resource)) }) }

    private func value(of field: String, in resource: Resource) -> Value {
        if field.hasSameUTF8(as: "id") { return .string(resource.id) }
        if field.hasSameUTF8(as: "type") { return .string(resource.type) }
        return resource.attributes[field] ?? .null
    }

    private func line(_ cells: [[UInt8]]) -> [UInt8] {
        cells.joined(separator: [UInt8(ascii: ",")]) + [UInt8(ascii: "\r"), UInt8(ascii: "\n")]
    }

    private static func cell(_ value: Value) -> [UInt8] {
        switch value {
        case .null: []
        case .string(let text): text.isEmpty ? Array("\"\"".utf8) : quoted(Array(text.utf8))
        case .bool, .integer, .unsigned, .real, .list, .object: quoted(value.json())
        }
    }

    /// In quotes, if something in it has a meaning of its own.
    private static func quoted(_ bytes: [UInt8]) -> [UInt8] {
        let quote = UInt8(ascii: "\"")
        let special = [quote, UInt8(ascii: ","), UInt8(ascii: "\r"), UInt8(ascii: "\n")]
        guard bytes.contains(where: special.contains) else { return bytes }
        var quoted = [quote]
        quoted.reserveCapacity(bytes.count + 8)
        for byte in bytes {
            if byte == quote { quoted.append(quote) }
            quoted.append(byte)
        }
        quoted.append(quote)
        return quoted
    }
}
