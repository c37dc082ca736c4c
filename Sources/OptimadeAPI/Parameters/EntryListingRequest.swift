/// What a client asks of a list of entries, read but not yet looked up: whether names exist is the collection's
/// business.
///
/// Source: OPTIMADE 1.2, "Entry Listing URL Query Parameters".
public struct EntryListingRequest: Hashable, Sendable {
    /// The filter's text; absent where it is missing or empty.
    public var filter: String?
    /// Properties to answer; absent for the usual ones.
    public var responseFields: [String]?
    /// Properties to order by, in order.
    public var sort: [SortTerm]
    /// At most so many entries; absent for the collection's default.
    public var pageLimit: Int?
    /// Where the page begins.
    public var position: PagePosition
    /// Entry types whose related entries are wanted; absent for `references`, where they are served.
    public var include: [String]?
    /// What was odd, but not wrong.
    public var warnings: [OptimadeWarning]

    /// A request for the first page of everything, unless said otherwise.
    public init(
        filter: String? = nil, responseFields: [String]? = nil, sort: [SortTerm] = [], pageLimit: Int? = nil,
        position: PagePosition = .start, include: [String]? = nil, warnings: [OptimadeWarning] = []
    ) {
        self.filter = filter
        self.responseFields = responseFields
        self.sort = sort
        self.pageLimit = pageLimit
        self.position = position
        self.include = include
        self.warnings = warnings
    }
}

/// A property to order by, as the client wrote it.
public struct SortTerm: Hashable, Sendable {
    /// The property's name.
    public var name: String
    /// Whether large values come first.
    public var isDescending: Bool

    /// Order by `name`.
    public init(_ name: String, isDescending: Bool = false) {
        self.name = name
        self.isDescending = isDescending
    }

    /// As in the `sort` parameter: `-` in front means descending.
    public var text: String { isDescending ? "-" + name : name }
}

/// Where a page begins.
public enum PagePosition: Hashable, Sendable {
    /// At the first entry.
    case start
    /// Behind so many entries.
    case offset(Int)
    /// At the page of this number, counted from 1.
    case number(Int)
    /// Where ``PageCursor`` says, in its text form.
    case cursor(String)
    /// Behind the entry of this `id`, in the order of ids; with an empty one at the first entry.
    case above(String)
}

/// What a client asks of one entry.
///
/// Source: OPTIMADE 1.2, "Single Entry URL Query Parameters".
public struct SingleEntryRequest: Hashable, Sendable {
    /// Properties to answer; absent for the usual ones.
    public var responseFields: [String]?
    /// Entry types whose related entries are wanted; absent for `references`, where they are served.
    public var include: [String]?
    /// Parts of lists to answer; absent for whole lists.
    public var dimensionSlices: String?
    /// What was odd, but not wrong.
    public var warnings: [OptimadeWarning]

    /// A request for all of an entry, unless said otherwise.
    public init(
        responseFields: [String]? = nil, include: [String]? = nil, dimensionSlices: String? = nil,
        warnings: [OptimadeWarning] = []
    ) {
        self.responseFields = responseFields
        self.include = include
        self.dimensionSlices = dimensionSlices
        self.warnings = warnings
    }
}
