import OptimadeAPI
import RutileClient
import RutileGateway
import RutileJSON
import RutileStore
import Testing

/// What else a merged document has, and who looks at it.
struct MergedDocumentTests {
    /// Databases that answer everything with one structure that refers to one of two references.
    private struct Library: HTTPTransport, NameResolver {
        func get(_ request: FetchRequest) async throws -> FetchResponse {
            let structure = """
                {"id": "s", "type": "structures", "attributes": {"nsites": 1}, "relationships": {"references": {
                 "data": [{"type": "references", "id": "r", "meta": {"description": "seen"}}]}}}
                """
            let references = ["r", "other"].map {
                #"{"id": "\#($0)", "type": "references", "attributes": {"title": "T"}, "meta": {"own": 1}}"#
            }
            let isSingle = request.target.contains("/structures/")
            let text = """
                {"data": \(isSingle ? structure : "[\(structure)]"), "included": [\(references.joined(separator: ","))],
                 "meta": {"data_returned": 1}}
                """
            return FetchResponse(status: 200, body: Array(text.utf8))
        }

        func addresses(of host: String) async throws -> [NetworkAddress] {
            [NetworkAddress("8.8.8.8")].compactMap { $0 }
        }
    }

    private func ask(_ service: GatewayService, _ path: String, _ body: String? = nil) async throws -> Value {
        let parts = path.split(separator: "?", maxSplits: 1).map(String.init)
        let answer = try await service.answer(
            GatewayRequest(
                method: body == nil ? "GET" : "POST", path: parts[0], query: parts.count > 1 ? parts[1] : "",
                body: Array((body ?? "").utf8), baseURL: "http://here.example/gateway"))
        return try Value(json: answer.body, limits: .file)
    }

    private func library() async throws -> GatewayService {
        let library = Library()
        let optimade = OptimadeSettings(
            provider: OptimadeSettings.Provider(prefix: "lab", name: "Laboratory", description: "Tests."),
            implementation: OptimadeSettings.Implementation(name: "Rutile", version: "0"))
        let service = GatewayService(
            GatewaySettings(), optimade: optimade, store: MemoryGatewayStore(),
            client: OptimadeClient(WebClient(transport: library, resolver: library, clock: LaboratoryClock().clock)),
            key: Array(0..<32))
        let databases = ["a", "b"].map {
            """
            {"id": "\($0)", "type": "links", "attributes": {"name": "N", "description": "", "homepage": null,
             "link_type": "child", "base_url": "http://\($0).example"}}
            """
        }
        _ = try await ask(
            service, "/gateways", #"{"id": "g", "databases": [\#(databases.joined(separator: ","))]}"#)
        return service
    }

    @Test func whatEntriesReferToComesAlongUnderTheNamesOfTheMergedList() async throws {
        let page = try await ask(try await library(), "/gateways/g/structures")
        #expect(page["data"]?.texts("id") == ["a/s", "b/s"])
        let data = page["data"]?.items?.compactMap { $0["relationships"]?["references"]?["data"]?.items?.first }
        #expect(data?.compactMap { $0["id"]?.text } == ["a/r", "b/r"])
        #expect(data?.first?["meta"]?["description"]?.text == "seen")
        let included = page["included"]
        #expect(included?.texts("id") == ["a/r", "b/r"])
        let first = included?.items?.first
        #expect(first?["attributes"]?["title"]?.text == "T")
        #expect(first?["meta"]?["own"] == .integer(1))
        #expect(first?["meta"]?["_lab_source_database"]?["entry_id"]?.text == "r")
    }

    @Test func oneEntryHasItsReferencesToo() async throws {
        let page = try await ask(try await library(), "/gateways/g/structures/b/s")
        #expect(page["data"]?["id"]?.text == "b/s")
        #expect(page["included"]?.texts("id") == ["b/r"])
    }

    @Test func queriesHaveIncludedResourcesUnderTheirOwnIds() async throws {
        let service = try await library()
        let made = try await ask(service, "/queries", #"{"gateway_id": "g", "query_parameters": {}}"#)
        let id = try #require(made["data"]?["id"]?.text)
        var response: Value?
        try await eventually {
            let attributes = try await ask(service, "/queries/\(id)")["data"]?["attributes"]
            response = attributes?["response"]
            return attributes?["state"]?.text == "finished"
        }
        #expect(response?["included"]?.texts("id") == ["r", "other", "r", "other"])
    }

    @Test func howFarAListHasComeCanBeLookedAt() async throws {
        var habits = SimulatedDatabase.Habits()
        habits.fault = .hangs
        let laboratory = GatewayLaboratory([SimulatedDatabase([], habits), SimulatedDatabase(structures("a", 3))])
        try await laboratory.makeGateway()
        let list = Task { try await laboratory.ask("GET", "/gateways/g/structures?_lab_progress=x%20y") }
        var attributes: Value?
        try await eventually {
            attributes = try await laboratory.ask("GET", "/progress/x%20y").json["data"]?["attributes"]
            return attributes?["providers"]?.items?.isEmpty == false
        }
        #expect(attributes?["databases"] == .integer(2))
        #expect(attributes?["providers"]?.texts("id") == ["d1"])
        #expect(attributes?["providers"]?.items?.first?["data_returned"] == .integer(3))
        list.cancel()
        await #expect(throws: CancellationError.self) { try await list.value }
        #expect(try await laboratory.ask("GET", "/progress/x%20y").status == 404)
    }

    @Test func aPlaceInAListGoesWithOtherFieldsAndPagesOfOtherSizes() async throws {
        let laboratory = GatewayLaboratory([
            SimulatedDatabase(structures("a", 6)), SimulatedDatabase(structures("b", 6)),
        ])
        try await laboratory.makeGateway()
        let list = "/gateways/g/structures?sort=nsites&page_limit="
        let whole = try await laboratory.ask("GET", list + "12").json["data"]?.texts("id") ?? []
        let next = try #require(try await laboratory.ask("GET", list + "5").json["links"]?["next"]?.text)
        let cursor = try #require(next.split(separator: "page_cursor=").last?.prefix { $0 != "&" })
        for change in ["3&", "7&response_fields=nelements&"] {
            let page = try await laboratory.ask("GET", list + change + "page_cursor=\(cursor)").json
            let ids = page["data"]?.texts("id") ?? []
            #expect(!ids.isEmpty)
            #expect(ids == Array(whole.dropFirst(5).prefix(ids.count)))
        }
        for change in ["5&filter=nsites>1&", "5&_lab_dedupe=structure&"] {
            let page = try await laboratory.ask("GET", list + change + "page_cursor=\(cursor)")
            #expect(page.status == 400)
            #expect(page.json["errors"]?.items?.first?["source"]?["parameter"]?.text == "page_cursor")
        }
    }

    @Test func pagesForOtherPartsOfTheServerAreTheSame() async throws {
        let laboratory = GatewayLaboratory([
            SimulatedDatabase(structures("a", 3)), SimulatedDatabase(structures("b", 2)),
        ])
        try await laboratory.makeGateway()
        var parameters = ObjectValue([
            ("sort", Value.string("nsites")), ("page_limit", .integer(3)), ("response_fields", .string("nelements")),
        ])
        let page = try #require(
            try await laboratory.service.page(ofGateway: "g", "structures", parameters))
        let whole = try await laboratory.ask("GET", "/gateways/g/structures?sort=nsites").json["data"]?.texts("id")
        #expect(page.entries.map(\.id) == Array(whole?.prefix(3) ?? []))
        #expect(page.entries.allSatisfy { $0.attributes.keys == ["nelements"] })
        #expect(page.total == 5)
        parameters["page_cursor"] = page.next.map { .string($0) }
        let rest = try await laboratory.service.page(ofGateway: "g", "structures", parameters)
        #expect(rest?.entries.map(\.id) == Array(whole?.dropFirst(3) ?? []))
        #expect(try await laboratory.service.page(ofGateway: "h", "structures", parameters)?.total == nil)
        let none = ObjectValue([("page_limit", Value.integer(0))])
        let empty = try #require(try await laboratory.service.page(ofGateway: "g", "structures", none))
        #expect(empty.total == 5)
        #expect(empty.next == nil)
        parameters["filter"] = .string("nsites >")
        await #expect(throws: GatewayRefusal.self) {
            try await laboratory.service.page(ofGateway: "g", "structures", parameters)
        }
    }
}
