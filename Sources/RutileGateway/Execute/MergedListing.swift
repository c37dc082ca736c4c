import OptimadeAPI
import RutileClient
import RutileJSON

/// One page of the entries of several databases as one list: reads what ``MergeState`` asks for, all databases at once.
struct MergedListing: Sendable {
    let client: OptimadeClient
    let databases: [GatewayDatabase]
    let question: Question
    let settings: GatewaySettings
    /// When everything has to be there, on the client's clock.
    let deadline: Duration
    /// Is told what became of the first request to the database at a position.
    var report: @Sendable (Int, DatabaseStatus) -> Void = { _, _ in }

    /// A page.
    struct Page: Sendable {
        /// An entry of the page, with the names of those that it stands for.
        struct Entry: Sendable {
            let source: Int
            let entry: ForeignEntry
            /// `<database id>/<local id>` of it and of its equals; one where nothing was merged.
            var names: [String]
        }

        var entries: [Entry] = []
        var included = IncludedEntries()
        var statuses: [DatabaseStatus]
        var warnings: [OptimadeWarning] = []
        /// Where to go on; absent on the last page.
        var next: MergeCursor?
        /// Entries that match, after equal ones were merged; absent where that is not known.
        var returned: Int?
    }

    /// What came of one read.
    private enum Outcome: Sendable {
        case page(ListingPage)
        case everything(ListingPage)
        case cannotSort
        case failed(DatabaseFailure)
    }

    /// Reads the page that begins behind `cursor` and `skip` more entries.
    ///
    /// - Throws: `CancellationError`. What databases do wrong is part of the page.
    func page(after cursor: MergeCursor?, skip: Int) async throws -> Page {
        if question.mergesEqual { return try await mergedPage(after: cursor?.position ?? skip) }
        var page = Page(statuses: databases.map(DatabaseStatus.init))
        var state = state(cursor?.sources, limit: question.pageLimit, skip: skip)
        for (index, source) in state.sources.enumerated() where source.isWhole && source.end == nil {
            warnOfSorting(index, &page)
        }
        try await run(&state, &page)
        page.entries = state.taken.map { taken in
            Page.Entry(
                source: taken.source, entry: taken.entry, names: [databases[taken.source].prefix + taken.entry.id])
        }
        finish(&page, state)
        page.returned = DatabaseStatus.sum(page.statuses, \.returned)
        if state.hasMore { page.next = MergeCursor(state.sources) }
        return page
    }

    /// The page behind `position` entries of the list in which equal structures stand once. Whether entries are equal
    /// can be told only when all have been read, so that is done for each page.
    private func mergedPage(after position: Int) async throws -> Page {
        var page = Page(statuses: databases.map(DatabaseStatus.init))
        var state = state(nil, limit: .max, skip: 0)
        for index in databases.indices { state.cannotSort(index) }
        try await run(&state, &page)
        var all: [Page.Entry] = []
        var candidates: [String: [(position: Int, match: StructureMatch)]] = [:]
        for taken in state.taken {
            let name = databases[taken.source].prefix + taken.entry.id
            let match = taken.entry.attributes.flatMap(StructureMatch.init)
            if let match, let equal = candidates[match.key]?.first(where: { $0.match.isSame(as: match) }) {
                all[equal.position].names.append(name)
                continue
            }
            if let match { candidates[match.key, default: []].append((all.count, match)) }
            all.append(Page.Entry(source: taken.source, entry: taken.entry, names: [name]))
        }
        page.entries = Array(all.dropFirst(position).prefix(question.pageLimit))
        finish(&page, state)
        page.returned = all.count
        let end = position + page.entries.count
        if end < all.count, !page.entries.isEmpty {
            page.next = MergeCursor(state.sources.map { _ in MergeState.Source() }, position: end)
        }
        return page
    }

    private func state(_ sources: [MergeState.Source]?, limit: Int, skip: Int) -> MergeState {
        let prefixes = databases.map(\.prefix)
        return MergeState(
            sources ?? databases.map { _ in MergeState.Source() },
            MergeOrder(question.listing.sort, of: question.endpoint), limit: limit, skip: skip,
            isContinued: sources != nil, names: { prefixes[$0] + $1 })
    }

    private func finish(_ page: inout Page, _ state: MergeState) {
        for entry in page.entries { page.statuses[entry.source].given += 1 }
        for (index, source) in state.sources.enumerated() {
            page.statuses[index].returned = source.returned
            page.statuses[index].available = source.available
            if source.end == .failed, page.statuses[index].failure == nil {
                page.statuses[index].failure = DatabaseFailure(
                    .error, "\(databases[index].base) failed on an earlier page, and is left out of this list.")
            }
        }
        page.warnings = state.warnings.map { OptimadeWarning(.gatewayDatabase, $0) } + page.warnings
        for status in page.statuses {
            if let failure = status.failure { page.warnings.append(OptimadeWarning(.gatewayDatabase, failure.detail)) }
        }
    }

    /// Runs `state` to the end of its page.
    private func run(_ state: inout MergeState, _ page: inout Page) async throws {
        let more = question.mergesEqual ? StructureMatch.properties : []
        let requests = databases.indices.map { question.request(for: $0, of: databases, more: more) }
        while case .read(let needs) = state.next() {
            let start = client.web.clock.now()
            let outcomes = try await withThrowingTaskGroup(of: (MergeState.Need, Outcome, Duration).self) { group in
                for need in needs {
                    group.addTask {
                        let outcome = try await read(need, requests[need.source])
                        return (need, outcome, client.web.clock.now() - start)
                    }
                }
                var outcomes: [(MergeState.Need, Outcome, Duration)] = []
                for try await outcome in group {
                    report(outcome.0.source, status(outcome))
                    outcomes.append(outcome)
                }
                return outcomes.sorted { $0.0.source < $1.0.source }
            }
            for (need, outcome, elapsed) in outcomes {
                page.statuses[need.source].elapsed += elapsed
                receive(outcome, need, &state, &page)
            }
        }
    }

    private func status(_ read: (need: MergeState.Need, outcome: Outcome, elapsed: Duration)) -> DatabaseStatus {
        var status = DatabaseStatus(databases[read.need.source])
        status.elapsed = read.elapsed
        switch read.outcome {
        case .page(let page), .everything(let page):
            status.httpStatus = 200
            (status.given, status.returned, status.available) = (page.entries.count, page.returned, page.available)
        case .cannotSort: break
        case .failed(let failure): status.failure = failure
        }
        return status
    }

    private func receive(
        _ outcome: Outcome, _ need: MergeState.Need, _ state: inout MergeState, _ page: inout Page
    ) {
        let base = databases[need.source].base
        switch outcome {
        case .page(let read):
            page.statuses[need.source].httpStatus = 200
            page.included.add(read.included, of: need.source)
            let wasWhole = state.sources[need.source].isWhole
            state.receive(read, from: need.source, called: base.description)
            if !wasWhole, state.sources[need.source].isWhole { warnOfSorting(need.source, &page) }
        case .everything(let read):
            page.statuses[need.source].httpStatus = 200
            page.included.add(read.included, of: need.source)
            state.receive(everything: read, from: need.source)
            if read.next != nil {
                page.warnings.append(
                    OptimadeWarning(
                        .gatewaySort,
                        "\(base) has more than \(settings.localEntries) entries that match; those behind were left out."
                    ))
            }
        case .cannotSort:
            state.cannotSort(need.source)
            warnOfSorting(need.source, &page)
        case .failed(let failure):
            page.statuses[need.source].failure = failure
            state.fail(need.source)
        }
    }

    private func warnOfSorting(_ source: Int, _ page: inout Page) {
        page.warnings.append(
            OptimadeWarning(
                .gatewaySort, parameter: "sort",
                "\(databases[source].base) cannot order by \(PageCursor.text(question.listing.sort)): up to "
                    + "\(settings.localEntries) of its entries are read and ordered here for each page."))
    }

    // MARK: - Reading

    private func read(_ need: MergeState.Need, _ request: ListingRequest?) async throws -> Outcome {
        // The filter rules all entries out, so there is nothing to ask.
        guard let request else { return .page(.nothing) }
        do {
            switch need.extent {
            case .everything: return .everything(try await everything(request, of: need.source))
            case .page(let place): return try await page(request, at: place, of: need.source)
            }
        } catch let failure as DatabaseFailure {
            return .failed(failure)
        }
    }

    private func page(_ request: ListingRequest, at place: PagePlace, of source: Int) async throws -> Outcome {
        let base = databases[source].base
        let deadline = databaseDeadline
        let names = question.listing.sort.map(\.name)
        let isFirst = place == .start
        if isFirst, !names.isEmpty,
            let sortable = try await client.sortable(request.endpoint, of: base, deadline: deadline),
            !names.allSatisfy({ sortable.contains(UTF8Key($0)) })
        {
            return .cannotSort
        }
        do {
            return .page(try await client.page(request, at: place, of: base, deadline: deadline))
        } catch let failure as DatabaseFailure where isFirst && !names.isEmpty && [400, 501].contains(failure.status) {
            // It may be the sort that it does not like; if it is something else, the next attempt tells.
            return .cannotSort
        }
    }

    /// All entries, up to the limit; ``ListingPage/next`` is there when there are more.
    private func everything(_ request: ListingRequest, of source: Int) async throws -> ListingPage {
        var request = request
        request.sort = nil
        request.pageLimit = min(500, settings.localEntries)
        let base = databases[source].base
        let deadline = databaseDeadline
        var all = ListingPage()
        var seen: Set<UTF8Key> = []
        var places: Set<PagePlace> = [.start]
        var place = PagePlace.start
        while true {
            let page = try await client.page(request, at: place, of: base, deadline: deadline)
            let fresh = page.entries.filter { seen.insert(UTF8Key($0.id)).inserted }
            all.entries += fresh
            all.included += page.included
            all.sent += page.sent
            all.warnings += page.warnings
            all.returned = page.returned ?? all.returned
            all.available = page.available ?? all.available
            all.next = page.next
            if all.entries.count >= settings.localEntries {
                if all.entries.count > settings.localEntries { all.next = all.next ?? place }
                all.entries = Array(all.entries.prefix(settings.localEntries))
                return all
            }
            guard let next = page.next else { return all }
            guard !fresh.isEmpty, places.insert(next).inserted else {
                all.next = nil
                all.warnings.append("\(base) repeats a page, so its list ends here.")
                return all
            }
            place = next
        }
    }

    private var databaseDeadline: Duration {
        min(deadline, client.web.clock.now() + .seconds(settings.databaseSeconds))
    }
}

extension ListingPage {
    /// What is known of a database in which nothing can match.
    fileprivate static var nothing: ListingPage {
        var page = ListingPage()
        page.returned = 0
        return page
    }
}
