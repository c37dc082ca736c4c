import RutileClient
import RutileJSON
import RutileQuery

/// Merges the lists of several databases into one page: decides what has to be read next, and takes entries in order.
///
/// Pure: it reads nothing, and knows no time. The owner performs what ``next()`` asks for, and tells what came.
struct MergeState: Sendable {
    /// What has to be read of one database.
    struct Need: Hashable, Sendable {
        /// Position of the database.
        let source: Int
        let extent: Extent
    }

    /// How much of a database is read.
    enum Extent: Hashable, Sendable {
        /// A page of a part, of which the first `given` entries are not needed any more.
        case page(PagePlace, of: Part, given: Int)
        /// All entries, up to a limit, since the database cannot order them.
        case everything
    }

    /// Databases that put entries without a value first are read in two parts.
    enum Part: String, Sendable {
        /// All that match.
        case all = "p"
        /// Those that have a value of the first key, and then those that have none.
        case known = "k"
        case unknown = "u"
    }

    /// What to do.
    enum Action: Hashable, Sendable {
        case read([Need])
        /// The page is complete.
        case finished
    }

    /// An entry and where it comes from.
    struct Taken: Sendable {
        let source: Int
        let entry: ForeignEntry
    }

    /// Pages without an entry of one database in a row, after which it is left alone.
    private static let mostEmptyPages = 5

    let order: MergeOrder
    private(set) var sources: [Source]
    /// The page so far.
    private(set) var taken: [Taken] = []
    private(set) var warnings: [String] = []
    private let limit: Int
    /// Entries that are still to be left out.
    private(set) var skip: Int
    private let skippedAtStart: Int
    private let isContinued: Bool
    /// Whether all databases are to be asked, for their counts.
    private var asksAll: Bool
    private let names: @Sendable (Int, String) -> String

    /// A page of `limit` entries behind `skip` ones of `sources`, which are at the start unless `isContinued`.
    ///
    /// `names` gives the merged list's name of an entry of a source.
    init(
        _ sources: [Source], _ order: MergeOrder, limit: Int, skip: Int = 0, isContinued: Bool = false,
        names: @escaping @Sendable (Int, String) -> String
    ) {
        self.sources = sources
        self.order = order
        self.limit = limit
        self.skip = skip
        skippedAtStart = skip
        self.isContinued = isContinued
        self.names = names
        asksAll = !isContinued
    }

    /// How many databases have failed.
    var failures: Int { sources.count { $0.end == .failed } }

    /// Whether the page can end before it is complete, so that the next one is another: something was taken or left out,
    /// or since `failures` were counted a database has failed.
    func canEndHere(since failures: Int) -> Bool {
        !taken.isEmpty || skip < skippedAtStart || self.failures > failures
    }

    /// Whether entries follow this page.
    var hasMore: Bool { sources.contains { $0.end == nil } }

    /// Takes entries until something has to be read, or the page is complete.
    mutating func next() -> Action {
        if asksAll {
            asksAll = false
            let needs = sources.indices.filter { sources[$0].end == nil && !sources[$0].isLoaded }.map(need)
            if !needs.isEmpty { return .read(needs) }
        }
        while taken.count < limit {
            let open = sources.indices.filter { sources[$0].end == nil }
            guard let first = open.first else { return .finished }
            let wanted = order.sorts ? open : [first]
            let missing = wanted.filter { !sources[$0].isLoaded }
            guard missing.isEmpty else { return .read(missing.map(need)) }
            // A strict comparison keeps the order of the databases among equals.
            var best = first
            for other in wanted.dropFirst() where order.places(head(other), before: head(best)) { best = other }
            take(best)
        }
        return .finished
    }

    private func need(_ index: Int) -> Need {
        let source = sources[index]
        let page = Extent.page(source.place, of: source.part, given: source.skip)
        return Need(source: index, extent: source.isWhole ? .everything : page)
    }

    private func head(_ index: Int) -> [Literal?] { sources[index].buffer[sources[index].position].values }

    private mutating func take(_ index: Int) {
        let ranked = sources[index].buffer[sources[index].position]
        sources[index].position += 1
        sources[index].skip = ranked.offset + 1
        sources[index].last = ranked.values
        if skip > 0 { skip -= 1 } else { taken.append(Taken(source: index, entry: ranked.entry)) }
        turnPage(index)
    }

    /// Goes on to the next page where all of this one was given.
    private mutating func turnPage(_ index: Int) {
        guard sources[index].position == sources[index].buffer.count else { return }
        // A page may be smaller than it was when some of it was given: then the next one begins within that.
        let given = max(0, sources[index].skip - sources[index].size)
        sources[index].buffer = []
        sources[index].position = 0
        sources[index].isLoaded = false
        guard let next = sources[index].next else {
            if sources[index].part == .known, !sources[index].isWhole {
                sources[index].begin(.unknown)
            } else {
                sources[index].end = .exhausted
            }
            return
        }
        sources[index].firstMark = sources[index].firstMark ?? sources[index].mark
        sources[index].previousMark = sources[index].mark
        sources[index].turned += 1
        let isPowerOfTwo = sources[index].turned & (sources[index].turned - 1) == 0
        if isPowerOfTwo { sources[index].anchorMark = sources[index].mark }
        sources[index].lastMarks = sources[index].marks
        sources[index].place = next
        sources[index].next = nil
        sources[index].skip = given
    }

    // MARK: - What came

    /// Whether ``next()`` asked for `need`, and it has not come yet.
    func awaits(_ need: Need) -> Bool {
        sources[need.source].end == nil && !sources[need.source].isLoaded && self.need(need.source) == need
    }

    /// The page that was asked for has come.
    mutating func receive(_ page: ListingPage, from index: Int, called base: String) {
        warnings += page.warnings
        let isFirst = sources[index].place == .start
        let part = sources[index].part
        if part == .all { noteCounts(page, index, isOnly: isFirst && page.next == nil) }
        let mark = page.entries.first.map { Self.mark($0.id) }
        let marks = [sources[index].firstMark, sources[index].previousMark, sources[index].anchorMark]
        if let mark, !isFirst, marks.contains(mark) {
            warnings.append("\(base) repeats a page, so its list ends here.")
            sources[index].end = .exhausted
            return
        }
        let ranked = unseen(ranked(page.entries, index), of: page, index)
        if ranked.count < page.entries.count { warnings.append("\(base) gave entries of a page before once more.") }
        sources[index].emptyPages = ranked.isEmpty ? sources[index].emptyPages + 1 : 0
        guard sources[index].emptyPages < Self.mostEmptyPages else {
            warnings.append("\(base) gives one page without new entries after the other, so its list ends here.")
            sources[index].end = .exhausted
            return
        }
        let values = ranked.map(\.values)
        let isInOrder = order.keeps((sources[index].last.map { [$0] } ?? []) + values)
        if isFirst, part == .all, !isContinued, order.putsUnknownFirst(values), page.next != nil || !isInOrder {
            startAnew(index) { $0.part = .known }
            return
        }
        guard isInOrder, part != .known || !order.hasUnknown(values) else {
            if !isContinued || isFirst && part != .unknown && sources[index].skip == 0 {
                startAnew(index) { $0.isWhole = true }
                return
            }
            // What stands before was given already.
            warnings.append("\(base) does not keep the order that was asked for.")
            load(ranked, of: page.entries, index, mark, next: page.next)
            return
        }
        load(ranked, of: page.entries, index, mark, next: page.next)
    }

    /// Those of `ranked`, the entries of `page`, that were on no page before.
    private mutating func unseen(_ ranked: [Ranked], of page: ListingPage, _ index: Int) -> [Ranked] {
        guard let first = sources[index].firstRead else {
            sources[index].firstRead = page.entries
            return Array(ranked.dropFirst(Self.overlap(of: page.entries, with: sources[index].lastMarks)))
        }
        if sources[index].seen.isEmpty { sources[index].seen = Set(first.map { UTF8Key($0.id) }) }
        return ranked.filter { sources[index].seen.insert(UTF8Key($0.entry.id)).inserted }
    }

    private func ranked(_ entries: [ForeignEntry], _ index: Int) -> [Ranked] {
        entries.enumerated().map { offset, entry in
            Ranked(entry: entry, values: order.values(of: entry, named: names(index, entry.id)), offset: offset)
        }
    }

    private mutating func load(
        _ ranked: [Ranked], of page: [ForeignEntry], _ index: Int, _ mark: UInt32?, next: PagePlace?
    ) {
        let skip = sources[index].skip
        sources[index].buffer = ranked
        sources[index].position = ranked.firstIndex { $0.offset >= skip } ?? ranked.count
        sources[index].size = page.count
        sources[index].marks = Self.lastMarks(page)
        sources[index].isLoaded = true
        sources[index].mark = mark
        sources[index].next = next == sources[index].place ? nil : next
        turnPage(index)
    }

    /// The database cannot order its entries: everything has to be read of it.
    mutating func cannotSort(_ index: Int) { sources[index].isWhole = true }

    /// The database at `index` turned out to order its entries otherwise, maybe after some of them were taken: the page
    /// begins anew, and the database is read as `change` says.
    private mutating func startAnew(_ index: Int, _ change: (inout Source) -> Void) {
        change(&sources[index])
        guard !taken.isEmpty || skip < skippedAtStart else {
            sources[index].firstRead = nil
            return
        }
        for position in sources.indices where sources[position].end != .failed {
            var source = Source()
            source.isWhole = sources[position].isWhole
            source.part = sources[position].part == .all ? .all : .known
            source.returned = sources[position].returned
            source.available = sources[position].available
            sources[position] = source
        }
        taken = []
        skip = skippedAtStart
    }

    /// All entries that were asked for have come, in any order.
    mutating func receive(everything page: ListingPage, from index: Int) {
        warnings += page.warnings
        noteCounts(page, index, isOnly: page.next == nil)
        sources[index].isCut = page.next != nil
        let sorted = ranked(page.entries, index).sorted { left, right in
            if order.places(left.values, before: right.values) { return true }
            if order.places(right.values, before: left.values) { return false }
            return left.offset < right.offset
        }
        let placed = sorted.enumerated().map { Ranked(entry: $1.entry, values: $1.values, offset: $0) }
        load(placed, of: page.entries, index, nil, next: nil)
    }

    /// The database gave nothing.
    mutating func fail(_ index: Int) { sources[index].end = .failed }

    private mutating func noteCounts(_ page: ListingPage, _ index: Int, isOnly: Bool) {
        if let available = page.available { sources[index].available = available }
        // What can be counted is better than what is said.
        if isOnly {
            sources[index].returned = page.entries.count
        } else if let said = page.returned {
            sources[index].returned = said
        }
    }
}
