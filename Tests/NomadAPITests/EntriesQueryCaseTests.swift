import FoundationEssentials
import NomadAPI
import RutileJSON
import RutileModel
import RutileTestSupport
import Testing

/// The requests that were asked of NOMAD's own router, and what it said of them.
struct EntriesQueryCaseTests {
    struct Case: CustomTestStringConvertible {
        let testDescription: String
        let value: Value
    }

    static func cases() throws -> [Case] {
        let path = try SharedMaterial.path("cases/archive/cases_query.json")
        let data = try #require(FileManager.default.contents(atPath: path))
        let file = try Value(json: Array(data), limits: .file)
        return (file["cases"]?.items ?? []).map { Case(testDescription: $0["id"]?.text ?? "", value: $0) }
    }

    /// Answers of ours that differ on purpose, with what they are: `docs/compatibility.md` has the reasons.
    private static let accepted = ["range suffix twice"]
    private static let refused = [
        "formula bad", "pagination {\"page_size\": null}", "pagination {\"page_size\": 10001}",
    ]
    /// Requests that are refused in lowering, or by an order of the router.
    private static let elsewhere = ["formula bad", "owner user", "method not allowed"]
    /// Refusals that list all forms of a query, of which ours says one.
    private static let unionTypes = ["model_attributes_type", "missing", "list_type"]

    private static func question(_ value: Value) throws(EntriesProblem) -> EntriesQuery {
        guard value["method"]?.text == "GET" else { return try EntriesQuery(value["body"] ?? .null) }
        var parameters: [(name: String, value: String)] = []
        for (name, given) in value["params"]?.object?.members ?? zip([], []) {
            for item in given.items ?? [given] {
                parameters.append((name, item.text ?? item.integer.map(String.init) ?? ""))
            }
        }
        return try EntriesQuery(parameters: parameters)
    }

    @Test(arguments: try cases())
    func everyRequestIsReadOrRefusedAsByNomad(_ test: Case) throws {
        if Self.elsewhere.contains(test.testDescription) { return }
        let status = test.value["status"]?.integer
        do {
            let question = try Self.question(test.value)
            #expect(status == 200 || Self.accepted.contains(test.testDescription))
            guard let response = test.value["response"] else { return }
            var echo = question.echo
            if test.value["method"]?.text == "GET" { echo["required"] = echo["required"] ?? .object(ObjectValue()) }
            #expect(echo["owner"] == response["owner"])
            #expect(echo["query"] == response["query"])
            #expect(echo["required"] == response["required"])
            for (name, value) in echo["pagination"]?.object?.members ?? zip([], []) {
                #expect(value == response["pagination"]?[name], "\(name)")
            }
        } catch {
            if Self.refused.contains(test.testDescription) { return }
            #expect(Int64(error.status) == status)
            let expected = test.value["detail"]?.items
            let isUnion =
                (expected?.count ?? 0) > 1 || expected?.first?["type"]?.text.map(Self.unionTypes.contains) == true
            guard !isUnion || test.testDescription == "any with a scalar" else { return }
            for (ours, theirs) in zip(error.reasons.items ?? [], expected ?? []) {
                for (name, value) in theirs.object?.members ?? zip([], []) where name != "ctx" {
                    #expect(ours[name] == value, "\(name) of \(ours)")
                }
            }
            #expect(error.reasons.items?.count == expected?.count)
        }
    }

    private static func question(_ text: String) throws -> EntriesQuery {
        try EntriesQuery(Value(json: Array(text.utf8), limits: .request, nonFinite: .refuse))
    }

    @Test
    func manyCriteriaAreReadInTheTimeThatEachTakes() throws {
        let criteria = (0..<20_000).map { #""data.a\#($0)#s.S#int": 1"# }.joined(separator: ", ")
        let time = try ContinuousClock().measure { _ = try Self.question("{\"query\": {\(criteria)}}") }
        #expect(time < .seconds(10))
    }

    @Test
    func aFilterOfOPTIMADEIsAParameterToo() throws {
        let asked = try Self.question(#"{"query": {"optimade_filter": "nelements=2"}}"#)
        #expect(asked.query != nil)
        #expect(try EntriesQuery(parameters: [(name: "optimade_filter", value: "nelements=2")]).query == asked.query)
    }

    @Test(arguments: [-1, 101])
    func noMoreEntriesOfAValueAreShownThanMayBe(size: Int) {
        #expect(throws: EntriesProblem.self) {
            try Self.question(
                #"{"aggregations": {"a": {"terms": {"quantity": "upload_id", "entries": {"size": \#(size)}}}}}"#)
        }
    }

    @Test(arguments: ["include", "exclude"])
    func patternsHaveABoundAndNamesHaveNone(_ field: String) throws {
        func body(_ name: String, _ count: Int) -> String {
            let names = [String](repeating: "\"\(name)\"", count: count).joined(separator: ",")
            return "{\"required\": {\"\(field)\": [\(names)]}}"
        }
        _ = try Self.question(body("results.*", 1_000))
        _ = try Self.question(body("mainfile", 1_001))
        let error = #expect(throws: EntriesProblem.self) { try Self.question(body("results.*", 1_001)) }
        #expect(error?.status == 422)
        #expect(error?.place == ["required", field])
    }

    @Test
    func documentsOfOneListArePickedAsEachAlone() throws {
        let question = try Self.question(
            #"{"required": {"include": ["results.m*", "datasets.doi"], "exclude": ["*.n_elements"]}}"#)
        let required = try #require(question.required)
        var selection = QuantitySelection(required)
        for (document, picked) in [
            (
                #"{"entry_id": "a", "results": {"material": {"n_elements": 2, "elements": ["O"]}, "eln": {}}}"#,
                #"{"entry_id": "a", "results": {"material": {"elements": ["O"]}}}"#
            ),
            (
                #"{"entry_id": "b", "datasets": [{"doi": "x", "dataset_id": "d"}], "results": {"material": {"n_elements": 2}}}"#,
                #"{"entry_id": "b", "datasets": [{"doi": "x"}]}"#
            ),
            (
                #"{"entry_id": "c", "results": {"n_elements": 1, "material": {"elements": [], "method": {}}}}"#,
                #"{"entry_id": "c", "results": {"material": {"elements": [], "method": {}}}}"#
            ),
        ] {
            let document = try #require(try Value(json: Array(document.utf8), limits: .request).object)
            let picked = try Value(json: Array(picked.utf8), limits: .request)
            let inTurn = selection.members(of: document)
            #expect(Value.object(inTurn) == picked)
            #expect(Value.object(required.selection(of: document)) == picked)
        }
    }

    @Test(arguments: [
        ("1000000000000000000000000000000", "too large"), ("18446744073709551615", "too large"),
        ("2.5", "fractional part"),
    ])
    func whatIsNoIntegerIsSaid(_ size: String, _ reason: String) throws {
        let error = #expect(throws: EntriesProblem.self) {
            try Self.question("{\"pagination\": {\"page_size\": \(size)}}")
        }
        #expect(error?.text.contains(reason) == true)
        #expect(error?.place == ["pagination", "page_size"])
    }

    @Test
    func theIdIsShownWhateverIsExcluded() throws {
        let required = try #require(try Self.question(#"{"required": {"exclude": ["*"]}}"#).required)
        let document = ObjectValue([("entry_id", .string("e")), ("mainfile", .string("f"))])
        #expect(required.selection(of: document) == ObjectValue([("entry_id", .string("e"))]))
    }

    @Test(arguments: ["results.*", "results.material*", "results.material.n_elements", "*"])
    func theQuantityOfTheOrderIsShownWhateverIsExcluded(_ pattern: String) throws {
        let body =
            #"{"required": {"exclude": ["\#(pattern)"]}, "pagination": {"order_by": "results.material.n_elements"}}"#
        let required = try #require(try Self.question(body).required)
        let text = #"{"entry_id": "e", "results": {"material": {"n_elements": 2, "material_name": "x"}, "method": {}}}"#
        let document = try #require(try Value(json: Array(text.utf8), limits: .request).object)
        let selection = required.selection(of: document)
        #expect(selection["entry_id"] == .string("e"))
        #expect(selection["results"]?["material"]?["n_elements"] == .integer(2))
        #expect(
            (selection["results"]?["material"]?["material_name"] == nil) == (pattern != "results.material.n_elements"))
    }

    @Test(
        arguments: [
            (#"{"elements": ["Ti", "O"]}"#, "O Ti"),
            (#"{"elements": ["Ti"], "elements_exclusive": "as given"}"#, "as given"),
            (#"{"elements": []}"#, nil), (#"{"n_elements": 2}"#, nil),
        ] as [(String, String?)])
    func elementsAreSearchedAsOneTextToo(material: String, text: String?) throws {
        let value = try Value(json: Array(material.utf8), limits: .request)
        for (document, section) in [
            (Value.members(["material": value]), nil),
            (.members(["material": .members(["topology": value])]), "topology"),
        ] as [(Value, String?)] {
            let json = SearchIndexEntry.json(EntryID("e"), given: ObjectValue([("results", document)]))
            let entry = try Value(json: json, limits: .file)
            let item = section == nil ? entry : entry["results.material.topology"]?.items?.first
            let name = section == nil ? "results.material.elements_exclusive" : "elements_exclusive"
            #expect(item?[name]?.text == text)
        }
    }

    @Test
    func thereAreAllCases() throws {
        #expect(try Self.cases().count == 103)
    }
}
