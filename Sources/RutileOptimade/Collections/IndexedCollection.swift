package import OptimadeAPI
package import RutileModel
package import RutileQuery
package import RutileStore

/// Gives out stored entries as OPTIMADE shows them.
package protocol ResourceSource: Sendable {
    /// The resources of the entry type `type` that `entries` have, in one read; those that are missing are left out.
    ///
    /// - Throws: `StoreError`, or `CancellationError` when the task was cancelled.
    func resources(_ entries: [EntryID], of type: String) async throws -> [EntryID: Resource]

    /// The same, with `fields` of their attributes as JSON. Comes with the protocol.
    func written(
        _ entries: [EntryID], of type: String, _ fields: ResponseFields
    ) async throws -> [EntryID: WrittenResource]
}

extension ResourceSource {
    package func written(
        _ entries: [EntryID], of type: String, _ fields: ResponseFields
    ) async throws -> [EntryID: WrittenResource] {
        try await resources(entries, of: type).mapValues { WrittenResource($0, fields) }
    }
}

/// The entries of one type that a caller may see: found by an index, read from a source. Cheap to make for each
/// request.
package struct IndexedCollection: EntryCollection {
    package let type: EntryTypeDefinition
    package let rules: ParameterRules
    package let defaultSort: Sort
    private let index: any EntryIndex
    private let source: any ResourceSource
    private let visible: VisibleUploads

    /// What `visible` uploads have of the entries in `index`, whose documents have the properties of `type` and what
    /// `defaultSort` orders by.
    package init(
        _ type: EntryTypeDefinition, rules: ParameterRules, index: any EntryIndex, source: any ResourceSource,
        visible: VisibleUploads, defaultSort: Sort = Sort()
    ) {
        self.type = type
        self.rules = rules
        self.index = index
        self.source = source
        self.visible = visible
        self.defaultSort = defaultSort
    }

    package func matches(_ query: EntryQuery) async throws -> EntryMatches {
        try await page(query) { try await source.resources($0, of: type.name) }
    }

    package func written(_ query: EntryQuery, _ fields: ResponseFields) async throws -> MatchPage<WrittenResource> {
        try await page(query) { try await source.written($0, of: type.name, fields) }
    }

    /// The values of `property`, or of its items, and in how many of the entries for which `predicate` is true.
    ///
    /// - Throws: `StoreError`, or `CancellationError` when the task was cancelled.
    func counts(of property: String, where predicate: Predicate) async throws -> [Literal: Int] {
        try await index.values(ValueQuestion(PropertyPath(property), predicate, visible: visible))
            .mapValues(\.entries)
    }

    /// Does `work`, which asks for ``counts(of:where:)``, where it holds nobody up.
    func counting<Result>(_ work: () async throws -> Result) async throws -> Result {
        try await index.counting(work)
    }

    private func page<Entry>(
        _ query: EntryQuery, _ read: ([EntryID]) async throws -> [EntryID: Entry]
    ) async throws -> MatchPage<Entry> {
        let page = try await index.entries(
            EntrySearch(
                query.predicate, visible: visible, sort: query.sort, after: query.after, skip: query.skip,
                limit: query.limit))
        // An entry that was removed since the search is left out.
        let resources = page.entries.isEmpty ? [:] : try await read(page.entries)
        return MatchPage(
            page.entries.compactMap { resources[$0] }, total: page.total, hasMore: page.hasMore, end: page.end)
    }
}
