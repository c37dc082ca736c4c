import RutileJSON
import RutileQuery

extension PropertyDefinition {
    /// A definition of the standard, as built-in data.
    ///
    /// `group` and `since` make its `$id`: `https://schemas.optimade.org/defs/<since>/properties/<group>/<name>`.
    static func standard(
        _ name: String, in group: String, since: String = "v1.2", _ support: Support, query: StandardQuerySupport,
        response: String = "may", _ shape: StandardShape, title: String? = nil, _ description: String
    ) -> PropertyDefinition {
        let label = group.split(separator: "/").joined(separator: "_")
        var json = ObjectValue([
            ("$id", Value.string("https://schemas.optimade.org/defs/\(since)/properties/\(group)/\(name)")),
            ("$schema", .string(schema)),
            ("title", .string(title ?? name.split(separator: "_").joined(separator: " "))),
            ("description", .string(description)),
            (
                "x-optimade-definition",
                .members([
                    "label": .string("\(name)_\(label)"), "kind": .string("property"),
                    "version": .string(since.dropFirst() + ".0"), "format": .string("1.2"), "name": .string(name),
                ])
            ),
        ])
        for (key, value) in shape.definition(isNullable: support != .must).members { json[key] = value }
        let units = StandardUnit.allCases.filter(shape.units.contains)
        if !units.isEmpty { json["x-optimade-unit-definitions"] = .list(units.map(\.definition)) }
        json["x-optimade-requirements"] = .members([
            "support": .string(support.rawValue), "sortable": .bool(false),
            "query-support": .string(query.rawValue), "response-level": .string(response),
        ])
        return PropertyDefinition(
            name: name,
            property: Property(name, shape.propertyType, unit: shape.unit?.symbol, description: description),
            support: support, json: json, isLater: since != "v1.2")
    }

    /// The properties that entries of every type have: `id`, `type`, `immutable_id` and `last_modified`.
    static let core: [PropertyDefinition] = [
        .standard(
            "id", in: "core", .must, query: .allMandatory, response: "always", .string, title: "identifier",
            "Names the entry among those of its type; the entry is served under this name."),
        .standard(
            "type", in: "core", .must, query: .allMandatory, response: "always", .string,
            "The type of the entry, which is also the endpoint that serves it."),
        .standard(
            "immutable_id", in: "core", .may, query: .allMandatory, .string, title: "immutable identifier",
            "Names this version of the entry for ever, also after the entry was changed."),
        .standard(
            "last_modified", in: "core", .should, query: .allMandatory, response: "must", .timestamp,
            "When the entry was changed last."),
    ]
}

/// How well the standard wants a property to be searchable.
enum StandardQuerySupport: String {
    case allMandatory = "all mandatory"
    case equalityOnly = "equality only"
    case none
}
