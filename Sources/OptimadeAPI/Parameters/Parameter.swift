package import RutileJSON

/// The query parameters of the standard. This table makes the requests and the OpenAPI document.
///
/// Source: OPTIMADE 1.2, "Entry Listing URL Query Parameters", "Single Entry URL Query Parameters"; 1.3 for
/// `dimension_slices`.
package enum Parameter: String, CaseIterable, Sendable {
    case filter
    case responseFormat = "response_format"
    case emailAddress = "email_address"
    case responseFields = "response_fields"
    case sort
    case pageLimit = "page_limit"
    case pageOffset = "page_offset"
    case pageNumber = "page_number"
    case pageCursor = "page_cursor"
    case pageAbove = "page_above"
    case pageBelow = "page_below"
    case include
    case apiHint = "api_hint"
    case dimensionSlices = "dimension_slices"

    /// What kind of endpoint is asked.
    package enum Endpoint: Hashable, Sendable {
        /// A list of entries.
        case list
        /// One entry.
        case entry
        /// Anything else that answers in JSON.
        case information
    }

    /// Whether `endpoint` makes use of it.
    package func isUsed(by endpoint: Endpoint) -> Bool {
        switch self {
        case .apiHint, .responseFormat: true
        case .emailAddress, .responseFields, .include: endpoint != .information
        case .dimensionSlices: endpoint == .entry
        case .filter, .sort, .pageLimit, .pageOffset, .pageNumber, .pageCursor, .pageAbove, .pageBelow:
            endpoint == .list
        }
    }

    /// Whether it says where a page begins, so that links to other pages replace it.
    package var isPagePosition: Bool {
        switch self {
        case .pageOffset, .pageNumber, .pageCursor, .pageAbove, .pageBelow: true
        default: false
        }
    }

    /// What it does, for people.
    package var summary: String {
        switch self {
        case .filter: "Only entries for which this holds, in OPTIMADE's filter language."
        case .responseFormat: "The form of the answer; only `json` is offered."
        case .emailAddress: "Whom to write to about the request. It is not kept."
        case .responseFields: "The properties to answer, separated by commas; all that have a value without it."
        case .sort: "Properties to order by, separated by commas; `-` in front means descending."
        case .pageLimit: "At most so many entries at once; 0 only counts."
        case .pageOffset: "Leave out so many entries at the start."
        case .pageNumber: "The page, counted from 1, each of `page_limit` entries."
        case .pageCursor: "Where to go on, as `links.next` of another answer says."
        case .pageAbove: "Only entries behind this `id`, in the order of ids."
        case .pageBelow: "Not offered: `links.prev` leads back."
        case .include: "Entry types whose related entries are included, separated by commas; `references` without it."
        case .apiHint: "The version of the protocol that is expected below the unversioned base URL."
        case .dimensionSlices: "Slices of lists such as `dim_sites[0:9:1]`."
        }
    }

    /// The JSON Schema of its value.
    package func schema(_ rules: ParameterRules) -> Value {
        switch self {
        case .pageLimit:
            .members([
                "type": .string("integer"), "minimum": .integer(0), "maximum": .integer(Int64(rules.maximumPageLimit)),
                "default": .integer(Int64(rules.defaultPageLimit)),
            ])
        case .pageOffset: .members(["type": .string("integer"), "minimum": .integer(0), "default": .integer(0)])
        case .pageNumber: .members(["type": .string("integer"), "minimum": .integer(1)])
        case .responseFormat:
            .members(["type": .string("string"), "enum": .list([.string("json")]), "default": .string("json")])
        case .emailAddress: .members(["type": .string("string"), "format": .string("email")])
        case .include: .members(["type": .string("string"), "default": .string("references")])
        default: .members(["type": .string("string")])
        }
    }
}

/// What an installation sets about parameters.
public struct ParameterRules: Hashable, Sendable {
    /// The provider's own prefix, without underscores around it.
    public let prefix: String
    /// Entries of a page unless the client says otherwise.
    public let defaultPageLimit: Int
    /// Most entries of a page.
    public let maximumPageLimit: Int

    /// Rules of the provider `prefix`. The default limit is never above the maximum.
    public init(prefix: String, defaultPageLimit: Int = 20, maximumPageLimit: Int = 500) {
        self.prefix = prefix
        self.defaultPageLimit = min(defaultPageLimit, maximumPageLimit)
        self.maximumPageLimit = maximumPageLimit
    }

    /// Who owns a name.
    package enum Owner: Hashable, Sendable {
        /// No prefix: the standard.
        case standard
        /// Our prefix.
        case own
        /// Another provider's prefix, and whether it is registered.
        case foreign(isRegistered: Bool)
    }

    /// Who owns `name`: `_exmpl_x` belongs to `exmpl`. A name without a second underscore has no prefix.
    package func owner(of name: String) -> Owner {
        // Our own prefix may hold underscores.
        if name.utf8.starts(with: "_\(prefix)_".utf8) { return .own }
        guard let prefix = FilterVocabulary.prefix(of: name) else { return .standard }
        return .foreign(isRegistered: RegisteredPrefixes.all.contains(prefix))
    }
}
