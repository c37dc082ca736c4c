import RutileJSON
import RutileModel
import RutileQuery

/// Writes entries as an OPTIMADE JSON Lines file, the exchange format of databases.
///
/// One JSON object a line: the header; who provides the data; the information on the database; the definitions of the
/// properties of each entry type, those of providers among them; then the entries, with their relationships, in any
/// order. Source: OPTIMADE 1.3, appendix on the JSON Lines exchange format.
package struct ExchangeWriter: ResourceWriter {
    private let settings: OptimadeSettings
    private let types: [EntryTypeDefinition]
    private let fields: Set<UTF8Key>?

    /// A writer of entries of `types`: those of the first type with the attributes `fields` where they are given, all
    /// others with all of them.
    package init(_ settings: OptimadeSettings, types: [EntryTypeDefinition], fields: [String]? = nil) {
        self.settings = settings
        self.types = types
        self.fields = fields.map { Set($0.map(UTF8Key.init)) }
    }

    /// All lines in front of the entries.
    package var start: [UInt8] {
        let version = Value.string(OptimadeSettings.apiVersion)
        // Readers look for the version in one place or the other.
        let header = Value.members([
            "x-optimade": .members(["api_version": version, "meta": .members(["api_version": version])])
        ])
        let information = types.map { type in
            Value.members([
                "type": .string("info"), "id": .string(type.name), "description": .string(type.description),
                "formats": .list([.string("json")]),
                "properties": .object(
                    ObjectValue(
                        type.properties.filter { isWritten($0.name, of: type.name) }
                            .map { ($0.name, .object($0.shown(in: settings.propertyDefinitions))) })),
            ])
        }
        let base = InfoDocument.baseResource(
            types.map(\.name), settings, baseURL: settings.baseURL ?? Self.placeholderBaseURL)
        // optimade-maker 1.0.0 reads definitions up to the first line without `properties`, so these have some.
        let properties = ("properties", Value.object(ObjectValue()))
        let general = [ObjectValue([("meta", meta), properties]), ObjectValue(Array(base.members) + [properties])]
        return ([header] + general.map(Value.object) + information).flatMap(Self.line)
    }

    /// Where the data are served, when nobody has said so: nowhere, in a file.
    private static let placeholderBaseURL = "http://localhost"

    private var meta: Value {
        var provider = ObjectValue([
            ("name", Value.string(settings.provider.name)),
            ("description", .string(settings.provider.description)), ("prefix", .string(settings.provider.prefix)),
        ])
        provider["homepage"] = settings.provider.homepage.map { .string($0) }
        return .members(["api_version": .string(OptimadeSettings.apiVersion), "provider": .object(provider)])
    }

    /// Whether the property of `type` is written; `id` and `type` always are.
    private func isWritten(_ name: String, of type: String) -> Bool {
        guard let fields, types.first?.name.hasSameUTF8(as: type) == true else { return true }
        return fields.contains(UTF8Key(name)) || name.hasSameUTF8(as: "id") || name.hasSameUTF8(as: "type")
    }

    /// Never fails.
    package func bytes(of resource: Resource) -> [UInt8] {
        var writer = JSONWriter(reserving: 1 << 11)
        writer.beginObject()
        writer.member("type", resource.type)
        writer.member("id", resource.id)
        writer.key("attributes")
        writer.beginObject()
        let type = types.first { $0.name.hasSameUTF8(as: resource.type) }
        for (name, value) in resource.attributes.members where isWritten(name, of: resource.type) {
            writer.key(name)
            // Readers know no timestamps without an offset.
            if case .string(let text) = value, type?[name]?.property.type == .timestamp,
                let time = Timestamp(stored: text)
            {
                writer.string(time.text(offset: "Z"))
            } else {
                writer.value(value)
            }
        }
        writer.endObject()
        if !resource.relationships.isEmpty {
            writer.key("relationships")
            writer.value(.object(resource.relationships))
        }
        writer.endObject()
        writer.endLine()
        return writer.bytes
    }

    private static func line(_ value: Value) -> [UInt8] { value.json() + [UInt8(ascii: "\n")] }
}
