package import RutileJSON

/// What `/info` and `/info/<type>` answer.
///
/// Source: OPTIMADE 1.2, "Base Info Endpoint", "Entry Listing Info Endpoints".
package enum InfoDocument {
    /// What a server of `types` offers.
    package static func base(_ types: [String], _ head: DocumentHead) -> [UInt8] {
        document(.object(baseResource(types, head.settings, baseURL: head.baseURL)), head)
    }

    /// The resource that says what a server of `types` at `baseURL` offers.
    static func baseResource(_ types: [String], _ settings: OptimadeSettings, baseURL: String) -> ObjectValue {
        let names: [Value] = types.map { .string($0) }
        let license = settings.dataLicense
        var attributes = ObjectValue([
            ("api_version", Value.string(OptimadeSettings.apiVersion)),
            (
                "available_api_versions",
                .list([
                    .members(["url": .string(baseURL + "/v1/"), "version": .string(OptimadeSettings.apiVersion)])
                ])
            ),
            ("formats", .list([.string("json")])),
            ("entry_types_by_format", .members(["json": .list(names)])),
            ("available_endpoints", .list(names + [.string("info"), .string("links")])),
            ("is_index", .bool(false)),
            ("license", license?.address.map { .string($0) } ?? .null),
        ])
        if let identifiers = license?.identifiers, !identifiers.isEmpty {
            attributes["available_licenses"] = .list(identifiers.map { .string($0) })
            attributes["available_licenses_for_entries"] = .list(identifiers.map { .string($0) })
        }
        return ObjectValue([("type", .string("info")), ("id", .string("/")), ("attributes", .object(attributes))])
    }

    /// What entries of `type` are. `more` are definitions of further properties, as they stand, by name.
    package static func entryType(
        _ type: EntryTypeDefinition, more: ObjectValue = ObjectValue(), _ head: DocumentHead
    ) -> [UInt8] {
        let style = head.settings.propertyDefinitions
        let properties =
            type.properties.filter(style.lists).map { ($0.name, Value.object($0.shown(in: style))) }
            + more.members.map { ($0, $1) }
        return document(
            .members([
                "type": .string("info"), "id": .string(type.name), "description": .string(type.description),
                "formats": .list([.string("json")]),
                "properties": .object(ObjectValue(properties)),
                "output_fields_by_format": .members(["json": .list(properties.map { .string($0.0) })]),
            ]), head)
    }

    private static func document(_ data: Value, _ head: DocumentHead) -> [UInt8] {
        var writer = JSONWriter(reserving: 1 << 14)
        writer.beginDocument(head)
        writer.key("data")
        writer.value(data)
        writer.endDocument(head)
        return writer.bytes
    }
}
