import NomadAPI
import RutileJSON
import RutileModel
import Testing

/// What searches show of entries, and how they repeat what was asked.
struct SearchDocumentTests {
    private func json(_ text: String) throws -> Value { try Value(json: Array(text.utf8), limits: .file) }

    @Test func quantitiesOfDataStandAtTheirPlaces() throws {
        let document = try json(
            #"""
            {"entry_id": "e", "search_quantities": [
             {"id": "data.mass#my.S", "path_archive": "data.mass", "float_value": 1.5},
             {"id": "data.parts.name#my.S", "path_archive": "data.parts.1.name", "str_value": "bolt"},
             {"id": "data.parts.n#my.S", "path_archive": "data.parts.1.n", "int_value": 3, "str_value": null},
             {"id": "data.far#my.S", "path_archive": "data.far.99999999999", "bool_value": true},
             {"id": "x", "path_archive": "results.x", "int_value": 1}, {"id": "y"}, 5]}
            """#)
        let shown = SearchDocument.withData(try #require(document.object))
        #expect(
            shown["data"]
                == (try json(
                    #"{"mass": 1.5, "parts": [null, {"name": "bolt", "n": 3}], "far": {"99999999999": true}}"#)))
        #expect(shown["results"] == nil)
        let required = try EntriesQuery(try json(#"{"required": {"include": ["data.*", "data.n#my.S#int"]}}"#)).required
        #expect(required?.selection(of: shown).keys == ["entry_id", "data"])
    }

    @Test func placesThatSayTooMuchCostNothing() throws {
        let deep = "data" + String(repeating: ".a", count: 1_000_000)
        let wide = "data" + String(repeating: ".9999", count: 50)
        let items = ([deep] + Array(repeating: wide, count: 50) + ["data.mass"]).map { path in
            Value.members(["path_archive": .string(path), "int_value": .integer(1)])
        }
        let shown = SearchDocument.withData(ObjectValue([("search_quantities", .list(items))]))
        #expect(shown["data"]?.json().count ?? 0 < 100_000)
    }

    @Test func whereThereAreNoQuantitiesThereIsNoData() throws {
        for text in [#"{"entry_id": "e"}"#, #"{"search_quantities": []}"#, #"{"search_quantities": [{"id": "x"}]}"#] {
            let document = try #require(try json(text).object)
            #expect(SearchDocument.withData(document) == document)
        }
    }

    @Test(arguments: [
        (
            [("results.material.topology.elemental_composition.element", "Ti")],
            #"""
            {"prefix": "results.material.topology", "query": {
             "prefix": "results.material.topology.elemental_composition", "query": {
             "name": "element", "value": {"any": ["Ti"]}}}}
            """#
        ),
        ([("upload_id", "u")], #"{"name": "upload_id", "value": {"any": ["u"]}}"#),
        ([("results.material.n_elements", "2")], #"{"name": "results.material.n_elements", "value": {"any": [2]}}"#),
        ([("results.material.elements", "Si")], #"{"name": "results.material.elements", "value": {"all": ["Si"]}}"#),
    ])
    func parametersAreRepeatedAsCriteria(_ parameters: [(String, String)], _ echo: String) throws {
        let question = try EntriesQuery(parameters: parameters.map { (name: $0.0, value: $0.1) })
        #expect(question.query?.echo == (try json(echo)))
    }

    @Test(arguments: ["page_size", "order_by", "owner"])
    func parametersAreRefusedAsSuch(name: String) throws {
        let error = #expect(throws: EntriesProblem.self) { try EntriesQuery(parameters: [(name: name, value: "-x")]) }
        let place = error?.reasons.items?.first?["loc"]?.items
        #expect(place?.last == .string(name) || place?.first?.items?.last == .string(name))
        #expect(place?.first != .string("body"))
    }

    @Test(arguments: ["section_defs", "results.material.topology", "search_quantities", "nope"])
    func whatIsShownIsNamedByQuantities(name: String) throws {
        let error = #expect(throws: EntriesProblem.self) {
            try EntriesQuery(.members(["required": .members(["include": .list([.string(name)])])]))
        }
        #expect(error?.status == 422)
    }
}
