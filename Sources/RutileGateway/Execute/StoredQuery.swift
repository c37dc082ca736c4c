import Crypto
import OptimadeAPI
import RutileJSON
import RutileModel
import RutileStore

/// A query as it is stored: what is asked, of which databases. The databases are those of its gateway when it was made, so
/// that it can be taken up again whatever became of the gateway.
struct StoredQuery: Sendable {
    let id: String
    let gateway: String
    let databases: [GatewayDatabase]
    let endpoint: String
    /// The parameters, as they were given.
    let parameters: ObjectValue
    /// The base URL of the gateway, as who asked knows it; links of the response begin with it.
    let address: String
    /// Equal for queries that can stand for each other.
    let key: String
    let made: Timestamp

    /// A new query. `identity` is equal for parameters that ask the same.
    init(
        id: String, gateway: String, databases: [GatewayDatabase], endpoint: String, parameters: ObjectValue,
        identity: ObjectValue, address: String, made: Timestamp
    ) {
        self.id = id
        self.address = address
        self.gateway = gateway
        self.databases = databases
        self.endpoint = endpoint
        self.parameters = parameters
        self.made = made
        // Names in one order, so that it does not matter how the client wrote them.
        let sorted = ObjectValue(zip(identity.keys, identity.values).sorted { UTF8Key($0.0) < UTF8Key($1.0) })
        let text = Value.list([.string(gateway), .string(endpoint), .object(sorted)]).json()
        key = base64URL(Array(SHA256.hash(data: text).prefix(24)))
    }

    /// The query that `resource` is; `nil` where it is damaged.
    init?(_ resource: GatewayResource) {
        guard let value = try? Value(json: resource.attributes, limits: .file), let gateway = value["gateway_id"]?.text,
            let endpoint = value["endpoint"]?.text, let parameters = value["query_parameters"]?.object,
            let databases = value[Self.databasesKey]?.items
        else { return nil }
        id = resource.id
        self.gateway = gateway
        self.databases = databases.compactMap(GatewayDatabase.init)
        self.endpoint = endpoint
        self.parameters = parameters
        address = value[Self.addressKey]?.text ?? ""
        key = resource.key ?? ""
        made = resource.made
    }

    /// Where the databases are kept, and the address. They are no attributes: answers leave them out.
    static let databasesKey = "databases"
    static let addressKey = "address"

    /// The attributes with `state`, but without the response; and, where `isStored`, what is stored beside them.
    func attributes(state: String, isStored: Bool = false) -> [UInt8] {
        var writer = JSONWriter(reserving: 1_024)
        writer.beginObject()
        writer.member("gateway_id", gateway)
        writer.key("query_parameters")
        writer.value(.object(parameters))
        writer.member("state", state)
        writer.member("endpoint", endpoint)
        writer.member("last_modified", made.text(offset: "Z"))
        if isStored {
            writer.key(Self.databasesKey)
            writer.value(.list(databases.map(\.resource)))
            writer.member(Self.addressKey, address)
        }
        writer.endObject()
        return writer.bytes
    }

    /// The resource that is stored of it; `response` is a JSON object. One that nothing shall stand for has no key.
    func resource(state: String, response: [UInt8]? = nil, isReusable: Bool = true) -> GatewayResource {
        GatewayResource(
            .queries, id: id, key: isReusable ? key : nil,
            attributes: attributes(state: state, isStored: true), response: response, made: made)
    }
}
