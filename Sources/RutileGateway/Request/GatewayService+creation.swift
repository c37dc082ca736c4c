import Crypto
import OptimadeAPI
package import RutileClient
package import RutileJSON
import RutileModel
package import RutileStore

/// Databases and gateways as clients make them.
extension GatewayService {
    /// `POST /databases`.
    func registerDatabase(_ asked: Asked) async throws -> GatewayAnswer {
        try checkRegistration(asked.request.caller, "Registering databases")
        var body = try BodyReader(asked.request.body)
        let id = body.identifier("id", slashes: true)
        let name = body.text("name", isRequired: true)
        let base = body.base(body.object["base_url"], at: "/base_url", client)
        let attributes = body.links(
            body.object, at: "", description: "created by OPTIMADE gateway database registration.")
        try body.check()
        guard let name, let base else { preconditionFailure("faults were noted") }
        let (resource, isNew) = try await register(
            id: id, attributes: attributes, base: base, name: name)
        return document(.databases, resource.id, self.attributes(of: resource), asked, isNew: isNew)
    }

    /// Whether databases at `base` are asked from here, as far as its text tells (`gateway.allowed_networks`).
    package func admits(_ base: WebAddress) -> Bool { client.web.admits(base) }

    /// Stores a database, unless one of the same base URL is there.
    ///
    /// - Throws: ``GatewayRefusal`` where the id is none, another database has it, or the name is empty; `StoreError`,
    ///   `CancellationError`.
    package func register(
        id: String?, attributes: ObjectValue, base: WebAddress, name: String
    ) async throws -> (resource: GatewayResource, isNew: Bool) {
        if let id, !BodyReader.isIdentifier(id, slashes: true) {
            throw GatewayRefusal(.body, pointer: "/body/id", "id \(BodyReader.rule(ofIdentifiers: true))")
        }
        guard !name.isEmpty else { throw GatewayRefusal(.body, pointer: "/body/name", "name must not be empty.") }
        var attributes = attributes
        let made = now()
        // Health is the server's own to tell.
        for name in [Self.healthKey, "_\(prefix)_health"] { attributes[name] = nil }
        attributes["name"] = .string(name)
        attributes["last_modified"] = .string(made.text(offset: "Z"))
        return try await insert(
            GatewayResource(
                .databases, id: id ?? Self.newID(), key: base.unversioned.description,
                attributes: Value.object(attributes).json(), made: made))
    }

    /// `POST /gateways`.
    func makeGateway(_ asked: Asked) async throws -> GatewayAnswer {
        try checkRegistration(asked.request.caller, "Making gateways")
        var body = try BodyReader(asked.request.body)
        let id = body.identifier("id", slashes: false)
        var databases: [GatewayDatabase] = []
        let given = body.object["databases"] ?? .null
        for (index, item) in (given.items ?? []).enumerated() {
            if let database = body.database(item, at: "/databases/\(index)", client) { databases.append(database) }
        }
        if !given.isNull, given.items == nil {
            body.fault("/databases", "databases must be a list of links resources.")
        }
        let ids = body.texts("database_ids")
        if body.problems.isEmpty, databases.isEmpty, ids.isEmpty {
            body.fault("", "One of databases and database_ids must name at least one database.")
        }
        try body.check()
        databases += try await registered(ids, pointer: "/body/database_ids")
        let (distinct, warnings) = try distinct(databases, at: .body("/databases"))
        let (resource, isNew) = try await gateway(of: distinct, id: id)
        return document(.gateways, resource.id, attributes(of: resource), asked, isNew: isNew, warnings: warnings)
    }

    /// The gateway of `databases`: the one that there is, or a new one.
    func gateway(
        of databases: [GatewayDatabase], id: String? = nil
    ) async throws -> (resource: GatewayResource, isNew: Bool) {
        var (resource, isNew) = try await insert(newGateway(of: databases, id: id))
        if !isNew, Self.isOfSearch(resource) {
            // Somebody counts on it from now on.
            resource.attributes = newGateway(of: self.databases(of: resource), id: resource.id).attributes
            try await store.replace(resource)
        }
        return (resource, isNew)
    }

    /// The gateway of `databases` that a search needs for its query: the one that there is, or one that goes when the
    /// query is old.
    func searchGateway(of databases: [GatewayDatabase]) async throws -> GatewayResource {
        try await insert(newGateway(of: databases, id: nil, isOfSearch: true)).resource
    }

    private func newGateway(of databases: [GatewayDatabase], id: String?, isOfSearch: Bool = false) -> GatewayResource {
        let made = now()
        var attributes = ObjectValue([
            ("databases", Value.list(databases.map(\.resource))), ("last_modified", .string(made.text(offset: "Z"))),
        ])
        if isOfSearch { attributes[Self.searchKey] = .bool(true) }
        return GatewayResource(
            .gateways, id: id ?? Self.newID(), key: Self.key(of: databases),
            attributes: Value.object(attributes).json(), made: made)
    }

    /// Marks gateways that searches made, among their stored attributes. Answers leave it out.
    static let searchKey = "of_search"

    /// Whether nobody but a search asked for the gateway `resource`.
    static func isOfSearch(_ resource: GatewayResource) -> Bool {
        (try? Value(json: resource.attributes, limits: .file))?[searchKey]?.bool == true
    }

    /// The gateway of `databases`, if there is one.
    func existingGateway(of databases: [GatewayDatabase]) async throws -> GatewayResource? {
        try await store.resources(.gateways, keys: [Self.key(of: databases)])[0]
    }

    /// The databases of the gateway `resource`.
    func databases(of resource: GatewayResource) -> [GatewayDatabase] {
        let value = try? Value(json: resource.attributes, limits: .file)
        return value?["databases"]?.items?.compactMap(GatewayDatabase.init) ?? []
    }

    /// The registered databases of these ids, in order.
    ///
    /// - Throws: ``GatewayRefusal``, which names those that there are none of.
    func registered(
        _ ids: [String], pointer: String? = nil, parameter: String? = nil
    ) async throws -> [GatewayDatabase] {
        var databases: [GatewayDatabase] = []
        var unknown: [String] = []
        for id in ids {
            if let resource = try await store.resource(.databases, id), let database = Self.database(resource) {
                databases.append(database)
            } else {
                unknown.append(id)
            }
        }
        guard unknown.isEmpty else {
            throw GatewayRefusal(
                .database, pointer: pointer, parameter: parameter,
                "No database is registered as \(unknown.map { "“\($0)”" }.joined(separator: ", ")).")
        }
        return databases
    }

    /// For each of `bases` the database that is registered with this base URL; `nil` where there is none.
    func registered(at bases: [WebAddress]) async throws -> [GatewayDatabase?] {
        guard !bases.isEmpty else { return [] }
        return try await store.resources(.databases, keys: bases.map(\.unversioned.description)).map {
            $0.flatMap(Self.database)
        }
    }

    static func database(_ resource: GatewayResource) -> GatewayDatabase? {
        guard var attributes = try? Value(json: resource.attributes, limits: .file).object else { return nil }
        attributes[healthKey] = nil
        return GatewayDatabase(.members(["id": .string(resource.id), "attributes": .object(attributes)]))
    }

    /// Each base URL once. Of those whose bases are among `adHoc`, for which nobody chose an id, the ids are changed where
    /// they could be confused with others; for a search also of others, which it only names, with a warning.
    ///
    /// - Throws: ``GatewayRefusal`` of `place` where ids that were given can be confused, or there are too many.
    func distinct(
        _ databases: [GatewayDatabase], adHoc: Set<WebAddress> = [], isSearch: Bool = false, at place: BodyPlace
    ) throws(GatewayRefusal) -> (databases: [GatewayDatabase], warnings: [OptimadeWarning]) {
        var distinct: [GatewayDatabase] = []
        var warnings: [OptimadeWarning] = []
        for database in databases {
            if distinct.contains(where: { $0.base.unversioned == database.base.unversioned }) {
                warnings.append(
                    OptimadeWarning(
                        .gatewayRepeated, "The base URL \(database.base) is repeated; only the first database counts."))
            } else {
                distinct.append(database)
            }
        }
        guard distinct.count <= settings.databases else {
            throw place.refusal(
                "\(distinct.count) databases are more than the \(settings.databases) that are asked at once here.")
        }
        var settled: [GatewayDatabase] = []
        for index in distinct.indices where !adHoc.contains(distinct[index].base) {
            let database = distinct[index]
            if let other = settled.first(where: database.sharesNames) {
                let trouble =
                    "Entries of the databases “\(other.id)” (\(other.base)) and “\(database.id)” (\(database.base)) "
                    + "could have the same names."
                guard isSearch else { throw place.refusal(trouble + " Give one of them another id.") }
                distinct[index] = database.distinguished(from: distinct.filter { $0.base != database.base })
                warnings.append(
                    OptimadeWarning(.gatewayID, trouble + " The latter is called “\(distinct[index].id)” here."))
            }
            settled.append(distinct[index])
        }
        for index in distinct.indices where adHoc.contains(distinct[index].base) {
            distinct[index] = distinct[index].distinguished(from: settled)
            settled.append(distinct[index])
        }
        return (distinct, warnings)
    }

    private static func key(of databases: [GatewayDatabase]) -> String {
        let addresses = databases.map(\.base.unversioned.description).sorted { UTF8Key($0) < UTF8Key($1) }
        let digest = SHA256.hash(data: Array(addresses.joined(separator: "\n").utf8))
        return base64URL(Array(digest.prefix(24)))
    }

    /// Stores `resource`, unless one with its key is there.
    private func insert(_ resource: GatewayResource) async throws -> (resource: GatewayResource, isNew: Bool) {
        do {
            let stored = try await store.insert(resource, unlessSince: Timestamp(microseconds: .min))
            return (stored, stored == resource)
        } catch StoreError.alreadyExists(let kind, let id) {
            throw GatewayRefusal(.exists, pointer: "/body/id", "“\(id)” among the \(kind) is another one.")
        }
    }
}

extension BodyReader {
    /// The base URL that `value` is: a text, or an object with `href`. Faults are noted at `pointer`.
    mutating func base(_ value: Value?, at pointer: String, _ client: OptimadeClient) -> WebAddress? {
        guard let text = GatewayDatabase.address(value) else {
            fault(pointer, "A base URL is required: a text, or an object with href.")
            return nil
        }
        do {
            let base = try WebAddress(base: text)
            guard client.web.admits(base) else {
                fault(
                    pointer,
                    "The address \(base.authority) is not asked from here: it is private and not in "
                        + "gateway.allowed_networks, or this server's own.", code: .address)
                return nil
            }
            return base
        } catch {
            fault(pointer, "“\(text)” is no base URL: \(error).")
            return nil
        }
    }

    /// The attributes of a `links` resource, with those that may be absent filled in. Faults are noted below `pointer`.
    mutating func links(_ object: ObjectValue, at pointer: String, description: String) -> ObjectValue {
        var attributes = object
        for name in ["id", "type", "links", "relationships", "attributes"] { attributes[name] = nil }
        let name = object["name"]?.text ?? ""
        if let given = object["name"]?.text, given.isEmpty { fault(pointer + "/name", "name must not be empty.") }
        if attributes["description"]?.text == nil { attributes["description"] = .string("\(name) \(description)") }
        attributes["homepage"] = attributes["homepage"] ?? .null
        if let homepage = attributes["homepage"], !homepage.isNull, GatewayDatabase.address(homepage) == nil {
            fault(pointer + "/homepage", "homepage must be a text, an object with href, or null.")
        }
        attributes["link_type"] = attributes["link_type"] ?? .string("external")
        attributes["aggregate"] = attributes["aggregate"] ?? .string("ok")
        let choices = [
            ("link_type", ["child", "external"], " Indexes of databases cannot be asked for entries."),
            ("aggregate", ["ok", "test", "staging", "no"], ""),
        ]
        for (name, words, reason) in choices {
            guard let text = attributes[name]?.text, words.contains(where: { $0.hasSameUTF8(as: text) }) else {
                fault("\(pointer)/\(name)", "\(name) must be one of \(words.joined(separator: ", ")).\(reason)")
                continue
            }
        }
        return attributes
    }

    /// The `links` resource of a body. Faults are noted below `pointer`.
    mutating func database(_ value: Value, at pointer: String, _ client: OptimadeClient) -> GatewayDatabase? {
        guard value.object != nil else {
            fault(pointer, "A database must be an object: a links resource.")
            return nil
        }
        guard let id = value["id"]?.text, Self.isIdentifier(id, slashes: true) else {
            fault(pointer + "/id", "A database must have an id.")
            return nil
        }
        if let type = value["type"], type.text?.hasSameUTF8(as: "links") != true {
            fault(pointer + "/type", "The type of a database is links.")
        }
        guard let attributes = value["attributes"]?.object else {
            fault(pointer + "/attributes", "A database must have attributes.")
            return nil
        }
        if attributes["name"]?.text == nil { fault(pointer + "/attributes/name", "name is required.") }
        let complete = links(attributes, at: pointer + "/attributes", description: "")
        guard let base = base(attributes["base_url"], at: pointer + "/attributes/base_url", client) else { return nil }
        return GatewayDatabase(id: id, attributes: complete, base: base)
    }
}
