import Synchronization

/// The window of a download: requests that run, in the order of the list, and what the first of them brought.
final class ArchiveDownload {
    private struct Running {
        let items: [DownloadList.Item]
        let task: Task<BatchOutcome, any Error>
    }

    /// Batches in a row of which nothing came before the server counts as gone.
    private static let mostFruitless = 3
    private let query: ArchiveQuery
    private let round: Int
    private var plan: DownloadPlan
    private var window: ArraySlice<Running> = []
    private var ready: ArraySlice<(number: Int, archive: Archive)> = []
    /// Numbers of the entries whose archives are held back from being delivered.
    private var held: [Int] = []
    private var fruitless = 0
    /// Why no more entries can be listed. What is on its way is delivered before it is told.
    private var listingFailure: ClientError?
    private var hasDelivered = false

    init(_ query: ArchiveQuery, _ amount: ArchiveQuery.Amount) {
        self.query = query
        round = query.newRound()
        plan = DownloadPlan(amount)
    }

    deinit {
        for running in window { running.task.cancel() }
        let open = window.flatMap(\.items)
        let waiting = Set(ready.map(\.number) + held)
        query.list.withLock { list in list.giveBack(open + list.outstandingItems(waiting)) }
    }

    /// The next archive, which is delivered by that; `nil` behind the last one.
    func next() async throws -> Archive? {
        guard let (number, archive) = try await nextReady() else { return nil }
        query.list.withLock { $0.deliver(number) }
        return archive
    }

    /// All archives, which are delivered together: those that came before a failure, or none and the failure.
    func collect() async throws -> [Archive] {
        var archives: [Archive] = []
        do {
            while let (number, archive) = try await nextReady() {
                archives.append(archive)
                held.append(number)
            }
        } catch let error as ClientError {
            if archives.isEmpty { throw error }
        }
        query.list.withLock { list in for number in held { list.deliver(number) } }
        held = []
        return archives
    }

    private func nextReady() async throws -> (number: Int, archive: Archive)? {
        while true {
            if let first = ready.popFirst() { return first }
            try await fillWindow()
            guard let running = window.first else {
                if let listingFailure { throw listingFailure }
                return nil
            }
            let outcome = try await withTaskCancellationHandler {
                try await running.task.value
            } onCancel: {
                running.task.cancel()
            }
            window.removeFirst()
            ready = outcome.archives[...]
            query.list.withLock { list in
                for (item, failure) in outcome.failed { list.fail(item, failure.detail, round: round) }
            }
            try judge(outcome)
        }
    }

    /// Starts requests until as many run as may, or nothing is left to ask for.
    private func fillWindow() async throws {
        while listingFailure == nil, window.count < max(1, query.server.settings.concurrency) {
            let items: [DownloadList.Item]
            do {
                items = try await query.take(&plan, round: round)
            } catch let error as ClientError {
                listingFailure = error
                return
            }
            guard !items.isEmpty else { return }
            window.append(Running(items: items, task: Task { [query] in try await query.archives(of: items) }))
        }
    }

    /// Ends a download that leads nowhere: what every archive is refused for is not the archives' fault, and a server that
    /// answers nothing any more is not asked for the rest of a long list.
    private func judge(_ outcome: BatchOutcome) throws {
        if !outcome.archives.isEmpty {
            fruitless = 0
            hasDelivered = true
        } else if let failure = outcome.failed.first?.failure {
            if failure.code == .refused || failure.code == .notUnderstood, !hasDelivered { throw failure }
            // Where archives have come, those that are not found are some of many.
            let isNowhere = failure.status == 404 && !hasDelivered
            let isGone = failure.isTransient || failure.code == .notUnderstood || isNowhere
            fruitless += isGone ? 1 : 0
            if fruitless >= Self.mostFruitless { throw failure }
        }
    }
}
