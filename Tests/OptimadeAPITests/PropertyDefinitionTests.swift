import FoundationEssentials
import OptimadeAPI
import RutileJSON
import RutileQuery
import RutileTestSupport
import Testing

struct PropertyDefinitionTests {
    private static let types = [EntryTypeDefinition.structures, .references]

    private func definition(_ json: String, name: String = "_exmpl_x") throws -> PropertyDefinition {
        try PropertyDefinition(name, of: "structures", json: Value(json: json))
    }

    @Test(arguments: types)
    func standardDefinitionsHaveWhatTheStandardDemands(type: EntryTypeDefinition) {
        #expect(type.properties.prefix(4).map(\.name) == ["id", "type", "immutable_id", "last_modified"])
        for definition in type.properties {
            let json = Value.object(definition.json)
            for key in ["$id", "$schema", "title", "description", "x-optimade-type", "x-optimade-unit"] {
                #expect(json[key]?.text?.isEmpty == false, "\(definition.name): \(key)")
            }
            #expect(json["$id"]?.text?.hasSuffix("/" + definition.name) == true)
            #expect(json["x-optimade-definition"]?["name"] == .string(definition.name))
            #expect(json["x-optimade-requirements"]?["support"] == .string(definition.support.rawValue))
            let isNullable = json["type"]?.items?.contains(.string("null")) == true
            #expect(isNullable == (definition.support != .must), "\(definition.name)")
        }
    }

    /// The shared file's info lines describe the same standard properties, written by other hands.
    @Test(arguments: types)
    func standardTypesAgreeWithAnotherDescriptionOfThem(type: EntryTypeDefinition) throws {
        let info = try #require(
            try lines(SharedMaterial.path("cases/optimade/data/synth-300.jsonl"))
                .first { $0["type"]?.text == "info" && $0["id"]?.text == type.name })
        let described = try #require(info["properties"]?.object)
        var compared = 0
        for (name, json) in described.members {
            guard let standard = type[name] else { continue }
            let read = try PropertyDefinition(name, of: type.name, json: json)
            #expect(read.property.type == standard.property.type, "\(name)")
            #expect(read.support == standard.support, "\(name)")
            #expect(
                json["x-optimade-requirements"]?["query-support"]
                    == standard.json["x-optimade-requirements"]?["query-support"], "\(name)")
            compared += 1
        }
        #expect(compared > 20)
    }

    @Test func unitsAreThoseOfTheInnermostItems() {
        #expect(EntryTypeDefinition.structures["lattice_vectors"]?.property.unit == "angstrom")
        #expect(EntryTypeDefinition.structures["nsites"]?.property.unit == nil)
        let units = EntryTypeDefinition.structures["species"]?.json["x-optimade-unit-definitions"]?.items
        #expect(units?.map { $0["symbol"] } == [.string("Da")])
    }

    @Test(
        arguments: [
            (#"{"type": "float", "unit": "eV"}"#, ["eV"]), (#"{"type": "float"}"#, nil),
            (#"{"x-optimade-type": "float", "x-optimade-unit": "kg*m*s^-2"}"#, ["kg", "m", "s"]),
            (
                #"{"x-optimade-type": "list", "items": {"x-optimade-type": "float", "x-optimade-unit": "angstrom"}}"#,
                ["angstrom"]
            ),
            (
                #"{"x-optimade-type": "dictionary", "properties": {"a": {"x-optimade-type": "float", "#
                    + #""x-optimade-unit": "K"}, "b": {"x-optimade-type": "string", "x-optimade-unit": "inapplicable"}}}"#,
                ["K"]
            ),
            (
                #"{"x-optimade-type": "float", "x-optimade-unit": "eV/K", "x-optimade-unit-definitions": "#
                    + #"[{"symbol": "eV", "title": "own"}]}"#, ["eV", "K"]
            ),
        ] as [(String, [String]?)])
    func unitsAreDefinedOutermost(_ json: String, _ symbols: [String]?) throws {
        let units = try definition(json).json["x-optimade-unit-definitions"]?.items
        #expect(units?.compactMap { $0["symbol"]?.text } == symbols)
        #expect(units?.allSatisfy { $0["title"]?.text?.isEmpty == false } ?? true)
    }

    @Test func definitionsSayWhatIsThereWithoutBeingAskedFor() throws {
        let shown = try definition(#"{"type": "float"}"#).shown(in: .strict)
        #expect(shown["x-optimade-implementation"]?["response-default"] == .bool(true))
    }

    @Test func listsKnowTheirDimensions() {
        #expect(
            EntryTypeDefinition.structures["lattice_vectors"]?.json["x-optimade-dimensions"]
                == .members([
                    "names": .list([.string("dim_lattice"), .string("dim_spatial")]),
                    "sizes": .list([.integer(3), .integer(3)]),
                ]))
    }

    @Test(arguments: [
        (#"{"x-optimade-type":"float","type":["number","null"]}"#, PropertyType.float),
        (#"{"type":"timestamp"}"#, .timestamp), (#"{"type":"dictionary"}"#, .dictionary([])),
        (#"{"type":["null","string"]}"#, .string), (#"{"type":["string"],"format":"date-time"}"#, .timestamp),
        (#"{"type":["array"],"items":{"type":["integer"]}}"#, .list(.integer)), (#"{"type":"list"}"#, .list(.opaque)),
        (
            #"{"type":["object"],"properties":{"a":{"type":["boolean"]},"b":5}}"#,
            .dictionary([.init("a", .boolean), .init("b", .opaque)])
        ),
        (#"{"type":"unknown"}"#, .opaque), (#"{"x-optimade-type":"_exmpl_tensor"}"#, .opaque), ("{}", .opaque),
        (#"{"type":["null"]}"#, .opaque), (#"{"type":7,"items":[],"properties":3}"#, .opaque),
    ])
    func typesAreReadFromEveryForm(json: String, type: PropertyType) throws {
        #expect(try definition(json).property.type == type)
    }

    @Test func whatIsMissingIsFilledIn() throws {
        let read = try definition(#"{"description":"Gap.","type":"float","unit":"eV","sortable":false}"#)
        #expect(read.property == Property("_exmpl_x", .float, unit: "eV", description: "Gap."))
        #expect(read.json["type"] == .list([.string("number"), .string("null")]))
        #expect(read.json["x-optimade-unit"] == .string("eV"))
        for key in ["$id", "$schema", "title", "x-optimade-definition", "x-optimade-requirements"] {
            #expect(read.json[key] != nil, "\(key)")
        }
        // What the source could do is not what we can.
        #expect(read.json["sortable"] == nil)
    }

    @Test func whatIsThereStays() throws {
        let json = #"{"$id":"https://example.com/x","title":"X","type":["string"],"enum":["a"],"description":"D"}"#
        let read = try definition(json)
        #expect(read.json["$id"] == .string("https://example.com/x"))
        #expect(read.json["enum"] == .list([.string("a")]))
        #expect(read.json["type"] == .list([.string("string")]))
    }

    @Test(arguments: ["", "Elements", "1a", "a-b", "a.b", "ä", "a b", "a\u{301}"])
    func badNamesAreRefused(name: String) {
        let error = #expect(throws: PropertyDefinitionError.self) { try definition("{}", name: name) }
        #expect(error?.reason == .notAName)
    }

    @Test(arguments: ["[]", "null", "\"float\""])
    func whatIsNoObjectIsRefused(json: String) {
        let error = #expect(throws: PropertyDefinitionError.self) { try definition(json) }
        #expect(error?.reason == .notAnObject)
    }

    @Test(arguments: [
        ("nelements", "integer", ["integer", "null"]), ("structure_features", "list", ["array"]),
        ("last_modified", "timestamp", ["string", "null"]), ("elements_ratios", "list", ["array", "null"]),
    ])
    func theStyleDecidesHowTypesAreSpelled(name: String, flat: String, strict: [String]) throws {
        let definition = try #require(EntryTypeDefinition.structures[name])
        #expect(definition.shown(in: .flat)["type"] == .string(flat))
        #expect(definition.shown(in: .strict)["type"] == .list(strict.map { .string($0) }))
    }

    @Test(arguments: [
        ("nelements", true, "all mandatory"), ("elements", false, "all mandatory"),
        ("lattice_vectors", false, "partial"), ("species", false, "partial"),
    ])
    func whatTheServerCanDoIsShown(name: String, isSortable: Bool, querySupport: String) throws {
        let shown = try #require(EntryTypeDefinition.structures[name]).shown(in: .flat)
        #expect(shown["sortable"] == .bool(isSortable))
        #expect(shown["x-optimade-implementation"]?["sortable"] == .bool(isSortable))
        #expect(shown["x-optimade-implementation"]?["query-support"] == .string(querySupport))
        #expect(
            (shown["x-optimade-implementation"]?["query-support-operators"] != nil) == (querySupport == "partial"))
    }

    @Test func unknownTypesAreShownAsSuch() throws {
        let shown = try definition(#"{"x-optimade-type":"_exmpl_tensor"}"#).shown(in: .flat)
        #expect(shown["type"] == .string("unknown"))
        #expect(shown["x-optimade-type"] == .string("_exmpl_tensor"))
        #expect(shown["x-optimade-implementation"]?["query-support"] == .string("none"))
    }

    @Test func definitionsCanBeWrittenInCode() throws {
        let type = PropertyType.list(.dictionary([.init("name", .string), .init("energies", .list(.float))]))
        let made = try PropertyDefinition(Property("_exmpl_runs", type, description: "Runs."), of: "structures")
        #expect(made.property.type == type)
        #expect(made.json["items"]?["properties"]?["energies"]?["items"]?["type"]?.items?.first == .string("number"))
        let read = try PropertyDefinition("_exmpl_runs", of: "structures", json: .object(made.json))
        #expect(read == made)
        let gap = try PropertyDefinition(Property("_exmpl_gap", .list(.float), unit: "eV"), of: "structures")
        #expect(gap.property.unit == "eV")
    }

    @Test func addingPropertiesKeepsThoseOfTheStandard() throws {
        let other = try definition(#"{"type":"string"}"#, name: "nelements")
        let type = EntryTypeDefinition.structures.adding([other, try definition("{}")])
        #expect(type["nelements"]?.property.type == .integer)
        #expect(type.properties.count == EntryTypeDefinition.structures.properties.count + 1)
        #expect(type.attributeNames.contains("_exmpl_x") && !type.attributeNames.contains("id"))
        #expect(type.catalogue["_exmpl_x"] != nil)
        #expect(type.relationships == ["references", "structures"])
    }
}
