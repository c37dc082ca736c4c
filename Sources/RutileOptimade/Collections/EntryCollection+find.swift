public import OptimadeAPI
import RutileJSON
import RutileQuery

extension EntryCollection {
    /// What `request` finds.
    ///
    /// - Throws: ``OptimadeProblem`` where the request is wrong; else what the back end throws.
    public func find(_ request: EntryListingRequest) async throws -> EntryResults {
        let plan = try plan(request)
        return EntryResults(try await matches(plan.query), plan)
    }

    /// What `request` finds, with its fields as JSON.
    func findWritten(_ request: EntryListingRequest) async throws -> SearchResults<WrittenResource> {
        let plan = try plan(request)
        return SearchResults(try await written(plan.query, plan.fields), plan)
    }

    /// The entry `id`, and what `request` wants of it. Of several with this `id` it is the one that was modified last,
    /// with a warning.
    ///
    /// - Throws: ``OptimadeProblem`` where the request is wrong; else what the back end throws.
    public func find(id: String, _ request: SingleEntryRequest) async throws -> EntryResults {
        try await find(id, request) { query, _ in try await matches(query) }
    }

    /// As ``find(id:_:)``, with the fields as JSON.
    func findWritten(id: String, _ request: SingleEntryRequest) async throws -> SearchResults<WrittenResource> {
        try await find(id, request) { query, fields in try await written(query, fields) }
    }

    private func find<Entry>(
        _ id: String, _ request: SingleEntryRequest,
        _ page: (EntryQuery, ResponseFields) async throws -> MatchPage<Entry>
    ) async throws -> SearchResults<Entry> {
        var warnings = request.warnings
        let fields = try fields(request.responseFields, &warnings)
        if request.dimensionSlices != nil {
            throw OptimadeProblem(
                .parameterUnsupported, parameter: "dimension_slices",
                "Slices of lists are not offered. Leave dimension_slices out to get whole lists.")
        }
        // The id is a value here, never a part of a filter's text.
        var found = try await page(EntryQuery(.named([id]), limit: 1), fields)
        if found.total > 1 {
            warnings.append(
                OptimadeWarning(
                    .entryAmbiguous,
                    "\(found.total) \(type.name) have this id; this is the one that was modified last. "
                        + "Ask for /\(type.name) with a filter of the id to see all."))
            found = try await page(EntryQuery(.named([id]), sort: .newestFirst, limit: 1), fields)
        }
        return SearchResults(
            resources: found.resources, dataReturned: found.resources.count, moreDataAvailable: false, fields: fields,
            warnings: warnings, page: ListedPage(limit: 1, sort: [], position: 0, end: nil))
    }

    /// The entries of these `ids`, in the order of ids; those that are missing are left out. Of several with one id it
    /// is the one that was modified last.
    public func resources(ids: [String]) async throws -> [Resource] {
        try await entries(ids, id: \.id) { try await matches($0) }
    }

    /// As ``resources(ids:)``, with their usual fields as JSON.
    func written(ids: [String]) async throws -> [WrittenResource] {
        let fields = ResponseFields(usual: type)
        return try await entries(ids, id: \.id) { try await written($0, fields) }
    }

    private func entries<Entry>(
        _ ids: [String], id: (Entry) -> String, _ page: (EntryQuery) async throws -> MatchPage<Entry>
    ) async throws -> [Entry] {
        guard !ids.isEmpty else { return [] }
        let found = try await page(EntryQuery(.named(ids), limit: ids.count))
        guard found.total > Set(found.resources.map { UTF8Key(id($0)) }).count else { return found.resources }
        // Some id is there more than once.
        let all = try await page(EntryQuery(.named(ids), sort: .newestFirst, limit: found.total))
        var seen: Set<UTF8Key> = []
        return all.resources.filter { seen.insert(UTF8Key(id($0))).inserted }
            .sorted { UTF8Key(id($0)) < UTF8Key(id($1)) }
    }
}

extension Predicate {
    /// True for the entries of these `ids`.
    fileprivate static func named(_ ids: [String]) -> Predicate {
        let tests = ids.map { Predicate.test("id", Test(.compares(.equal), .literal(.string($0)))) }
        return tests.count == 1 ? tests[0] : .or(tests)
    }
}

extension Sort {
    /// By `last_modified`, the latest first; without one last.
    fileprivate static let newestFirst = Sort([SortKey("last_modified", isDescending: true)])
}

/// What a request found.
public typealias EntryResults = SearchResults<Resource>

/// What a request found, decoded or written.
public struct SearchResults<Entry: Hashable & Sendable>: Hashable, Sendable {
    /// The entries, in order.
    public var resources: [Entry]
    /// How many entries match, before paging.
    public var dataReturned: Int
    /// Whether entries follow this page.
    public var moreDataAvailable: Bool
    /// Which attributes the answer has.
    public var fields: ResponseFields
    /// What was odd about the request.
    public var warnings: [OptimadeWarning]
    /// Where the page stands among others.
    public var page: ListedPage
}

extension SearchResults {
    /// What was `found` as `plan` has it.
    init(_ found: MatchPage<Entry>, _ plan: EntryPlan) {
        self.init(
            resources: found.resources, dataReturned: found.total, moreDataAvailable: found.hasMore,
            fields: plan.fields, warnings: plan.warnings,
            page: ListedPage(
                limit: plan.query.limit, sort: plan.sort, position: plan.position,
                end: found.end.map { end in
                    PageCursor(end, sort: plan.sort, position: plan.position.map { $0 + found.resources.count })
                }))
    }
}

/// Where a page stands among others.
public struct ListedPage: Hashable, Sendable {
    /// At most so many entries.
    public let limit: Int
    /// The order that the client asked for; empty for the usual one.
    public let sort: [SortTerm]
    /// So many entries stand before it; absent where that is not known.
    public let position: Int?
    /// Where to go on; absent when the page is empty.
    public let end: PageCursor?
}
