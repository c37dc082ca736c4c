import NomadAPI
import RutileJSON
import Testing

@Suite struct GraphRequestTests {
    private func request(_ text: String) throws -> GraphRequest {
        try GraphRequest(Value(json: Array(text.utf8), limits: .request, nonFinite: .refuse))
    }

    private func archive(_ inside: String) throws -> RequestNode {
        let root = try request(#"{"entries": {"e": {"archive": \#(inside)}}}"#).root
        return try #require(root.children.first?.node.children.first?.node.children.first?.node)
    }

    @Test func aStarIsALeafThatSaysPlain() throws {
        let node = try archive(#"{"m_request": {"directive": "resolved"}, "data": "*", "run": {}}"#)
        #expect(node.form == .both)
        #expect(node.children[0].node.form == .leaf)
        #expect(node.children[0].node.config.directive == .plain)
        #expect(node.children[1].node.config.directive == .resolved)
    }

    @Test func childrenInheritLimitsButNoFilterIndexOrPage() throws {
        let node = try archive(
            #"{"m_request": {"depth": 3, "include": ["a*"], "index": [1], "pagination": {"page_size": 2}}, "data": {}}"#
        )
        let config = node.children[0].node.config
        #expect(config.depth == 3)
        #expect(config.keys == .everything)
        #expect(config.index == nil)
        #expect(config.page == nil)
        #expect(node.config.page == RequestConfig.Page(size: 2))
        #expect(node.config.walked.page == RequestConfig.Page(size: 2))
    }

    @Test func aLevelWithoutConfigPassesTheConfigAboveOn() throws {
        let node = try archive(#"{"m_request": {"max_list_size": 3}, "data": {"parts": {"label": {}}}}"#)
        let leaf = node.children[0].node.children[0].node.children[0].node
        #expect(leaf.config.maxListSize == 3)
    }

    @Test func inheritFromParentFalseTakesTheDefaults() throws {
        let node = try archive(#"{"m_request": {"depth": 3}, "data": {"m_request": {"inherit_from_parent": false}}}"#)
        #expect(node.children[0].node.config.depth == nil)
        let kept = try archive(#"{"m_request": {"depth": 3}, "data": {"m_request": {"inherit_from_parent": "false"}}}"#)
        #expect(kept.children[0].node.config.depth == 3)
    }

    @Test func dashesInFieldNamesAreUnderscores() throws {
        #expect(try archive(#"{"m_request": {"max-list-size": "7"}}"#).config.maxListSize == 7)
    }

    @Test func childrenFoldedByNameReplaceThoseOfTheirLevel() throws {
        let node = try archive(#"{"m_children": {"data": {"m_children": {"name": "*"}}}}"#)
        #expect(node.children.map(\.key.text) == ["data"])
        #expect(node.children[0].node.children.map(\.key.text) == ["name"])
    }

    @Test(arguments: [
        (#"{}"#, 422, ""), (#"{"m_request": {}}"#, 422, ""), (#"[]"#, 400, ""), (#"7"#, 400, ""), (#""*""#, 422, ""),
        (#""include-resolved""#, 422, ""), (#""nope""#, 400, ""),
        (#"{"entries": "nope"}"#, 400, "/entries"), (#"{"entries": ["*"]}"#, 422, "/entries"),
        (#"{"entriez": {"e": "*"}}"#, 422, "/entriez"), (#"{"files": "*"}"#, 422, "/files"),
        (#"{"entries": {"e": {"archive": {"data": 1}}}}"#, 400, "/entries/e/archive/data"),
        (#"{"entries": {"e": {"archive": {"data": ["nope"]}}}}"#, 400, "/entries/e/archive/data/0"),
        (#"{"entries": {"e": {"archive": {"m_request": null}}}}"#, 400, "/entries/e/archive/m_request"),
        (#"{"entries": {"e": {"archive": {"m_request": {"depht": 1}}}}}"#, 422, "/entries/e/archive/m_request/depht"),
        (
            #"{"entries": {"e": {"archive": {"m_request": {"directive": null}}}}}"#, 422,
            "/entries/e/archive/m_request/directive"
        ),
        (#"{"entries": {"e": {"archive": {"m_request": {"index": 1}}}}}"#, 422, "/entries/e/archive/m_request/index"),
        (#"{"entries": {"e": {"archive": {"m_request": {"depth": 1.5}}}}}"#, 422, "/entries/e/archive/m_request/depth"),
        (
            #"{"entries": {"e": {"archive": {"m_request": {"include": []}}}}}"#, 422,
            "/entries/e/archive/m_request/include"
        ),
        (
            #"{"entries": {"e": {"archive": {"m_request": {"include": ["a"], "exclude": ["b"]}}}}}"#, 422,
            "/entries/e/archive/m_request"
        ),
        (#"{"entries": {"e": {"archive": {"m_request": {"query": {"a": 1}}}}}}"#, 400, "/entries/e/archive"),
        (
            #"{"entries": {"e": {"archive": {"m_request": {"pagination": {"page_size": 0}}}}}}"#, 400,
            "/entries/e/archive/m_request/pagination/page_size"
        ),
        (
            #"{"entries": {"e": {"archive": {"m_request": {"pagination": {"page_size": 10001}}}}}}"#, 422,
            "/entries/e/archive/m_request/pagination/page_size"
        ),
        (
            #"{"entries": {"e": {"archive": {"m_request": {"pagination": {"page": 1, "page_containing": 1}}}}}}"#, 400,
            "/entries/e/archive/m_request/pagination"
        ),
        (#"{"uploads": {"a/b~c": {"m_request": {"depth": 1}}}}"#, 400, "/uploads/a~1b~0c"),
        (#"{"uploads": {"u": {"m_request": {"include_definition": "both"}}}}"#, 400, "/uploads/u"),
        (#"{"uploads": {"u": {"main_author": {"m_request": {"query": {"a": 1}}}}}}"#, 400, "/uploads/u/main_author"),
        // What a node does not support is told after the faults of all nodes below.
        (
            #"{"entries": {"m_request": {"depth": 1}, "e": {"m_request": {"colour": 1}}}}"#, 422,
            "/entries/e/m_request/colour"
        ),
        (
            #"{"uploads": {"m_request": {"pagination": {"order_by": "x"}}, "u": {"m_request": {"colour": 1}}}}"#, 422,
            "/uploads/u/m_request/colour"
        ),
        (
            #"{"entries": {"e": {"archive": {"m_request": {"query": {"a": 1}}, "data": {"m_request": {"colour": 1}}}}}}"#,
            422, "/entries/e/archive/data/m_request/colour"
        ),
        (
            #"{"entries": {"e": {"m_request": {"depth": 1}}, "f": {"m_request": {"colour": 1}}}}"#, 400, "/entries/e"
        ),
        (#"{"entries": {"m_children": "*"}}"#, 422, "/entries/m_children"),
        (#"{"entries": {"e": {"m_children": 1}}}"#, 422, "/entries/e/m_children"),
        (
            #"{"entries": {"m_children": {"e": {"a/b": [1, {"m_children": 1}]}}}}"#, 422,
            "/entries/m_children/e/a~1b/1/m_children"
        ),
        // The kind of a node goes by its name, where it leads to by the whole key.
        (#"{"entries[0]": {"*": {"entry_id": "*"}}}"#, 400, "/entries[0]"),
        (#"{"uploads": {"u": {"entries[0]": {"*": {"entry_id": "*"}}}}}"#, 400, "/uploads/u/entries[0]"),
    ])
    func refusesWhatCannotBeReadAndNamesThePlace(_ row: (body: String, status: Int, place: String)) {
        let problem = #expect(throws: GraphProblem.self) { try request(row.body) }
        #expect(problem?.status == row.status)
        #expect(problem?.location == row.place)
    }

    @Test(arguments: [
        #"{"entries": {"e": {"archive[0]": {"data": {"m_request": {"depth": 1}}}}}}"#,
        #"{"uploads": {"u": {"entries[0]": {"e": {"entry_id": "*"}}}}}"#,
        #"{"entries": {"m_request": {"exclude": []}, "e": "*"}}"#, #"{"entries": {"e": {"m_children": []}}}"#,
    ])
    func readsWhatTheOriginalReads(_ body: String) {
        #expect(throws: Never.self) { try request(body) }
    }

    @Test func patternsAreBounded() throws {
        for (count, isRead) in [(1_000, true), (1_001, false)] {
            let patterns = (0..<count).map { "\"a\($0)*\"" }.joined(separator: ",")
            let request = try? archive("{\"m_request\": {\"include\": [\(patterns)]}}")
            #expect((request != nil) == isRead)
        }
    }

    /// Nothing is spent on places where nothing is wrong.
    @Test func foldingCostsNoMoreThanWhatIsFolded() throws {
        let keys = (0..<100_000).map { "\"a\($0)\": \"*\"" }.joined(separator: ",")
        let name = String(repeating: "m", count: 1_000_000)
        let body = "{\"entries\": {\"e\": {\"\(name)\": {\(keys), \"m_children\": {}}}}}"
        let value = try Value(json: Array(body.utf8), limits: .request)
        #expect(ContinuousClock().measure { _ = try? GraphRequest(value) } < .seconds(10))
    }

    @Test func indicesAreShownAsTheyWereGiven() throws {
        let pair = try archive(#"{"m_request": {"index": [1, 1]}}"#).config.echo["index"]
        #expect(pair == .list([.integer(1), .integer(1)]))
        #expect(try archive(#"{"m_request": {"index": [1]}}"#).config.echo["index"] == .list([.integer(1)]))
    }

    @Test func suggestsTheFieldThatWasMeant() {
        let problem = #expect(throws: GraphProblem.self) {
            try request(#"{"entries": {"e": {"archive": {"m_request": {"depht": 1}}}}}"#)
        }
        #expect(problem?.detail.contains("'depth'") == true)
    }

    @Test func keysInsideArchivesAreNoTokens() throws {
        let node = try archive(#"{"data": {"m_request": {"max_list_size": 5}, "user_id": "*"}}"#)
        #expect(node.children[0].node.children[0].node.kind == .archive)
    }

    @Test func zeroLimitsPassOnDocuments() throws {
        _ = try request(#"{"uploads": {"u": {"m_request": {"depth": 0, "max_list_size": 0}}}}"#)
    }

    @Test func everyFlagSpellingOfTheOriginalIsRead() throws {
        for text in ["true", #""yes""#, #""on""#, "1", #""T""#] {
            #expect(
                try archive(#"{"m_request": {"include_label_quantities": \#(text)}}"#).config.includeLabelQuantities)
        }
        for text in ["false", #""no""#, "0", #""off""#] {
            #expect(try !archive(#"{"m_request": {"include_quantities": \#(text)}}"#).config.includeQuantities)
        }
    }
}
