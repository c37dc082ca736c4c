import OptimadeAPI
import RutileClient
import RutileJSON
import RutileModel
import RutileStore

/// Questions to databases: queries that are stored, searches, and gateways as databases.
extension GatewayService {
    /// What runs `query`.
    ///
    /// - Throws: ``GatewayRefusal`` where its parameters are wrong.
    func run(of query: StoredQuery) throws(GatewayRefusal) -> QueryRun {
        QueryRun(
            client: client, query: query, question: try question(query.parameters, endpoint: query.endpoint),
            settings: settings)
    }

    /// The question that `query_parameters` of a body are.
    ///
    /// - Throws: ``GatewayRefusal`` with one error for each parameter that is wrong.
    private func question(_ parameters: ObjectValue, endpoint: String) throws(GatewayRefusal) -> Question {
        let type = try entryType(endpoint, at: .body("/endpoint"))
        func read(_ parameters: ObjectValue) throws(GatewayRefusal) -> Question {
            let query: QueryString
            do {
                query = try QueryString(parameters: parameters)
            } catch {
                throw GatewayRefusal(error)
            }
            return try Question(query, type, rules)
        }
        do {
            return try read(parameters)
        } catch let all {
            // Each by itself tells what is wrong with it; what is wrong with them together is left else.
            var problems: [GatewayRefusal.Problem] = []
            for (name, value) in parameters.members {
                do { _ = try read(ObjectValue([(name, value)])) } catch { problems += error.problems }
            }
            if problems.isEmpty { problems = all.problems }
            throw GatewayRefusal(problems.map { $0.inBody("/query_parameters") })
        }
    }

    /// - Throws: ``GatewayRefusal`` where databases are not asked for such entries, as `place` says.
    func entryType(_ name: String, at place: BodyPlace) throws(GatewayRefusal) -> EntryTypeDefinition {
        let bare = name.utf8.drop { $0 == UInt8(ascii: "/") || $0 == 0x20 }.reversed()
            .drop { $0 == UInt8(ascii: "/") || $0 == 0x20 }.reversed()
        guard let type = Self.entryTypes.first(where: { $0.name.utf8.elementsEqual(bare) }) else {
            throw place.refusal(
                "Databases can be asked for \(Self.entryTypes.map(\.name).joined(separator: " and ")), not “\(name)”.")
        }
        return type
    }

    // MARK: - Queries

    /// `POST /queries`, and below a gateway `POST /gateways/{id}/queries`.
    func makeQuery(_ asked: Asked, gateway: String?) async throws -> GatewayAnswer {
        var body = try BodyReader(asked.request.body)
        let id = body.identifier("id", slashes: false)
        let named = body.text("gateway_id", isRequired: gateway == nil)
        let endpoint = body.text("endpoint") ?? "structures"
        let isFresh = body.flag("fresh")
        let parameters = body.object["query_parameters"]?.object
        if parameters == nil { body.fault("/query_parameters", "query_parameters is required, an object.") }
        try body.check()
        guard let gatewayID = gateway ?? named, let parameters else { preconditionFailure("faults were noted") }
        if let named, !named.hasSameUTF8(as: gatewayID) {
            throw GatewayRefusal(
                .elsewhere, pointer: "/body/gateway_id", "The body names another gateway than the address.")
        }
        guard let resource = try await store.resource(.gateways, gatewayID) else {
            throw Self.unknown(.gateways, gatewayID)
        }
        return try await stored(
            id, resource.id, databases(of: resource), endpoint, parameters, isFresh: isFresh, asked)
    }

    /// Stores a query and starts it, unless an equal one is there; answers with the query.
    private func stored(
        _ id: String?, _ gateway: String, _ databases: [GatewayDatabase], _ endpoint: String,
        _ parameters: ObjectValue, isFresh: Bool, _ asked: Asked, warnings: [OptimadeWarning] = []
    ) async throws -> GatewayAnswer {
        let question = try question(parameters, endpoint: endpoint)
        let (resource, isNew) = try await start(
            question, id, gateway, databases, isFresh: isFresh, isBody: true, asked)
        var answer = document(
            .queries, resource.id, attributes(of: resource), asked, isNew: isNew,
            warnings: question.warnings(databases) + warnings)
        answer.status = 202
        return answer
    }

    /// `isBody` says whether the question came in a body.
    private func start(
        _ question: Question, _ id: String?, _ gateway: String, _ databases: [GatewayDatabase], isFresh: Bool,
        isBody: Bool = false, _ asked: Asked
    ) async throws -> (resource: GatewayResource, isNew: Bool) {
        if case .cursor = question.listing.position {
            let problem = GatewayRefusal.Problem(
                OptimadeProblem(
                    .parameterUnsupported, parameter: "page_cursor",
                    "page_cursor goes with lists of entries: as_optimade, or the endpoints below a gateway."))
            throw GatewayRefusal([isBody ? problem.inBody("/query_parameters") : problem])
        }
        let made = now()
        let query = StoredQuery(
            id: id ?? Self.newID(), gateway: gateway, databases: databases, endpoint: question.endpoint.name,
            parameters: question.parameters, identity: question.identity, address: asked.head.baseURL,
            made: made)
        let oldest =
            isFresh || question.isFresh
            ? Timestamp(microseconds: .max)
            : Timestamp(microseconds: made.microseconds - Int64(settings.reuseSeconds) * 1_000_000)
        if let known = try await store.resources(.queries, keys: [query.key])[0], known.made >= oldest {
            return (known, false)
        }
        guard runner.count(of: asked.request.client) < settings.queriesPerClient else {
            throw GatewayRefusal(
                .busy, "\(settings.queriesPerClient) of your queries run; wait until one of them is finished.")
        }
        guard runner.running.count < settings.storedQueries else {
            throw GatewayRefusal(
                .busy,
                "\(settings.storedQueries) queries run here, as many as are kept; wait until one of them is finished.")
        }
        let wanted = query.resource(state: QueryLifecycle<QueryRun.Answer>.State.created.rawValue)
        let stored: GatewayResource
        do {
            stored = try await store.insert(wanted, unlessSince: oldest)
        } catch StoreError.alreadyExists {
            throw GatewayRefusal(.exists, pointer: "/body/id", "“\(query.id)” is another query.")
        }
        let isNew = stored == wanted
        if isNew {
            runner.start(
                QueryRun(client: client, query: query, question: question, settings: settings),
                client: asked.request.client)
            // What is too much then goes with the next sweep.
            try? await removeOldQueries()
        }
        return (stored, isNew)
    }

    // MARK: - Searches

    /// What a search is about.
    private struct Targets {
        let databases: [GatewayDatabase]
        /// Whether one of them is registered.
        let hasRegistered: Bool
        let warnings: [OptimadeWarning]
    }

    /// `GET` and `POST /search`.
    func search(_ asked: Asked) async throws -> GatewayAnswer {
        if !asked.reads { return try await postedSearch(asked) }
        let targets = try await targets(
            ids: asked.query.all("database_ids"), urls: asked.query.all("optimade_urls"), asked, inBody: false)
        let question = try Question(
            asked.query,
            try entryType(asked.query.first("endpoint") ?? "structures", at: .parameter("endpoint")), rules)
        let (wait, cut) = try self.wait(asked.query)
        if wait > .zero, try asked.query.flag("as_optimade") == true {
            // Registered databases have their names here, whatever somebody's gateway calls them.
            let gateway = try await existingGateway(of: targets.databases)
            let named = targets.hasRegistered ? nil : gateway
            return try await merged(
                question, named.map { ordered(self.databases(of: $0), like: targets.databases) } ?? targets.databases,
                gateway: gateway?.id, within: wait, asked, warnings: targets.warnings + cut)
        }
        let gateway = try await searchGateway(of: targets.databases)
        let databases = ordered(self.databases(of: gateway), like: targets.databases)
        let (resource, isNew) = try await start(
            question, nil, gateway.id, databases, isFresh: question.isFresh, asked)
        if wait > .zero { try await runner.wait(for: resource.id, atMost: wait) }
        guard wait > .zero, runner.progress(resource.id) == nil,
            let ended = try await store.resource(.queries, resource.id)
        else {
            return .redirect(to: asked.head.baseURL + "/v1/queries/" + resource.id.pathEncoded)
        }
        return document(
            .queries, ended.id, attributes(of: ended), asked, isNew: isNew,
            warnings: targets.warnings + cut + withoutEffect(question))
    }

    /// What `question` says that goes with lists of entries only.
    private func withoutEffect(_ question: Question) -> [OptimadeWarning] {
        let names =
            (question.allowsPartial ? [] : ["_\(prefix)_partial"]) + (question.mergesEqual ? [dedupeParameter] : [])
        return names.map { OptimadeWarning(.parameterIgnored, parameter: $0, "\($0) goes with as_optimade only.") }
    }

    private func postedSearch(_ asked: Asked) async throws -> GatewayAnswer {
        var body = try BodyReader(asked.request.body)
        let ids = body.texts("database_ids")
        let urls = body.texts("optimade_urls")
        let endpoint = body.text("endpoint") ?? "structures"
        let isFresh = body.flag("fresh")
        let given = body.object["query_parameters"] ?? .null
        if !given.isNull, given.object == nil { body.fault("/query_parameters", "query_parameters must be an object.") }
        try body.check()
        let targets = try await targets(ids: ids, urls: urls, asked, inBody: true)
        let gateway = try await searchGateway(of: targets.databases)
        return try await stored(
            nil, gateway.id, ordered(databases(of: gateway), like: targets.databases), endpoint,
            given.object ?? ObjectValue(), isFresh: isFresh, asked, warnings: targets.warnings)
    }

    /// The databases that a search names: registered ones by id or by base URL, and others by their base URLs.
    private func targets(
        ids: [String], urls: [String], _ asked: Asked, inBody: Bool
    ) async throws -> Targets {
        // Some clients write a list with commas, as other parameters are written.
        let urls = inBody ? urls : urls.flatMap { $0.split(separator: ",").map(String.init) }
        let ids = inBody ? ids : ids.flatMap { $0.split(separator: ",").map(String.init) }
        guard !ids.isEmpty || !urls.isEmpty else {
            throw GatewayRefusal(
                .body, pointer: inBody ? "/body" : nil, parameter: inBody ? nil : "optimade_urls",
                "One of database_ids and optimade_urls must name at least one database.")
        }
        var databases = try await registered(
            ids, pointer: inBody ? "/body/database_ids" : nil, parameter: inBody ? nil : "database_ids")
        var reader = try BodyReader(Array("{}".utf8))
        let bases = urls.enumerated().compactMap { reader.base(.string($1), at: "/optimade_urls/\($0)", client) }
        var adHoc: Set<WebAddress> = []
        var hasRegistered = !databases.isEmpty
        for (base, known) in zip(bases, try await registered(at: bases)) {
            if let known {
                databases.append(known)
                hasRegistered = true
            } else {
                try checkRegistration(asked.request.caller, "Asking databases that are not registered")
                databases.append(GatewayDatabase(adHoc: base))
                adHoc.insert(base)
            }
        }
        if inBody { try reader.check() } else { try reader.check(parameter: "optimade_urls") }
        let (distinct, warnings) = try distinct(
            databases, adHoc: adHoc, isSearch: true,
            at: inBody ? .body("") : .parameter(urls.isEmpty ? "database_ids" : "optimade_urls"))
        return Targets(databases: distinct, hasRegistered: hasRegistered, warnings: warnings)
    }

    /// `databases` in the order in which the request names them.
    private func ordered(_ databases: [GatewayDatabase], like wanted: [GatewayDatabase]) -> [GatewayDatabase] {
        wanted.compactMap { database in databases.first { $0.base.unversioned == database.base.unversioned } }
    }

    /// How long the client wants to wait; no longer than an answer may take, with a warning where that is less.
    private func wait(_ query: QueryString) throws(GatewayRefusal) -> (time: Duration, warnings: [OptimadeWarning]) {
        guard let text = query.first("timeout"), !text.isEmpty else {
            return (.seconds(min(15, settings.waitSeconds)), [])
        }
        guard let seconds = Int(text) else {
            throw GatewayRefusal(
                OptimadeProblem(
                    .parameterValue, parameter: "timeout", "timeout must be a whole number of seconds."))
        }
        guard seconds > settings.waitSeconds else { return (.seconds(max(0, seconds)), []) }
        let warning = OptimadeWarning(
            .parameterIgnored, parameter: "timeout",
            "timeout is \(settings.waitSeconds) seconds: no request waits longer.")
        return (.seconds(settings.waitSeconds), [warning])
    }
}
