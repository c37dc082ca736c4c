package import RutileJSON

/// A question about entries: the body of `/entries/query`.
///
/// Source: NOMAD 2.0.0, measured. Unknown members of the body are ignored.
package struct EntriesQuery: Hashable, Sendable {
    /// Whose entries.
    package var owner: EntriesOwner
    /// Which of them; absent for all.
    package var query: QueryNode?
    /// Which page, in which order.
    package var pagination: EntriesPagination
    /// What is shown of each; absent for everything.
    package var required: RequiredQuantities?
    /// What is counted; by name, in the order of the body.
    package var aggregations: [NamedAggregation]
    /// The query as answers of the graph repeat it: with operators written as objects.
    package var givenQuery: Value?

    /// All entries of `owner` for which `query` holds.
    package init(
        owner: EntriesOwner = .public, query: QueryNode? = nil, pagination: EntriesPagination = EntriesPagination()
    ) {
        self.owner = owner
        self.query = query
        self.pagination = pagination
        required = nil
        aggregations = []
        givenQuery = nil
    }

    /// What an answer repeats of the question before its data: `owner`, `query`, `pagination` (which the answer
    /// completes), `required`.
    package var echo: ObjectValue {
        var members = ObjectValue([
            ("owner", .string(owner.rawValue)), ("query", (query ?? .and([])).echo),
            ("pagination", .object(pagination.echo)),
        ])
        members["required"] = required.map { .object($0.echo) }
        return members
    }
}

/// Which page of a list of entries, and in which order.
package struct EntriesPagination: Hashable, Sendable {
    /// Entries on a page; 0 only counts.
    package var pageSize = 10
    /// The quantity that decides the order; ties by entry id in the same direction.
    package var orderBy = "entry_id"
    package var isDescending = false
    /// Whether answers repeat the direction: not where it was given as null.
    package var showsOrder = true
    /// The page begins behind this place: an entry id, or `<value>:<entry id>` in other orders.
    package var pageAfterValue: String?
    /// Number of the page, from 1.
    package var page: Int?
    /// Entries before the page.
    package var pageOffset: Int?

    /// The first ten, by id.
    package init() {}

    /// Pages by number or offset end before so many entries.
    package static let reach = 10_000

    /// The members that answers repeat, those that are set.
    package var echo: ObjectValue {
        var members = ObjectValue([
            ("page_size", .integer(Int64(pageSize))), ("order_by", .string(orderBy)),
        ])
        if showsOrder { members["order"] = .string(isDescending ? "desc" : "asc") }
        members["page_after_value"] = pageAfterValue.map(Value.string)
        members["page"] = page.map { .integer(Int64($0)) }
        members["page_offset"] = pageOffset.map { .integer(Int64($0)) }
        return members
    }

    /// Entries that come before the page, beside those before ``pageAfterValue``.
    package var skipped: Int { page.map { ($0 - 1) * pageSize } ?? pageOffset ?? 0 }
}

/// What is shown of entries.
package struct RequiredQuantities: Hashable, Sendable {
    /// Names and patterns with `*`; absent for all.
    package var include: [String]?
    /// Names and patterns that are left out; absent for none.
    package var exclude: [String]?
    /// Names that nothing leaves out: the entry's id, without which nobody could tell the entries apart, and the quantity
    /// that they are ordered by, of which the next page's place is made.
    var always = ["entry_id"]

    /// The lists that are there.
    package var echo: ObjectValue {
        var members = ObjectValue()
        members["include"] = include.map { .list($0.map(Value.string)) }
        members["exclude"] = exclude.map { .list($0.map(Value.string)) }
        return members
    }
}
