import HTTPTypes
import RutileJSON
import RutileModel
import RutileServer
import RutileStore
import Testing

/// Lists of uploads and their pages, and edits by tokens that are not good for everything.
struct UploadListRouteTests {
    /// Ada's uploads: Alpha is shared with everybody, Beta and "beta two" with nobody, "Old" is published under an embargo.
    private func server() async throws -> TestServer {
        let server = try await TestServer(settings: Settings())
        var change = RecordChange(existing: .refuse)
        change.users = [UserRecord(id: UserID("u-eve"), username: "eve")]
        for (index, name) in ["Alpha", "Beta", "beta two", "Old"].enumerated() {
            var upload = UploadRecord(
                id: UploadID("up-\(index)"), name: name, createTime: Timestamp(microseconds: Int64(index)),
                mainAuthor: UserID("u-ada"))
            upload.process = ProcessRecord(current: "process_upload", status: .success)
            if index == 0 { upload.reviewerGroups = [.all] }
            if index == 3 {
                upload.publishTime = Timestamp(microseconds: 9)
                upload.embargoLength = 12
                upload.doi = .string("10.1/x")
            }
            change.uploads.append(upload)
            for (mainfile, process) in [("a.cif", "z"), ("b.cif", "y")] {
                var entry = EntryRecord(
                    id: EntryID("\(upload.id)-\(mainfile)"), upload: upload.id, mainfile: mainfile, parserName: "p",
                    createTime: Timestamp(microseconds: 1))
                entry.process = ProcessRecord(current: process, status: .success)
                change.entries.append(.init(entry))
            }
        }
        try await server.records.apply(change)
        return server
    }

    private func headers(_ server: TestServer, _ user: String) async throws -> HTTPFields {
        let token = try await server.tokens.token(for: UserID("u-" + user), lifetime: .day)
        return [.authorization: "Bearer " + token]
    }

    @Test(arguments: [
        ("eve", "", []), ("eve", "?include_all=true", ["Alpha"]), ("eve", "?is_owned=false", []),
        ("eve", "?is_owned=false&include_all=true", ["Alpha"]), ("eve", "?roles=coauthor&include_all=true", []),
        ("eve", "?roles=reviewer&include_all=true", ["Alpha"]), ("ada", "?doi=10.1/x&doi=10.1/y", ["Old"]),
        ("ada", "?doi=10.1/y", []), ("ada", "?process_status=", ["Alpha", "Beta", "beta two", "Old"]),
        ("ada", "?upload_name=Beta", ["Beta"]), ("ada", "?upload_name=%7B%22value%22:%22Beta%22%7D", ["Beta"]),
        ("ada", "?upload_name=%7B%22value%22:%22Beta%22,%22type%22:%22exact%22%7D", ["Beta"]),
        ("ada", "?upload_name=%7B%22value%22:%22BETA%22,%22type%22:%22fuzzy%22%7D", ["Beta", "beta two"]),
        ("ada", "?upload_name=%7Bbad", []),
    ])
    func uploadsAreChosen(_ user: String, _ query: String, _ expected: [String]) async throws {
        let server = try await server()
        let answer = try await server.send(.get, "/api/v1/uploads" + query, headers: try await headers(server, user))
        #expect(answer.status == 200)
        #expect(answer.json?["data"]?.items?.compactMap { $0["upload_name"]?.text } == expected)
    }

    @Test(arguments: [#"{"value":"","type":"fuzzy"}"#, #"{"value":"x","type":"no"}"#, #"{"value":"x","y":1}"#, "{}"])
    func aNameInJSONThatIsNoneIsRefused(_ name: String) async throws {
        let server = try await server()
        let text = name.utf8.map { "%" + String($0, radix: 16) }.joined()
        let answer = try await server.send(
            .get, "/api/v1/uploads?upload_name=" + text, headers: try await headers(server, "ada"))
        #expect(answer.status == 400)
    }

    @Test func pagesSayWhichTheyAreAndWhereTheOthersAre() async throws {
        let server = try await server()
        let ada = try await headers(server, "ada")
        func page(_ query: String) async throws -> Value? {
            try await server.send(.get, "/api/v1/uploads" + query, headers: ada).json?["pagination"]
        }
        let first = try await page("?page_size=2")
        #expect(first?["page"] == .integer(1))
        #expect(first?["page_after_value"] == nil && first?["prev_page_url"] == nil)
        for query in ["?page_size=2&page=2", "?page_size=2&page_after_value=1", "?page_size=2&page_offset=2"] {
            let second = try await page(query)
            #expect(second?["page"] == .integer(2))
            #expect(second?["page_after_value"] == .string("1"))
            #expect(second?["prev_page_url"] == .string("http://test/api/v1/uploads?page_size=2&page=1"))
            #expect(second?["first_page_url"] == .string("http://test/api/v1/uploads?page_size=2"))
        }
        let count = try await page("?page_size=0")
        #expect(count?["page"] == .integer(1) && count?["first_page_url"] == nil)
        let eve = try await headers(server, "eve")
        #expect(try await server.send(.get, "/api/v1/uploads?page=2", headers: eve).status == 400)
    }

    @Test(arguments: [
        ("mainfile_path&order=desc", ["b.cif", "a.cif"]), ("current_process", ["b.cif", "a.cif"]),
    ])
    func entriesHaveTheOrdersOfGraphRequests(_ order: String, _ expected: [String]) async throws {
        let server = try await server()
        let answer = try await server.send(
            .get, "/api/v1/uploads/up-1/entries?order_by=" + order, headers: try await headers(server, "ada"))
        #expect(answer.json?["data"]?.items?.compactMap { $0["mainfile"]?.text } == expected)
    }

    @Test(arguments: [
        ("up-3", #"{"metadata": {"embargo_length": 0}}"#, TokenScope.uploadsPublish),
        ("up-1", #"{"metadata": {"datasets": ["New"]}}"#, .datasetsWrite),
        ("up-1", #"{"entries": {"a.cif": {"datasets": {"add": "New"}}}}"#, .datasetsWrite),
    ])
    func editsNeedWhatTheirPartsNeed(_ upload: String, _ text: String, _ scope: TokenScope) async throws {
        let server = try await server()
        func edit(_ scopes: [TokenScope]) async throws -> TestAnswer {
            let token = try await server.tokens.issue(for: UserID("u-ada"), .personal, scopes: scopes, lifetime: .day)
            return try await server.send(
                .post, "/api/v1/uploads/\(upload)/edit", headers: [.authorization: "Bearer \(token.text)"],
                body: Array(text.utf8))
        }
        let refused = try await edit([.uploadsWrite])
        #expect(refused.status == 403 && refused.json?["detail"] == .string("Missing scopes: ['\(scope.rawValue)']"))
        #expect(try await server.records.datasets(of: UserID("u-ada")).isEmpty)
        #expect(try await server.records.uploads([UploadID("up-3")])[UploadID("up-3")]?.embargoLength == 12)
        #expect(try await edit([.uploadsWrite, scope]).status == 200)
        // What is there already is edited by whoever edits.
        #expect(try await edit([.uploadsWrite]).status == 200)
    }

    @Test func anUploadAlwaysHasALicence() async throws {
        let server = try await server()
        var change = RecordChange(existing: .replace)
        change.licenses = [UploadID("up-1"): nil]
        try await server.records.apply(change)
        let answer = try await server.send(.get, "/api/v1/uploads/up-1", headers: try await headers(server, "ada"))
        #expect(answer.json?["data"]?["license"] == .string(""))
    }
}
