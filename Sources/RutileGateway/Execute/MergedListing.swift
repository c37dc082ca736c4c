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

    /// Reads the page that begins behind `cursor` and `skip` more entries.
    ///
    /// - Throws: `CancellationError`. What databases do wrong is part of the page.
    func page(after cursor: MergeCursor?, skip: Int) async throws -> Page {
        if question.mergesEqual { return try await mergedPage(after: cursor?.position ?? skip) }
        var page = Page(statuses: databases.map(DatabaseStatus.init))
        var state = state(cursor?.sources, limit: question.pageLimit, skip: cursor?.position ?? skip)
        try await run(&state, &page)
        page.entries = state.taken.map { taken in
            Page.Entry(
                source: taken.source, entry: taken.entry, names: [databases[taken.source].prefix + taken.entry.id])
        }
        finish(&page, state)
        page.returned = DatabaseStatus.sum(page.statuses, \.returned)
        if state.hasMore { page.next = MergeCursor(state.sources, position: state.skip) }
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
        // What failed, and what stands behind the limit, may be equal to anything.
        page.returned = state.sources.contains { $0.isCut || $0.end == .failed } ? nil : all.count
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
        // Pages of one database may all be odd in one way.
        var seen: Set<OptimadeWarning> = []
        page.warnings = page.warnings.filter { seen.insert($0).inserted }
        for status in page.statuses {
            if let failure = status.failure { page.warnings.append(OptimadeWarning(.gatewayDatabase, failure.detail)) }
        }
    }

    /// Runs `state` to the end of its page, or to where the time is over.
    ///
    /// A database that had all of the time, or its own, and gave nothing has failed. One that was merely asked late has
    /// not: the page ends before its entries, and the next one begins with them.
    private func run(_ state: inout MergeState, _ page: inout Page) async throws {
        let failures = state.failures
        var isFirst = true
        while case .read(let needs) = state.next() {
            let start = client.web.clock.now()
            let readings = try await withThrowingTaskGroup(of: Reading.self) { group in
                for need in needs { group.addTask { try await read(need, since: start) } }
                var readings: [Reading] = []
                for try await reading in group {
                    report(reading.need.source, status(reading))
                    readings.append(reading)
                }
                return readings.sorted { $0.need.source < $1.need.source }
            }
            var late: [Reading] = []
            for reading in readings {
                page.statuses[reading.need.source].elapsed += reading.elapsed
                // What another database answered may have made the list begin anew.
                guard state.awaits(reading.need) else { continue }
                page.warnings += reading.notes.map { OptimadeWarning(.gatewayProperty, $0) }
                if reading.wasCutShort, !isFirst {
                    late.append(reading)
                } else {
                    receive(reading.outcome, reading.need, &state, &page)
                }
            }
            isFirst = false
            guard !late.isEmpty else { continue }
            // A page that brings nothing forward would be asked for again and again.
            if state.canEndHere(since: failures) {
                let detail = "The page has fewer entries than were asked for: its time was over. The next one goes on."
                page.warnings.append(OptimadeWarning(.gatewayTime, detail))
                return
            }
            for reading in late { receive(reading.outcome, reading.need, &state, &page) }
        }
    }

    private func status(_ read: Reading) -> DatabaseStatus {
        var status = DatabaseStatus(databases[read.need.source])
        status.elapsed = read.elapsed
        switch read.outcome {
        case .page(let page), .everything(let page, nil):
            status.httpStatus = 200
            (status.given, status.returned, status.available) = (page.entries.count, page.returned, page.available)
        case .everything(_, let failure): status.failure = failure
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
            if question.wantsIncluded { page.included.add(read.included, of: need.source) }
            state.receive(read, from: need.source, called: base.description)
        case .everything(let read, let failure):
            page.statuses[need.source].httpStatus = 200
            page.statuses[need.source].failure = failure
            if question.wantsIncluded { page.included.add(read.included, of: need.source) }
            state.receive(everything: read, from: need.source)
            if state.order.sorts, !question.mergesEqual { warnOfSorting(need.source, &page) }
            if read.next != nil {
                let reason =
                    failure == nil
                    ? "\(base) has more than \(settings.localEntries) entries that match"
                    : "\(read.entries.count) entries of \(base) could be read"
                page.warnings.append(OptimadeWarning(.gatewaySort, reason + "; those behind were left out."))
            }
        case .cannotSort:
            state.cannotSort(need.source)
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
}
