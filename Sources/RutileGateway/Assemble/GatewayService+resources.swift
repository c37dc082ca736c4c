import OptimadeAPI
import RutileClient
import RutileJSON
import RutileModel
import RutileOptimade
import RutileStore

/// Databases, gateways and queries as resources: lists, single ones, removal.
extension GatewayService {
    /// The resources of `kind`, filtered, ordered and in pages like entries.
    func list(
        _ kind: GatewayResource.Kind, _ asked: Asked, where isListed: (Value) -> Bool = { _ in true }
    ) async throws -> GatewayAnswer {
        let request = try EntryListingRequest(try asked.query.known, rules)
        try Question.check(include: request.include)
        // Responses are read where the filter may ask for them, and else those of the page.
        let comparesResponses =
            kind == .queries && request.filter?.utf8.firstRange(of: Self.responseKey.utf8) != nil
        var found: [(id: String, attributes: ObjectValue)] = []
        for resource in try await store.resources(kind, responses: comparesResponses) {
            let attributes = attributes(of: resource)
            if isListed(.object(attributes)) { found.append((resource.id, attributes)) }
        }
        let collection = MemoryCollection(
            kind.definition(prefix: prefix), rules: rules,
            documents: found.map { id, attributes in
                ObjectValue([("id", Value.string(id))] + attributes.members.map { ($0, $1) })
            })
        let results = try await collection.find(request)
        var byID = Dictionary(found.map { (UTF8Key($0.id), $0.attributes) }, uniquingKeysWith: { first, _ in first })
        if kind == .queries, !comparesResponses, request.responseFields?.contains(Self.responseKey) != false {
            for shown in results.resources {
                guard let query = try await store.resource(kind, shown.id) else { continue }
                byID[UTF8Key(shown.id)] = attributes(of: query)
            }
        }

        var head = asked.head
        head.dataReturned = results.dataReturned
        head.dataAvailable = found.count
        head.moreDataAvailable = results.moreDataAvailable
        head.lastID = results.resources.last?.id
        head.warnings += results.warnings
        head.links.first = asked.address(from: 0)
        // A page of nothing would lead to itself.
        if results.moreDataAvailable, results.page.limit > 0, let position = results.page.position {
            head.links.next = asked.address(from: position + results.page.limit)
        }
        var writer = JSONWriter(reserving: 4_096)
        writer.beginDocument(head)
        writer.key("data")
        writer.beginList()
        for resource in results.resources {
            let attributes = byID[UTF8Key(resource.id)] ?? ObjectValue()
            let shown = request.responseFields == nil ? attributes : attributes.shown(results.fields)
            writer.value(self.resource(kind, resource.id, shown, asked.head))
        }
        writer.endList()
        writer.endDocument(head)
        return GatewayAnswer(writer.bytes)
    }

    /// The resource `id`.
    func single(_ kind: GatewayResource.Kind, _ id: String, _ asked: Asked) async throws -> GatewayAnswer {
        guard let resource = try await store.resource(kind, id) else { throw Self.unknown(kind, id) }
        return document(kind, id, attributes(of: resource), asked)
    }

    /// Removes the resource `id`. Queries go with a token of the administrator, or where everybody may register; all else
    /// with the administrator's only.
    func remove(_ kind: GatewayResource.Kind, _ id: String, _ asked: Asked) async throws -> GatewayAnswer {
        let isAllowed = asked.request.caller.isAdmin || kind == .queries && settings.registration == .everybody
        guard isAllowed else {
            throw GatewayRefusal(
                asked.request.caller.user == nil ? .login : .registration,
                "Removing \(kind.rawValue) takes a token of an administrator.")
        }
        guard try await store.remove(kind, id) else { throw Self.unknown(kind, id) }
        if kind == .queries { runner.stop(id) }
        var answer = GatewayAnswer([])
        answer.status = 204
        return answer
    }

    /// A document of one resource; `isNew` says whether the request made it, where it could have.
    func document(
        _ kind: GatewayResource.Kind, _ id: String, _ attributes: ObjectValue, _ asked: Asked, isNew: Bool? = nil,
        warnings: [OptimadeWarning] = []
    ) -> GatewayAnswer {
        var head = asked.head
        head.warnings += warnings
        if let isNew { head.more["_\(prefix)_created"] = .bool(isNew) }
        var writer = JSONWriter(reserving: 4_096)
        writer.beginDocument(head)
        writer.key("data")
        writer.value(resource(kind, id, attributes, asked.head))
        writer.endDocument(head)
        return GatewayAnswer(writer.bytes)
    }

    private func resource(
        _ kind: GatewayResource.Kind, _ id: String, _ attributes: ObjectValue, _ head: DocumentHead
    ) -> Value {
        .members([
            "id": .string(id), "type": .string(kind.type),
            "links": .members(["self": .string(head.baseURL + "/v1/\(kind.rawValue)/" + id.pathEncoded)]),
            "attributes": .object(attributes),
        ])
    }

    private static let responseKey = "response"

    /// What clients see of `resource`; of a query that runs, how far it has come.
    func attributes(of resource: GatewayResource) -> ObjectValue {
        var (bytes, response) = (resource.attributes, resource.response)
        if resource.kind == .queries, let query = StoredQuery(resource), let progress = runner.progress(resource.id) {
            (bytes, response) = (query.attributes(state: progress.state), progress.response)
        }
        // What does not read is damaged, and shows nothing.
        var attributes = (try? Value(json: bytes, limits: .file))?.object ?? ObjectValue()
        if let response { attributes[Self.responseKey] = try? Value(json: response, limits: .file) }
        if resource.kind == .queries {
            for key in [StoredQuery.databasesKey, StoredQuery.addressKey] { attributes[key] = nil }
        }
        if resource.kind == .gateways { attributes[Self.searchKey] = nil }
        if resource.kind == .databases, let health = attributes[Self.healthKey] {
            attributes[Self.healthKey] = nil
            attributes["_\(prefix)_health"] = health
        }
        return attributes
    }

    /// `/progress/{name}`: the databases of a list that is on its way.
    func progress(_ name: String, _ asked: Asked) throws(GatewayRefusal) -> GatewayAnswer {
        guard let statuses = board.progress(of: name) else {
            throw GatewayRefusal(.unknown, "No list is on its way that was asked for as “\(name)”.")
        }
        var writer = JSONWriter(reserving: 4_096)
        writer.beginDocument(asked.head)
        writer.key("data")
        writer.value(
            .members([
                "id": .string(name), "type": .string("progress"),
                "attributes": .members([
                    "databases": .integer(Int64(statuses.count)),
                    "providers": .list(statuses.compactMap { $0?.json }),
                ]),
            ]))
        writer.endDocument(asked.head)
        return GatewayAnswer(writer.bytes)
    }

    static func unknown(_ kind: GatewayResource.Kind, _ id: String) -> GatewayRefusal {
        GatewayRefusal(.unknown, "There is no “\(id)” among the \(kind.rawValue).")
    }

    /// The id of a new resource: 24 hexadecimal digits, chance alone.
    static func newID() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<24).map { _ in String(Int.random(in: 0..<16, using: &generator), radix: 16) }.joined()
    }
}

extension GatewayService.Asked {
    /// The address of the same list from another place on.
    func address(from offset: Int) -> String {
        let kept = query.items.filter { Parameter(rawValue: $0.name)?.isPagePosition != true }.map(\.raw)
        let pieces = kept + (offset == 0 ? [] : ["page_offset=\(offset)"])
        return head.address(path) + (pieces.isEmpty ? "" : "?" + pieces.joined(separator: "&"))
    }

    /// The address of the same list from `cursor` on.
    func address(behind cursor: String) -> String {
        let kept = query.items.filter { Parameter(rawValue: $0.name)?.isPagePosition != true }.map(\.raw)
        return head.address(path) + "?" + (kept + ["page_cursor=\(cursor)"]).joined(separator: "&")
    }
}

extension ObjectValue {
    /// The members that are called as `names` say.
    func only(_ names: [String]) -> ObjectValue {
        ObjectValue(names.compactMap { name in self[name].map { (name, $0) } })
    }

    /// What an answer with `fields` shows of these attributes.
    func shown(_ fields: ResponseFields) -> ObjectValue {
        ObjectValue(
            fields.fields.compactMap { field in
                let value: Value? = self[field.name] ?? (field.isAlwaysThere ? Value.null : nil)
                return value.map { (field.name, $0) }
            })
    }
}
