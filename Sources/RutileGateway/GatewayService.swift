import Crypto
package import OptimadeAPI
package import RutileClient
import RutileJSON
package import RutileModel
import RutileOptimade
package import RutileStore

/// Answers requests to the gateway: one question to many databases. Knows nothing of sockets.
///
/// Request → question → what each database is asked → answers, one merged list or a stored query → document.
package final class GatewayService: Sendable {
    let settings: GatewaySettings
    let optimade: OptimadeSettings
    let store: any GatewayStore
    let client: OptimadeClient
    /// What the gateway is called in the header `Via`, by which it knows requests that come back to it.
    let pseudonym: String
    let runner: QueryRunner
    let board = ProgressBoard()
    /// Pages of merged lists that are being read, for all who ask for the same one meanwhile.
    let pages = SharedWork<MergedListing.Page>()
    let key: SymmetricKey
    let now: @Sendable () -> Timestamp

    /// A gateway over `store` and `client`; `key` signs cursors. What goes wrong unheard is told to `report`.
    package init(
        _ settings: GatewaySettings, optimade: OptimadeSettings, store: any GatewayStore, client: OptimadeClient,
        key: [UInt8], now: @escaping @Sendable () -> Timestamp = { .now() },
        report: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.settings = settings
        self.optimade = optimade
        let store = RememberingGatewayStore(store, now: client.web.clock.now)
        self.store = store
        // Every process of an installation has the same one.
        let code = HMAC<SHA256>.authenticationCode(for: Array("gateway via".utf8), using: SymmetricKey(data: key))
        pseudonym = "rutile-" + base64URL(Array(code.prefix(9)))
        self.client = client.passing("1.1 \(pseudonym)")
        self.now = now
        self.key = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: key), info: Array("gateway cursor".utf8), outputByteCount: 32)
        runner = QueryRunner(
            store: store, optimade: optimade, settings: settings, clock: client.web.clock, now: now, report: report)
    }

    /// The rules of parameters.
    var rules: ParameterRules { optimade.parameterRules }

    /// The provider's prefix, without underscores.
    var prefix: String { optimade.provider.prefix }

    /// The parameter that asks for equal structures once.
    package var dedupeParameter: String { "_\(prefix)_dedupe" }

    /// The entry types that databases are asked for.
    static let entryTypes = [EntryTypeDefinition.structures, .references]

    // MARK: - Life

    /// Takes up the queries that were not finished when the process ended.
    ///
    /// - Throws: `StoreError`, `CancellationError`.
    package func resume() async throws {
        for resource in try await store.resources(.queries) {
            guard let query = StoredQuery(resource),
                let state = try? Value(json: resource.attributes, limits: .file)["state"]?.text,
                state != QueryLifecycle<QueryRun.Answer>.State.finished.rawValue, let run = try? run(of: query)
            else { continue }
            runner.start(run, client: "")
        }
    }

    /// Removes queries that are too old or too many, and old gateways that only searches asked for.
    ///
    /// - Throws: `StoreError`, `CancellationError`.
    package func sweep() async throws {
        try await removeOldQueries()
        for gateway in try await store.resources(.gateways) where gateway.made < oldestQuery && Self.isOfSearch(gateway)
        {
            _ = try await store.remove(.gateways, gateway.id)
        }
    }

    /// Removes queries that are too old or too many, but none that runs.
    ///
    /// - Throws: `StoreError`, `CancellationError`.
    func removeOldQueries() async throws {
        _ = try await store.removeQueries(
            before: oldestQuery, beyond: settings.storedQueries, keeping: runner.running)
    }

    private var oldestQuery: Timestamp {
        Timestamp(microseconds: now().microseconds - Int64(settings.queryHours) * 3_600_000_000)
    }

    /// Ends what runs. Unfinished queries stay in the store.
    package func stop() { runner.stopAll() }

    // MARK: - Requests

    /// A request that was understood so far.
    struct Asked: Sendable {
        let request: GatewayRequest
        /// The versioned part of the path: `/v1`, or nothing.
        let version: String
        /// The path behind it.
        let path: String
        var head: DocumentHead
        let query: QueryString

        /// Whether the method only reads.
        var reads: Bool { request.method == "GET" || request.method == "HEAD" }
    }

    /// The answer to `request`; the body is the same for `HEAD`, and not sent.
    ///
    /// - Throws: what stores throw, and `CancellationError`. What the client did wrong, and what databases do, is an answer.
    package func answer(_ request: GatewayRequest) async throws -> GatewayAnswer {
        var version = ""
        var path = request.path.isEmpty ? "/" : request.path
        do {
            do {
                try checkWay(request)
                let versioned = try VersionedPath(path)
                (version, path) = (versioned.version, versioned.endpoint)
                let asked = Asked(
                    request: request, version: version, path: path, head: head(request, version, path),
                    query: try QueryString(request.query))
                return try await answer(asked)
            } catch let problem as OptimadeProblem {
                throw GatewayRefusal(problem)
            }
        } catch let refusal as GatewayRefusal {
            return self.refusal(refusal, head(request, version, path))
        }
    }

    private func answer(_ asked: Asked) async throws -> GatewayAnswer {
        if asked.path.utf8.count > 1, asked.path.utf8.last == UInt8(ascii: "/"), asked.reads {
            return .redirect(to: asked.head.baseURL + asked.version + String(asked.path.dropLast()) + asked.querySuffix)
        }
        if let item = asked.query.items.first(where: { $0.value == nil }), asked.reads {
            throw OptimadeProblem(
                .parameterValue, parameter: item.name,
                "The parameter \(item.name) has no value. Write \(item.name)=… or leave it out.")
        }
        guard let endpoint = GatewayEndpoint(path: asked.path) else { throw Self.noEndpoint(asked.path) }
        try checkMethod(asked, endpoint)
        guard !endpoint.isJSONAPI || AcceptHeader.allowsJSONAPI(asked.request.accept) else {
            throw OptimadeProblem(
                .accept, "Answers are application/vnd.api+json without parameters, which Accept rules out.")
        }
        var asked = asked
        if asked.reads, asked.version.isEmpty, let hint = asked.query.first("api_hint"), !hint.isEmpty {
            if let warning = try VersionHint.check(hint) {
                asked.head.warnings.append(warning)
            } else if endpoint != .versions, endpoint != .root {
                return .redirect(to: asked.head.baseURL + "/v1" + asked.path + asked.querySuffix)
            }
        }
        switch endpoint {
        case .root: return .redirect(to: asked.head.baseURL + "/docs")
        case .documentation: return documentation(asked)
        case .openAPI: return openAPI(asked)
        case .versions:
            guard asked.version.isEmpty else { throw Self.noEndpoint(asked.path) }
            return Self.versions()
        case .info: return info(asked)
        case .resourceInfo(let name): return try resourceInfo(name, asked)
        case .links: return try await links(asked)
        case .search: return try await search(asked)
        case .progress(let name): return try self.progress(name, asked)
        case .list(let kind):
            switch (kind, asked.reads) {
            case (_, true): return try await list(kind, asked)
            case (.databases, false): return try await registerDatabase(asked)
            case (.gateways, false): return try await makeGateway(asked)
            case (.queries, false): return try await makeQuery(asked, gateway: nil)
            }
        case .single(let kind, let id):
            if asked.request.method == "DELETE" { return try await remove(kind, id, asked) }
            return try await single(kind, id, asked)
        case .database(let id, let path): return try await answer(asked, ofGateway: id, path)
        }
    }

    /// - Throws: ``GatewayRefusal`` where the request went out from here: a database of a gateway is the gateway itself,
    ///   under whatever name, or one that asks it.
    private func checkWay(_ request: GatewayRequest) throws(GatewayRefusal) {
        let isLoop = request.via.utf8.split(separator: UInt8(ascii: ",")).contains { hop in
            hop.drop { $0 == 0x20 }.elementsEqual("1.1 \(pseudonym)".utf8)
        }
        guard isLoop || request.via.utf8.count > Self.longestWay else { return }
        throw GatewayRefusal(.loop, "The request comes from this gateway. It is not asked by itself.")
    }

    /// Bytes of a `Via` header, some forty gateways.
    private static let longestWay = 1_000

    /// The client for what `request` asks.
    func client(for request: GatewayRequest) -> OptimadeClient {
        request.via.isEmpty ? client : client.passing("\(request.via), 1.1 \(pseudonym)")
    }

    /// - Throws: ``GatewayRefusal`` where the endpoint does not take the method.
    private func checkMethod(_ asked: Asked, _ endpoint: GatewayEndpoint) throws(GatewayRefusal) {
        let allowed: [String] =
            switch endpoint {
            case .search, .list: ["GET", "HEAD", "POST"]
            case .single: ["GET", "HEAD", "DELETE"]
            case .database(_, let path):
                (try? VersionedPath(path))?.endpoint.hasSameUTF8(as: "/queries") == true
                    ? ["GET", "HEAD", "POST"] : ["GET", "HEAD"]
            default: ["GET", "HEAD"]
            }
        guard !allowed.contains(asked.request.method) else { return }
        var refusal = GatewayRefusal(
            OptimadeProblem(.method, "Only \(allowed.joined(separator: ", ")) are answered at \(asked.path)."))
        refusal.allow = allowed.joined(separator: ", ")
        throw refusal
    }

    // MARK: - Documents

    func head(_ request: GatewayRequest, _ version: String, _ path: String) -> DocumentHead {
        var base = settings.baseURL ?? request.baseURL
        while base.utf8.last == UInt8(ascii: "/") { base.removeLast() }
        let representation = request.query.isEmpty ? path : path + "?" + request.query
        var head = DocumentHead(
            settings: optimade, baseURL: base, version: version, representation: representation, time: now())
        head.links.itself = head.address(representation)
        return head
    }

    /// The answer that tells why there is none.
    private func refusal(_ refusal: GatewayRefusal, _ head: DocumentHead) -> GatewayAnswer {
        var head = head
        head.more = refusal.more
        var writer = JSONWriter(reserving: 2_048)
        writer.beginDocument(head)
        writer.key("errors")
        writer.problems(refusal.problems)
        writer.endDocument(head)
        var answer = GatewayAnswer(writer.bytes)
        answer.status = refusal.status
        answer.allow = refusal.allow
        // By then each database has answered, or is late.
        if refusal.status == GatewayRefusal.Code.busy.status { answer.retryAfter = settings.databaseSeconds }
        answer.wantsLogin = refusal.status == GatewayRefusal.Code.login.status
        return answer
    }

    static func noEndpoint(_ path: String) -> GatewayRefusal {
        GatewayRefusal(
            OptimadeProblem(
                .endpointUnknown, "There is no endpoint “\(path)”. /openapi.json lists those that there are."))
    }

    /// - Throws: ``GatewayRefusal`` where the caller may not register anything.
    func checkRegistration(_ caller: Caller, _ what: String) throws(GatewayRefusal) {
        let isAllowed =
            switch settings.registration {
            case .everybody: true
            case .users: caller.user != nil
            case .admin: caller.isAdmin
            }
        if !isAllowed {
            let who = settings.registration == .admin ? "an administrator" : "a user"
            throw GatewayRefusal(caller.user == nil ? .login : .registration, "\(what) here takes a token of \(who).")
        }
    }
}

extension GatewayService.Asked {
    /// The query with its question mark; empty where there is none.
    var querySuffix: String { request.query.isEmpty ? "" : "?" + request.query }
}
