import RutileJSON

/// A database that `/links` names.
///
/// Source: OPTIMADE 1.2, "Links Endpoint".
package struct DatabaseLink: Hashable, Sendable {
    /// What it is to this one.
    package enum LinkType: String, Hashable, Sendable {
        case child, root, external, providers
    }

    /// Whether clients that ask many databases should ask this one.
    package enum Aggregate: String, Hashable, Sendable {
        case ok, test, staging, no
    }

    package let id: String
    package let name: String
    package let description: String
    /// Its unversioned base URL; absent where it has none yet.
    package let baseURL: String?
    package let homepage: String?
    package let linkType: LinkType
    /// Absent where nobody said: then they should.
    package let aggregate: Aggregate?
    /// Why they should not; absent where nobody said.
    package let noAggregateReason: String?

    /// A link to the database `name`.
    package init(
        id: String, name: String, description: String, baseURL: String?, homepage: String?, linkType: LinkType,
        aggregate: Aggregate? = nil, noAggregateReason: String? = nil
    ) {
        self.id = id
        self.name = name
        self.description = description
        self.baseURL = baseURL
        self.homepage = homepage
        self.linkType = linkType
        self.aggregate = aggregate
        self.noAggregateReason = noAggregateReason
    }

    /// The link as an entry.
    package var resource: Resource {
        var attributes = ObjectValue([
            ("name", .string(name)), ("description", .string(description)),
            ("base_url", baseURL.map { .string($0) } ?? .null),
            ("homepage", homepage.map { .string($0) } ?? .null), ("link_type", .string(linkType.rawValue)),
        ])
        if let aggregate { attributes["aggregate"] = .string(aggregate.rawValue) }
        if let noAggregateReason { attributes["no_aggregate_reason"] = .string(noAggregateReason) }
        return Resource(type: EntryTypeDefinition.links.name, id: id, attributes: attributes)
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
        .standard(
            "aggregate", in: "optimade/links", .may, query: .none, .word(["ok", "test", "staging", "no"]),
            "Whether clients that ask many databases should ask this one; ok where nothing is said."),
        .standard(
            "no_aggregate_reason", in: "optimade/links", .may, query: .none, .string, "Why they should not."),
    ]
}

extension DatabaseLink {
    /// Reads what an installation says of another database: its name, its unversioned base URL, what it is to this one
    /// (`child`, `external` or `providers`), and, where they are to be told, `aggregate` and the reason for it, with commas
    /// between them. The name is also the id. `nil` for anything else.
    package init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: ","), maxSplits: 4, omittingEmptySubsequences: false)
            .map { Substring($0).trimmed }
        guard (3...5).contains(parts.count), !parts[0].isEmpty,
            ["http://", "https://"].contains(where: {
                parts[1].utf8.starts(with: $0.utf8) && parts[1].utf8.count > $0.utf8.count
            }), !parts[1].utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }),
            let linkType = LinkType(rawValue: parts[2]), linkType != .root,
            parts.dropFirst(3).allSatisfy({ !$0.isEmpty })
        else { return nil }
        let aggregate = parts.count > 3 ? Aggregate(rawValue: parts[3]) : nil
        guard parts.count == 3 || aggregate != nil else { return nil }
        self.init(
            id: parts[0], name: parts[0], description: "The database \(parts[0]).", baseURL: parts[1], homepage: nil,
            linkType: linkType, aggregate: aggregate, noAggregateReason: parts.count > 4 ? parts[4] : nil)
    }

    /// What ``init(_:)`` reads.
    package var text: String {
        [name, baseURL ?? "", linkType.rawValue, aggregate?.rawValue, noAggregateReason].compactMap { $0 }
            .joined(separator: ", ")
    }
}

extension Substring {
    /// Without blanks around it.
    fileprivate var trimmed: String {
        let blank = UInt8(ascii: " ")
        let start = utf8.drop { $0 == blank }
        let end = start.lastIndex { $0 != blank }.map { start.index(after: $0) } ?? start.startIndex
        return String(Substring(start[..<end]))
    }
}
