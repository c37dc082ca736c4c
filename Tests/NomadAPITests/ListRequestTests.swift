import NomadAPI
import RutileJSON
import Testing

/// What is read of lists: queries and paginations, with their places.
@Suite struct ListRequestTests {
    private func request(_ text: String) throws -> GraphRequest {
        try GraphRequest(Value(json: Array(text.utf8), limits: .request, nonFinite: .refuse))
    }

    private func config(_ text: String) throws -> RequestConfig {
        try #require(try request(text).root.children.first).node.config
    }

    @Test func aWildcardMeansTheFirstPage() throws {
        #expect(try config(#"{"uploads": {"*": "*"}}"#).listPagination?.page == 1)
        #expect(try config(#"{"uploads": {"*": "*", "m_request": {"pagination": {}}}}"#).listPagination?.page == nil)
        #expect(try config(#"{"uploads": "*"}"#).listPagination == nil)
    }

    @Test(arguments: [
        ("1.0", 1), (" 1\u{A0}", 1), ("1_0", 10), ("+1", 1), ("1_0.00", 10), ("007", 7), ("-0", 0), ("1.", nil),
        (".0", nil),
        ("1__0", nil), ("_1", nil), ("1_", nil), ("-_1", nil), ("1.5", nil), ("1.0_0", nil), ("1e3", nil), ("", nil),
        (" ", nil), ("１", nil), ("1 0", nil),
    ])
    func textsAreIntegersAsPydanticHasThem(_ text: String, _ number: Int?) throws {
        for token in ["uploads", "search"] {
            let pagination = Value.members(["pagination": .members(["page_size": .string(text)])])
            let body = Value.members([token: .members(["m_request": pagination])])
            let request = try? GraphRequest(body)
            let config = request?.root.children.first?.node.config
            #expect(config?.listPagination?.size == number, "\(token)")
        }
    }

    @Test func uploadsHaveAnOrderAsSoonAsThereIsAPagination() throws {
        #expect(try config(#"{"uploads": {"*": "*"}}"#).listPagination?.orderBy == "upload_create_time")
        #expect(try config(#"{"entries": {"*": "*"}}"#).listPagination?.orderBy == nil)
        #expect(
            try config(#"{"entries": {"m_request": {"pagination": {"order_by": null}}}}"#).listPagination?.orderBy
                == "mainfile")
        #expect(
            try config(#"{"entries": {"m_request": {"pagination": {"order_by": "mainfile_path"}}}}"#).listPagination?
                .orderBy == "mainfile")
    }

    @Test func siblingsBeatWhatStandsInside() throws {
        let config = try config(
            #"{"uploads": {"m_request": {"pagination": {"page_size": 3}}, "pagination": {"page_size": "4"}, "*": "*"}}"#
        )
        #expect(config.listPagination?.size == 4)
    }

    @Test func aConfigIsShownWithWhatItInherited() throws {
        let root = try request(
            #"{"entries": {"m_request": {"directive": "resolved", "depth": 0, "index": [1], "include": ["a"]}, "e": {"entries": {"*": "*"}}}}"#
        ).root
        let list = try #require(root.children.first?.node)
        #expect(list.config.echo.keys == ["directive", "include", "depth", "index"])
        let inner = try #require(list.children.first?.node.children.first?.node)
        #expect(
            inner.config.echo
                == ObjectValue([
                    ("directive", .string("resolved")), ("include", .list([.string("*")])), ("depth", .integer(0)),
                ]))
    }

    @Test func refusalsNameTheirPlace() throws {
        let refusal = #expect(throws: GraphProblem.self) {
            try request(#"{"uploads": {"m_request": {"pagination": {"order_by": "colour"}}}}"#)
        }
        #expect(refusal?.location == "/uploads/m_request/pagination/order_by")
        #expect(refusal?.kind == .invalidPagination)
    }

    /// Requests with a fault, and where it is.
    static let misplaced = [
        (#"{"uploads": {"m_request": {}, "pagination": {"order": "up"}}}"#, "/uploads/pagination/order"),
        (#"{"uploads": {"m_request": {"depth": 0}, "query": {"is_owned": 7}, "*": "*"}}"#, "/uploads/query/is_owned"),
        (#"{"groups": {"query": 7}}"#, "/groups/query"),
        (#"{"search": {"pagination": {"order_by": "nope"}}}"#, "/search/pagination/order_by"),
        (#"{"search": {"m_request": {"pagination": {"page": 1001}}}}"#, "/search/m_request/pagination/page"),
        (
            #"{"search": {"m_request": {"pagination": {}, "query": {"pagination": {"page_offset": 9999}}}}}"#,
            "/search/m_request/query/pagination/page_offset"
        ),
        (#"{"search": {"query": {"query": {"nope": 1}}}}"#, "/search/query/query"),
        (#"{"search": {"query": {"query": {"a/b": [null]}}}}"#, "/search/query/query/a~1b/0"),
        (#"{"search": {"query": {"owner": "mine"}}}"#, "/search/query/owner"),
    ]

    @Test(arguments: misplaced) func settingsOfListsAreRefusedWhereTheyStand(_ body: String, _ place: String) throws {
        let refusal = #expect(throws: GraphProblem.self) { try request(body) }
        #expect(refusal?.location == place, "\(refusal?.detail ?? "")")
    }

    @Test func namesInsideFilesAndDefinitionsAreNames() throws {
        // A folder that is called `uploads` is no list; a file's entry is an entry.
        _ = try request(#"{"uploads": {"u": {"files": {"uploads": {"query": "*"}}}}}"#)
        #expect(throws: GraphProblem.self) {
            try request(#"{"uploads": {"u": {"files": {"m_request": {"depth": 1}, "a.txt": {"entry": "*"}}}}}"#)
        }
    }

    @Test func anArchiveQueryIsAGraphRequest() throws {
        let body = Value.members(["owner": .string("user"), "pagination": .null, "x": .null])
        let request = try ArchiveQuery.graphRequest(body)
        #expect(
            request
                == .members([
                    "search": .members([
                        "m_request": .members(["query": .members(["owner": .string("user")])]),
                        "*": .members(["entries": .members(["archive": .string("*")])]),
                    ])
                ]))
        #expect(throws: GraphProblem.self) { try ArchiveQuery.graphRequest(.list([])) }
        let problem = GraphProblem(.invalidConfig, "x", at: "/search/*/entries/archive/data")
        #expect(ArchiveQuery.inBody(problem).location == "/required/data")
        let order = GraphProblem(.invalidSearch, "x", at: "/search/m_request/query/pagination/order_by")
        #expect(ArchiveQuery.inBody(order).location == "/pagination/order_by")
    }
}
