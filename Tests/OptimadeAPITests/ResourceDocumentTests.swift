import OptimadeAPI
import RutileJSON
import RutileQuery
import Testing

struct ResourceDocumentTests {
    private func document(_ attributes: String, relationships: String = "{}") throws -> String {
        let resource = Resource(
            type: "structures", id: "a/1", attributes: try #require(try Value(json: attributes).object),
            relationships: try #require(try Value(json: relationships).object))
        return String(decoding: resource.indexDocument(), as: UTF8.self)
    }

    @Test func attributesStandBesideIdAndType() throws {
        #expect(
            try document(#"{"nsites": 3, "elements": ["O", "Si"], "x": null, "_e_gap": 1.5}"#)
                == #"{"id":"a/1","type":"structures","nsites":3,"elements":["O","Si"],"_e_gap":1.5}"#)
    }

    @Test func listsInListsAreNullUnlessANameLeadsIntoThem() throws {
        #expect(
            try document(#"{"p": [[1, 2], [3], 4], "m": {"v": [[["x"], null], [null], []]}}"#)
                == #"{"id":"a/1","type":"structures","p":[null,null,4],"m":{"v":[null,[null],[]]}}"#)
        let flat = [
            #""d":[{"groups":[[0],[1,2]],"w":[0.5]}]"#, #""g":[[{"l":["p"]},null],[],[null]]"#,
            #""h":{"x":[[[{"d":1}]],[[{"d":[[2]]}]]]}"#,
        ]
        for member in flat {
            #expect(try document("{\(member)}") == #"{"id":"a/1","type":"structures",\#(member)}"#)
        }
    }

    @Test(arguments: [
        ("assemblies.sites_in_groups HAS 2", Truth.true), ("assemblies.sites_in_groups HAS 3", .false),
        ("assemblies.sites_in_groups LENGTH 3", .true), ("assemblies.sites_in_groups LENGTH 2", .false),
        ("assemblies.sites_in_groups HAS ONLY 0,1,2", .true), ("assemblies LENGTH 1", .true),
        ("lattice_vectors LENGTH 3", .true), ("NOT assemblies.sites_in_groups HAS 2", .false),
    ])
    func filtersSeeFlatLists(_ filter: String, _ truth: Truth) throws {
        let json = try document(
            #"{"assemblies": [{"sites_in_groups": [[0], [1, 2]], "group_probabilities": [0.5, 0.5]}], "#
                + #""lattice_vectors": [[1, 0, 0], [0, 1, 0], [0, 0, 1]]}"#)
        let vocabulary = FilterVocabulary(
            EntryTypeDefinition.structures.catalogue, ownPrefixes: [],
            relationships: EntryTypeDefinition.structures.relationships)
        let predicate = try LoweredFilter(filter, vocabulary).predicate
        let document = try #require(try Value(json: json).object)
        let evaluator = Evaluator(EntryTypeDefinition.structures.documentCatalogue)
        #expect(evaluator.truth(of: predicate, for: document) == truth)
    }

    @Test func relationshipsAreListsOfIdentifiers() throws {
        let relationships = """
            {"references": {"data": [
                {"type": "references", "id": "r1", "meta": {"description": "the paper", "role": "source", "x": 1}},
                {"type": "references", "id": "r2"}, {"type": "references"}]},
             "structures": {"data": {"type": "structures", "id": "s1"}}, "files": {"data": null}}
            """
        #expect(
            try document("{}", relationships: relationships)
                == #"{"id":"a/1","type":"structures","references":[{"id":"r1","description":"the paper","#
                + #""role":"source"},{"id":"r2"}],"structures":[{"id":"s1"}],"files":[]}"#)
    }

    @Test func attributesDoNotHideTheResourcesOwnMembers() throws {
        #expect(
            try document(
                #"{"id": "other", "type": "x", "references": 1}"#, relationships: #"{"references": {"data": []}}"#)
                == #"{"id":"a/1","type":"structures","references":[]}"#)
    }
}

struct ResourceArchiveTests {
    /// The resources of the entry `entry`.
    private func resources(_ metadata: ObjectValue, entry: String = "e") -> [Resource] {
        Resource.all(of: entry) { metadata[$0] }
    }

    @Test func aResourceIsRebuiltFromTheMetadataItIsKeptIn() throws {
        let resource = Resource(
            type: "references", id: "exmpl/ref0", attributes: ObjectValue([("year", .string("1964"))]),
            relationships: ObjectValue([("structures", .members(["data": .list([])]))]))
        #expect(resources(resource.archiveMetadata) == [resource])
        let bare = Resource(type: "structures", id: "s", attributes: ObjectValue([("nsites", .integer(1))]))
        #expect(resources(bare.archiveMetadata) == [bare])
    }

    @Test func metadataWithoutResourceMakeNone() throws {
        #expect(resources(ObjectValue()).isEmpty)
        #expect(resources(ObjectValue([("optimade", .string("x")), ("optimade_reference", .null)])).isEmpty)
        let noType = ObjectValue([
            ("optimade", .object(ObjectValue())), ("optimade_resource", .members(["id": .string("x")])),
        ])
        #expect(resources(noType).isEmpty)
    }

    /// NOMAD stores neither what follows from other properties nor lists of masses.
    @Test func whatNOMADDoesNotStoreIsAdded() throws {
        let metadata = try Value(
            json: """
                {"last_processing_time": "2024-05-01T10:00:00.250000+00:00", "entry_create_time": "2020-01-01T00:00:00",
                 "optimade": {"elements": ["Fe", "Ni"], "dimension_types": [1, 1, 0], "species_at_sites": ["a", "b"],
                     "species": [{"name": "a", "chemical_symbols": ["Fe", "Ni"], "concentration": [0.5, 0.5],
                                  "masses": [55.8, 58.7]},
                                 {"name": "b", "chemical_symbols": ["Fe"], "concentration": [1.0], "mass": 55.8}]}}
                """
        )
        let members = try #require(metadata.object)
        let resource = try #require(resources(members, entry: "e-1").first)
        #expect(resource.type == "structures" && resource.id == "e-1")
        #expect(resource.attributes["nelements"] == .integer(2))
        #expect(resource.attributes["nsites"] == .integer(2))
        #expect(resource.attributes["nperiodic_dimensions"] == .integer(2))
        #expect(resource.attributes["structure_features"] == .list([.string("disorder")]))
        #expect(resource.attributes["last_modified"] == .string("2024-05-01T10:00:00Z"))
        #expect(resource.attributes["species"]?.items?[0]["mass"] == .list([.real(55.8), .real(58.7)]))
        #expect(resource.attributes["species"]?.items?[0]["masses"] == nil)
        #expect(resource.attributes["species"]?.items?[1]["mass"] == .list([.real(55.8)]))
    }

    @Test func aResourceOfAnotherDatabaseStaysAsItIs() throws {
        let given = Resource(type: "structures", id: "x", attributes: ObjectValue([("elements", .list([]))]))
        #expect(resources(given.archiveMetadata).map(\.attributes) == [given.attributes])
    }

    @Test func aCrystalIsRelatedToItsPublication() throws {
        let metadata = try #require(
            Value(
                json: """
                    {"entry_create_time": "2020-01-01T00:00:00", "optimade": {"nsites": 1},
                     "optimade_reference": {"title": "On crystals"}}
                    """
            ).object)
        let found = resources(metadata)
        #expect(found.map(\.type) == ["structures", "references"] && found.map(\.id) == ["e", "e"])
        #expect(found[0].relatedIDs("references") == ["e"])
        #expect(found[0].relationships["references"]?["data"]?.items?[0]["type"] == .string("references"))
        #expect(
            found[1].attributes
                == ObjectValue([
                    ("title", .string("On crystals")), ("last_modified", .string("2020-01-01T00:00:00Z")),
                ]))
        #expect(found[1].relationships.isEmpty)
    }

    @Test func anEntryHasOneResourceOfAType() {
        let own = Resource(type: "references", id: "own", attributes: ObjectValue([("title", .string("Own"))]))
        var metadata = own.archiveMetadata
        metadata["optimade_reference"] = .members(["title": .string("Other")])
        #expect(resources(metadata) == [own])
    }

    @Test func onlyWhatAResourceNeedsIsRead() {
        var asked: [String] = []
        let resource = Resource("references", of: "e") { key in
            asked.append(key)
            return key == "optimade_reference" ? .members(["last_modified": .null]) : nil
        }
        #expect(resource?.id == "e")
        #expect(!asked.contains("optimade"))
    }
}
