import RutileClient
import RutileGateway
import RutileJSON
import RutileModel
import RutileStore
import Testing

struct ResourceTests {
    private let laboratory = GatewayLaboratory()

    private func register(_ body: String) async throws -> (status: Int, json: Value, answer: GatewayAnswer) {
        try await laboratory.ask("POST", "/databases", body)
    }

    @Test func aDatabaseIsRegisteredWithWhatIsMissingFilledIn() async throws {
        let made = try await register(#"{"name": "A", "base_url": "http://db0.example/", "_own": 1}"#)
        #expect(made.status == 200)
        #expect(made.json["meta"]?["_lab_created"] == .bool(true))
        let data = try #require(made.json["data"])
        let attributes = try #require(data["attributes"])
        #expect(data["type"]?.text == "links")
        #expect(attributes["description"]?.text == "A created by OPTIMADE gateway database registration.")
        #expect(attributes["link_type"]?.text == "external")
        #expect(attributes["homepage"] == .null)
        #expect(attributes["_own"] == .integer(1))
        let id = try #require(data["id"]?.text)
        let found = try await laboratory.ask("GET", "/v1/databases/\(id)")
        #expect(found.json["data"] == data)
    }

    @Test(arguments: [
        "http://db0.example", "http://DB0.example.:80//", "http://db0.example/v1", "http://db0.example/v1.2/",
    ])
    func oneBaseURLIsOneDatabaseHoweverItIsWritten(spelling: String) async throws {
        let first = try await register(#"{"id": "a", "name": "A", "base_url": "http://db0.example"}"#)
        #expect(first.status == 200)
        let second = try await register(#"{"id": "b", "name": "B", "base_url": {"href": "\#(spelling)"}}"#)
        #expect(second.json["data"]?["id"]?.text == "a")
        #expect(second.json["meta"]?["_lab_created"] == .bool(false))
    }

    @Test(arguments: [
        (#"{"name": "A"}"#, ["/body/base_url"], 400), (#"{}"#, ["/body/name", "/body/base_url"], 400),
        (#"{"name": "A", "base_url": "ftp://x.example"}"#, ["/body/base_url"], 400),
        (#"{"name": "", "base_url": "http://x.example"}"#, ["/body/name"], 400),
        (#"{"name": "A", "base_url": "http://x.example", "homepage": 5}"#, ["/body/homepage"], 400),
        (#"{"id": "..", "name": "A", "base_url": "http://x.example"}"#, ["/body/id"], 400),
        (#"{"name": "A", "base_url": "http://127.0.0.9:9/"}"#, ["/body/base_url"], 403),
        (#"{"name": "A", "base_url": "http://[::ffff:10.0.0.1]/"}"#, ["/body/base_url"], 403),
        (#"{"name": "A", "base_url": "http://u:p@x.example"}"#, ["/body/base_url"], 400),
        (#"{"name": "A", "base_url": "http://x.example/?key=1"}"#, ["/body/base_url"], 400),
        (#"{"name": "A", "base_url": "http://x.example", "link_type": "root"}"#, ["/body/link_type"], 400),
        (#"{"name": 1, "base_url": "http://x.example", "id": ""}"#, ["/body/id", "/body/name"], 400),
        ("{\"name\": ", ["/body"], 400), ("[]", ["/body"], 400), ("", ["/body"], 400),
    ])
    func aWrongBodyIsRefusedWithThePlaceOfEachFault(body: String, pointers: [String], status: Int) async throws {
        let refused = try await register(body)
        #expect(refused.status == status)
        let errors = refused.json["errors"]?.items ?? []
        #expect(errors.compactMap { $0["source"]?["pointer"]?.text } == pointers)
        #expect(try await laboratory.store.resources(.databases).isEmpty)
    }

    @Test(arguments: [("a", "a/b"), ("a/b", "a"), ("a", "a")])
    func idsByWhichEntriesCouldBeConfusedMakeNoGateway(first: String, second: String) async throws {
        let databases = [(first, "x"), (second, "y")].map { id, host in
            """
            {"id": "\(id)", "type": "links", "attributes": {"name": "N", "base_url": "http://\(host).example"}}
            """
        }
        let made = try await laboratory.ask(
            "POST", "/gateways", #"{"databases": [\#(databases.joined(separator: ","))]}"#)
        #expect(made.status == 400)
        let error = made.json["errors"]?.items?.first
        #expect(error?["source"]?["pointer"]?.text == "/body/databases")
        #expect(error?["detail"]?.text?.contains("x.example") == true)
        #expect(error?["detail"]?.text?.contains("y.example") == true)
    }

    @Test func healthIsNotWhatClientsSay() async throws {
        let made = try await register(
            """
            {"name": "A", "base_url": "http://x.example", "_lab_health": {"status": "ok"}, "attributes": {"a": 1},
             "_x_kept": 3}
            """)
        let attributes = made.json["data"]?["attributes"]
        #expect(attributes?["_lab_health"] == nil && attributes?["attributes"] == nil)
        #expect(attributes?["_x_kept"] == .integer(3))
    }

    @Test func anIdBelongsToOneDatabase() async throws {
        _ = try await register(#"{"id": "a", "name": "A", "base_url": "http://x.example"}"#)
        #expect(try await register(#"{"id": "a", "name": "B", "base_url": "http://y.example"}"#).status == 409)
    }

    @Test func listsAreFilteredOrderedAndPagedLikeEntries() async throws {
        for name in ["b", "c", "a", "d"] {
            _ = try await register(#"{"id": "\#(name)/1", "name": "N\#(name)", "base_url": "http://\#(name).example"}"#)
        }
        let page = try await laboratory.ask("GET", "/databases?page_limit=2&sort=-name&response_fields=name")
        #expect(page.json["data"]?.texts("id") == ["d/1", "c/1"])
        #expect(page.json["data"]?.items?[0]["attributes"] == .members(["name": .string("Nd")]))
        #expect(page.json["meta"]?["data_returned"] == .integer(4))
        #expect(page.json["links"]?["next"]?.text?.hasSuffix("page_offset=2") == true)
        let walk = try await laboratory.walk("/databases?page_limit=3&filter=name%20CONTAINS%20%22N%22")
        #expect(walk.ids == ["a/1", "b/1", "c/1", "d/1"])
        #expect(try await laboratory.ask("GET", "/databases/c/1").json["data"]?["id"]?.text == "c/1")
        #expect(try await laboratory.ask("GET", "/databases?filter=id=%22a/1%22").json["data"]?.items?.count == 1)
        let unknown = try await laboratory.ask("GET", "/databases?page_limit=1&response_fields=_x_y,_lab_health")
        #expect(
            unknown.json["data"]?.items?.first?["attributes"] == .members(["_x_y": .null, "_lab_health": .null]))
    }

    @Test(arguments: [
        ("/databases?page_limit", 400), ("/databases?response_fields=nope", 400), ("/databases?page_limit=1000", 403),
        ("/databases?page_limit=x", 400), ("/databases?filter=(", 400), ("/databases?page_below=3", 501),
        ("/databases?unknown=1", 200), ("/databases/none", 404), ("/v2/gateways", 553), ("/info?api_hint=v9", 553),
        ("/info?api_hint=v1", 307), ("/gateways/", 307), ("/no/such/endpoint", 404), ("/v1/versions", 404),
        ("/gateways/none/structures", 404), ("/queries/none", 404), ("/info/nothing", 404),
        ("/search?optimade_urls=notaurl", 400), ("/search?database_ids=none", 400), ("/search", 400),
        ("/search?optimade_urls=http://10.0.0.1", 403), ("/search?optimade_urls=http://x.example&page_limit=-1", 400),
        ("/search?optimade_urls=http://x.example&endpoint=bogus", 400),
        ("/search?optimade_urls=http://x.example&timeout=soon", 400),
        ("/search?optimade_urls=http://x.example&page_above=3", 501), ("/databases?include=bogus", 400),
        ("/databases?filter=_lab_health.status=%22ok%22", 200), ("/databases?filter=_lab_health.more=1", 400),
        ("/databases?filter=_lab_more=1", 400), ("/databases?filter=_x_more=1", 200), ("/links?filter=_mp_a=1", 200),
        ("/gateways?filter=_lab_health=1", 400), ("/queries?filter=_x_more%20IS%20UNKNOWN", 200),
        ("/databases?sort=_lab_health", 400), ("/databases?sort=_x_more", 200), ("/databases?filter=more=1", 400),
    ])
    func oddRequestsHaveTheirStatus(path: String, status: Int) async throws {
        let answer = try await laboratory.ask("GET", path)
        #expect(answer.status == status, "\(answer.json)")
        if status >= 400 {
            #expect(answer.json["errors"]?.items?.first?["status"]?.text == String(status))
            #expect(answer.json["meta"]?["api_version"]?.text?.hasPrefix("1.") == true)
        }
    }

    @Test(arguments: [
        "/", "/docs", "/openapi.json", "/versions", "/info", "/info/databases", "/info/gateways", "/info/queries",
        "/info/links", "/links",
    ])
    func theGatewayTellsAboutItself(path: String) async throws {
        let answer = try await laboratory.ask("GET", path)
        #expect(answer.status == (path == "/" ? 307 : 200))
        #expect(!answer.answer.body.isEmpty || answer.answer.location != nil)
    }

    @Test func everyOperationIsInTheOpenAPIDocument() async throws {
        let paths = try #require(try await laboratory.ask("GET", "/openapi.json").json["paths"])
        for operation in GatewayEndpoint.operations {
            #expect(paths[operation.path]?[operation.method.lowercased()] != nil, "\(operation.path)")
        }
    }

    @Test func theOpenAPIDocumentSaysWhatIsTakenAndAnswered() async throws {
        let document = try await laboratory.ask("GET", "/openapi.json").json
        let paths = try #require(document["paths"]?.object)
        for (path, item) in paths.members {
            for (method, operation) in item.object?.members.map({ ($0, $1) }) ?? [] {
                let name = "\(method) \(path)"
                let answers = operation["responses"]?.object?.members.map(\.1) ?? []
                for answer in answers where method != "delete" {
                    for (_, content) in answer["content"]?.object?.members.map({ ($0, $1) }) ?? [] {
                        #expect(content["schema"]?.object?.count ?? 0 > 0, "\(name)")
                    }
                }
                if method == "post" {
                    let content = operation["requestBody"]?["content"]?["application/json"]
                    #expect(content?["schema"]?["properties"]?.object?.count ?? 0 > 2, "\(name)")
                    let example = try #require(content?["example"], "\(name)")
                    let answer = try await laboratory.ask(
                        "POST", path.replacing("{gateway_id}", with: "none"),
                        String(decoding: example.json(), as: UTF8.self))
                    // What it names is not there; it is understood.
                    #expect([200, 400, 404].contains(answer.status), "\(name): \(answer.status)")
                    let says = answer.json["errors"]?.items?.first?["detail"]?.text ?? "registered"
                    #expect(says.contains("registered") || says.contains("none") || says.contains("pair"), "\(says)")
                }
            }
        }
        func names(_ path: String) -> [String] { paths[path]?["get"]?["parameters"]?.texts("name") ?? [] }
        let ofSearches = ["database_ids", "optimade_urls", "as_optimade", "timeout", "filter", "sort"]
        #expect(Set(ofSearches).isSubset(of: names("/search")))
        #expect(names("/gateways/{gateway_id}/structures").contains("page_cursor"))
        #expect(names("/queries/{query_id}") == ["query_id", "response_format", "api_hint"])
        for name in ["databases", "gateways", "queries", "structures", "references", "errors", "meta", "links"] {
            #expect(document["components"]?["schemas"]?[name] != nil, "\(name)")
        }
    }

    @Test func aGatewayOfTheSameDatabasesIsTheSameOne() async throws {
        _ = try await register(#"{"id": "a", "name": "A", "base_url": "http://a.example"}"#)
        _ = try await register(#"{"id": "b", "name": "B", "base_url": "http://b.example"}"#)
        let first = try await laboratory.ask("POST", "/gateways", #"{"id": "g", "database_ids": ["a", "b"]}"#)
        #expect(first.json["data"]?["attributes"]?["databases"]?.texts("id") == ["a", "b"])
        let second = try await laboratory.ask("POST", "/gateways", #"{"id": "h", "database_ids": ["b", "a"]}"#)
        #expect(second.json["data"]?["id"]?.text == "g")
        #expect(try await laboratory.ask("POST", "/gateways", #"{"database_ids": ["a", "x"]}"#).status == 400)
        #expect(try await laboratory.ask("POST", "/gateways", "{}").status == 400)
        // A gateway keeps its copies.
        let admin = Caller(user: UserID("root"), isAdmin: true, groups: [])
        #expect(try await laboratory.ask("DELETE", "/databases/a").status == 401)
        #expect(try await laboratory.ask("DELETE", "/databases/a", caller: admin).status == 204)
        #expect(try await laboratory.ask("GET", "/databases/a").status == 404)
        let kept = try await laboratory.ask("GET", "/gateways/g")
        #expect(kept.json["data"]?["attributes"]?["databases"]?.items?.count == 2)
    }

    @Test func aGatewayOfOthersRenamesNoEntriesOfSearches() async throws {
        let laboratory = GatewayLaboratory([
            SimulatedDatabase(structures("a", 3)), SimulatedDatabase(structures("b", 3)),
        ])
        for number in 0..<2 {
            let body = #"{"id": "own\#(number)", "name": "A", "base_url": "http://db\#(number).example/optimade"}"#
            #expect(try await laboratory.ask("POST", "/databases", body).status == 200)
        }
        let search = "/search?database_ids=own0&database_ids=own1&as_optimade=true&page_limit=4"
        let before = try await laboratory.walk(search)
        let first = try await laboratory.ask("GET", search).json
        try await laboratory.makeGateway()
        #expect(try await laboratory.walk(search).ids == before.ids)
        let rest = try #require(first["links"]?["next"]?.text?.dropFirst("http://here.example/gateway".count))
        #expect(try await laboratory.walk(String(rest)).ids == Array(before.ids.dropFirst(4)))
        #expect(before.ids.first == "own0/a-1000" && before.ids.count == 6)
    }

    @Test(arguments: ["", "..", "a\nb", String(repeating: "x", count: 300)])
    func nobodyRegistersADatabaseWithoutAProperId(id: String) async throws {
        let base = try WebAddress("http://x.example")
        await #expect(throws: GatewayRefusal.self) {
            try await laboratory.service.register(id: id, attributes: ObjectValue(), base: base, name: "X")
        }
        await #expect(throws: GatewayRefusal.self) {
            try await laboratory.service.register(id: "x", attributes: ObjectValue(), base: base, name: "")
        }
    }

    @Test func methodsThatAreNotOfferedAreRefused() async throws {
        #expect(try await laboratory.ask("PUT", "/databases").status == 405)
        #expect(try await laboratory.ask("POST", "/info").status == 405)
        #expect(try await laboratory.ask("DELETE", "/queries").status == 405)
    }

    @Test func whereRegistrationTakesATokenNobodyElseNamesDatabases() async throws {
        var settings = GatewaySettings()
        settings.registration = .admin
        let laboratory = GatewayLaboratory(settings: settings)
        let body = #"{"name": "A", "base_url": "http://a.example"}"#
        let user = Caller(user: UserID("ada"), isAdmin: false, groups: [])
        #expect(try await laboratory.ask("POST", "/databases", body, caller: user).status == 403)
        #expect(try await laboratory.ask("POST", "/gateways", "{}", caller: user).status == 403)
        #expect(try await laboratory.ask("GET", "/search?optimade_urls=http://a.example", caller: user).status == 403)
        let anonymous = try await laboratory.ask("POST", "/databases", body)
        #expect(anonymous.status == 401 && anonymous.answer.wantsLogin)
        let admin = Caller(user: UserID("root"), isAdmin: true, groups: [])
        #expect(try await laboratory.ask("POST", "/databases", body, caller: admin).status == 200)
    }
}
