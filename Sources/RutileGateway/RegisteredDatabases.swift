import RutileClient
import RutileStore

/// Which of some databases are registered: those that there is an address of here. Others are known to a gateway alone,
/// or to one search.
struct RegisteredDatabases: Sendable {
    private var ids: [WebAddress: String] = [:]

    /// None of them.
    init() {}

    /// Those of `databases` that `store` has, at whatever id.
    ///
    /// - Throws: `StoreError`, `CancellationError`.
    init(among databases: [GatewayDatabase], _ store: any GatewayStore) async throws {
        guard !databases.isEmpty else { return }
        let bases = databases.map(\.base.unversioned)
        for (base, resource) in zip(bases, try await store.resources(.databases, keys: bases.map(\.description))) {
            ids[base] = resource?.id
        }
    }

    /// The id under which `database` is registered; `nil` where it is not.
    subscript(_ database: GatewayDatabase) -> String? { ids[database.base.unversioned] }
}
