import RutileJSON

/// What a value is like, as JSON Schema (2020-12) has it, and whether an object must have it as a member.
struct Schema: Sendable {
    private var keywords: ObjectValue
    /// Whether objects may lack it.
    private(set) var isOptional = false

    private init(_ meaning: String, type: String? = nil) {
        keywords = ObjectValue()
        keywords["type"] = type.map(Value.string)
        if !meaning.isEmpty { keywords["description"] = .string(meaning) }
    }

    /// The schema as it stands in a document.
    var value: Value { .object(keywords) }

    /// The same of a member that objects may lack.
    var optional: Schema {
        var schema = self
        schema.isOptional = true
        return schema
    }

    /// The same, or null.
    var orNull: Schema {
        var schema = self
        if let type = keywords["type"] { schema.keywords["type"] = .list([type, .string("null")]) }
        return schema
    }

    // MARK: - Scalars

    /// Any value.
    static func any(_ meaning: String) -> Schema { Schema(meaning) }

    /// A text, of a `format` that JSON Schema names.
    static func text(_ meaning: String = "", format: String? = nil) -> Schema {
        var schema = Schema(meaning, type: "string")
        schema.keywords["format"] = format.map(Value.string)
        return schema
    }

    /// An instant, as RFC 3339 has it.
    static func time(_ meaning: String) -> Schema { text(meaning, format: "date-time") }

    /// One of some texts.
    static func choice(_ meaning: String, _ texts: [String]) -> Schema {
        var schema = text(meaning)
        schema.keywords["enum"] = .list(texts.map(Value.string))
        return schema
    }

    /// A whole number.
    static func integer(_ meaning: String = "") -> Schema {
        var schema = Schema(meaning, type: "integer")
        schema.keywords["format"] = .string("int64")
        return schema
    }

    /// A number.
    static func number(_ meaning: String = "") -> Schema { Schema(meaning, type: "number") }

    /// True or false.
    static func flag(_ meaning: String = "") -> Schema { Schema(meaning, type: "boolean") }

    // MARK: - What holds others

    /// A list of values that are alike.
    static func list(_ meaning: String, of item: Schema) -> Schema {
        var schema = Schema(meaning, type: "array")
        schema.keywords["items"] = item.value
        return schema
    }

    /// An object of `more` and `members`; where both have a name, `members` count. One that is open may have others as
    /// well.
    static func object(
        _ meaning: String, with more: [(String, Schema)] = [], _ members: KeyValuePairs<String, Schema>,
        isOpen: Bool = false
    ) -> Schema {
        let all = more + members.map { ($0.key, $0.value) }
        let properties = ObjectValue(all.map { ($0.0, $0.1.value) })
        let required = all.filter { !$0.1.isOptional }.map { Value.string($0.0) }
        var schema = Schema(meaning, type: "object")
        if !properties.isEmpty { schema.keywords["properties"] = .object(properties) }
        if !required.isEmpty { schema.keywords["required"] = .list(required) }
        if isOpen { schema.keywords["additionalProperties"] = .bool(true) }
        return schema
    }

    /// An object with names that nobody knows before, and values that are alike.
    static func map(_ meaning: String, of value: Schema) -> Schema {
        var schema = Schema(meaning, type: "object")
        schema.keywords["additionalProperties"] = value.value
        return schema
    }

    /// What one of some schemas says.
    static func either(_ meaning: String, _ choices: [Schema]) -> Schema {
        var schema = Schema(meaning)
        schema.keywords["anyOf"] = .list(choices.map(\.value))
        return schema
    }

    /// What the component `model` says.
    static func model(_ model: APIModel) -> Schema { component(model.name) }

    /// What the component `name` says.
    static func component(_ name: String) -> Schema {
        var schema = Schema("")
        schema.keywords["$ref"] = .string("#/components/schemas/" + name)
        return schema
    }
}
