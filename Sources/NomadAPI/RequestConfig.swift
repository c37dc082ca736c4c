package import RutileJSON

/// How one node of a graph request is to be read (`m_request`), with what it inherited.
///
/// Source: NOMAD 2.0.0's `RequestConfig`, measured.
package struct RequestConfig: Hashable, Sendable {
    /// What happens to references.
    package enum Directive: String, Sendable, CaseIterable {
        /// They are returned as stored.
        case plain
        /// They are followed.
        case resolved
        /// The request is derived from a layout that fits the entry.
        case autoFromLayout = "auto_from_layout"
    }

    /// Which kind of document strings are looked up as, under ``Directive/resolved``.
    package enum ResolveType: String, Sendable, CaseIterable { case upload, user, dataset, entry }

    /// Which sections' definitions are added.
    package enum IncludeDefinition: String, Sendable, CaseIterable {
        case none
        /// Only of sections that name their own definition.
        case specializedOnly = "specialized_only"
        /// Of every walked section.
        case both
    }

    /// How definitions are added.
    package enum DefinitionFormat: String, Sendable, CaseIterable { case full, short }

    /// Which keys of a level are read.
    package enum KeyFilter: Hashable, Sendable {
        case include([Glob])
        case exclude([Glob])

        /// Every key.
        package static let everything = KeyFilter.include([.everything])

        /// Whether `key` is read.
        package func admits(_ key: String) -> Bool {
            switch self {
            case .include(let globs): globs.contains { $0.matches(key) }
            case .exclude(let globs): !globs.contains { $0.matches(key) }
            }
        }
    }

    /// A page of a repeating sub-section.
    package struct Page: Hashable, Sendable {
        /// Items per page, at least 1.
        package var size = 10
        /// Number of the page, from 1; absent when not asked for.
        package var number: Int?
        /// An item that the page is to contain, from 0; absent when not asked for.
        package var containing: Int?

        /// The first page of `size` items, unless a number or an item is set.
        package init(size: Int = 10) { self.size = size }

        /// The page that ``size``, ``number`` and ``containing`` mean in a list of `total` items, from 1.
        ///
        /// An item beyond the end means page 1.
        package func number(total: Int) -> Int {
            if let containing { containing < total ? containing / size + 1 : 1 } else { number ?? 1 }
        }
    }

    package var directive = Directive.plain
    package var layoutID: String?
    package var keys = KeyFilter.everything
    /// Section levels below the node that has the config; absent means no limit.
    package var depth: Int?
    /// References to follow in a chain; absent and 0 mean no limit.
    package var resolveDepth: Int?
    package var resolveType: ResolveType?
    package var maxListSize: Int?
    package var maxDictSize: Int?
    package var exportWholePackage = false
    package var alwaysRewriteReferences = false
    package var includeDefinition = IncludeDefinition.none
    package var definitionFormat = DefinitionFormat.full
    package var index: IndexRange?
    package var includeQuantities = true
    package var includeLabelQuantities = false
    /// Page of the node's list, inside archives; sections below inherit its size only.
    package var page: Page?
    /// Pagination of documents as given; inside archives it is read into ``page``.
    package var pagination: Value?
    /// Query of documents as given.
    package var query: Value?
    /// ``pagination`` as the node's kind of documents understands it; absent inside archives.
    package var listPagination: ListPagination?
    /// ``query`` as the node's kind of documents understands it; absent where that kind has no queries, or none of
    /// this form.
    package var listQuery: ListQuery?
    /// Where the settings of a list stand in the request; absent where the node has none of its own.
    package var listPlaces: ListPlaces?
    /// Names of the fields that the request gives at this very node.
    package var given: Set<String> = []

    /// The defaults.
    package init() {}

    /// Whether a subtree read with this config is the stored subtree, unchanged.
    package var isPlain: Bool {
        directive == .plain && includeQuantities && page == nil && includeDefinition == .none
            && !alwaysRewriteReferences && index == nil && depth == nil && maxListSize == nil && maxDictSize == nil
            && keys == .everything && definitionFormat == .full
    }

    /// Whether sections are shown with their definitions.
    package var showsDefinitions: Bool { includeDefinition != .none || definitionFormat == .short }

    /// What a node below inherits: everything but the filter, the index, the page and the query.
    package var inherited: RequestConfig {
        var config = self
        config.keys = .everything
        config.index = nil
        config.page = nil
        config.pagination = nil
        config.query = nil
        config.listPagination = nil
        config.listQuery = nil
        config.listPlaces = nil
        config.given = []
        return config
    }

    /// What a value that is met while walking with this config is read with: as ``inherited``, and the size of pages.
    package var walked: RequestConfig {
        var config = inherited
        if let page { config.page = Page(size: page.size) }
        return config
    }
}

/// Positions in a list: ends inclusive, negative ones from the end, out of range ones clamped.
package struct IndexRange: Hashable, Sendable {
    /// First position; absent means the first item.
    package let first: Int?
    /// Last position; absent means to the end.
    package let last: Int?

    /// Whether it was written as one position, not as two equal ones.
    let isPosition: Bool

    /// One position.
    package init(_ position: Int) { (first, last, isPosition) = (position, position, true) }

    /// From `first` to `last`, both included.
    package init(first: Int?, last: Int?) {
        self.first = first
        self.last = last
        isPosition = false
    }

    /// The positions it means in a list of `count` items; empty when nothing is selected.
    package func positions(count: Int) -> Range<Int> {
        guard count > 0 else { return 0..<0 }
        func clamped(_ position: Int) -> Int {
            if position < -count { return 0 }
            if position >= count { return count - 1 }
            return position < 0 ? count + position : position
        }
        let start = first.map(clamped) ?? 0
        let end = last.map(clamped) ?? count - 1
        return start <= end ? start..<end + 1 : 0..<0
    }
}
