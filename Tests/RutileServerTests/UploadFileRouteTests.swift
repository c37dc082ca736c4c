import HTTPTypes
import RutileJSON
import RutileModel
import RutileServer
import RutileStore
import Testing

/// Files of uploads: sent, read, listed, removed.
struct UploadFileRouteTests {
    private let server: TestServer
    private let ada: HTTPFields

    /// A server with an unpublished upload of Ada's that has a few files and one entry, and one that is public.
    init() async throws {
        server = try await TestServer()
        var change = RecordChange(existing: .refuse)
        change.users = [UserRecord(id: UserID("u-eve"), username: "eve")]
        for (id, published) in [("up-draft", nil), ("up-open", 5)] as [(String, Int64?)] {
            var upload = UploadRecord(
                id: UploadID(id), name: id, createTime: Timestamp(microseconds: 1), mainAuthor: UserID("u-ada"))
            upload.publishTime = published.map(Timestamp.init(microseconds:))
            upload.process.status = .success
            change.uploads.append(upload)
            let raw = DataDirectory(server.folder.path).rawFolder(of: upload.id)
            for (path, text) in [("a.cif", "0123456789"), ("sub/b.cif", "b"), ("sub/deep/c", "cc"), ("note.txt", "hi")]
            {
                try FileTree.makeFolder(FileTree.parent(of: raw + "/" + path))
                try FileTree.write(Array(text.utf8), to: raw + "/" + path)
            }
            var entry = EntryRecord(
                id: EntryID(id + "-a"), upload: upload.id, mainfile: "a.cif", parserName: "parsers/cif",
                createTime: Timestamp(microseconds: 1))
            entry.process.status = .success
            change.entries.append(.init(entry))
        }
        try await server.records.apply(change)
        ada = [.authorization: "Bearer " + (try await server.tokens.token(for: UserID("u-ada"), lifetime: .day))]
    }

    private func ask(
        _ method: HTTPRequest.Method, _ path: String, _ headers: HTTPFields? = nil, _ body: [UInt8] = []
    ) async throws -> TestAnswer {
        try await server.send(method, "/api/v1/uploads" + path, headers: headers ?? ada, body: body)
    }

    private func job(of upload: String) throws -> Value {
        let path = server.folder.path + "/incoming/\(upload)/job.json"
        return try Value(json: try FileTree.read(path), limits: .file, nonFinite: .refuse)
    }

    @Test func aPackedBodyIsRefusedAndNotKept() async throws {
        var headers = ada
        headers[.contentEncoding] = "gzip"
        let answer = try await ask(.put, "/up-draft/raw/sub?file_name=new.cif", headers, [0x1F, 0x8B, 8])
        #expect(answer.status == 415)
        #expect(answer.json?["code"] == .string("request.unknown_coding"))
        #expect(try FileTree.names(in: server.folder.path + "/incoming") == [])
        headers[.contentEncoding] = "identity"
        #expect(try await ask(.put, "/up-draft/raw/sub?file_name=new.cif", headers, [1]).status == 200)
    }

    // MARK: Reading

    @Test func aFileIsSentWholeOrInPart() async throws {
        let whole = try await ask(.get, "/up-draft/raw/a.cif?ignore_mime_type=true")
        #expect(whole.text == "0123456789" && whole.headers[.contentType] == "application/octet-stream")
        #expect(whole.headers[.contentDisposition] == #"attachment; filename="a.cif""#)
        #expect(try await ask(.get, "/up-draft/raw/a.cif?offset=2&length=3").text == "234")
        #expect(try await ask(.get, "/up-draft/raw/sub/deep/c").text == "cc")
        #expect(try await ask(.get, "/up-draft/raw/a.cif?compress=true&offset=2").status == 400)
        for path in ["none", "sub/../a.cif", "..%2F..%2F..%2Frutile.sqlite", "a.cif/x"] {
            #expect(try await ask(.get, "/up-draft/raw/" + path).status == 404, "\(path)")
        }
    }

    @Test func aFolderIsSentAsAZipFile() async throws {
        let sub = try ZipFile(try await ask(.get, "/up-draft/raw/sub").body)
        #expect(sub.bytes("b.cif") == Array("b".utf8) && sub.bytes("deep/c") == Array("cc".utf8))
        let all = try ZipFile(try await ask(.get, "/up-draft/raw/?compress=true&glob_pattern=*.cif").body)
        #expect(all.names.filter { $0.hasSuffix(".cif") } == ["a.cif", "sub/b.cif"])
        #expect(!all.names.contains("note.txt"))
        let one = try ZipFile(try await ask(.get, "/up-draft/raw/note.txt?compress=true").body)
        #expect(one.names == ["note.txt"])
    }

    @Test func whoMayReadTheUploadMayReadItsFiles() async throws {
        let eve: HTTPFields = [
            .authorization: "Bearer " + (try await server.tokens.token(for: UserID("u-eve"), lifetime: .day))
        ]
        for path in ["raw", "raw/a.cif", "raw/none", "rawdir", "rawdir/sub"] {
            #expect(try await ask(.get, "/up-draft/" + path, [:]).status == 401, "\(path)")
            #expect(try await ask(.get, "/up-draft/" + path, eve).status == 403, "\(path)")
            #expect(try await ask(.get, "/none/" + path, eve).status == 404, "\(path)")
            #expect(try await ask(.get, "/up-open/" + path, [:]).status == (path == "raw/none" ? 404 : 200), "\(path)")
        }
        for path in ["/up-draft/raw/a.cif", "/up-open/raw/a.cif"] {
            #expect(try await ask(.delete, path, [:]).status == 401, "\(path)")
            #expect(try await ask(.delete, path, eve).status == 403, "\(path)")
        }
        #expect(try await ask(.delete, "/up-open/raw/a.cif").status == 403)
        #expect(try FileTree.names(in: server.folder.path + "/incoming") == [])
    }

    @Test func aFolderIsListedPageByPage() async throws {
        let top = try await ask(.get, "/up-draft/rawdir/?include_entry_info=true").json
        #expect(top?["path"] == .string("") && top?["access"] == .string("unpublished"))
        let folder = top?["directory_metadata"]
        #expect(folder?["size"] == .integer(15))
        #expect(
            folder?["content"]
                == .list([
                    .members(["name": .string("sub"), "size": .integer(3), "is_file": .bool(false)]),
                    .members([
                        "name": .string("a.cif"), "size": .integer(10), "entry_id": .string("up-draft-a"),
                        "parser_name": .string("parsers/cif"), "is_file": .bool(true),
                    ]),
                    .members(["name": .string("note.txt"), "size": .integer(2), "is_file": .bool(true)]),
                ]))
        let pagination = top?["pagination"]
        #expect(pagination?["total"] == .integer(3) && pagination?["order_by"] == nil)
        let second = try await ask(.get, "/up-draft/rawdir?page_size=1&page=2").json
        #expect(second?["directory_metadata"]?["content"]?.items?.map { $0["name"] } == [.string("a.cif")])
        #expect(second?["pagination"]?["next_page_after_value"] == .string("1"))
        let file = try await ask(.get, "/up-open/rawdir/sub/b.cif").json
        #expect(file?["file_metadata"] == .members(["name": .string("b.cif"), "size": .integer(1)]))
        #expect(file?["access"] == .string("public") && file?["directory_metadata"] == nil)
        #expect(try await ask(.get, "/up-draft/rawdir?page=9").status == 400)
        #expect(try await ask(.get, "/up-draft/rawdir?order_by=size").status == 422)
        #expect(try await ask(.get, "/up-draft/rawdir/none").status == 404)
    }

    // MARK: Removing

    @Test func filesAreRemovedByAJob() async throws {
        #expect(try await ask(.delete, "/up-draft/raw/none").status == 404)
        #expect(try await ask(.delete, "/up-draft/raw/sub/..").status == 404)
        #expect(try await ask(.delete, "/up-draft/raw/sub?trigger_processing=false").status == 422)
        let answer = try await ask(.delete, "/up-draft/raw/sub/deep")
        #expect(answer.status == 200 && answer.json?["data"]?["process_status"] == .string("PENDING"))
        let job = try job(of: "up-draft")
        #expect(job["remove"] == .list([.string("sub/deep")]) && job["files"] == .list([]))
        #expect(try await ask(.delete, "/up-draft/raw/sub").status == 400)
    }

    // MARK: Sending

    @Test(arguments: [
        ([0x50, 0x4B, 3, 4], "upload.zip"), ([0x50, 0x4B, 5, 6], "upload.zip"), ([0x1F, 0x8B, 8], "upload.tar.gz"),
        (Array("BZh9".utf8), "upload.tar.bz2"), ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], "upload.tar.xz"),
        (Array(repeating: 0, count: 257) + Array("ustar".utf8), "upload.tar"),
    ])
    func packedFilesNeedNoName(_ body: [UInt8], _ name: String) async throws {
        let answer = try await ask(.post, "", nil, body + [1, 2, 3])
        #expect(answer.status == 200 && answer.json?["data"]?["upload_name"] == nil)
        let id = try #require(answer.json?["upload_id"]?.text)
        #expect(try FileTree.read(server.folder.path + "/incoming/\(id)/files/\(name)") == body + [1, 2, 3])
        #expect(try await ask(.put, "/up-draft/raw/sub", nil, body).status == 200)
        #expect(try job(of: "up-draft")["files"] == .list([.string(name)]))
    }

    @Test func otherFilesNeedOne() async throws {
        for (query, body) in [("", "data_x"), ("", "PK"), ("?auto_decompress=false", "PK\u{3}\u{4}")] {
            for (method, path) in [(.post, ""), (.put, "/up-draft/raw/")] as [(HTTPRequest.Method, String)] {
                let answer = try await ask(method, path + query, nil, Array(body.utf8))
                #expect(answer.status == 422)
                #expect(
                    answer.json?["detail"]?.items?.first?["loc"] == .list([.string("query"), .string("file_name")]))
            }
        }
        #expect(try FileTree.names(in: server.folder.path + "/incoming") == [])
    }

    @Test func whatIsThereIsReplacedOnlyIfWanted() async throws {
        func put(_ query: String) async throws -> TestAnswer {
            try await ask(.put, "/up-draft/raw/sub?" + query, nil, Array("x".utf8))
        }
        let there = try await put("file_name=b.cif&overwrite_if_exists=false")
        #expect(there.status == 409 && there.json?["code"] == .string("uploads.file_exists"))
        #expect(try await put("file_name=x.zip&overwrite_if_exists=false").status == 422)
        #expect(try FileTree.names(in: server.folder.path + "/incoming") == [])
        #expect(try await put("file_name=x.zip&overwrite_if_exists=false&auto_decompress=false").status == 200)
        #expect(try job(of: "up-draft")["unpack"] == .bool(false))
    }

    @Test(arguments: [
        "wait_for_processing=true", "trigger_processing=false", "copy_or_move=copy", "copy_or_move_source_path=a.cif",
        "include_archive=true", "entry_hash=x", "local_path=%2Fetc%2Fpasswd", "example_upload_id=x",
    ])
    func whatIsNotOfferedIsRefused(_ parameter: String) async throws {
        for (method, path) in [(.post, ""), (.put, "/up-draft/raw/")] as [(HTTPRequest.Method, String)] {
            let answer = try await ask(method, path + "?file_name=n&" + parameter, nil, Array("x".utf8))
            #expect(answer.status == 422)
            let name = answer.json?["detail"]?.items?.first?["loc"]?.items?.last?.text
            #expect(name.map { parameter.hasPrefix($0 + "=") } == true)
        }
        let usual = "wait_for_processing=false&trigger_processing=true&auto_decompress=true"
        #expect(try await ask(.put, "/up-draft/raw/?file_name=n&" + usual, nil, Array("x".utf8)).status == 200)
    }

    @Test func nothingIsNoFile() async throws {
        let empty = try await ask(.put, "/up-draft/raw/?file_name=empty.cif")
        #expect(empty.status == 400 && empty.json?["code"] == .string("request.refused"))
        #expect(try await ask(.put, "/up-draft/raw/").status == 400)
        #expect(try FileTree.names(in: server.folder.path + "/incoming") == [])
    }

    @Test func aFileInAFormHasAName() async throws {
        var headers = ada
        headers[.contentType] = "multipart/form-data; boundary=x"
        func send(_ disposition: String, _ query: String = "") async throws -> TestAnswer {
            let body = "--x\r\nContent-Disposition: form-data; \(disposition)\r\n\r\none\r\n--x--\r\n"
            return try await ask(.post, query, headers, Array(body.utf8))
        }
        #expect(try await send("name=file").status == 422)
        #expect(try await send("name=other").status == 422)
        #expect(try FileTree.names(in: server.folder.path + "/incoming") == [])
        let named = try await send("name=file", "?file_name=a.cif")
        #expect(named.json?["data"]?["upload_name"] == .string("a.cif"))
        let escaped = try await send(#"name=file; filename="..%2F%C3%9Cn.cif""#)
        #expect(escaped.json?["data"]?["upload_name"] == .string("Ün.cif"))
    }

    @Test func publicationNeedsItsScope() async throws {
        func headers(_ scopes: [TokenScope]) async throws -> HTTPFields {
            let token = try await server.tokens.issue(for: UserID("u-ada"), .personal, scopes: scopes, lifetime: .day)
            return [.authorization: "Bearer " + token.text]
        }
        let path = "?file_name=a.cif&publish_directly=true"
        let refused = try await ask(.post, path, try await headers([.uploadsWrite]), Array("x".utf8))
        #expect(refused.status == 403 && refused.json?["detail"] == .string("Missing scopes: ['uploads:publish']"))
        let both = try await headers([.uploadsWrite, .uploadsPublish])
        #expect(try await ask(.post, path, both, Array("x".utf8)).status == 200)
    }

    @Test func filesThatCannotTakeTheirPlaceYetAreTold() async throws {
        // No folder can have this name.
        let id = UploadID(String(repeating: "u", count: 256))
        var change = RecordChange(existing: .refuse)
        change.uploads = [
            UploadRecord(id: id, name: "u", createTime: Timestamp(microseconds: 1), mainAuthor: UserID("u-ada"))
        ]
        try await server.records.apply(change)
        let answer = try await ask(.put, "/\(id.text)/raw/sub?file_name=a.cif", nil, Array("x".utf8))
        #expect(answer.status == 503)
        #expect(answer.json?["code"] == .string("records.unfinished"))
        #expect(answer.headers[.retryAfter] == "5")
        #expect(!answer.text.contains("incoming"))
        #expect(server.log.all.contains { $0.contains("level=error") && $0.contains("incoming") })
        #expect(try await server.records.uploads([id])[id]?.process.status == .pending)
    }

    @Test func nothingIsPublishedElsewhere() async throws {
        let answer = try await ask(.post, "/up-draft/action/publish?to_central_nomad=true")
        #expect(answer.status == 400)
        #expect(try await server.records.uploads([UploadID("up-draft")])[UploadID("up-draft")]?.isPublished == false)
        #expect(try await ask(.post, "/up-draft/action/publish?to_central_nomad=false").status == 200)
    }
}
