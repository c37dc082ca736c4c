public import OptimadeAPI
public import RutileQuery

/// The entries of one type, wherever they are kept.
///
/// A back end says what its entries are (``type``), and answers queries; names of parameters, their errors, sorting,
/// paging and the choice of fields are common to all, and come with the protocol. Truth is three-valued, as
/// `RutileQuery.Predicate` says; `RutileQuery.Evaluator` is the reference.
///
/// ``MemoryCollection`` is a back end to begin with, and an example.
public protocol EntryCollection: Sendable {
    /// The entry type and its properties.
    var type: EntryTypeDefinition { get }

    /// What an installation sets about parameters.
    var rules: ParameterRules { get }

    /// How the back end names the properties.
    var mapper: ResourceMapper { get }

    /// The order of lists that nobody ordered; by `id` where it has no keys.
    var defaultSort: Sort { get }

    /// One page of the entries that match `query`, whose names are OPTIMADE's; ``mapper`` translates them.
    ///
    /// - Throws: whatever the back end throws; ``OptimadeProblem`` where the client is to blame.
    func matches(_ query: EntryQuery) async throws -> EntryMatches

    /// The page that ``matches(_:)`` gives, its entries with `fields` of their attributes as JSON.
    ///
    /// Comes with the protocol. A back end that can make JSON without decoding its entries has its own.
    func written(_ query: EntryQuery, _ fields: ResponseFields) async throws -> MatchPage<WrittenResource>

    /// Stores `resources`, which are not checked. One with the `id` of another replaces it.
    ///
    /// - Throws: ``CollectionIsReadOnly`` where nothing can be stored this way.
    func insert(_ resources: [Resource]) async throws
}

/// A question to a collection, its names looked up.
public struct EntryQuery: Hashable, Sendable {
    /// Only entries for which this is true.
    public var predicate: Predicate
    /// The order.
    public var sort: Sort
    /// Begin behind this place.
    public var after: Cursor?
    /// Then leave out so many.
    public var skip: Int
    /// At most so many; 0 only counts.
    public var limit: Int

    /// The first `limit` of all entries by `id`, unless said otherwise.
    public init(
        _ predicate: Predicate = .constant(.true), sort: Sort = Sort(), after: Cursor? = nil, skip: Int = 0, limit: Int
    ) {
        self.predicate = predicate
        self.sort = sort
        self.after = after
        self.skip = skip
        self.limit = limit
    }
}

/// A page of entries.
public typealias EntryMatches = MatchPage<Resource>

/// A page of entries, decoded or written.
public struct MatchPage<Entry: Hashable & Sendable>: Hashable, Sendable {
    /// In the order asked for.
    public var resources: [Entry]
    /// How many entries match, before paging.
    public var total: Int
    /// Whether entries follow this page.
    public var hasMore: Bool
    /// The place behind the last entry of the page; absent when the page is empty.
    public var end: Cursor?

    /// A page of `resources`.
    public init(_ resources: [Entry], total: Int, hasMore: Bool, end: Cursor?) {
        self.resources = resources
        self.total = total
        self.hasMore = hasMore
        self.end = end
    }
}

/// The collection's entries come from elsewhere.
public struct CollectionIsReadOnly: Error, Hashable, Sendable {
    /// Nothing more is known.
    public init() {}
}

extension EntryCollection {
    /// Names are the same on both sides, unless the back end says otherwise.
    public var mapper: ResourceMapper { ResourceMapper() }

    /// Lists are ordered by `id`, unless the back end says otherwise.
    public var defaultSort: Sort { Sort() }

    /// Decoded entries are written, unless the back end says otherwise.
    public func written(_ query: EntryQuery, _ fields: ResponseFields) async throws -> MatchPage<WrittenResource> {
        let page = try await matches(query)
        return MatchPage(
            page.resources.map { WrittenResource($0, fields) }, total: page.total, hasMore: page.hasMore, end: page.end)
    }

    /// Nothing can be stored, unless the back end says otherwise.
    public func insert(_ resources: [Resource]) async throws { throw CollectionIsReadOnly() }

    /// Number of all entries.
    public func count() async throws -> Int { try await count(where: .constant(.true)) }

    /// Number of the entries for which `predicate` is true.
    public func count(where predicate: Predicate) async throws -> Int {
        try await matches(EntryQuery(predicate, limit: 0)).total
    }

    /// All names that clients may ask for: members of a resource, and attributes.
    public var allFields: [String] { ["id", "type", "links", "relationships"] + attributeFields }

    /// The names of the attributes, the provider's own among them.
    public var attributeFields: [String] { type.attributeNames }
}
