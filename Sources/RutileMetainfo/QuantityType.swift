import RutileJSON

/// What the values of a quantity are.
package enum QuantityType: Hashable, Sendable {
    /// `str`, `int`, `float`, `bool`, `complex`.
    case primitive(String)
    /// A type of numpy: `float64` and so on.
    case numpy(String)
    /// One of these texts.
    case choice([String])
    /// Any JSON; no key inside can be asked for.
    case json
    /// A section; the text names its definition.
    case reference(String)
    /// The value of a quantity of a section; the text names the quantity's definition.
    case quantityReference(String)
    /// A user or author, by id.
    case person(String)
    /// Something else that is stored as a scalar: instants, URLs, files and so on.
    case other(String)

    /// Reads the long form, an object of `type_kind` and `type_data`.
    init(_ type: Value?) {
        let data = type?["type_data"]?.text ?? ""
        switch type?["type_kind"]?.text {
        case "python": self = .primitive(data)
        case "numpy": self = .numpy(data)
        case "enum", "Enum": self = .choice(type?["type_data"]?.items?.compactMap(\.text) ?? [])
        case "reference", "section": self = .reference(data)
        case "quantity_reference": self = .quantityReference(data)
        case "User": self = .person("User")
        case "Author": self = .person("Author")
        case "custom" where Self.jsonTypes.contains(data): self = .json
        default: self = .other(data)
        }
    }

    /// The text that names the definition its values refer to; absent where they refer to none.
    ///
    /// That of users and authors counts here: it is part of the definition, though their ids are not followed.
    var target: String? {
        switch self {
        case .reference(let text), .quantityReference(let text): text
        case .person(let kind): "nomad.datamodel.data." + (kind == "Author" ? "Author" : "User")
        default: nil
        }
    }

    /// The words of ``primitive(_:)``.
    static let primitiveNames = ["str", "int", "float", "bool", "complex"]

    /// Whether numpy has a scalar type of this name, with or without a size.
    static func isNumpy(_ name: String) -> Bool {
        let kinds: [(name: String, sizes: [String])] = [
            ("int", ["", "8", "16", "32", "64"]), ("uint", ["", "8", "16", "32", "64"]),
            ("float", ["", "16", "32", "64", "128"]), ("complex", ["", "64", "128", "256"]),
            ("bool", ["", "_"]), ("str", ["", "_"]), ("object", ["", "_"]), ("datetime", ["64"]),
        ]
        return kinds.contains { kind in kind.sizes.contains { UTF8Key(kind.name + $0) == UTF8Key(name) } }
    }

    private static let jsonTypes = ["nomad.metainfo.data_type.JSON", "nomad.metainfo.data_type.Any"]

    /// The long form of what a definition written by hand has as its `type`: a word, or an object already.
    ///
    /// A word that names no type names a section.
    static func longForm(of type: Value) -> Value {
        if let object = type.object {
            guard let kind = object["type_kind"]?.text, kind == "Enum" || kind == "enum" else { return type }
            let choices = (object["type_data"]?.items ?? []).sorted { UTF8Key($0.text ?? "") < UTF8Key($1.text ?? "") }
            var copy = object
            copy["type_kind"] = .string("enum")
            copy["type_data"] = .list(choices)
            return .object(copy)
        }
        guard let word = type.text else { return type }
        let (kind, data): (String, String) =
            if let name = Self.primitives[word] {
                ("python", name)
            } else if let name = Self.custom[word] {
                ("custom", name)
            } else if word == "User" || word == "Author" {
                (word, word)
            } else if word.hasPrefix("np.") || word.hasPrefix("numpy.") {
                ("numpy", String(word.split(separator: ".").last ?? ""))
            } else if word.hasPrefix("nomad.metainfo.data_type.") {
                ("custom", word)
            } else {
                ("reference", word)
            }
        return .members(["type_kind": .string(kind), "type_data": .string(data)])
    }

    private static let primitives = [
        "str": "str", "string": "str", "int": "int", "float": "float", "bool": "bool", "boolean": "bool",
        "complex": "complex",
    ]
    private static let custom: [String: String] = {
        var types = ["Query": "nomad.datamodel.data.Query", "datetime": "nomad.metainfo.data_type.Datetime"]
        for name in ["Datetime", "JSON", "Any", "URL", "File", "Capitalized", "Bytes"] {
            types[name] = "nomad.metainfo.data_type." + name
        }
        return types
    }()
}
