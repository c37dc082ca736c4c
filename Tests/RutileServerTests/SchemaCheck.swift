import RutileJSON

/// Compares values with schemas of an OpenAPI document: types, choices, required members, and members that no schema
/// tells of.
struct SchemaCheck {
    /// What references lead to, by name.
    let components: ObjectValue

    /// What is wrong with `value`, each with its place; nothing where it is as `schema` says.
    func faults(in value: Value, by schema: Value, at place: String = "") -> [String] {
        if let reference = schema["$ref"]?.text {
            guard let model = reference.split(separator: "/").last.flatMap({ components[String($0)] }) else {
                return ["\(place): \(reference) leads to nothing"]
            }
            return faults(in: value, by: model, at: place)
        }
        if let choices = schema["anyOf"]?.items {
            let isOne = choices.contains { faults(in: value, by: $0, at: place).isEmpty }
            return isOne ? [] : ["\(place): it is none of the choices"]
        }
        let types = schema["type"].map { $0.items ?? [$0] } ?? []
        guard types.isEmpty || types.contains(where: { Self.isOf(type: $0.text ?? "", value) }) else {
            return ["\(place): it is not \(types.compactMap(\.text))"]
        }
        if let choices = schema["enum"]?.items, !choices.contains(value) { return ["\(place): \(value) is no choice"] }
        if let items = value.items, let item = schema["items"] {
            return items.enumerated().flatMap { faults(in: $0.element, by: item, at: "\(place)/\($0.offset)") }
        }
        return value.object.map { faults(of: $0, by: schema, at: place) } ?? []
    }

    private func faults(of object: ObjectValue, by schema: Value, at place: String) -> [String] {
        var faults = (schema["required"]?.items ?? []).compactMap(\.text).filter { object[$0] == nil }
            .map { "\(place)/\($0): it is missing" }
        let rest = schema["additionalProperties"]
        for (name, member) in object.members {
            if let property = schema["properties"]?[name] ?? rest {
                faults += self.faults(in: member, by: property, at: "\(place)/\(name)")
            } else if schema["properties"] != nil {
                faults.append("\(place)/\(name): no schema tells of it")
            }
        }
        return faults
    }

    private static func isOf(type: String, _ value: Value) -> Bool {
        switch type {
        case "object": value.object != nil
        case "array": value.items != nil
        case "string": value.text != nil
        case "integer": value.integer != nil
        case "number": value.real != nil
        case "boolean": value.bool != nil
        case "null": value.isNull
        default: false
        }
    }
}
