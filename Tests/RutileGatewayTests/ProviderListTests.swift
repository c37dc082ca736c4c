import OptimadeAPI
import RutileClient
import RutileGateway
import RutileJSON
import RutileModel
import RutileStore
import Synchronization
import Testing

/// Lists of providers, and the health of databases.
struct ProviderListTests {
    /// Two providers: `one`, an index of two databases one of which is gone, and `two`, a database itself.
    private final class Federation: HTTPTransport, NameResolver {
        let isGone = Mutex(true)

        func get(_ request: FetchRequest) async throws -> FetchResponse {
            let links: String
            switch (request.server.host, request.target.hasPrefix("/v1/links")) {
            case ("list.example", true):
                links = Self.links([
                    ("one", "http://index.example", "external"), ("two", "http://two.example", "external"),
                    ("exmpl", "http://example.example", "external"), ("none", "", "external"),
                ])
            case ("index.example", true):
                links = Self.links([
                    ("a", "http://a.example", "child"), ("b", "http://b.example/v1", "child"),
                    ("root", "http://index.example", "root"),
                ])
            case ("two.example", true): links = Self.links([])
            case ("a.example", false), ("two.example", false): links = #"{"data": [], "meta": {}}"#
            case ("b.example", false) where !isGone.withLock { $0 }: links = #"{"data": [], "meta": {}}"#
            default: return FetchResponse(status: 500, body: [])
            }
            return FetchResponse(status: 200, body: Array(links.utf8))
        }

        func addresses(of host: String) async throws -> [NetworkAddress] {
            [NetworkAddress("8.8.8.8")].compactMap { $0 }
        }

        private static func links(_ links: [(id: String, base: String, type: String)]) -> String {
            let items = links.map { id, base, type in
                let base = base.isEmpty ? "null" : "\"\(base)\""
                return """
                    {"id": "\(id)", "type": "links", "attributes": {"name": "N \(id)", "description": "",
                     "homepage": null, "base_url": \(base), "link_type": "\(type)"}}
                    """
            }
            return #"{"data": [\#(items.joined(separator: ","))], "meta": {}}"#
        }
    }

    /// The same databases at addresses that are asked only by those who allow it.
    private struct InsideNames: NameResolver {
        func addresses(of host: String) async throws -> [NetworkAddress] {
            [NetworkAddress("10.0.0.8")].compactMap { $0 }
        }
    }

    private let federation = Federation()
    private let store = MemoryGatewayStore()
    private let service: GatewayService

    init() { service = Self.service(store, federation, federation) }

    private static func service(
        _ store: MemoryGatewayStore, _ federation: Federation, _ resolver: any NameResolver
    ) -> GatewayService {
        let web = WebClient(transport: federation, resolver: resolver, clock: LaboratoryClock().clock)
        let optimade = OptimadeSettings(
            provider: OptimadeSettings.Provider(prefix: "lab", name: "Laboratory", description: "Tests."),
            implementation: OptimadeSettings.Implementation(name: "Rutile", version: "0"))
        return GatewayService(
            GatewaySettings(), optimade: optimade, store: store, client: OptimadeClient(web), key: Array(0..<32))
    }

    private func databases(_ query: String = "") async throws -> [Value] {
        let answer = try await service.answer(
            GatewayRequest(path: "/databases", query: query, baseURL: "http://here.example/gateway"))
        return try Value(json: answer.body, limits: .file)["data"]?.items ?? []
    }

    @Test func theDatabasesThatAnswerAreRegistered() async throws {
        var reported: [String] = []
        try await service.refresh(
            [try WebAddress("http://list.example"), try WebAddress("http://nowhere.example")]
        ) { reported.append($0) }
        #expect(try await databases().compactMap { $0["id"]?.text } == ["one/a", "two"])
        #expect(reported.count == 1)
    }

    @Test(arguments: [("ok", nil), ("test", "“test”"), ("no", "not for sums")])
    func linksThatAskToBeLeftOutAreLeftOut(aggregate: String, said: String?) async throws {
        let provider = """
            {"data": [{"id": "two", "type": "links", "attributes": {"name": "N", "description": "", "homepage": null,
             "base_url": "http://two.example", "link_type": "external", "aggregate": "\(aggregate)",
             "no_aggregate_reason": "not for sums"}}]}
            """
        let loaded = try await service.load(providers: try Value(json: Array(provider.utf8)))
        #expect(loaded.count == 1)
        #expect((loaded.first?.problem == nil) == (said == nil))
        if let said { #expect(loaded.first?.problem?.contains(said) == true) }
        #expect(try await databases().count == (said == nil ? 1 : 0))
    }

    @Test func aLaterRefreshAddsWhatIsThereByThen() async throws {
        let list = try WebAddress("http://list.example")
        try await service.refresh([list]) { _ in }
        federation.isGone.withLock { $0 = false }
        try await service.refresh([list]) { _ in }
        #expect(try await databases().compactMap { $0["id"]?.text } == ["one/a", "one/b", "two"])
    }

    @Test func theHealthOfADatabaseIsRememberedAndShown() async throws {
        federation.isGone.withLock { $0 = false }
        try await service.refresh([try WebAddress("http://list.example")]) { _ in }
        federation.isGone.withLock { $0 = true }
        let checked = try await service.checkDatabases()
        #expect(checked.map(\.health.status) == ["ok", "error", "ok"])
        let health = try #require(try await databases()[1]["attributes"]?["_lab_health"])
        #expect(health["status"]?.text == "error")
        #expect(health["detail"]?.text?.contains("500") == true)
        // It was well before.
        #expect(health["last_ok"]?.text != nil)
        #expect(health["last_ok"]?.text != health["checked"]?.text)
        #expect(try await service.registeredDatabases().map(\.health?.status) == ["ok", "error", "ok"])
        let failed = try await databases("filter=_lab_health.status=%22error%22&response_fields=_lab_health")
        #expect(failed.compactMap { $0["attributes"]?["_lab_health"] } == [health])
        let all = try await databases("filter=_lab_health.checked%3E%222001-01-01T00:00:00Z%22")
        #expect(all.count == 3)
    }

    @Test func whatOnlyTheOneWhoChecksMayNotAskKeepsItsHealth() async throws {
        federation.isGone.withLock { $0 = false }
        try await service.refresh([try WebAddress("http://list.example")]) { _ in }
        let strict = Self.service(store, federation, InsideNames())
        let before = try await databases().map { $0["attributes"]?["_lab_health"] }
        let checked = try await strict.checkDatabases(remembersRefusals: false)
        #expect(checked.map(\.health.status) == ["refused", "refused", "refused"])
        #expect(try await databases().map { $0["attributes"]?["_lab_health"] } == before)
        _ = try await strict.checkDatabases()
        #expect(try await service.registeredDatabases().map(\.health?.status) == ["refused", "refused", "refused"])
    }

    @Test func gatewaysKeepNoHealth() async throws {
        try await service.refresh([try WebAddress("http://list.example")]) { _ in }
        let answer = try await service.answer(
            GatewayRequest(
                method: "POST", path: "/gateways", body: Array(#"{"database_ids": ["two"]}"#.utf8),
                baseURL: "http://here.example/gateway"))
        let databases = try Value(json: answer.body, limits: .file)["data"]?["attributes"]?["databases"]?.items
        #expect(databases?.first?["id"]?.text == "two")
        #expect(databases?.first?["attributes"]?.object?.keys.contains { $0.hasSuffix("health") } == false)
    }
}
