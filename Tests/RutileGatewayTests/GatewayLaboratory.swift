import OptimadeAPI
import RutileClient
import RutileGateway
import RutileJSON
import RutileModel
import RutileStore
import Testing

/// A gateway over simulated databases; nothing leaves the process.
struct GatewayLaboratory {
    /// The databases by number: the one at `http://db<number>.example`.
    struct Network: HTTPTransport, NameResolver {
        let databases: [SimulatedDatabase]
        let clock: LaboratoryClock

        func get(_ request: FetchRequest) async throws -> FetchResponse {
            guard let number = Int(request.server.host.dropFirst(2).prefix { $0 != "." }), number < databases.count
            else {
                throw FetchFailure.unreachable("\(request.server.host) is not there")
            }
            return try await databases[number].answer(request, clock)
        }

        func addresses(of host: String) async throws -> [NetworkAddress] {
            [NetworkAddress(host.hasPrefix("private") ? "10.0.0.1" : "8.8.8.8")!]  // both are addresses
        }
    }

    let service: GatewayService
    let store: any GatewayStore
    let databases: [SimulatedDatabase]
    let clock = LaboratoryClock()
    private let settings: GatewaySettings

    init(
        _ databases: [SimulatedDatabase] = [], settings: GatewaySettings = GatewaySettings(),
        store: any GatewayStore = MemoryGatewayStore(), own: OwnServer = .none,
        now: @escaping @Sendable () -> Timestamp = { Timestamp(microseconds: 1_700_000_000_000_000) }
    ) {
        let network = Network(databases: databases, clock: clock)
        let web = WebClient(transport: network, resolver: network, clock: clock.clock, own: own)
        let optimade = OptimadeSettings(
            provider: OptimadeSettings.Provider(prefix: "lab", name: "Laboratory", description: "Tests."),
            implementation: OptimadeSettings.Implementation(name: "Rutile", version: "0"))
        self.store = store
        self.databases = databases
        self.settings = settings
        service = GatewayService(
            settings, optimade: optimade, store: store, client: OptimadeClient(web), key: Array(0..<32), now: now)
    }

    func ask(
        _ method: String = "GET", _ path: String, _ body: String = "", caller: Caller = .anonymous,
        client: String = "c",
        via: String = ""
    ) async throws -> (status: Int, json: Value, answer: GatewayAnswer) {
        let parts = path.split(separator: "?", maxSplits: 1).map(String.init)
        let answer = try await service.answer(
            GatewayRequest(
                method: method, path: parts[0], query: parts.count > 1 ? parts[1] : "", body: Array(body.utf8),
                baseURL: "http://here.example/gateway", caller: caller, client: client, via: via))
        let json = (try? Value(json: answer.body, limits: .file)) ?? .null
        return (answer.status, json, answer)
    }

    /// Makes the gateway `g` of all databases, called `d0`, `d1` ….
    func makeGateway(_ id: String = "g") async throws {
        let list = databases.indices.map { index in
            """
            {"id": "d\(index)", "type": "links", "attributes": {"name": "D\(index)", "description": "", "link_type": "child",
             "homepage": null, "base_url": "http://db\(index).example/optimade"}}
            """
        }
        let made = try await ask(
            "POST", "/gateways", #"{"id": "\#(id)", "databases": [\#(list.joined(separator: ","))]}"#)
        try #require(made.status == 200, "\(made.json)")
    }

    /// Follows `links.next` from `path` to the end; each link is followed with the page limit that `limit` gives, where
    /// there is one.
    func walk(
        _ path: String, most: Int = 200, limit: (() -> Int)? = nil
    ) async throws -> (ids: [String], sizes: [Int], last: Value) {
        var (ids, sizes): ([String], [Int]) = ([], [])
        var next: String? = path
        var last = Value.null
        while let address = next, sizes.count < most {
            let page = try await ask(
                "GET",
                address.hasPrefix("http") ? String(address.dropFirst("http://here.example/gateway".count)) : address)
            try #require(
                page.status == 200, "\(address): \(String(decoding: page.answer.body.prefix(2_000), as: UTF8.self))")
            let data = try #require(page.json["data"]?.items)
            ids += data.compactMap { $0["id"]?.text }
            sizes.append(data.count)
            last = page.json
            next = page.json["links"]?["next"]?.text
            if let limit {
                next = next?.replacing(/page_limit=\d+/, with: "page_limit=\(limit())")
            }
        }
        #expect(next == nil, "the walk does not end")
        return (ids, sizes, last)
    }

    /// The query `id`, when it is finished.
    func finished(_ id: String) async throws -> Value {
        var query = Value.null
        try await eventually {
            query = try await ask("GET", "/queries/\(id)").json
            return query["data"]?["attributes"]?["state"]?.text == "finished"
        }
        return query
    }

    /// Lets the time that a database has go by as soon as all of them were asked for entries: those that hang are late,
    /// and no other is, for its answer is under way.
    func letTimePass() async throws {
        for database in databases { try await eventually { !database.requests.isEmpty } }
        clock.advance(by: .seconds(settings.databaseSeconds))
    }
}

extension Value {
    /// The texts of a list's items under `name`.
    func texts(_ name: String) -> [String] { items?.compactMap { $0[name]?.text } ?? [] }
}

/// `count` structures of a database.
func structures(_ name: String, _ count: Int) -> [ObjectValue] {
    (0..<count).map { index in
        let sites = Int64(1 + (index * 7) % 11)
        let elements = Int64(1 + index % 3)
        return ObjectValue([
            ("id", Value.string("\(name)-\(index + 1000)")), ("type", .string("structures")),
            ("nsites", .integer(sites)), ("nelements", .integer(elements)),
        ])
    }
}
