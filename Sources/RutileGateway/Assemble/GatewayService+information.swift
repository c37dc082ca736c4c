import OptimadeAPI
import RutileClient
import RutileJSON
import RutileOptimade
import RutileStore

/// What the gateway says of itself, and gateways as OPTIMADE servers.
extension GatewayService {
    static func versions() -> GatewayAnswer {
        var answer = GatewayAnswer(VersionsDocument.bytes)
        answer.contentType = VersionsDocument.contentType
        return answer
    }

    /// `/info`.
    func info(_ asked: Asked) -> GatewayAnswer {
        let endpoints = ["databases", "docs", "gateways", "info", "links", "openapi.json", "queries", "search"]
        return info(
            asked.head, types: GatewayResource.Kind.allCases.map(\.rawValue), endpoints: endpoints)
    }

    private func info(_ head: DocumentHead, types: [String], endpoints: [String]) -> GatewayAnswer {
        func list(_ texts: [String]) -> Value { .list(texts.map { .string($0) }) }
        var writer = JSONWriter(reserving: 4_096)
        writer.beginDocument(head)
        writer.key("data")
        writer.value(
            .members([
                "type": .string("info"), "id": .string("/"),
                "attributes": .members([
                    "api_version": .string(OptimadeSettings.apiVersion),
                    "available_api_versions": .list([
                        .members([
                            "url": .string(head.baseURL + "/v1/"), "version": .string(OptimadeSettings.apiVersion),
                        ])
                    ]),
                    "formats": list(["json"]), "entry_types_by_format": .members(["json": list(types)]),
                    "available_endpoints": list(endpoints), "is_index": .bool(false),
                ]),
            ]))
        writer.endDocument(head)
        return GatewayAnswer(writer.bytes)
    }

    /// `/info/{type}`.
    func resourceInfo(_ name: String, _ asked: Asked) throws(GatewayRefusal) -> GatewayAnswer {
        // Databases are links, too, by which name errors of lists call them.
        let types =
            GatewayResource.Kind.allCases.map { $0.described(prefix: prefix) }
            + [GatewayResource.Kind.databases.definition(prefix: prefix)]
        guard let type = types.first(where: { $0.name.hasSameUTF8(as: name) }) else {
            throw Self.noEndpoint(asked.path)
        }
        return GatewayAnswer(InfoDocument.entryType(type, asked.head))
    }

    /// `/links`: the gateway itself as the root, and the databases that are registered.
    func links(_ asked: Asked) async throws -> GatewayAnswer {
        let databases = try await store.resources(.databases).compactMap(Self.database)
        return try await links(databases, asked)
    }

    private func links(_ databases: [GatewayDatabase], _ asked: Asked) async throws -> GatewayAnswer {
        let request = try EntryListingRequest(try asked.query.known, rules)
        let provider = optimade.provider
        let root = ObjectValue([
            ("id", Value.string(provider.prefix)), ("name", .string(provider.name)),
            ("description", .string(provider.description)), ("base_url", .string(asked.head.baseURL)),
            ("homepage", provider.homepage.map { .string($0) } ?? .null), ("link_type", .string("root")),
        ])
        let others = databases.map { database in
            ObjectValue([("id", Value.string(database.id))] + database.attributes.members.map { ($0, $1) })
        }
        let collection = MemoryCollection(.links, rules: rules, documents: [root] + others)
        let results = try await collection.find(request)
        var head = asked.head
        head.dataReturned = results.dataReturned
        head.dataAvailable = others.count + 1
        head.moreDataAvailable = results.moreDataAvailable
        head.warnings += results.warnings
        head.links.first = asked.address(from: 0)
        if results.moreDataAvailable, results.page.limit > 0, let position = results.page.position {
            head.links.next = asked.address(from: position + results.page.limit)
        }
        var writer = JSONWriter(reserving: 4_096)
        writer.beginDocument(head)
        writer.key("data")
        writer.beginList()
        for resource in results.resources {
            writer.value(
                .members([
                    "id": .string(resource.id), "type": .string("links"),
                    "attributes": .object(resource.attributes.shown(results.fields)),
                ]))
        }
        writer.endList()
        writer.endDocument(head)
        return GatewayAnswer(writer.bytes)
    }

    // MARK: - Gateways as servers

    /// The answer to `path` below the gateway `id`, which is a base URL of an OPTIMADE server.
    func answer(_ asked: Asked, ofGateway id: String, _ path: String) async throws -> GatewayAnswer {
        let versioned = try VersionedPath(path)
        guard let endpoint = Endpoint(path: versioned.endpoint) else { throw Self.noEndpoint(asked.path) }
        guard let resource = try await store.resource(.gateways, id) else { throw Self.unknown(.gateways, id) }
        let databases = databases(of: resource)
        var head = DocumentHead(
            settings: optimade, baseURL: asked.head.baseURL + asked.version + "/gateways/" + id.pathEncoded,
            version: versioned.version, representation: versioned.endpoint + asked.querySuffix, time: now())
        head.links = asked.head.links
        head.warnings = asked.head.warnings
        switch endpoint {
        case .landingPage: return try await single(.gateways, id, asked)
        case .versions:
            guard versioned.version.isEmpty else { throw Self.noEndpoint(asked.path) }
            return Self.versions()
        case .info:
            head.more["_\(prefix)_gateway"] = .members([
                "databases": .list(databases.map { .members(["id": .string($0.id), "type": .string("links")]) })
            ])
            // What all databases have; references they may have.
            return info(head, types: ["structures"], endpoints: ["info", "links"] + Self.entryTypes.map(\.name))
        case .entryInfo(let name):
            guard let type = Self.entryTypes.first(where: { $0.name.hasSameUTF8(as: name) }) else {
                throw Self.noEndpoint(asked.path)
            }
            let more = try await properties(of: type, databases, client(for: asked.request))
            return GatewayAnswer(InfoDocument.entryType(type, more: more, head))
        case .links:
            return try await links(databases, asked)
        case .documentation:
            return Self.html(DocumentationPage.html(Self.entryTypes, rules, head))
        case .openAPI:
            var answer = GatewayAnswer(OptimadeOpenAPI.json(Self.entryTypes, rules, head))
            answer.contentType = "application/json"
            return answer
        case .entries("queries"):
            guard asked.reads else { return try await makeQuery(asked, gateway: id) }
            return try await list(.queries, asked) { $0["gateway_id"]?.text?.hasSameUTF8(as: id) == true }
        case .entry("queries", let query):
            guard let found = try await store.resource(.queries, query),
                attributes(of: found)["gateway_id"]?.text?.hasSameUTF8(as: id) == true
            else { throw Self.unknown(.queries, query) }
            return document(.queries, query, attributes(of: found), asked)
        case .entries(let name):
            guard let type = Self.entryTypes.first(where: { $0.name.hasSameUTF8(as: name) }) else {
                throw Self.noEndpoint(asked.path)
            }
            let question = try Question(asked.query, type, rules)
            return try await merged(
                question, databases, gateway: id, within: .seconds(settings.waitSeconds), asked)
        case .entry(let name, let entry):
            guard let type = Self.entryTypes.first(where: { $0.name.hasSameUTF8(as: name) }) else {
                throw Self.noEndpoint(asked.path)
            }
            return try await self.entry(entry, of: type, databases, gateway: id, asked)
        }
    }

    /// The properties of their providers that `databases` list, each as the first of them has it. Those that do not tell
    /// in time are left out.
    private func properties(
        of type: EntryTypeDefinition, _ databases: [GatewayDatabase], _ client: OptimadeClient
    ) async throws -> ObjectValue {
        let deadline = client.web.clock.now() + Self.informationTime
        let listed = try await withThrowingTaskGroup(of: (Int, ListedProperties?).self) { group in
            for (position, database) in databases.enumerated() {
                group.addTask {
                    (position, try await client.properties(of: type.name, at: database.base, deadline: deadline))
                }
            }
            var listed = [ListedProperties?](repeating: nil, count: databases.count)
            for try await (position, properties) in group { listed[position] = properties }
            return listed
        }
        var all = ObjectValue()
        for (name, definition) in listed.compactMap({ $0 }).flatMap(\.ofProviders.members) where all[name] == nil {
            all[name] = definition
        }
        return all
    }

    /// Of which ``RutileClient/OptimadeClient/properties(of:at:deadline:)`` takes a quarter.
    private static let informationTime = Duration.seconds(8)

    // MARK: - Pages for people and programs

    static func html(_ bytes: [UInt8]) -> GatewayAnswer {
        var answer = GatewayAnswer(bytes)
        answer.contentType = "text/html; charset=utf-8"
        return answer
    }

    /// `/docs`.
    func documentation(_ asked: Asked) -> GatewayAnswer {
        let rows = GatewayEndpoint.operations.map {
            "<tr><td>\($0.method)</td><td><code>\(HTMLText($0.path))</code></td><td>\(HTMLText($0.summary))</td></tr>"
        }
        return Self.html(
            HTMLText.page(
                "\(optimade.provider.name): OPTIMADE gateway",
                """
                <h1>OPTIMADE gateway of \(HTMLText(optimade.provider.name))</h1>
                <p>One question to many databases. Base URL: <code>\(HTMLText(asked.head.baseURL))/v1</code>. Every
                gateway is itself the base URL of an OPTIMADE server.
                \(HTMLText.link(asked.head.baseURL + "/openapi.json", "OpenAPI"))</p>
                <table>
                <tr><th>Method</th><th>Path</th><th>Answer</th></tr>
                \(rows.joined(separator: "\n"))
                </table>
                """))
    }

    /// `/openapi.json`.
    func openAPI(_ asked: Asked) -> GatewayAnswer {
        var answer = GatewayAnswer(GatewayOpenAPI(rules: rules, head: asked.head).json)
        answer.contentType = "application/json"
        return answer
    }
}
