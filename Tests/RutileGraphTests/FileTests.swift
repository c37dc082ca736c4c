import RutileGraph
import RutileJSON
import RutileModel
import RutileTestSupport
import Testing

/// Files of uploads, beyond the recorded cases.
@Suite struct FileTests {
    private static let laboratory = Task {
        try await GraphLaboratory(bundle: GoldenCase.bytes("cases/graph/fixture.json"))
    }

    private func ask(_ request: String, as user: String? = "u-ada") async throws -> (status: Int, answer: Value) {
        try await Self.laboratory.value.ask(request, as: user)
    }

    /// What `request` gives of the files of `upl-draft`.
    private func files(_ request: String) async throws -> Value? {
        let (status, answer) = try await ask(#"{"uploads": {"upl-draft": {"files": \#(request)}}}"#)
        #expect(status == 200, "\(answer)")
        #expect(answer["uploads"]?["upl-draft"]?["m_errors"] == nil)
        return answer["uploads"]?["upl-draft"]?["files"]
    }

    private func json(_ text: String) throws -> Value {
        try Value(json: Array(text.utf8), limits: .file, nonFinite: .refuse)
    }

    private func isSame(_ got: Value?, _ wanted: String) throws -> [String] {
        GoldenComparison.differences(wanted: try json(wanted), got: got ?? .null)
    }

    @Test func d11AMainFileStandsInItsFolders() async throws {
        let resolved = try await ask(
            #"{"entries": {"ent-sample": {"mainfile": {"m_request": {"directive": "resolved"}}}}}"#)
        let file = resolved.answer["entries"]?["ent-sample"]?["mainfile"]?["samples"]?["alloy.archive.json"]
        #expect(file?["path"] == .string("samples/alloy.archive.json"))
        #expect(file?["size"] == .integer(11))
        #expect(file?["m_is"] == .string("File"))
        #expect(file?["entry"]?["entry_id"] == .string("ent-sample"))
        #expect(file?["m_response"]?["pagination"]?["total"] == .integer(1))
        #expect(resolved.answer["entries"]?["ent-sample"]?["mainfile"]?.object?.keys == ["samples"])
        let sibling = try await ask(#"{"entries": {"ent-sample": {"mainfile": {"..": {"m_request": {}}}}}}"#)
        #expect(
            try isSame(
                sibling.answer["entries"]?["ent-sample"]?["mainfile"],
                """
                {"samples": {"alloy.archive.json": {"..": {"m_is": "Directory",
                  "m_response": {"include": ["*"], "pagination": {"page": 1, "page_size": 10, "order": "asc", "total": 1}},
                  "alloy.archive.json": {"path": "samples/alloy.archive.json", "size": 11, "m_is": "File"}}}}}
                """) == [])
    }

    @Test func d11DescendingOrderIsOneRule() async throws {
        func keys(_ upload: String, _ more: String) async throws -> [String]? {
            let request = #"{"m_request": {"depth": 1, "pagination": {"order": "desc"\#(more)}}}"#
            let answer = try await ask(#"{"uploads": {"\#(upload)": {"files": \#(request)}}}"#).answer
            return answer["uploads"]?[upload]?["files"]?.object?.keys.filter { !$0.hasPrefix("m_") }
        }
        #expect(try await keys("upl-lab", "") == ["schema", "samples", "runs", "local", "big", "readme.txt"])
        #expect(
            try await keys("upl-draft", "") == ["docs", "z.txt", "d3.broken", "d2.archive.json", "d1.archive.json"])
        #expect(try await keys("upl-draft", #", "page_size": 2, "page": 2"#) == ["d3.broken", "d2.archive.json"])
    }

    @Test func theInheritedConfigIsRepeated() async throws {
        let answer = try await files(
            #"{"m_request": {"directive": "resolved", "depth": 1}, "docs": {}, "docs/a": "*", "docs/b": {"m_request": {"inherit_from_parent": false}}}"#
        )
        let page = #""pagination": {"page": 1, "page_size": 10, "order": "asc", "total":"#
        #expect(
            try isSame(
                answer?["docs"]?["m_response"],
                #"{"directive": "resolved", "depth": 1, "include": ["*"], \#(page) 3}}"#) == [])
        #expect(
            try isSame(
                answer?["docs/a"]?["m_response"],
                #"{"directive": "plain", "depth": 1, "include": ["*"], \#(page) 2}}"#) == [])
        #expect(answer?["docs/b"]?["m_response"]?["depth"] == nil)
        #expect(answer?["docs"]?["a"] == (try json(#"{"m_is": "Directory"}"#)))
    }

    @Test func pagesGoOnBehindAPosition() async throws {
        let page = try await files(#"{"m_request": {"pagination": {"page_size": 2, "page_after_value": "2"}}}"#)
        #expect(page?.object?.keys == ["m_is", "m_response", "d1.archive.json", "d2.archive.json"])
        #expect(page?["m_response"]?["pagination"]?["page_after_value"] == .string("2"))
        let none = try await files(#"{"m_request": {"pagination": {"page_size": 0}}}"#)
        #expect(none?.object?.keys == ["m_is", "m_response"])
        #expect(none?["m_response"]?["pagination"]?["total"] == .integer(11))
    }

    @Test func thePageIsCutBeforePatternsChoose() async throws {
        let page = try await files(
            #"{"m_request": {"include": ["docs/?/*.txt"], "pagination": {"page_size": 6, "page": 2}}}"#)
        #expect(
            try isSame(
                page?["docs"],
                """
                {"a": {"one.txt": {"path": "docs/a/one.txt", "size": 1, "m_is": "File"},
                       "two.txt": {"path": "docs/a/two.txt", "size": 2, "m_is": "File"}},
                 "b": {"three.txt": {"path": "docs/b/three.txt", "size": 3, "m_is": "File"}}}
                """) == [])
        #expect(page?.object?.keys == ["m_is", "m_response", "docs"])
    }

    @Test func anEntryCanBeReadBehindItsMainFile() async throws {
        let answer = try await files(
            """
            {"d1.archive.json": {"entry": {"entry_id": "*", "archive": {"data": {"name": "*"}}}},
             "z.txt": {"entry": {"entry_id": "*"}}, "docs": {"entry": {"entry_id": "*"}}}
            """)
        #expect(
            try isSame(
                answer,
                """
                {"m_is": "Directory", "docs": {"m_is": "Directory"},
                 "d1.archive.json": {"entry": {"entry_id": "ent-draft-1", "archive": {"data": {"name": "draft sample"}}}}}
                """) == [])
    }

    @Test func aFileThatIsAskedForByNameIsNotResolvedInItsFolder() async throws {
        let answer = try await ask(
            """
            {"uploads": {"upl-lab": {"files": {"runs": {"m_request": {"directive": "resolved"},
             "broken.archive.json": {"entry": {"entry_id": "*"}}}}}}}
            """
        ).answer["uploads"]?["upl-lab"]?["files"]?["runs"]
        #expect(answer?["broken.archive.json"]?["entry"] == (try json(#"{"entry_id": "ent-broken"}"#)))
        #expect(answer?["broken.archive.json"]?["size"] != nil)
        #expect(answer?["flow.archive.json"]?["entry"]?["parser_name"] != nil)
        // Its path is all of the key, without a folder in front.
        let file = try await files(
            #"{"d1.archive.json": {"m_request": {"directive": "resolved"}, "entry": {"entry_id": "*"}}}"#)
        #expect(file?["d1.archive.json"]?["entry"]?["parser_name"] != nil)
        #expect(file?["d1.archive.json"]?["size"] == .integer(2))
    }

    @Test func pathsStayWithinTheUpload() async throws {
        let answer = try await files(
            #"{"docs/../../..": {"z.txt": "*"}, "docs/./a/..": {"readme.md": "*"}, "docs/a/.../docs": {"b": "*"}, "z.txt/..": {"d3.broken": "*"}}"#
        )
        #expect(answer?["docs/../../.."]?["z.txt"]?["path"] == .string("z.txt"))
        #expect(answer?["docs/./a/.."]?["readme.md"]?["path"] == .string("docs/readme.md"))
        #expect(answer?["docs/a/.../docs"]?["b"]?["three.txt"]?["path"] == .string("docs/b/three.txt"))
        #expect(answer?["z.txt/.."]?["d3.broken"]?["size"] == .integer(1))
    }

    @Test(
        arguments: [
            (#"{"m_request": {"pagination": {"order_by": "size"}}}"#, 400),
            (#"{"m_request": {"pagination": {"page": 0}}}"#, 400),
            (#"{"m_request": {"pagination": {"page": 1, "page_offset": 1}}}"#, 400),
            (#"{"m_request": {"pagination": {"page_size": 0, "page_offset": 0}}}"#, 400),
            (#"{"m_request": {"pagination": {"page_size": 10001}}}"#, 422),
            (#"{"m_request": {"pagination": {"page_after_value": "last"}}}"#, 422),
            (#"{"m_request": {"depth": -1}}"#, 422),
            (#"{"m_request": {"depth": 1}, "z.txt": {"entry": "*"}}"#, 400),
            (#"{"m_request": {"depth": 0}, "z.txt": {"entry": "*"}}"#, 200),
            (#"{"m_request": {"pagination": {"page": 9223372036854775807, "page_size": 10000}}}"#, 200),
            (#"{"m_request": {"depth": 9223372036854775807}}"#, 200),
        ])
    func wrongPagesAreRefusedWithTheirPlace(request: String, status: Int) async throws {
        let (got, answer) = try await ask(#"{"uploads": {"upl-draft": {"files": \#(request)}}}"#)
        #expect(got == status, "\(answer)")
    }

    @Test func filesAreForWhoMayReadTheUpload() async throws {
        let request = #"{"entries": {"ent-sealed-1": {"mainfile": {"m_request": {}}, "mainfile_path": "*"}}}"#
        let stranger = try await ask(request, as: "u-eve").answer["entries"]?["ent-sealed-1"]
        #expect(
            stranger?["mainfile"]
                == (try json(
                    #"{"m_errors": [{"error_type": "NOACCESS", "message": "Current user does not have access to upload upl-sealed."}]}"#
                )))
        #expect(stranger?["mainfile_path"] != nil)
        for user in [nil, "u-eve"] {
            let answer = try await ask(#"{"uploads": {"upl-sealed": {"files": "*"}}}"#, as: user).answer
            #expect(answer["uploads"]?["upl-sealed"]?.object?.keys == ["m_errors"])
        }
        #expect(try await ask(request, as: "u-cyd").answer["entries"]?["ent-sealed-1"]?["mainfile"]?["m_errors"] == nil)
    }

    @Test func moreFilesThanTheCapAreRefusedByItsName() async throws {
        // The upload has 24 files and folders.
        for (limit, pages, status) in [(20, 1, 422), (40, 1, 200), (40, 2, 422)] {
            let laboratory = try await GraphLaboratory(
                bundle: GoldenCase.bytes("cases/graph/fixture.json"), limits: GraphLimits(answerNodes: limit))
            let keys = (0..<pages).map { page in
                #""\#(page == 0 ? "." : "...")": {"m_request": {"pagination": {"page_size": 1, "page_offset": \#(page)}}}"#
            }
            let (got, answer) = try await laboratory.ask(
                #"{"uploads": {"upl-lab": {"files": {\#(keys.joined(separator: ","))}}}}"#, as: "u-ada")
            #expect(got == status)
            #expect(status == 200 || answer["detail"]?.text?.contains("limits.answer_nodes (\(limit))") == true)
        }
    }

    @Test func hostileNamesAreNames() async throws {
        var random = RandomSource(seed: 20)
        let pieces = [
            "..", ".", "...", "/", "//", "docs", "a", "one.txt", "z.txt", "%2e%2e", "%00", "\0", "\u{FEFF}", "\n", "~",
            "é", "e\u{301}", "*", "[0]", "\\", "etc/passwd", "C:", String(repeating: "x", count: 300), "entry", "m_def",
            String(repeating: "a/", count: 10_000), String(repeating: "../", count: 10_000), "-", "", " ",
        ]
        func request(_ levels: Int) -> Value {
            guard levels > 0 else {
                return random.once(in: 2) ? .string("*") : .members(["m_request": .members(["depth": .integer(2)])])
            }
            var members = ObjectValue()
            for _ in 1...random.int(1...3) {
                let key = (0..<random.int(1...4)).map { _ in random.pick(pieces) }.joined()
                if key.hasSameUTF8(as: "entry") { continue }
                members[key] = request(levels - 1)
            }
            return .object(members)
        }
        for _ in 0..<100 {
            let tree = request(random.int(1...4))
            let whole = Value.members(["uploads": .members(["upl-draft": .members(["files": tree])])])
            let (status, answer) = try await Self.laboratory.value.ask(whole, as: "u-ada")
            #expect(status == 200 || status == 422)
            for path in paths(answer) {
                #expect(!path.utf8.starts(with: "/".utf8) && !path.utf8.starts(with: "..".utf8), "\(path)")
                #expect(known.contains(path), "\(path)")
            }
        }
    }

    private let known: Set<String> = [
        "docs/a/one.txt", "docs/a/two.txt", "docs/b/three.txt", "docs/readme.md", "d1.archive.json", "d2.archive.json",
        "d3.broken", "z.txt",
    ]

    /// All paths of files in an answer.
    private func paths(_ value: Value) -> [String] {
        guard let members = value.object else { return [] }
        let own = value["m_is"] == .string("File") ? value["path"]?.text.map { [$0] } ?? [] : []
        return own + members.values.flatMap(paths)
    }
}
