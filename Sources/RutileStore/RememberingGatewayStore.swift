import RutileJSON
package import RutileModel
import Synchronization

/// A store that remembers for a moment which databases and gateways another one has, since every question to a gateway
/// looks the same few of them up.
///
/// What is changed through it is seen at once; what other processes change is seen a second later at most. Queries are not
/// remembered.
package final class RememberingGatewayStore: GatewayStore {
    /// What a resource was asked for by.
    private enum Name: Hashable {
        case id(GatewayResource.Kind, UTF8Key)
        case key(GatewayResource.Kind, UTF8Key)
    }

    private struct Memory {
        /// `nil` inside for what is not there.
        var found: [Name: GatewayResource?] = [:]
        /// When all of it is forgotten.
        var until = Duration.zero
        /// Changes so far; what was read before the last one is not kept.
        var changes = 0
    }

    private static let lifetime = Duration.seconds(1)
    private static let most = 256
    private let store: any GatewayStore
    private let now: @Sendable () -> Duration
    private let memory = Mutex(Memory())

    /// Remembers what `store` has; `now` is the time since some fixed instant.
    package init(_ store: any GatewayStore, now: @escaping @Sendable () -> Duration) {
        self.store = store
        self.now = now
    }

    package func resource(_ kind: GatewayResource.Kind, _ id: String) async throws -> GatewayResource? {
        guard kind != .queries else { return try await store.resource(kind, id) }
        return try await remembered([.id(kind, UTF8Key(id))]) { _ in [try await self.store.resource(kind, id)] }[0]
    }

    package func resources(_ kind: GatewayResource.Kind, responses: Bool) async throws -> [GatewayResource] {
        try await store.resources(kind, responses: responses)
    }

    package func resources(_ kind: GatewayResource.Kind, keys: [String]) async throws -> [GatewayResource?] {
        guard kind != .queries else { return try await store.resources(kind, keys: keys) }
        return try await remembered(keys.map { .key(kind, UTF8Key($0)) }) { missing in
            try await self.store.resources(kind, keys: missing.map { keys[$0] })
        }
    }

    package func insert(
        _ resource: GatewayResource, unlessSince oldest: Timestamp
    ) async throws -> GatewayResource {
        try await changing(resource.kind) { try await self.store.insert(resource, unlessSince: oldest) }
    }

    package func replace(_ resource: GatewayResource) async throws {
        try await changing(resource.kind) { try await self.store.replace(resource) }
    }

    package func remove(_ kind: GatewayResource.Kind, _ id: String) async throws -> Bool {
        try await changing(kind) { try await self.store.remove(kind, id) }
    }

    package func removeQueries(
        before oldest: Timestamp, beyond most: Int, keeping kept: [String]
    ) async throws -> [String] {
        try await store.removeQueries(before: oldest, beyond: most, keeping: kept)
    }

    /// The resources called `names`; `read` gives those at the positions that nobody remembers.
    private func remembered(
        _ names: [Name], _ read: (_ missing: [Int]) async throws -> [GatewayResource?]
    ) async throws -> [GatewayResource?] {
        let time = now()
        let (known, changes) = memory.withLock { memory in
            if memory.until <= time || memory.found.count >= Self.most {
                memory.found = [:]
                memory.until = time + Self.lifetime
            }
            return (names.map { memory.found[$0] }, memory.changes)
        }
        let missing = known.indices.filter { known[$0] == nil }
        guard !missing.isEmpty else { return known.map { $0 ?? nil } }
        let read = try await read(missing)
        memory.withLock { memory in
            guard memory.changes == changes else { return }
            for (position, resource) in zip(missing, read) { memory.found[names[position]] = .some(resource) }
        }
        var all = known.map { $0 ?? nil }
        for (position, resource) in zip(missing, read) { all[position] = resource }
        return all
    }

    /// Forgets what `change` may have changed, whatever came of it.
    private func changing<Result>(
        _ kind: GatewayResource.Kind, _ change: () async throws -> Result
    ) async throws -> Result {
        defer {
            if kind != .queries {
                memory.withLock { memory in
                    memory.found = [:]
                    memory.changes += 1
                }
            }
        }
        return try await change()
    }
}
