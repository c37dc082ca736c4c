package import RutileClient
package import RutileJSON

/// A database as gateways have it: a `links` resource whose base URL can be asked.
package struct GatewayDatabase: Hashable, Sendable {
    package let id: String
    /// `name`, `description`, `base_url`, `homepage`, `link_type` and whatever else was given.
    package let attributes: ObjectValue
    /// What is asked.
    package let base: WebAddress

    /// The database `id`, whose base URL `base` is.
    init(id: String, attributes: ObjectValue, base: WebAddress) {
        self.id = id
        self.attributes = attributes
        self.base = base
    }

    /// A database that nobody registered.
    init(adHoc base: WebAddress) {
        let name = base.authority + base.path
        id = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            .map { String(Substring($0)) }.joined(separator: "__")
        attributes = ObjectValue([
            ("name", Value.string(name)), ("description", .string("")), ("base_url", .string(base.description)),
            ("homepage", .null), ("link_type", .string("child")), ("aggregate", .string("ok")),
        ])
        self.base = base
    }

    /// The database that a stored `links` resource is.
    init?(_ resource: Value) {
        guard let id = resource["id"]?.text, let attributes = resource["attributes"]?.object,
            let text = Self.address(attributes["base_url"]), let base = try? WebAddress(text)
        else { return nil }
        self.init(id: id, attributes: attributes, base: base)
    }

    /// The text of a link: a string, or an object with `href`.
    static func address(_ link: Value?) -> String? { link?.text ?? link?["href"]?.text }

    /// The resource, as gateways and queries keep it.
    var resource: Value {
        .members(["id": .string(id), "type": .string("links"), "attributes": .object(attributes)])
    }

    /// The id with a slash, which stands before the ids of its entries.
    var prefix: String { id + "/" }

    /// Whether an entry of this one and an entry of `other` can have the same name in a merged list.
    func sharesNames(with other: GatewayDatabase) -> Bool {
        prefix.utf8.starts(with: other.prefix.utf8) || other.prefix.utf8.starts(with: prefix.utf8)
    }

    /// The same database under an id by which its entries share no names with those of `others`: its own, or that behind a
    /// number.
    func distinguished(from others: [GatewayDatabase]) -> GatewayDatabase {
        var (database, number) = (self, 2)
        while others.contains(where: database.sharesNames) {
            database = GatewayDatabase(id: "\(number):\(id)", attributes: attributes, base: base)
            number += 1
        }
        return database
    }
}
