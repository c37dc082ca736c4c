public import OptimadeAPI
import RutileQuery

extension EntryCollection {
    /// What `request` finds.
    ///
    /// - Throws: ``OptimadeProblem`` where the request is wrong; else what the back end throws.
    public func find(_ request: EntryListingRequest) async throws -> EntryResults {
        let plan = try plan(request)
        let found = try await matches(plan.query)
        return EntryResults(
            resources: found.resources, dataReturned: found.total, moreDataAvailable: found.hasMore,
            fields: plan.fields, warnings: plan.warnings,
            page: EntryResults.Page(
                limit: plan.query.limit, position: plan.position,
                end: found.end.map { end in
                    PageCursor(end, sort: plan.sort, position: (plan.position ?? 0) + found.resources.count)
                }))
    }

    /// The entry `id`, and what `request` wants of it.
    ///
    /// - Throws: ``OptimadeProblem`` where the request is wrong, or where several entries have the `id`; else what
    ///   the back end throws.
    public func find(id: String, _ request: SingleEntryRequest) async throws -> EntryResults {
        var warnings = request.warnings
        let fields = try fields(request.responseFields, &warnings)
        if request.dimensionSlices != nil {
            throw OptimadeProblem(
                .parameterUnsupported, parameter: "dimension_slices",
                "Slices of lists are not offered. Leave dimension_slices out to get whole lists.")
        }
        // The id is a value here, never a part of a filter's text.
        let found = try await matches(EntryQuery(.named([id]), limit: 2))
        guard found.total < 2 else {
            throw OptimadeProblem(
                .entryAmbiguous,
                "Several \(type.name) have this id. Ask for /\(type.name) with a filter to see them.")
        }
        return EntryResults(
            resources: found.resources, dataReturned: found.resources.count, moreDataAvailable: false, fields: fields,
            warnings: warnings, page: EntryResults.Page(limit: 1, position: 0, end: nil))
    }

    /// The entries of these `ids`, in the order of ids; those that are missing are left out.
    public func resources(ids: [String]) async throws -> [Resource] {
        guard !ids.isEmpty else { return [] }
        return try await matches(EntryQuery(.named(ids), limit: ids.count)).resources
    }
}

extension Predicate {
    /// True for the entries of these `ids`.
    fileprivate static func named(_ ids: [String]) -> Predicate {
        let tests = ids.map { Predicate.test("id", Test(.compares(.equal), .literal(.string($0)))) }
        return tests.count == 1 ? tests[0] : .or(tests)
    }
}

/// What a request found.
public struct EntryResults: Hashable, Sendable {
    /// The entries, in order.
    public var resources: [Resource]
    /// How many entries match, before paging.
    public var dataReturned: Int
    /// Whether entries follow this page.
    public var moreDataAvailable: Bool
    /// Which attributes the answer has.
    public var fields: ResponseFields
    /// What was odd about the request.
    public var warnings: [OptimadeWarning]
    /// Where the page stands among others.
    public var page: Page

    /// Where a page stands.
    public struct Page: Hashable, Sendable {
        /// At most so many entries.
        public let limit: Int
        /// So many entries stand before it; absent where that is not known.
        public let position: Int?
        /// Where to go on; absent when the page is empty.
        public let end: PageCursor?
    }
}
