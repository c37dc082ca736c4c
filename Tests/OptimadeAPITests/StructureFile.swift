import FoundationEssentials
import OptimadeAPI
import RutileJSON
import RutileQuery
import RutileTestSupport

/// The structures of an `optimade.jsonl`, as an index would hold them.
struct StructureFile {
    /// What the `info` line of structures says, relationships included.
    let catalogue: PropertyCatalogue
    /// In file order: the attributes, `id`, `type`, and the relationships as lists.
    let documents: [ObjectValue]
    static let relationships = ["structures", "references"]

    /// Reads the shared 300 synthetic structures. A structure without relationships has `relationless` for them.
    init(relationless: Value?) throws {
        var properties: [Property] = []
        var documents: [ObjectValue] = []
        for line in try lines(SharedMaterial.path("cases/optimade/data/synth-300.jsonl")) {
            let type = line["type"]?.text
            if type == "info", line["id"]?.text == "structures", let definitions = line["properties"]?.object {
                properties = definitions.members.map { Property($0, Self.type($1)) }
            } else if type == "structures" {
                documents.append(Self.document(line, relationless))
            }
        }
        catalogue = PropertyCatalogue(properties + Self.relationships.map(Property.relationship(to:)))
        self.documents = documents
    }

    var vocabulary: FilterVocabulary {
        FilterVocabulary(catalogue, ownPrefixes: ["exmpl"], relationships: Self.relationships)
    }

    private static func type(_ definition: Value) -> PropertyType {
        switch definition["x-optimade-type"]?.text {
        case "string": .string
        case "integer": .integer
        case "float": .float
        case "boolean": .boolean
        case "timestamp": .timestamp
        case "list": .list(definition["items"].map(type) ?? .opaque)
        case "dictionary":
            .dictionary(definition["properties"]?.object.map { $0.members.map { .init($0, type($1)) } } ?? [])
        default: .opaque
        }
    }

    private static func document(_ resource: Value, _ relationless: Value?) -> ObjectValue {
        var document = resource["attributes"]?.object ?? ObjectValue()
        document["id"] = resource["id"]
        document["type"] = resource["type"]
        for name in relationships {
            let related = resource["relationships"]?[name]?["data"]?.items ?? []
            document[name] = related.isEmpty ? relationless : .list(related.map(relation))
        }
        return document
    }

    private static func relation(_ identifier: Value) -> Value {
        var relation = ObjectValue([("id", identifier["id"] ?? .null)])
        for field in ["description", "role"] { relation[field] = identifier["meta"]?[field] }
        return .object(relation)
    }
}

/// The lines of a JSON Lines file.
func lines(_ path: String) throws -> [Value] {
    let data = try Data(contentsOf: URL(filePath: path))
    return try data.split(separator: UInt8(ascii: "\n")).map { try Value(json: Array($0)) }
}
