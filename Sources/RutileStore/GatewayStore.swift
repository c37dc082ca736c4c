package import RutileModel

/// Where the gateway's resources are kept: databases, gateways, queries.
///
/// The store knows of a resource what it takes to find it; what it is, is a JSON object of attributes. Implementations
/// run `GatewayStoreContract`.
///
/// - Throws: ``StoreError``, or `CancellationError`.
package protocol GatewayStore: Sendable {
    /// The resource `id`; `nil` when there is none.
    func resource(_ kind: GatewayResource.Kind, _ id: String) async throws -> GatewayResource?
    /// All resources of `kind`, by id. Without `responses` those are absent: they are large, and queries are many.
    func resources(_ kind: GatewayResource.Kind, responses: Bool) async throws -> [GatewayResource]
    /// For each of `keys` the newest resource of `kind` that has it; `nil` where there is none.
    func resources(_ kind: GatewayResource.Kind, keys: [String]) async throws -> [GatewayResource?]
    /// Stores `resource`, unless one with its key is there that was made at `oldest` or later: then gives that one.
    /// Both in one transaction, so that of several equal ones at the same time one is stored.
    ///
    /// - Throws: ``StoreError/alreadyExists(kind:id:)`` when another resource has the id.
    func insert(_ resource: GatewayResource, unlessSince oldest: Timestamp) async throws -> GatewayResource
    /// Stores `resource` in the place of the one with its id; nothing when that was removed meanwhile.
    func replace(_ resource: GatewayResource) async throws
    /// Removes the resource `id`; gives whether it was there.
    func remove(_ kind: GatewayResource.Kind, _ id: String) async throws -> Bool
    /// Removes queries that were made before `oldest`, and the oldest ones beyond `most`; gives their ids. Those that
    /// `kept` names stay, and count.
    func removeQueries(before oldest: Timestamp, beyond most: Int, keeping kept: [String]) async throws -> [String]
}

extension GatewayStore {
    /// All resources of `kind`, by id, without responses.
    package func resources(_ kind: GatewayResource.Kind) async throws -> [GatewayResource] {
        try await resources(kind, responses: false)
    }
}

/// A database, a gateway or a query.
package struct GatewayResource: Hashable, Sendable {
    /// What it is; raw values are the endpoints' names.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case databases, gateways, queries
    }

    package let kind: Kind
    /// Unique among those of its kind.
    package let id: String
    /// Equal for resources that can stand for each other; absent for those that nothing can stand for.
    package var key: String?
    /// A JSON object, in UTF-8.
    package var attributes: [UInt8]
    /// What a query was answered, a JSON object in UTF-8; absent before that, and for all else.
    package var response: [UInt8]?
    /// When it was made.
    package let made: Timestamp

    /// A resource of `kind`.
    package init(
        _ kind: Kind, id: String, key: String?, attributes: [UInt8], response: [UInt8]? = nil, made: Timestamp
    ) {
        self.kind = kind
        self.id = id
        self.key = key
        self.attributes = attributes
        self.response = response
        self.made = made
    }
}
