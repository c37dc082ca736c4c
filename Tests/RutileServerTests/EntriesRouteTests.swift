import FoundationEssentials
import HTTPTypes
import NomadAPI
import RutileArchive
import RutileEntries
import RutileJSON
import RutileModel
import RutileServer
import RutileStore
import RutileTestSupport
import Testing

/// The entries API over the bundle of the shared material: what it answers, and to whom.
struct EntriesRouteTests {
    private static let server = Task {
        let server = try await TestServer()
        try await server.load(shared: "cases/archive/bundle.json")
        return server
    }

    private static let alice = UserID("00000000-0000-0000-0000-00000000a11c")
    private static let first = "00-entry-A1-0xxxxxxxxxxxxxxx"
    private static let hidden = ["embargoed-entryxxxxxxxxxxxxx", "staging-entryxxxxxxxxxxxxxxx"]

    private func send(
        _ method: HTTPRequest.Method, _ path: String, _ body: String = "", as user: UserID? = nil,
        headers: HTTPFields = [:]
    ) async throws -> TestAnswer {
        let server = try await Self.server.value
        var headers = headers
        if let user {
            headers[.authorization] = "Bearer " + (try await server.tokens.token(for: user, lifetime: .day))
        }
        return try await server.send(method, "/api/v1" + path, headers: headers, body: Array(body.utf8))
    }

    private func ids(_ answer: TestAnswer) -> [String] {
        (answer.json?["data"]?.items ?? []).compactMap { $0["entry_id"]?.text }
    }

    // MARK: Searches

    @Test func aPageHasDocumentsAndTheNextPlace() async throws {
        let answer = try await send(.post, "/entries/query", #"{"pagination": {"page_size": 2}}"#)
        #expect(answer.status == 200)
        #expect(answer.json?["owner"] == .string("public"))
        #expect(answer.json?["pagination"]?["total"] == .integer(25))
        #expect(ids(answer) == [Self.first, "01-entry-aE-1xxxxxxxxxxxxxxx"])
        #expect(answer.json?["pagination"]?["next_page_after_value"] == .string("01-entry-aE-1xxxxxxxxxxxxxxx"))
        #expect(answer.json?["data"]?.items?.first?["results"]?["material"]?["n_elements"] == .integer(2))
        #expect(answer.json?["data"]?.items?.first?["main_author"]?["email"] == nil)
    }

    @Test(arguments: [#"{"include": ["entry_id", "upload_id"]}"#, #"{"include": ["upload_id", "published"]}"#])
    func onlyWhatIsRequiredIsShown(_ required: String) async throws {
        let answer = try await send(
            .post, "/entries/query", #"{"required": \#(required), "pagination": {"page_size": 100}}"#)
        let items = answer.json?["data"]?.items ?? []
        #expect(items.count == 25)
        #expect(items.first?["upload_id"] == .string("-A1upload"))
        #expect(items.allSatisfy { Set($0.object?.keys ?? []).isSubset(of: ["entry_id", "upload_id", "published"]) })
        #expect(items.first?.object?.count == (required.contains("published") ? 3 : 2))
    }

    @Test func pagesFollowEachOtherToTheEnd() async throws {
        var place = ""
        var found: [String] = []
        while true {
            let answer = try await send(
                .post, "/entries/query",
                #"{"pagination": {"page_size": 5, "order_by": "upload_id"\#(place)}, "required": {"include": ["entry_id"]}}"#
            )
            found += ids(answer)
            guard let next = answer.json?["pagination"]?["next_page_after_value"]?.text else { break }
            place = #", "page_after_value": "\#(next)""#
        }
        #expect(found.count == 25)
        #expect(Set(found).count == 25)
    }

    @Test func parametersAskTheSame() async throws {
        let asked = try await send(
            .get, "/entries?results.material.elements=Ti&results.material.elements=O&page_size=2&published=true&x=1")
        #expect(asked.json?["pagination"]?["total"] == .integer(10))
        let page = try #require(asked.json?["pagination"])
        #expect(page["page_url"]?.text?.hasSuffix("&x=1") == true)
        let next = try #require(page["next_page_url"]?.text)
        let start = try #require(next.firstRange(of: "/api/v1")?.upperBound)
        let second = try await send(.get, String(next[start...]))
        #expect(ids(second).count == 2)
        #expect(Set(ids(second)).isDisjoint(with: ids(asked)))
        let none = try await send(.get, "/entries?published=false")
        #expect(none.json?["pagination"]?["total"] == .integer(0))
    }

    @Test func uploadsArePagedByTermsUntilAPageIsEmpty() async throws {
        // What the clients of early 2022 do.
        var place = "null"
        var counts: [(String, Int64)] = []
        while true {
            let answer = try await send(
                .post, "/entries/query",
                #"""
                {"owner": "visible", "query": {"and": [{"results.material.elements": ["O"]}, {"quantities": ["results"]}]},
                 "pagination": {"page_size": 0}, "aggregations": {"uploads": {"terms": {"quantity": "upload_id",
                 "pagination": {"page_size": 2, "page_after_value": \#(place)}}}}}
                """#)
            #expect(answer.status == 200, "\(answer.text)")
            let terms = try #require(answer.json?["aggregations"]?["uploads"]?["terms"])
            let items = terms["data"]?.items ?? []
            if items.isEmpty { break }
            for item in items { counts.append((item["value"]?.text ?? "", item["count"]?.integer ?? 0)) }
            place = String(decoding: (terms["pagination"]?["next_page_after_value"] ?? .null).json(), as: UTF8.self)
        }
        #expect(counts.map(\.0) == ["-A1upload", "-B2upload", "-C3upload", "0D4upload", "zF6upload"])
        #expect(counts.map(\.1) == [4, 1, 4, 1, 1])
    }

    @Test(arguments: [
        (#"{"pagination": {"page_size": 10001}}"#, 422), (#"{"query": {"nothing": 1}}"#, 422), ("", 422), ("null", 422),
        ("[]", 422), ("{", 422), (#"{"owner": "user"}"#, 401), (#"{"owner": "admin"}"#, 401), (#"{"owner": "x"}"#, 422),
    ])
    func questionsThatAreNoneAreRefused(_ body: String, _ status: Int) async throws {
        let answer = try await send(.post, "/entries/query", body)
        #expect(answer.status == status, "\(answer.text)")
        #expect(answer.json?["detail"] != nil)
        #expect(answer.json?["code"]?.text != nil)
    }

    // MARK: Archives

    @Test func archivesComeWithTheirEntries() async throws {
        let answer = try await send(
            .post, "/entries/archive/query",
            #"""
            {"required": {"workflow2": {"name": "*", "inputs": {"section": {"elements": "*"}}}},
             "pagination": {"page_size": 3}}
            """#)
        #expect(answer.status == 200, "\(answer.text)")
        #expect(answer.json?["required"]?["workflow2"]?["name"] == .string("*"))
        let item = try #require(answer.json?["data"]?.items?.first)
        #expect(item["entry_id"] == .string(Self.first))
        #expect(item["upload_id"] == .string("-A1upload"))
        #expect(item["parser_name"] == .string("parsers/vasp"))
        #expect(item["archive"]?["workflow2"]?["inputs"]?.items?.first?["section"] == .string("/results/material"))
        #expect(item["archive"]?["results"]?["material"]?["elements"] == .list([.string("O"), .string("Ti")]))
        #expect(item["archive"]?["metadata"] == nil)
        #expect(item["archive"]?["m_ref_archives"] == .object(ObjectValue()))
    }

    @Test(arguments: [
        ("/entries/\(first)/archive", "archive"), ("/uploads/-A1upload/archive/\(first)", "archive"),
        ("/uploads/-A1upload/archive/mainfile/dir/\(first).out", "archive"), ("/entries/\(first)/archive/download", ""),
    ])
    func oneArchiveIsFoundInSeveralPlaces(_ path: String, _ frame: String) async throws {
        let answer = try await send(.get, path)
        #expect(answer.status == 200, "\(answer.text)")
        let archive = frame.isEmpty ? answer.json : answer.json?["data"]?["archive"]
        #expect(archive?["metadata"]?["entry_name"] == .string("OTi VASP"))
        #expect(archive?["m_ref_archives"] != nil)
        let tag = try #require(answer.headers[.eTag])
        #expect(try await send(.get, path, headers: [.ifNoneMatch: tag]).status == 304)
    }

    @Test func partsOfOneArchiveAreRead() async throws {
        let answer = try await send(
            .post, "/entries/\(Self.first)/archive/query", #"{"required": {"results": {"properties": "*"}}}"#)
        #expect(answer.json?["data"]?["archive"]?["results"]?["properties"]?["n_calculations"] == .integer(1))
        #expect(answer.json?["data"]?["archive"]?["results"]?["material"] == nil)
        #expect(answer.json?["entry_id"] == .string(Self.first))
    }

    @Test(arguments: [
        (#"{"required": {"results": "all"}}"#, 400), (#"{"required": {"results[0]": "*"}}"#, 400),
        (#"{"required": {"results/material": "*"}}"#, 422), (#"{"required": {"results": 1}}"#, 422),
        (#"{"required": {"nothing": "all"}}"#, 200), (#"{"required": null}"#, 200), (#"{"owner": "all"}"#, 403),
        (#"{"required": {"results": {"properties": {"n_calculations": {"x": "*"}}}}}"#, 400),
    ])
    func whatIsRequiredIsCheckedAgainstWhatIsThere(_ body: String, _ status: Int) async throws {
        let answer = try await send(.post, "/entries/archive/query", body)
        #expect(answer.status == status, "\(answer.text)")
    }

    @Test(
        arguments: ["[]", "\"x\"", "5", "true"],
        ["/entries/E/archive/query", "/entries/archive/query", "/entries/query"])
    func aBodyIsAnObject(_ body: String, _ path: String) async throws {
        let answer = try await send(.post, path.replacing("E", with: Self.first), body)
        #expect(answer.status == 422, "\(answer.text)")
        #expect(answer.json?["detail"]?.items?.first?["loc"] == .list([.string("body")]))
    }

    // MARK: Access

    /// Everything that is asked of one entry.
    private static let paths = [
        "/entries/E", "/entries/E/archive", "/entries/E/archive/download", "/entries/E/raw", "/entries/E/rawdir",
        "/entries/E/raw/E.out", "/uploads/U/archive/E", "/uploads/U/archive/mainfile/dir/E.out",
    ]

    @Test(arguments: paths)
    func whatIsHiddenIsLikeWhatIsNot(_ path: String) async throws {
        for (id, upload) in zip(Self.hidden, ["gEmbargo", "hStaging"]) {
            let real = path.replacing("E", with: id).replacing("U", with: upload)
            let answer = try await send(.get, real)
            #expect(answer.status == 404, "\(real)")
            let absent = try await send(.get, path.replacing("E", with: "none").replacing("U", with: upload))
            #expect(answer.body == absent.body)
            #expect(try await send(.get, real, as: Self.alice).status == 200, "\(real)")
        }
    }

    @Test(arguments: ["/entries/query", "/entries/archive/query", "/entries/rawdir/query"])
    func searchesShowNoTraceOfWhatIsHidden(_ path: String) async throws {
        for owner in ["public", "visible"] {
            let body =
                #"{"owner": "\#(owner)", "pagination": {"page_size": 100}, "aggregations": {"u": {"terms": {"quantity": "upload_id", "size": 100}}, "s": {"statistics": {"metrics": ["n_entries"]}}}}"#
            let answer = try await send(.post, path, body)
            #expect(answer.json?["pagination"]?["total"] == .integer(25))
            #expect(Self.hidden.allSatisfy { !answer.text.contains($0) })
            #expect(!answer.text.contains("gEmbargo") && !answer.text.contains("Staging"))
        }
        let own = try await send(
            .post, path, #"{"owner": "visible", "pagination": {"page_size": 100}}"#, as: Self.alice)
        #expect(Set(ids(own)).isSuperset(of: Self.hidden))
        #expect(ids(own).count == 27)
    }

    // MARK: Files

    @Test func aFileIsSentInPart() async throws {
        let path = "/entries/\(Self.first)/raw/\(Self.first).out"
        #expect(try await send(.get, path).text == "x")
        #expect(try await send(.get, path + "?offset=1").text == "")
        #expect(try await send(.get, path + "?length=-1&decompress=true").text == "x")
        #expect(try await send(.get, "/entries/\(Self.first)/raw/none").status == 404)
        #expect(try await send(.get, "/entries/\(Self.first)/raw/..%2F..%2F..%2Frutile.sqlite").status == 404)
        #expect(try await send(.get, path + "?offset=-1").status == 422)
    }

    @Test func foldersAreListed() async throws {
        let one = try await send(.get, "/entries/\(Self.first)/rawdir")
        let files = one.json?["data"]?["files"]?.items ?? []
        #expect(files.count == 5)
        #expect(files.first?["path"] == .string("dir/\(Self.first).out"))
        #expect(files.first?["size"] == .integer(1))
        let all = try await send(.get, "/entries/rawdir?page_size=3")
        #expect(all.json?["data"]?.items?.count == 3)
        #expect(all.json?["data"]?.items?.first?["mainfile"] == .string("dir/\(Self.first).out"))
    }

    @Test func zipFilesHoldWhatWasAskedFor() async throws {
        let raw = try await send(.post, "/entries/raw/query", #"{"query": {"upload_id": "-A1upload"}}"#)
        #expect(raw.headers[.contentType] == "application/zip")
        let files = try ZipFile(raw.body)
        #expect(files.names.count == 6)
        #expect(files.text("-A1upload/dir/\(Self.first).out") == "x")
        #expect(try Value(json: files.bytes("manifest.json"), limits: .file).items?.count == 5)

        let some = try await send(.get, "/entries/\(Self.first)/raw?glob_pattern=00*.out")
        #expect(try ZipFile(some.body).names.count == 2)

        let archives = try await send(
            .post, "/entries/archive/download/query",
            #"{"required": {"metadata": "*"}, "pagination": {"page_size": 1}}"#)
        let zip = try ZipFile(archives.body)
        #expect(zip.names.count == 26)
        let archive = try Value(json: zip.bytes("-A1upload/\(Self.first).json"), limits: .file)
        #expect(archive["archive"]?["metadata"]?["entry_id"] == .string(Self.first))
        #expect(archive["parser_name"] == .string("parsers/vasp"))
        #expect(!zip.names.contains { name in Self.hidden.contains { name.contains($0) } })
        #expect(try await ZipFile(send(.get, "/entries/archive/download?upload_id=-B2upload").body).names.count == 2)
    }

    @Test(
        arguments: [
            (#"[]"#, []), (#"{"compress": "x"}"#, ["compress"]), (#"{"include_files": "POSCAR"}"#, ["include_files"]),
            (#"{"include_files": [1]}"#, ["include_files", "0"]), (#"{"glob_pattern": 1}"#, ["glob_pattern"]),
            (#"{"re_pattern": "["}"#, ["re_pattern"]),
        ] as [(String, [String])])
    func filesThatCannotBeReadHaveAPlace(_ files: String, _ place: [String]) async throws {
        let answer = try await send(.post, "/entries/raw/query", "{\"files\": \(files)}")
        #expect(answer.status == 422)
        let item = answer.json?["detail"]?.items?.first
        let steps = (["body", "files"] + place).map { Int64($0).map(Value.integer) ?? Value.string($0) }
        #expect(item?["loc"] == .list(steps), "\(answer.text)")
        #expect(item?["type"]?.text != nil)
    }

    @Test func aPatternThatIsNoneIsAParameterWithAPlace() async throws {
        let answer = try await send(.get, "/entries/\(Self.first)/raw?re_pattern=%5B")
        #expect(answer.status == 422)
        #expect(
            answer.json?["detail"]?.items?.first?["loc"] == .list([.string("query"), .string("re_pattern")]),
            "\(answer.text)")
    }

    @Test func allEntriesAreExported() async throws {
        let json = try await send(.get, "/entries/export?include=mainfile", headers: [.contentType: "application/json"])
        #expect(json.json?.items?.count == 25)
        #expect(json.json?.items?.first?.object?.keys.sorted() == ["entry_id", "mainfile"])
        let table = try await send(
            .get, "/entries/export?include=results.material.elements&include=published",
            headers: [.contentType: "text/csv"])
        let lines = table.text.split(separator: "\r\n")
        #expect(lines.count == 26)
        #expect(lines[0] == "entry_id,published,results.material.elements")
        #expect(lines[1] == "\(Self.first),true,O;Ti")
        #expect(try await send(.get, "/entries/export", headers: [.contentType: "text/plain"]).status == 415)
    }

    // MARK: Facts

    @Test func factsAreOfWhatIsVisible() async throws {
        let answer = try await send(.get, "/info")
        #expect(answer.json?["statistics"]?["n_entries"] == .integer(25))
        #expect(answer.json?["statistics"]?["n_uploads"] == .integer(6))
        #expect(answer.json?["version"] == .string("0.0.0"))
        #expect(answer.json?["parsers"]?.items?.contains(.string("parsers/vasp")) == true)
        #expect(answer.json?["codes"]?.items?.contains(.members(["code_name": .string("VASP")])) == true)
    }

    @Test(arguments: ["VA", "vas", "(", "é", ""])
    func whatIsTypedIsCompleted(_ input: String) async throws {
        let found = try await send(
            .post, "/suggestions",
            #"{"input": "\#(input)", "quantities": [{"name": "results.method.simulation.program_name"}]}"#)
        #expect(found.status == 200, "\(found.text)")
        let items = found.json?["results.method.simulation.program_name"]?.items ?? []
        let isFound = items.contains { $0["value"] == .string("VASP") }
        #expect(isFound == (input != "(" && input != "é"))
    }

    @Test(
        arguments: [
            (#"[]"#, []), (#"{"quantities": []}"#, ["input"]), (#"{"input": 1, "quantities": []}"#, ["input"]),
            (#"{"input": "a"}"#, ["quantities"]),
            (#"{"input": "a", "quantities": [{}]}"#, ["quantities", "0", "name"]),
            (#"{"input": "a", "quantities": [{"name": "mainfile", "size": 0}]}"#, ["quantities", "0", "size"]),
        ] as [(String, [String])])
    func suggestionsThatCannotBeReadHaveAPlace(_ body: String, _ place: [String]) async throws {
        let answer = try await send(.post, "/suggestions", body)
        #expect(answer.status == 422)
        let item = answer.json?["detail"]?.items?.first
        #expect(item?["loc"] == .list((["body"] + place).map(Value.string)), "\(answer.text)")
        #expect(item?["type"]?.text != nil)
    }

    @Test func aQuantityThatCannotBeCompletedIsNamed() async throws {
        let found = try await send(.post, "/suggestions", #"{"input": "a", "quantities": [{"name": "nope"}]}"#)
        #expect(found.status == 422)
        let place = found.json?["detail"]?.items?.first?["loc"]?.items?.first?.items
        #expect(place == [.string("quantities"), .string("0"), .string("name")])
    }

    // MARK: Size

    /// A server with `count` entries, each with texts of `size` characters in its archive, or without archive.
    private func server(of count: Int, size: Int?, texts: Int = 1) async throws -> TestServer {
        let server = try await TestServer()
        let directory = DataDirectory(server.folder.path)
        var upload = UploadRecord(id: UploadID("upl"), name: "u", createTime: .now(), mainAuthor: UserID("u-ada"))
        upload.publishTime = upload.createTime
        var change = RecordChange(existing: .refuse)
        change.uploads = [upload]
        var addresses: [EntryID: ArchiveAddress] = [:]
        let ids = (0..<count).map { EntryID("e\(100_000 + $0)") }
        if let size {
            var segment = try SegmentWriter(directory: directory, upload: upload.id)
            for id in ids {
                let text = Value.string(String(repeating: "x", count: size))
                let comment = Value.list(Array(repeating: text, count: texts))
                let archive = Value.members([
                    "metadata": .members(["entry_id": .string(id.text), "comment": comment])
                ])
                try segment.append(id, ArchiveEncoder().encode(archive))
            }
            addresses = try segment.commit()
        }
        change.entries = ids.map { id in
            var entry = EntryRecord(
                id: id, upload: upload.id, mainfile: "m", parserName: "p", createTime: upload.createTime)
            entry.archive = addresses[id]
            let json = SearchIndexEntry.json(entry, metadata: nil, results: nil, optimade: nil)
            return RecordChange.EntryWrite(
                entry, documents: [IndexDocument(type: SearchIndexEntry.entryType, json: json)])
        }
        try await server.records.apply(change)
        try await server.catchUp()
        return server
    }

    @Test func aLargeAnswerIsSentWhileItIsMade() async throws {
        let server = try await server(of: 60, size: 200_000)
        let path = "/api/v1/entries/archive?page_size=100"
        let plain = try await server.send(.get, path)
        #expect(plain.status == 200)
        #expect(plain.headers[.contentLength] == nil)
        #expect(plain.json?["data"]?.items?.count == 60)
        let packed = try await server.send(.get, path, headers: [.acceptEncoding: "gzip"])
        #expect(packed.headers[.contentEncoding] == "gzip")
        #expect(try Gunzip.bytes(packed.body, upTo: 1 << 26) == plain.body)
        #expect(try await server.send(.head, path).body.isEmpty)
    }

    @Test func aLargeArchiveIsSentWhileItIsWritten() async throws {
        // Larger than what is written at once, in one text and in many.
        for (count, size) in [(1, 9 << 20), (90, 100_000)] {
            let server = try await server(of: 2, size: size, texts: count)
            let path = "/api/v1/entries/e100001/archive"
            let one = try await server.send(.get, path)
            #expect(one.status == 200)
            #expect(one.headers[.contentLength] == nil)
            let archive = one.json?["data"]?["archive"]
            #expect(archive?["metadata"]?["entry_id"] == .string("e100001"))
            #expect(archive?["m_ref_archives"] == .object(ObjectValue()))
            let texts = archive?["metadata"]?["comment"]?.items ?? []
            #expect(texts.count == count)
            #expect(texts.allSatisfy { $0.text?.utf8.count == size })
            let bare = try await server.send(.get, path + "/download")
            #expect(bare.json == archive)
            let all = try await server.send(.get, "/api/v1/entries/archive")
            #expect(all.json?["data"]?.items?.count == 2)
            #expect(all.json?["data"]?.items?.last?["archive"] == archive)
            let zip = try await ZipFile(server.send(.get, "/api/v1/entries/archive/download").body)
            #expect(try Value(json: zip.bytes("upl/e100001.json"), limits: .file)["archive"] == archive)
        }
    }

    @Test func anAnswerThatBreaksOffIsCut() async throws {
        let answer = try await Route.Answer(Failing())
        #expect(answer.body.count == 4 << 20)
        var rest = try #require(answer.rest)
        await #expect(throws: Failing.Failure.self) { while try await rest.next() != nil {} }
        // What fails before is answered as such.
        await #expect(throws: Failing.Failure.self) { try await Route.Answer(Failing(after: 2)) }
    }

    /// Fails behind six megabytes.
    private struct Failing: ByteSource {
        struct Failure: Error {}
        private var count = 0
        private let most: Int

        init(after most: Int = 6) { self.most = most }

        mutating func next() async throws -> [UInt8]? {
            count += 1
            if count > most { throw Failure() }
            return [UInt8](repeating: 0x20, count: 1 << 20)
        }
    }

    @Test func pagesGoBeyondTenThousandEntries() async throws {
        let server = try await server(of: 10_050, size: nil)
        var place = ""
        var found = 0
        while true {
            let body = """
                {"pagination": {"page_size": 5000\(place)}, "required": {"include": ["entry_id"]}}
                """
            let answer = try await server.send(.post, "/api/v1/entries/query", body: Array(body.utf8))
            found += ids(answer).count
            #expect(answer.json?["pagination"]?["total"] == .integer(10_050))
            guard let next = answer.json?["pagination"]?["next_page_after_value"]?.text else { break }
            place = ", \"page_after_value\": \"\(next)\""
        }
        #expect(found == 10_050)
        let archives = try await server.send(.get, "/api/v1/entries/archive?page_size=10")
        #expect(archives.json?["pagination"]?["total"] == .integer(10_050))
        #expect(archives.json?["data"] == .list([]))
        let none = try await server.send(.get, "/api/v1/entries/e100000/archive")
        #expect(none.status == 404)
        #expect(none.json?["detail"] == .string("The entry does exist, but it has no archive."))
    }
}
