import OptimadeAPI
import RutileJSON
import RutileOptimade
import RutileQuery
import Testing

@Suite struct EntryCollectionTests {
    private static let rules = ParameterRules(prefix: "exmpl", defaultPageLimit: 2, maximumPageLimit: 5)

    /// Three stored materials as a back end keeps them, seen through aliases.
    private func materials(lengthAliases: [String: String] = [:]) throws -> MemoryCollection {
        let gap = try PropertyDefinition(Property("_exmpl_gap", .float, unit: "eV"), of: "structures")
        let documents = [
            #"{"entry_id":"a","results":{"material":{"elements":["O","Si"],"n":2}},"gap":1.5}"#,
            #"{"entry_id":"b","results":{"material":{"elements":["O"],"n":1}},"gap":0.5}"#,
            #"{"entry_id":"c","results":{"material":{"n":1}}}"#,
            #"{"results":{"material":{"elements":["H"]}}}"#,
        ]
        return MemoryCollection(
            EntryTypeDefinition.structures.adding([gap]), rules: Self.rules,
            mapper: ResourceMapper(
                aliases: [
                    "id": "entry_id", "elements": "results.material.elements", "nelements": "results.material.n",
                ], lengthAliases: lengthAliases, providerFields: ["gap"], prefix: "exmpl"),
            documents: try documents.map { try Value(json: $0).object ?? ObjectValue() })
    }

    private func find(_ query: String, in collection: any EntryCollection) async throws -> EntryResults {
        try await collection.find(EntryListingRequest(QueryString(query), collection.rules))
    }

    @Test(arguments: [
        ("filter=elements HAS \"O\"", ["a", "b"]), ("filter=nelements=1", ["b", "c"]),
        ("filter=elements LENGTH 2", ["a"]), ("filter=_exmpl_gap<1", ["b"]), ("filter=id=\"c\"", ["c"]),
        ("filter=elements IS UNKNOWN", ["c"]), ("filter=type=\"structures\" AND NOT nelements=1", ["a"]),
        ("filter=elements:elements HAS \"O\":\"O\"", ["a", "b"]), ("filter=nelements!=_exmpl_gap", ["a", "b"]),
        ("sort=-nelements", ["a", "b"]), ("sort=_exmpl_gap", ["b", "a"]), ("sort=-_exmpl_gap", ["a", "b"]),
        ("sort=results.material.n", ["b", "c"]), ("sort=-results.material.n,-id&page_limit=3", ["a", "c", "b"]),
        ("page_limit=5", ["a", "b", "c"]), ("page_offset=2", ["c"]), ("page_number=2", ["c"]), ("page_limit=0", []),
    ])
    func storedQuantitiesAndPropertiesAreOneThing(query: String, ids: [String]) async throws {
        let results = try await find(query, in: materials())
        #expect(results.resources.map(\.id) == ids)
    }

    @Test func resourcesHaveThePropertiesUnderTheirNames() async throws {
        let resource = try await find("page_limit=1", in: materials()).resources[0]
        #expect(resource.type == "structures")
        #expect(resource.attributes["elements"] == .list([.string("O"), .string("Si")]))
        #expect(resource.attributes["_exmpl_gap"] == .real(1.5))
        #expect(resource.attributes["gap"] == nil && resource.attributes["results"] == nil)
    }

    @Test func resultsTellHowManyAndWhetherMoreFollow() async throws {
        let results = try await find("filter=nelements>0&response_fields=nelements", in: materials())
        #expect(results.dataReturned == 3)
        #expect(results.moreDataAvailable)
        #expect(results.fields.names == ["nelements"])
        #expect(results.page.limit == 2)
        #expect(results.page.position == 0)
        #expect(results.page.end?.place == Cursor(values: [], id: "b"))
    }

    @Test func collectionsCountAllAndSome() async throws {
        let collection = try materials()
        #expect(try await collection.count() == 3)
        #expect(try await collection.count(where: collection.predicate("nelements=1")) == 2)
    }

    @Test func fieldsAreThoseOfTheTypeAndTheTopLevel() throws {
        let collection = try materials()
        #expect(collection.allFields.prefix(4) == ["id", "type", "links", "relationships"])
        #expect(collection.allFields.contains("_exmpl_gap") && collection.allFields.contains("nsites"))
        #expect(collection.attributeFields == Array(collection.allFields.dropFirst(4)))
    }

    @Test func whatIsInsertedIsStoredInTheBackEndsForm() async throws {
        let collection = try materials()
        let attributes = ObjectValue([("elements", Value.list([.string("Au")])), ("_exmpl_gap", .real(9))])
        try await collection.insert([Resource(type: "structures", id: "b", attributes: attributes)])
        #expect(try await collection.count() == 3)
        #expect(
            try await find("filter=_exmpl_gap=9 AND elements HAS \"Au\"", in: collection).resources.map(\.id) == ["b"])
        let document = collection.mapper.document(Resource(type: "structures", id: "b", attributes: attributes))
        #expect(document["results"]?["material"]?["elements"] == .list([.string("Au")]))
        #expect(document["entry_id"] == .string("b") && document["gap"] == .real(9))
        #expect(collection.mapper.resource(document, of: collection.type)?.attributes == attributes)
    }

    @Test func lengthAliasesCompareTheStoredNumber() async throws {
        // Entry c has no elements, but their number.
        #expect(try await find("filter=elements LENGTH 1", in: materials()).dataReturned == 1)
        let aliases = ResourceMapper.standardLengthAliases
        #expect(try await find("filter=elements LENGTH 1", in: materials(lengthAliases: aliases)).dataReturned == 2)
    }

    @Test func mappersTranslateEveryPartOfAPredicate() throws {
        let mapper = ResourceMapper(
            aliases: ["a": "x.y", "n": "count"], lengthAliases: ["l": "n"], providerFields: ["f"], prefix: "p")
        let test = Test(.compares(.equal), .property("a.b"))
        let mapped = Test(.compares(.equal), .property("x.y.b"))
        #expect(
            mapper.backendPredicate(
                .and([
                    .or([.test("_p_f", test), .isKnown("a"), .constant(.unknown)]),
                    .not(.isTrue(.items(ItemsTest(["a.c", "o"], .all, [[test, test]])))), .length("l", .less, 3),
                    .length("a.l", .less, 3),
                ]))
                == .and([
                    .or([.test("f", mapped), .isKnown("x.y"), .constant(.unknown)]),
                    .not(.isTrue(.items(ItemsTest(["x.y.c", "o"], .all, [[mapped, mapped]])))),
                    .test("count", Test(.compares(.less), .literal(.integer(3)))), .length("x.y.l", .less, 3),
                ]))
        #expect(mapper.property(forBackend: "x.y") == "a")
        #expect(mapper.property(forBackend: "x") == nil)
        #expect(
            mapper.backendSort(Sort([SortKey("a", isDescending: true)])).keys == [SortKey("x.y", isDescending: true)])
    }

    @Test func cataloguesOfBackEndsAreNested() throws {
        let catalogue = try materials().mapper.backendCatalogue(.structures)
        #expect(try catalogue.type(of: "results.material.elements") == .list(.string))
        #expect(try catalogue.type(of: "results.material.n") == .integer)
        #expect(try catalogue.type(of: "entry_id") == .string)
        #expect(try catalogue.type(of: "species.mass") == .list(.float))
        #expect(catalogue["elements"] == nil)
    }

    @Test(arguments: [
        ("sort=_other_x", ["_other_x"]), ("sort=nelements,_other_x,-_mp_y", ["_other_x", "_mp_y"]),
    ])
    func foreignSortsAreLeftOutWithAWarning(query: String, names: [String]) async throws {
        let results = try await find(query, in: materials())
        let warning = try #require(results.warnings.first { $0.parameter == "sort" })
        #expect(names.allSatisfy(warning.detail.contains))
        #expect(results.page.end?.sort.map(\.name) == (query.contains("nelements") ? ["nelements"] : []))
    }

    @Test(arguments: ["sort=crazy", "sort=_exmpl_crazy", "sort=_other_x,crazy", "sort=species"])
    func unknownSortsAreRefused(query: String) async {
        let problem = await #expect(throws: OptimadeProblem.self) { try await find(query, in: materials()) }
        #expect(problem?.code == .parameterName)
        #expect(problem?.parameter == "sort")
    }

    @Test func limitsHoldForRequestsThatWereWrittenInCode() async {
        for limit in [-1, 6] {
            let problem = await #expect(throws: OptimadeProblem.self) {
                try await materials().find(EntryListingRequest(pageLimit: limit))
            }
            #expect(problem?.code == .parameterLimit)
        }
    }

    @Test func foreignNamesInFiltersAreWarnedAboutUnlessRegistered() async throws {
        #expect(
            try await find("filter=_other_x=1 OR nelements=2", in: materials()).warnings.map(\.code) == [.filterForeign]
        )
        #expect(try await find("filter=_mp_x=1 OR nelements=2", in: materials()).warnings.isEmpty)
    }

    @Test func propertiesOfOthersThatAreDefinedAreOrdinaryOnes() async throws {
        let gap = try PropertyDefinition(Property("_other_gap", .float), of: "structures")
        let collection = MemoryCollection(EntryTypeDefinition.structures.adding([gap]), rules: Self.rules)
        try await collection.insert(
            [("a", 2.0), ("b", 1.0)].map { id, gap in
                Resource(type: "structures", id: id, attributes: ObjectValue([("_other_gap", .real(gap))]))
            })
        let results = try await find("filter=_other_gap>0&sort=_other_gap&response_fields=_other_gap", in: collection)
        #expect(results.resources.map(\.id) == ["b", "a"])
        #expect(results.warnings.isEmpty)
    }

    @Test func aBackEndOfOnesOwnTakesPartInEverything() async throws {
        let table = try PeriodicTable()
        let results = try await find("filter=_exmpl_number>1 AND elements LENGTH 1&page_limit=2", in: table)
        #expect(results.resources.map(\.id) == ["B", "Be"])
        #expect(results.dataReturned == 4)
        let cursor = try #require(results.page.end?.text)
        let rest = try await find("filter=_exmpl_number>1&page_cursor=" + cursor, in: table)
        #expect(rest.resources.map(\.id) == ["He", "Li"])
        #expect(
            try await table.find(id: "Li", SingleEntryRequest()).resources.first?.attributes["_exmpl_number"]
                == .integer(3))
        await #expect(throws: CollectionIsReadOnly.self) { try await table.insert([]) }
        await #expect(throws: OptimadeProblem.self) { try await find("sort=_exmpl_number", in: table) }
    }
}
