import RutileJSON

/// A database that `/links` names.
///
/// Source: OPTIMADE 1.2, "Links Endpoint".
package struct DatabaseLink: Hashable, Sendable {
    /// What it is to this one.
    package enum LinkType: String, Hashable, Sendable {
        case child, root, external, providers
    }

    package let id: String
    package let name: String
    package let description: String
    /// Its unversioned base URL; absent where it has none yet.
    package let baseURL: String?
    package let homepage: String?
    package let linkType: LinkType

    /// A link to the database `name`.
    package init(
        id: String, name: String, description: String, baseURL: String?, homepage: String?, linkType: LinkType
    ) {
        self.id = id
        self.name = name
        self.description = description
        self.baseURL = baseURL
        self.homepage = homepage
        self.linkType = linkType
    }

    /// The link as an entry.
    package var resource: Resource {
        Resource(
            type: EntryTypeDefinition.links.name, id: id,
            attributes: ObjectValue([
                ("name", .string(name)), ("description", .string(description)),
                ("base_url", baseURL.map { .string($0) } ?? .null),
                ("homepage", homepage.map { .string($0) } ?? .null), ("link_type", .string(linkType.rawValue)),
            ]))
    }
}

extension EntryTypeDefinition {
    /// Databases, as `/links` lists them. Not an entry type of the standard, but listed like one.
    package static let links = EntryTypeDefinition(
        "links", description: "This database and others that belong to it.",
        properties: Array(PropertyDefinition.core.prefix(2)) + PropertyDefinition.links)
}

extension PropertyDefinition {
    fileprivate static let links: [PropertyDefinition] = [
        .standard(
            "name", in: "optimade/links", .must, query: .none, .string, "A short name of the database."),
        .standard(
            "description", in: "optimade/links", .must, query: .none, .string, "What the database has."),
        .standard(
            "base_url", in: "optimade/links", .should, query: .none, .string, "Its unversioned base URL."),
        .standard(
            "homepage", in: "optimade/links", .should, query: .none, .string, "Its page for people."),
        .standard(
            "link_type", in: "optimade/links", .must, query: .none, .word(["child", "root", "external", "providers"]),
            "What the database is to this one."),
    ]
}
