package import OptimadeAPI
import RutileQuery

/// All entries that match a filter, in the order of their ids, page by page: for files that hold all of them.
///
/// Entries that come or go meanwhile are among them or not.
package struct MatchingEntries: Sendable {
    /// Entries that are read at once.
    static let pageSize = 500

    private let entries: any EntryCollection
    /// The next question; absent behind the last page.
    private var query: EntryQuery?

    /// The `entries` that match `filter`, or all.
    ///
    /// - Throws: `OptimadeProblem` for a filter that is wrong.
    package init(_ entries: any EntryCollection, filter: String?) throws(OptimadeProblem) {
        self.init(
            entries,
            where: try filter.map { filter throws(OptimadeProblem) in try entries.predicate(filter) }
                ?? .constant(.true))
    }

    /// The `entries` that match `predicate`.
    init(_ entries: any EntryCollection, where predicate: Predicate) {
        self.entries = entries
        query = EntryQuery(predicate, limit: Self.pageSize)
    }

    /// The entries of the next page; `nil` behind the last one.
    ///
    /// - Throws: what the collection throws, and `CancellationError`.
    package mutating func next() async throws -> [Resource]? {
        guard var query else { return nil }
        try Task.checkCancellation()
        let page = try await entries.matches(query)
        query.after = page.end
        self.query = page.hasMore && page.end != nil ? query : nil
        return page.resources
    }
}
