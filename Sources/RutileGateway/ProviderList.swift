import OptimadeAPI
import RutileClient
package import RutileJSON
import RutileStore

/// Databases from lists of providers: registration in bulk, never fatal.
extension GatewayService {
    /// What became of one database of a list.
    package struct Loaded: Sendable {
        /// Its id here.
        package let id: String
        package let address: String
        /// Why it was not registered; absent where it is, or was before.
        package let problem: String?
        /// Whether it was not there before.
        package let isNew: Bool
    }

    /// Registers the databases of a federation's list of providers, in the form of `/links`: its entries are indexes, whose
    /// own `/links` name the databases, or databases themselves. Those that do not answer are left out.
    ///
    /// Providers are asked side by side, `settings.databaseSeconds` each. Ids are `<provider>/<database>`, or the database's
    /// own where a provider has one only.
    ///
    /// - Throws: `StoreError`, `CancellationError`.
    package func load(providers document: Value) async throws -> [Loaded] {
        let providers = (document["data"]?.items ?? []).filter { provider in
            // These two are examples for documentation.
            let id = provider["id"]?.text ?? ""
            return !id.hasSameUTF8(as: "exmpl") && !id.hasSameUTF8(as: "optimade")
        }
        return try await withThrowingTaskGroup(of: (Int, [Loaded]).self) { group in
            for (index, provider) in providers.enumerated() {
                group.addTask { (index, try await self.load(provider: provider)) }
            }
            var loaded: [(Int, [Loaded])] = []
            for try await one in group { loaded.append(one) }
            return loaded.sorted { $0.0 < $1.0 }.flatMap(\.1)
        }
    }

    private func load(provider: Value) async throws -> [Loaded] {
        guard let id = provider["id"]?.text, let attributes = provider["attributes"]?.object,
            let address = GatewayDatabase.address(attributes["base_url"])
        else { return [] }
        if let reason = Self.wish(of: attributes) {
            return [Loaded(id: id, address: address, problem: reason, isNew: false)]
        }
        let base: WebAddress
        do {
            base = try WebAddress(base: address)
        } catch {
            return [Loaded(id: id, address: address, problem: "its address is none: \(error)", isNew: false)]
        }
        let children: [Value]
        do {
            let links = try await client.links(of: base, deadline: checkDeadline)
            children = links.filter { $0["attributes"]?["link_type"]?.text?.hasSameUTF8(as: "child") == true }
        } catch let failure as DatabaseFailure {
            return [Loaded(id: id, address: address, problem: failure.detail, isNew: false)]
        }
        let databases = children.isEmpty ? [provider] : children
        let areSeveral = databases.count { GatewayDatabase.address($0["attributes"]?["base_url"]) != nil } > 1
        var loaded: [Loaded] = []
        for database in databases {
            let own = database["id"]?.text ?? ""
            let name = areSeveral ? "\(id)/\(own)" : own
            loaded.append(try await load(database: database, as: name))
        }
        return loaded
    }

    /// Why a link is not to be followed by who gathers the entries of many databases; `nil` where it may be.
    ///
    /// Source: "Links Endpoint JSON Response Schema": `aggregate`, `ok` where it is absent.
    private static func wish(of attributes: ObjectValue) -> String? {
        guard let aggregate = attributes["aggregate"]?.text, !aggregate.hasSameUTF8(as: "ok") else { return nil }
        let reason = attributes["no_aggregate_reason"]?.text.map { " (\($0.shortened))" } ?? ""
        return "it asks not to be gathered with others: its aggregate is “\(aggregate.shortened)”\(reason)"
    }

    private func load(database: Value, as id: String) async throws -> Loaded {
        let attributes = database["attributes"]?.object ?? ObjectValue()
        let address = GatewayDatabase.address(attributes["base_url"]) ?? ""
        func refused(_ problem: String) -> Loaded { Loaded(id: id, address: address, problem: problem, isNew: false) }
        guard BodyReader.isIdentifier(id, slashes: true) else { return refused("its id is none") }
        do {
            let base = try WebAddress(base: address)
            if let known = try await registered(at: [base])[0] {
                return Loaded(id: known.id, address: address, problem: nil, isNew: false)
            }
            if let reason = Self.wish(of: attributes) { return refused(reason) }
            if let failure = try await failure(of: base) { return refused(failure.detail) }
            let name = attributes["name"]?.text ?? ""
            let (resource, isNew) = try await register(
                id: id, attributes: attributes, base: base, name: name.isEmpty ? id : name)
            return Loaded(id: resource.id, address: address, problem: nil, isNew: isNew)
        } catch let error as WebAddressError {
            return refused("its address is none: \(error)")
        } catch let refusal as GatewayRefusal {
            return refused(refusal.problems.map(\.detail).joined(separator: " "))
        }
    }
}
