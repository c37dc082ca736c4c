import OptimadeAPI
import RutileIndex
import RutileJSON
import RutileModel
import RutileOptimade
import RutileQuery
import RutileStore
import Testing

struct FacetTests {
    private struct Nothing: ResourceSource {
        func resources(_ entries: [EntryID], of type: String) async throws -> [EntryID: Resource] { [:] }
    }

    /// Entries that have each of `values`, JSON texts, of the property `_x_value`.
    private func entries(_ type: PropertyType, _ values: [String]) async throws -> IndexedCollection {
        let property = try PropertyDefinition(Property("_x_value", type), of: "structures")
        let definition = EntryTypeDefinition.structures.adding([property])
        let index = BitmapIndex(definition.documentCatalogue)
        let documents = values.enumerated().map { number, value in
            IndexChange.Document(
                entry: EntryID("\(number)"), upload: UploadID("u"),
                json: Array(#"{"id": "\#(number)", "_x_value": \#(value)}"#.utf8))
        }
        try await index.apply(IndexChange(documents: documents))
        return IndexedCollection(
            definition, rules: ParameterRules(prefix: "x"), index: index, source: Nothing(), visible: .all)
    }

    @Test func ofEquallyFrequentBooleansFalseComesFirst() async throws {
        for _ in 0..<20 {
            let entries = try await entries(.boolean, ["true", "false"])
            let answer = try await Facets(["_x_value"], filter: nil, limit: 9).document(of: entries)
            #expect(answer["data"]?["_x_value"]?.items?.map { $0["value"] } == [.bool(false), .bool(true)])
        }
    }

    @Test func aPropertyIsCountedOnceHoweverOftenItIsNamed() async throws {
        let entries = try await entries(.integer, ["1"])
        #expect(Facets(["nsites", "elements", "nsites"], filter: nil, limit: 9).properties == ["nsites", "elements"])
        let often = Facets(Array(repeating: "_x_value", count: 100), filter: nil, limit: 9)
        #expect(try await often.document(of: entries)["data"]?.object?.keys == ["_x_value"])
        let known = entries.type.properties.map(\.name).prefix(Facets.mostProperties)
        _ = try await Facets(Array(known), filter: nil, limit: 9).document(of: entries)
        let tooMany = (0...Facets.mostProperties).map { "_x_\($0)" }
        await #expect {
            _ = try await Facets(tooMany, filter: nil, limit: 9).document(of: entries)
        } throws: {
            ($0 as? OptimadeProblem)?.code == .parameterValue
        }
    }
}
