import NomadAPI
import RutileJSON
import RutileTestSupport
import Testing

/// Lists of hits, beyond what the recorded cases show.
@Suite struct SearchListTests {
    private static let laboratory = Task {
        try await GraphLaboratory(bundle: GoldenCase.bytes("cases/graph/fixture.json"))
    }

    private func json(_ text: String) throws -> Value {
        try Value(json: Array(text.utf8), limits: .file, nonFinite: .refuse)
    }

    private func ask(_ request: String, at endpoint: String = "query", status wanted: Int = 200) async throws -> Value {
        let (status, answer) = try await Self.laboratory.value.ask(json(request), at: endpoint, as: "u-ada")
        #expect(status == wanted, "\(answer)")
        return answer
    }

    /// The list of what `query` finds, shown as `each`.
    private func search(_ query: String, each: String = #"{"entry_id": "*"}"#) async throws -> Value? {
        try await ask(#"{"search": {"m_request": {"query": \#(query)}, "*": \#(each)}}"#)["search"]
    }

    private func ids(_ list: Value?) -> [String] { (list?.object?.keys ?? []).filter { $0 != "m_response" } }

    @Test func whoDoesNotSayWhoseArchivesGetsPublicOnes() async throws {
        let all = try await ask("{}", at: "archive/query")["search"]?["m_response"]
        #expect(all?["query"] == (try json(#"{"owner": "public", "aggregations": {}}"#)))
        #expect(all?["pagination"]?["total"] == .integer(11))
        let found = try await ask(#"{"query": {"upload_id": "upl-draft"}}"#, at: "archive/query")["search"]
        #expect(ids(found) == [])
        let translated = try ArchiveQuery.graphRequest(json(#"{"owner": null}"#))
        #expect(translated["search"]?["m_request"]?["query"] == .object(ObjectValue()))
    }

    @Test func anEmptyQueryIsAQuery() async throws {
        let found = try await search("{}")
        #expect(found?["m_response"]?["query"] == (try json(#"{"owner": "public", "aggregations": {}}"#)))
        #expect(found?["m_response"]?["pagination"]?["total"] == .integer(11))
        let own = try await ask(#"{"search": {"m_request": {"pagination": {"page_size": 1}}}}"#)["search"]
        #expect(own?["m_response"]?["query"] == .object(ObjectValue()))
        #expect(own?["m_response"]?["pagination"]?["total"] == .integer(14))
        for token in ["uploads", "entries", "datasets", "groups"] {
            let list = try await ask(#"{"\#(token)": {"m_request": {"query": {}}}}"#)[token]
            #expect(list?["m_response"]?["query"] == .object(ObjectValue()), "\(token)")
        }
        let none = try await ask(#"{"uploads": {"query": {}, "*": {"upload_id": "*"}}}"#)["uploads"]
        #expect(none?["m_response"]?["query"] == nil)
    }

    @Test(arguments: [
        (#"{"include": ["results.material.elements"]}"#, ["entry_id", "results"]),
        (#"{"include": ["mainfile"]}"#, ["entry_id", "mainfile_path"]),
    ])
    func whatAQueryRequiresLimitsWholeHits(_ required: String, _ wanted: [String]) async throws {
        let query = #"{"query": {"entry_id": "ent-flow"}, "required": \#(required)}"#
        let hit = try await search(query, each: #""*""#)?["ent-flow"]
        #expect(hit?.object?.keys.sorted() == wanted)
        if wanted.contains("results") {
            #expect(hit?["results"] == (try json(#"{"material": {"elements": ["H", "O"]}}"#)))
        }
        let named = try await search(query, each: #"{"upload_id": "*", "results": {"material": {"nelements": "*"}}}"#)
        #expect(
            named?["ent-flow"] == (try json(#"{"upload_id": "upl-lab", "results": {"material": {"nelements": 2}}}"#)))
    }

    @Test func whatAQueryExcludesIsNotInWholeHits() async throws {
        let query = #"{"query": {"entry_id": "ent-flow"}, "required": {"exclude": ["results.*", "upload*"]}}"#
        let hit = try await search(query, each: #""*""#)?["ent-flow"]
        #expect(hit?["parser_name"] != nil)
        #expect(hit?["upload_id"] == nil)
        #expect(hit?["results"] == nil)
    }

    @Test(arguments: [
        (#"{"page": 2, "page_offset": 0}"#, 200), (#"{"page": 1, "page_after_value": ""}"#, 200),
        (#"{"page_offset": 0, "page_after_value": "ent-big"}"#, 200), (#"{"page": 1, "page_offset": 1}"#, 400),
        (#"{"page": 1, "page_after_value": "ent-big"}"#, 400), (#"{"page_size": 0, "page_offset": 0}"#, 400),
        (#"{"page_after_value": "", "order_by": "n_quantities"}"#, 200),
    ])
    func criteriaThatSayNothingMayStandBesideOthers(_ pagination: String, _ status: Int) async throws {
        for place in [#"{"pagination": \#(pagination)}"#, #"{"query": {"pagination": \#(pagination)}}"#] {
            let answer = try await ask(#"{"search": {"m_request": \#(place)}}"#, status: status)
            for (name, value) in try json(pagination).object?.members ?? zip([], []) where status == 200 {
                #expect(answer["search"]?["m_response"]?["pagination"]?[name] == value)
            }
        }
    }

    @Test func aPageIsItselfBesideAnOffsetOfNothing() async throws {
        func page(_ criteria: String) async throws -> [String] {
            ids(
                try await ask(#"{"search": {"m_request": {"pagination": {"page_size": 3, \#(criteria)}}}}"#)["search"])
        }
        #expect(try await page(#""page": 2, "page_offset": 0"#) == page(#""page": 2"#))
        #expect(
            try await page(#""page_after_value": "ent-big", "page_offset": 0"#)
                == page(#""page_after_value": "ent-big""#))
    }

    @Test(arguments: [
        (#"{"upload_id": ["a", "b"]}"#, #"{"upload_id": {"op": ["a", "b"]}}"#),
        (#"{"upload_id:any": ["a"]}"#, #"{"upload_id": {"op": ["a"]}}"#),
        (
            #"{"upload_id": {"none": ["a"]}, "n_quantities": {"gte": 1}}"#,
            #"{"upload_id": {"op": ["a"]}, "n_quantities": {"gte": 1}}"#
        ),
        (#"{"n_quantities:gte": 1, "n_quantities:lt": 5}"#, #"{"n_quantities": {"gte": 1, "lt": 5}}"#),
        (
            #"{"or": [{"upload_id:all": ["a"]}, {"and": [{"entry_id": "b"}]}]}"#,
            #"{"op": [{"upload_id": {"op": ["a"]}}, {"op": [{"entry_id": "b"}]}]}"#
        ),
        (#"{"not": {"upload_id": ["a"]}}"#, #"{"op": {"upload_id": {"op": ["a"]}}}"#),
        (
            #"{"results": {"material": {"elements:any": ["H"]}}}"#,
            #"{"results": {"material": {"elements:any": ["H"]}}}"#
        ),
        (#"{"upload_id": "a", "not": {"entry_id": "b"}}"#, #"{"upload_id": "a", "not": {"entry_id": "b"}}"#),
    ])
    func queriesAreRepeatedAsTheyWereUnderstood(_ query: String, _ wanted: String) async throws {
        let echo = try await search(#"{"query": \#(query)}"#)?["m_response"]?["query"]
        #expect(
            echo == .members(["owner": .string("public"), "query": try json(wanted), "aggregations": .members([:])]))
    }
}
