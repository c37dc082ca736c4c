import OptimadeAPI
import RutileClient
import RutileJSON

/// Reads of single databases.
extension MergedListing {
    /// What came of one read.
    enum Outcome: Sendable {
        case page(ListingPage)
        /// What was read, and why it is not all of it, where the database failed in the middle.
        case everything(ListingPage, DatabaseFailure?)
        case cannotSort
        case failed(DatabaseFailure)

        /// Whether nothing came in time.
        fileprivate var isTimeout: Bool {
            if case .failed(let failure) = self { failure.kind == .timeout } else { false }
        }
    }

    /// One read, and what came of it.
    struct Reading: Sendable {
        let need: MergeState.Need
        let outcome: Outcome
        /// What the client has to know of properties that the database lacks.
        let notes: [String]
        let elapsed: Duration
        /// Whether it ended with the time of the page, before the database had its own.
        let wasCutShort: Bool
    }

    /// Entries of a first page that has to be in order, at least.
    private static let leastToCompare = 20

    /// Reads what `need` says.
    ///
    /// - Throws: `CancellationError`.
    func read(_ need: MergeState.Need, since start: Duration) async throws -> Reading {
        let asker = DatabaseAsker(
            client: client, question: question, databases: databases, position: need.source, deadline: databaseDeadline,
            more: question.mergesEqual ? StructureMatch.properties : [])
        let isShortOfTime = asker.deadline == deadline
        var notes: [String] = []
        let outcome: Outcome
        do {
            let answer: Outcome?
            (answer, notes) = try await asker.ask { request, plan in
                switch need.extent {
                case .everything: try await everything(request, of: need.source)
                case .page(let place, let part, let given):
                    try await page(request, plan, at: place, of: part, given: given, asker)
                }
            }
            // Without an answer the filter rules all entries out.
            outcome =
                answer ?? .page(.nothing(of: client.available(of: question.endpoint.name, at: asker.base)))
        } catch let failure as DatabaseFailure {
            // It may be the sort that it does not like; if it is something else, the next attempt tells.
            let mayBeSort = need.mayBeRefusedForSort && !question.listing.sort.isEmpty
            outcome = mayBeSort && DatabaseAsker.isRefusal(failure) ? .cannotSort : .failed(failure)
        }
        return Reading(
            need: need, outcome: outcome, notes: notes, elapsed: client.web.clock.now() - start,
            wasCutShort: isShortOfTime && outcome.isTimeout)
    }

    private func page(
        _ request: ListingRequest, _ plan: DatabasePlan, at place: PagePlace, of part: MergeState.Part, given: Int,
        _ asker: DatabaseAsker
    ) async throws -> Outcome {
        if place == .start, !(try await asker.canSort(plan)) { return .cannotSort }
        guard var request = plan.request(request, part, of: question.listing.sort) else {
            return .page(.nothing(of: client.available(of: question.endpoint.name, at: asker.base)))
        }
        // What was given before is of no use, however few are wanted now.
        request.pageLimit = max(request.pageLimit, given + 1)
        // A few entries do not show whether the database orders them.
        if place == .start, request.sort != nil { request.pageLimit = max(request.pageLimit, Self.leastToCompare) }
        return .page(
            try await client.page(request, at: place, of: databases[asker.position].base, deadline: asker.deadline))
    }

    /// All entries, up to the limit or to where the database fails; ``ListingPage/next`` is there when there are more.
    private func everything(_ request: ListingRequest, of source: Int) async throws -> Outcome {
        var request = request
        request.sort = nil
        request.pageLimit = min(500, settings.localEntries)
        let base = databases[source].base
        var all = ListingPage()
        var seen: Set<UTF8Key> = []
        var places: Set<PagePlace> = [.start]
        var place = PagePlace.start
        while true {
            let page: ListingPage
            do {
                page = try await client.page(request, at: place, of: base, deadline: databaseDeadline)
            } catch let failure as DatabaseFailure where !all.entries.isEmpty {
                return .everything(all, failure)
            }
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
                return .everything(all, nil)
            }
            guard let next = page.next else { return .everything(all, nil) }
            guard !fresh.isEmpty, places.insert(next).inserted else {
                all.next = nil
                all.warnings.append("\(base) repeats a page, so its list ends here.")
                return .everything(all, nil)
            }
            place = next
        }
    }

    /// When a page of a database that is asked for now has to be there.
    private var databaseDeadline: Duration {
        min(deadline, client.web.clock.now() + .seconds(settings.databaseSeconds))
    }
}

extension MergeState.Need {
    /// Whether the database may refuse it because of the sort.
    fileprivate var mayBeRefusedForSort: Bool {
        if case .page(.start, let part, _) = extent { part != .unknown } else { false }
    }
}

extension DatabasePlan {
    /// `request` for a part of the entries, by the first of the keys in `sort`; `nil` where nothing can be in it.
    fileprivate func request(
        _ request: ListingRequest, _ part: MergeState.Part, of sort: [SortTerm]
    ) -> ListingRequest? {
        guard part != .all, let key = sort.first?.name else { return request }
        if lacks.contains(where: { $0.hasSameUTF8(as: key) }) { return part == .known ? nil : request }
        let test = "\(key) IS \(part == .known ? "KNOWN" : "UNKNOWN")"
        var request = request
        request.filter = request.filter.map { "(\($0)) AND \(test)" } ?? test
        return request
    }
}

extension ListingPage {
    /// What is known of a database in which nothing can match, and which said before that it has `available` entries.
    fileprivate static func nothing(of available: Int?) -> ListingPage {
        var page = ListingPage()
        page.returned = 0
        page.available = available
        return page
    }
}
