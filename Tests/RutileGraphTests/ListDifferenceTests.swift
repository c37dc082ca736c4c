import RutileJSON
import RutileTestSupport
import Testing

/// Our own answers to lists where NOMAD's are faults; `docs/compatibility.md` has the reasons.
@Suite struct ListDifferenceTests {
    private static let laboratory = Task {
        try await GraphLaboratory(bundle: GoldenCase.bytes("cases/graph/fixture.json"))
    }

    private func ask(_ request: String, as user: String? = "u-ada", status wanted: Int = 200) async throws -> Value {
        let (status, answer) = try await Self.laboratory.value.ask(request, as: user)
        #expect(status == wanted, "\(answer)")
        return answer
    }

    private func json(_ text: String) throws -> Value {
        try Value(json: Array(text.utf8), limits: .file, nonFinite: .refuse)
    }

    @Test func d1DatasetsAreListed() async throws {
        let answer = try await ask(#"{"datasets": {"*": {"dataset_name": "*"}}}"#)
        let wanted = try json(
            """
            {"datasets": {"m_response": {"include": ["*"], "pagination": {"page_size": 10, "order_by": null,
            "order": "asc", "page_after_value": null, "page": null, "page_offset": null, "total": 2,
            "next_page_after_value": null, "page_url": null, "next_page_url": null, "prev_page_url": null,
            "first_page_url": null}}, "ds-one": {"dataset_name": "First set"}, "ds-two": {"dataset_name": "Second set"}}}
            """)
        #expect(answer == wanted)
    }

    @Test func theFirstPageIsSaidOfASingleDatasetToo() async throws {
        let answer = try await ask(#"{"dataset": {"*": {"dataset_name": "*"}}}"#)
        #expect(answer["dataset"]?["m_response"]?["pagination"]?["page"] == .integer(1))
    }

    @Test(arguments: [
        (#"{"dataset_name": "First set"}"#, ["ds-one"]), (#"{"dataset_type": "owned"}"#, ["ds-one"]),
        (#"{"prefix": "SEC"}"#, ["ds-two"]), (#"{"prefix": "set"}"#, []), (#"{"doi": "10.1/first"}"#, ["ds-one"]),
        (#"{"dataset_id": "ds-two"}"#, ["ds-two"]), (#"{"user_id": "u-ada"}"#, ["ds-one", "ds-two"]),
        (#"{"dataset_id": "ds-ben"}"#, []),
    ])
    func d1DatasetsAreQueried(_ query: String, _ wanted: [String]) async throws {
        let answer = try await ask(
            "{\"datasets\": {\"m_request\": {\"query\": \(query)}, \"*\": {\"dataset_id\": \"*\"}}}")
        let listed = try #require(answer["datasets"]?.object)
        #expect(listed.keys == ["m_response"] + wanted)
        for id in wanted { #expect(listed[id] == .members(["dataset_id": .string(id)])) }
        #expect(listed["m_response"]?["pagination"]?["total"] == .integer(Int64(wanted.count)))
    }

    @Test func d1ADatasetsIdIsAField() async throws {
        let answer = try await ask(
            #"{"datasets": {"ds-one": {"m_request": {}}, "ds-two": {"dataset_id": "*", "_id": "*"}}}"#)
        #expect(
            answer["datasets"]?["ds-one"]
                == (try json(
                    """
                    {"_id": "ds-one", "dataset_id": "ds-one", "dataset_name": "First set", "user_id": "u-ada",
                    "doi": "10.1/first", "dataset_create_time": "2024-07-01T00:00:00",
                    "dataset_modified_time": "2024-07-02T00:00:00", "dataset_type": "owned",
                    "entries": ["ent-sample", "ent-measure", "ent-draft-1"]}
                    """)))
        #expect(answer["datasets"]?["ds-two"] == (try json(#"{"dataset_id": "ds-two", "_id": "ds-two"}"#)))
    }

    @Test func d1DatasetsOfAnEntryAreThoseThatItNames() async throws {
        let request = #"{"entries": {"ent-sample": {"parser_name": "*", "datasets": {"*": {"dataset_name": "*"}}}}}"#
        let own = try await ask(request)["entries"]?["ent-sample"]
        #expect(own?["parser_name"] == .string("parsers/archive"))
        #expect(own?["datasets"]?["ds-one"] == (try json(#"{"dataset_name": "First set"}"#)))
        #expect(own?["datasets"]?["m_response"]?["pagination"]?["total"] == .integer(2))
        let others = try await ask(request, as: "u-ben")["entries"]?["ent-sample"]?["datasets"]
        #expect(others?["ds-two"] == (try json(#"{"dataset_name": "Second set"}"#)))
        #expect(others?["m_response"]?["pagination"]?["total"] == .integer(2))
    }

    @Test func d6AScalarIsAListOfOne() async throws {
        let uploads = try await ask(
            #"{"uploads": {"m_request": {"query": {"upload_id": "upl-draft"}}, "*": {"upload_name": "*"}}}"#)["uploads"]
        #expect(uploads?.object?.keys == ["m_response", "upl-draft"])
        #expect(uploads?["m_response"]?["query"] == (try json(#"{"upload_id": ["upl-draft"]}"#)))
        let entries = try await ask(
            #"{"uploads": {"upl-lab": {"entries": {"m_request": {"query": {"parser_name": "run"}}, "*": {"entry_id": "*"}}}}}"#
        )["uploads"]?["upl-lab"]?["entries"]
        #expect(entries?["m_response"]?["pagination"]?["total"] == .integer(2))
    }

    @Test func d9IdsAreFilteredByAnyGlob() async throws {
        let answer = try await ask(
            #"{"uploads": {"m_request": {"directive": "resolved", "pagination": {"page_size": 1}, "include": ["upl-*"]}}}"#
        )
        #expect(answer["uploads"]?["upl-lab"] == .string("upl-lab"))
        #expect(answer["uploads"]?.object?.count == 2)
    }

    @Test func d10TheLastPageHasNothingToGoOnFrom() async throws {
        var after = "null"
        var seen: [String] = []
        for _ in 0..<3 {
            let answer = try await ask(
                "{\"uploads\": {\"m_request\": {\"pagination\": {\"page_size\": 2, \"page_after_value\": \(after)}}}}")
            let uploads = try #require(answer["uploads"]?.object)
            seen += uploads.keys.dropFirst()
            guard let next = uploads["m_response"]?["pagination"]?["next_page_after_value"]?.text else { break }
            after = "\"\(next)\""
        }
        #expect(seen == ["upl-lab", "upl-draft", "upl-open", "upl-idle"])
    }

    @Test func d10AnUnknownIdIsAPlaceOnlyInTheOrderOfIds() async throws {
        let refused = try await ask(
            #"{"uploads": {"m_request": {"pagination": {"page_size": 2, "page_after_value": "zzz"}}, "*": {"upload_id": "*"}}}"#,
            status: 422)
        #expect(refused["code"] == .string("graph.unknown_position"))
        let groups = try await ask(
            #"{"groups": {"m_request": {"pagination": {"page_after_value": "g-b"}}, "*": {"group_id": "*"}}}"#)
        #expect(groups["groups"]?.object?.keys == ["m_response", "g-films", "g-solo"])
    }

    @Test func d24PagesHaveALargestSize() async throws {
        for size in [10_001, 100_000] {
            let refused = try await ask(
                "{\"uploads\": {\"m_request\": {\"pagination\": {\"page_size\": \(size)}}}}", status: 422)
            #expect(refused["code"] == .string("graph.invalid_config"))
        }
        _ = try await ask(#"{"uploads": {"m_request": {"pagination": {"page_size": 10000}}}}"#)
    }
}
