import RutileJSON
package import RutileModel
import Synchronization

/// The gateway's resources in memory: the reference that other stores are compared with, and what tests use.
package final class MemoryGatewayStore: GatewayStore {
    private struct Place: Hashable {
        let kind: GatewayResource.Kind
        let id: UTF8Key
    }

    private let contents = Mutex<[Place: GatewayResource]>([:])

    /// No resources.
    package init() {}

    package func resource(_ kind: GatewayResource.Kind, _ id: String) async throws -> GatewayResource? {
        contents.withLock { $0[Place(kind: kind, id: UTF8Key(id))] }
    }

    package func resources(_ kind: GatewayResource.Kind, responses: Bool) async throws -> [GatewayResource] {
        var found = contents.withLock { $0.values.filter { $0.kind == kind } }
        if !responses { for index in found.indices { found[index].response = nil } }
        return found.sorted { UTF8Key($0.id) < UTF8Key($1.id) }
    }

    package func resources(_ kind: GatewayResource.Kind, keys: [String]) async throws -> [GatewayResource?] {
        contents.withLock { contents in keys.map { Self.newest(contents, kind, $0) } }
    }

    package func insert(
        _ resource: GatewayResource, unlessSince oldest: Timestamp
    ) async throws -> GatewayResource {
        try contents.withLock { contents in
            if let key = resource.key, let found = Self.newest(contents, resource.kind, key), found.made >= oldest {
                return found
            }
            let place = Place(kind: resource.kind, id: UTF8Key(resource.id))
            guard contents[place] == nil else {
                throw StoreError.alreadyExists(kind: resource.kind.rawValue, id: resource.id)
            }
            contents[place] = resource
            return resource
        }
    }

    package func replace(_ resource: GatewayResource) async throws {
        contents.withLock { contents in
            let place = Place(kind: resource.kind, id: UTF8Key(resource.id))
            if contents[place] != nil { contents[place] = resource }
        }
    }

    package func remove(_ kind: GatewayResource.Kind, _ id: String) async throws -> Bool {
        contents.withLock { $0.removeValue(forKey: Place(kind: kind, id: UTF8Key(id))) != nil }
    }

    package func removeQueries(
        before oldest: Timestamp, beyond most: Int, keeping kept: [String]
    ) async throws -> [String] {
        contents.withLock { contents in
            let kept = Set(kept.map(UTF8Key.init))
            let all = contents.values.filter { $0.kind == .queries }
            let queries = all.filter { !kept.contains(UTF8Key($0.id)) }
                .sorted { ($1.made, UTF8Key($1.id)) < ($0.made, UTF8Key($0.id)) }
            let room = max(0, most - (all.count - queries.count))
            let removed = queries.enumerated().filter { $0.offset >= room || $0.element.made < oldest }
                .map(\.element.id)
            for id in removed { contents[Place(kind: .queries, id: UTF8Key(id))] = nil }
            return removed.sorted { UTF8Key($0) < UTF8Key($1) }
        }
    }

    private static func newest(
        _ contents: [Place: GatewayResource], _ kind: GatewayResource.Kind, _ key: String
    ) -> GatewayResource? {
        contents.values.filter { $0.kind == kind && $0.key?.hasSameUTF8(as: key) == true }
            .max { ($0.made, UTF8Key($0.id)) < ($1.made, UTF8Key($1.id)) }
    }
}
