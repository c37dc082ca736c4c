import HTTPTypes
import RutileCuration
import RutileJSON
import RutileModel
import RutileServer
import RutileStore
import Testing

struct UploadRouteTests {
    /// A server with an unpublished upload of Ada's that has one entry, one that is public, and one under embargo.
    private func server(_ settings: Settings = Settings()) async throws -> TestServer {
        let server = try await TestServer(settings: settings)
        var change = RecordChange(existing: .refuse)
        change.users = [UserRecord(id: UserID("u-eve"), username: "eve")]
        for (id, published, embargo) in [("up-draft", nil, 0), ("up-open", 5, 0), ("up-sealed", 6, 12)]
            as [(String, Int64?, Int)]
        {
            var upload = UploadRecord(
                id: UploadID(id), name: id,
                createTime: Timestamp(microseconds: Int64(change.uploads.count) * 1_000_000),
                mainAuthor: UserID("u-ada"))
            upload.publishTime = published.map(Timestamp.init(microseconds:))
            upload.embargoLength = embargo
            upload.process.status = .success
            change.uploads.append(upload)
            for number in 1...3 {
                var entry = EntryRecord(
                    id: EntryID("\(id)-\(number)"), upload: upload.id, mainfile: "\(4 - number).cif", parserName: "p",
                    createTime: Timestamp(microseconds: 1))
                entry.process.status = number == 3 ? .failure : .success
                change.entries.append(.init(entry))
            }
        }
        try await server.records.apply(change)
        return server
    }

    private func login(_ server: TestServer, _ user: String) async throws -> HTTPFields {
        let token = try await server.tokens.token(for: UserID("u-" + user), lifetime: .day)
        return [.authorization: "Bearer " + token]
    }

    @Test func anUploadIsShownToThoseWhoMayReadIt() async throws {
        let server = try await server()
        let ada = try await login(server, "ada")
        let eve = try await login(server, "eve")
        let cases: [(String, HTTPFields, Int, String?)] = [
            ("up-open", [:], 200, nil), ("up-draft", ada, 200, nil), ("up-sealed", ada, 200, nil),
            ("up-draft", [:], 401, "Authentication required."),
            ("up-draft", eve, 403, "You do not have access to the specified upload."),
            ("up-sealed", eve, 403, "You do not have access to the specified upload."),
            ("none", [:], 404, "The specified upload_id was not found."),
            ("none", eve, 404, "The specified upload_id was not found."),
        ]
        for (id, headers, status, detail) in cases {
            for path in ["", "/entries"] {
                let answer = try await server.send(.get, "/api/v1/uploads/\(id)\(path)", headers: headers)
                #expect(answer.status == status, "\(id)\(path)")
                #expect(answer.json?["detail"]?.text == detail, "\(id)\(path)")
            }
        }
        let data = try await server.send(.get, "/api/v1/uploads/up-open").json?["data"]
        #expect(data?["upload_id"] == .string("up-open"))
        #expect(data?["main_author"] == .string("u-ada"))
        #expect(data?["publish_time"] == .string("1970-01-01T00:00:00.000005Z"))
        #expect(data?["process_running"] == .bool(false))
        #expect(data?["entries"] == .integer(3) && data?["processing_failed"] == .integer(1))
        #expect(data?["description"] == nil)
    }

    @Test func onesUploadsAreListedPageByPage() async throws {
        let server = try await server()
        let anonymous = try await server.send(.get, "/api/v1/uploads")
        #expect(anonymous.status == 401)
        #expect(anonymous.json?["detail"] == .string("Authentication required."))
        #expect(anonymous.headers[.wwwAuthenticate] == "Bearer")
        let ada = try await login(server, "ada")
        func list(_ query: String) async throws -> (ids: [String]?, pagination: Value?) {
            let json = try await server.send(.get, "/api/v1/uploads" + query, headers: ada).json
            return (json?["data"]?.items?.compactMap { $0["upload_id"]?.text }, json?["pagination"])
        }
        #expect(try await list("").ids == ["up-draft", "up-open", "up-sealed"])
        #expect(try await list("?is_published=false").ids == ["up-draft"])
        #expect(try await list("?order_by=upload_name&order=desc").ids == ["up-sealed", "up-open", "up-draft"])
        #expect(
            try await list("?upload_id=up-open&upload_id=up-draft&roles=main_author").ids == ["up-draft", "up-open"])
        #expect(try await list("?roles=reviewer").ids == [])
        #expect(try await list("?order_by=publish_time").ids == ["up-draft", "up-open", "up-sealed"])
        let (ids, pagination) = try await list("?page_size=2&x=y")
        #expect(ids == ["up-draft", "up-open"])
        #expect(pagination?["total"] == .integer(3))
        #expect(pagination?["next_page_after_value"] == .string("1"))
        let next = "http://test/api/v1/uploads?page_size=2&x=y&page_after_value=1"
        #expect(pagination?["next_page_url"] == .string(next))
        let last = try await list("?page_size=2&page_after_value=1")
        #expect(last.ids == ["up-sealed"])
        #expect(last.pagination?["next_page_after_value"] == nil)
        #expect(try await list("?page_size=0").pagination?["total"] == .integer(3))
        let eve = try await login(server, "eve")
        #expect(try await server.send(.get, "/api/v1/uploads", headers: eve).json?["data"] == .list([]))
    }

    @Test(arguments: [
        ("?page_size=-1", 422, "page_size"), ("?page_size=10001", 422, "page_size"), ("?order_by=x", 422, "order_by"),
        ("?is_published=maybe", 422, "is_published"), ("?process_status=fine", 422, "process_status"),
        ("?process_status=success", 200, nil), ("?roles=boss", 422, "roles"), ("?page=0", 422, "page"),
        ("?page=1&page_offset=1", 422, nil), ("?page_size=0&page=1", 422, nil), ("?page=2", 400, nil),
    ])
    func wrongParametersAreNamed(_ query: String, _ status: Int, _ name: String?) async throws {
        let server = try await server()
        let answer = try await server.send(.get, "/api/v1/uploads" + query, headers: try await login(server, "ada"))
        #expect(answer.status == status)
        if status == 400 { #expect(answer.json?["detail"] == .string("Page out of range requested.")) }
        guard let name else { return }
        let place = answer.json?["detail"]?.items?.first?["loc"]
        #expect(place == .list([.string("query"), .string(name)]))
    }

    @Test func entriesAreListedInOrder() async throws {
        let server = try await server()
        func list(_ query: String) async throws -> [String]? {
            try await server.send(.get, "/api/v1/uploads/up-open/entries" + query).json?["data"]?.items?
                .compactMap { $0["mainfile"]?.text }
        }
        #expect(try await list("") == ["1.cif", "2.cif", "3.cif"])
        #expect(try await list("?order=desc&page_size=2") == ["3.cif", "2.cif"])
        #expect(try await list("?order_by=process_status&page_size=1&page_offset=2") == ["2.cif"])
        let ada = try await login(server, "ada")
        let path = "/api/v1/uploads/up-open/entries/"
        #expect(
            try await server.send(.get, path + "up-open-1", headers: ada).json?["data"]?["parser_name"] == .string("p"))
        #expect(try await server.send(.get, path + "up-draft-1", headers: ada).status == 404)
        #expect(try await server.send(.get, path + "up-open-1").status == 401)
    }

    @Test func publishingLiftingAndDeletingNeedTheRight() async throws {
        let server = try await server()
        let ada = try await login(server, "ada")
        let root = try await login(server, "root")
        func post(_ path: String, _ headers: HTTPFields) async throws -> Int {
            try await server.send(.post, "/api/v1/uploads/" + path, headers: headers).status
        }
        #expect(try await post("up-draft/action/publish", [:]) == 401)
        #expect(try await post("up-draft/action/publish", try await login(server, "eve")) == 403)
        #expect(try await post("up-draft/action/publish?embargo_length=37", ada) == 422)
        let published = try await server.send(
            .post, "/api/v1/uploads/up-draft/action/publish?embargo_length=2", headers: ada)
        #expect(published.status == 200)
        #expect(published.json?["data"]?["with_embargo"] == .bool(true))
        #expect(try await post("up-draft/action/publish", ada) == 400)
        #expect(try await post("up-open/action/lift-embargo", ada) == 400)
        #expect(try await post("up-sealed/action/lift-embargo", ada) == 200)
        #expect(try await server.send(.get, "/api/v1/uploads/up-sealed").status == 200)
        func delete(_ id: String, _ headers: HTTPFields) async throws -> Int {
            try await server.send(.delete, "/api/v1/uploads/" + id, headers: headers).status
        }
        #expect(try await delete("up-open", [:]) == 401)
        #expect(try await delete("up-open", ada) == 403)
        #expect(try await delete("up-open", root) == 200)
        #expect(try await delete("up-open", root) == 404)
    }

    @Test func anEditSaysWhatIsWrong() async throws {
        let server = try await server()
        let ada = try await login(server, "ada")
        func edit(_ body: String) async throws -> TestAnswer {
            try await server.send(.post, "/api/v1/uploads/up-draft/edit", headers: ada, body: Array(body.utf8))
        }
        let changed = try await edit(#"{"metadata": {"upload_name": "New", "reviewers": ["eve"]}}"#)
        #expect(changed.json?["data"]?["upload_name"] == .string("New"))
        #expect(changed.json?["data"]?["reviewers"] == .list([.string("u-eve")]))
        let wrong = try await edit(#"{"metadata": {"coauthors": {"add": ["x"]}}}"#)
        #expect(wrong.status == 422)
        let place = wrong.json?["detail"]?.items?.first?["loc"]?.items?.compactMap(\.text)
        #expect(place == ["body", "metadata", "coauthors", "add"])
        let typed = try await edit(#"{"metadata": {"upload_name": 5}}"#)
        #expect(typed.json?["detail"]?.items?.first?["input"] == .integer(5))
        #expect(try await edit("{").status == 422)
    }

    @Test func oneFileIsSentAsTheBody() async throws {
        let server = try await server()
        let ada = try await login(server, "ada")
        let path = "/api/v1/uploads?upload_name=Mine&file_name=a.cif&embargo_length=3&publish_directly=true"
        let answer = try await server.send(.post, path, headers: ada, body: Array("data_x".utf8))
        #expect(answer.status == 200)
        let data = answer.json?["data"]
        #expect(data?["process_status"] == .string("PENDING") && data?["process_running"] == .bool(true))
        #expect(data?["upload_name"] == .string("Mine") && data?["embargo_length"] == .integer(3))
        let id = try #require(answer.json?["upload_id"]?.text)
        let folder = server.folder.path + "/incoming/\(id)"
        #expect(try FileTree.read(folder + "/files/a.cif") == Array("data_x".utf8))
        let job = try Value(json: try FileTree.read(folder + "/job.json"), limits: .file, nonFinite: .refuse)
        #expect(job["publish"] == .bool(true) && job["files"] == .list([.string("a.cif")]))
    }

    @Test func filesAreSentAsAForm() async throws {
        let server = try await server()
        var headers = try await login(server, "ada")
        headers[.contentType] = "multipart/form-data; boundary=x"
        let body = """
            --x\r\nContent-Disposition: form-data; name="file"; filename="a.cif"\r\n\r\none\r
            --x\r\nContent-Disposition: form-data; name="note"\r\n\r\nignored\r
            --x\r\nContent-Disposition: form-data; name="file2"; filename="b.cif"\r\n\r\ntwo\r\n--x--\r\n
            """
        let answer = try await server.send(.post, "/api/v1/uploads", headers: headers, body: Array(body.utf8))
        #expect(answer.status == 200)
        #expect(answer.json?["data"]?["upload_name"] == nil)
        let files = server.folder.path + "/incoming/\(answer.json?["upload_id"]?.text ?? "")/files"
        #expect(try FileTree.names(in: files) == ["a.cif", "b.cif"])
        #expect(try FileTree.read(files + "/b.cif") == Array("two".utf8))
        let broken = try await server.send(
            .post, "/api/v1/uploads", headers: headers, body: Array(body.utf8.dropLast(9)))
        #expect(broken.status == 422)
        #expect(try FileTree.names(in: server.folder.path + "/incoming").count == 1)
    }

    @Test func whatIsSentMustBeAllowed() async throws {
        var settings = Settings()
        settings.limits.uploadBytes = 10
        settings.limits.unpublishedUploads = 2
        let server = try await server(settings)
        let ada = try await login(server, "ada")
        func send(_ query: String, _ headers: HTTPFields, _ text: String = "data") async throws -> TestAnswer {
            try await server.send(.post, "/api/v1/uploads" + query, headers: headers, body: Array(text.utf8))
        }
        #expect(try await send("?file_name=a", [:]).status == 401)
        let unnamed = try await send("", ada)
        #expect(unnamed.status == 422)
        let place = unnamed.json?["detail"]?.items?.first?["loc"]
        #expect(place == .list([.string("query"), .string("file_name")]))
        #expect(try await send("?file_name=..%2Fa", ada).status == 422)
        let large = try await send("?file_name=a", ada, "01234567890")
        #expect(large.status == 413 && large.json?["code"] == .string("limits.upload_bytes"))
        #expect(try await send("?file_name=a", ada).status == 200)
        let many = try await send("?file_name=a", ada)
        #expect(many.status == 400)
        #expect(many.json?["detail"]?.text?.hasPrefix("Limit of unpublished uploads exceeded for user: 2.") == true)
        #expect(try FileTree.names(in: server.folder.path + "/incoming").count == 1)
    }

    @Test func filesAreAddedToAFolder() async throws {
        let server = try await server()
        let ada = try await login(server, "ada")
        func put(_ path: String, _ headers: HTTPFields) async throws -> Int {
            try await server.send(
                .put, "/api/v1/uploads/\(path)?file_name=a.cif", headers: headers, body: Array("x".utf8)
            ).status
        }
        #expect(try await put("up-draft/raw/..", ada) == 422)
        #expect(try await put("up-draft/raw/", [:]) == 401)
        #expect(try await put("up-open/raw/", ada) == 403)
        #expect(try await put("up-draft/raw/one/two", ada) == 200)
        #expect(try await put("up-draft/raw/", ada) == 400)
        let job = try FileTree.read(server.folder.path + "/incoming/up-draft/job.json")
        #expect(try Value(json: job, limits: .file, nonFinite: .refuse)["folder"] == .string("one/two"))
    }

    @Test func datasetsAreMadeFoundAndDeleted() async throws {
        let server = try await server()
        let ada = try await login(server, "ada")
        func post(_ path: String, _ body: String, _ headers: HTTPFields) async throws -> TestAnswer {
            try await server.send(.post, "/api/v1/datasets" + path, headers: headers, body: Array(body.utf8))
        }
        let body = #"{"dataset_name": "Set", "dataset_type": "owned", "entries": ["up-draft-1"]}"#
        #expect(try await post("", body, [:]).status == 401)
        let made = try await post("", body, ada)
        #expect(made.status == 200)
        let id = try #require(made.json?["dataset_id"]?.text)
        #expect(made.json?["data"]?["dataset_name"] == .string("Set") && made.json?["data"]?["entries"] == nil)
        #expect(try await post("", body, ada).status == 400)
        #expect(try await post("", "{}", ada).status == 422)
        #expect(try await post("", #"{"dataset_name": "x", "entries": ["none"]}"#, ada).status == 422)
        #expect(try await post("", #"{"dataset_name": "x", "extra": 1}"#, ada).status == 422)
        let list = try await server.send(.get, "/api/v1/datasets?prefix=SE&user_id=u-ada")
        #expect(list.json?["data"]?.items?.map { $0["dataset_id"] } == [.string(id)])
        #expect(try await server.send(.get, "/api/v1/datasets/\(id)").json?["data"]?["user_id"] == .string("u-ada"))
        let odd = try await server.send(.get, "/api/v1/datasets?dataset_type=odd")
        #expect(odd.status == 422)
        #expect(odd.json?["detail"]?.items?.first?["loc"]?.items?.last == .string("dataset_type"))
        let edited = try await post("/\(id)/edit", #"{"add": ["up-draft-2"], "remove": ["up-draft-1"]}"#, ada)
        #expect(edited.status == 200)
        #expect(try await server.records.datasets([DatasetID(id)])[DatasetID(id)]?.entries == [EntryID("up-draft-2")])
        let eve = try await login(server, "eve")
        #expect(try await server.send(.delete, "/api/v1/datasets/\(id)", headers: eve).status == 403)
        #expect(try await server.send(.delete, "/api/v1/datasets/\(id)", headers: ada).status == 200)
        #expect(try await server.send(.get, "/api/v1/datasets/\(id)").status == 404)
        #expect(try await post("/\(id)/action/doi", "", ada).status == 404)
    }
}
