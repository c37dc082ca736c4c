import RutileJSON

/// Values as Python writes them: digests are made over such text.
enum PythonText {
    /// `json.dumps(value)`: a blank after commas and colons, only ASCII.
    static func json(_ value: Value) -> String {
        switch value {
        case .list(let items): "[\(items.map(json).joined(separator: ", "))]"
        case .object(let object):
            "{\(object.members.map { "\(json(.string($0))): \(json($1))" }.joined(separator: ", "))}"
        case .string(let text): asciiLiteral(text)
        default: plain(value)
        }
    }

    /// `str(value)`.
    static func str(_ value: Value) -> String {
        switch value {
        case .string(let text): text
        case .bool(let flag): flag ? "True" : "False"
        case .null: "None"
        case .list(let items): "[\(items.map(repr).joined(separator: ", "))]"
        case .object(let object):
            "{\(object.members.map { "\(repr(.string($0))): \(repr($1))" }.joined(separator: ", "))}"
        default: plain(value)
        }
    }

    /// The items of a list, each as `str` writes it, without anything between; a text counts as the list of its
    /// characters.
    static func joined(_ list: Value?) -> String {
        guard let list, !list.isNull else { return "" }
        return list.items?.map(str).joined() ?? str(list)
    }

    private static func repr(_ value: Value) -> String {
        guard let text = value.text else { return str(value) }
        let quote: Character = text.contains("'") && !text.contains("\"") ? "\"" : "'"
        var literal = String(quote)
        for character in text {
            if character == quote || character == "\\" { literal.append("\\") }
            literal.append(character)
        }
        return literal + String(quote)
    }

    private static func plain(_ value: Value) -> String {
        var writer = JSONWriter()
        writer.value(value)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private static func asciiLiteral(_ text: String) -> String {
        plain(.string(text)).unicodeScalars.map { scalar in
            if scalar.isASCII { return String(scalar) }
            return UTF16.encode(scalar)?.map { unit in
                let digits = String(unit, radix: 16)
                return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }.joined() ?? ""
        }.joined()
    }
}
