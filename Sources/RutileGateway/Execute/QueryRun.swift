import OptimadeAPI
import RutileClient
import RutileJSON

/// Asks each database of a query for one page, as the client asked for it; nothing is merged.
struct QueryRun: Sendable {
    let client: OptimadeClient
    let query: StoredQuery
    let question: Question
    let settings: GatewaySettings

    /// What one database answered.
    struct Answer: Sendable {
        var status: DatabaseStatus
        var entries: [ForeignEntry] = []
        var included: [JSONView] = []
        var hasMore = false
        var warnings: [String] = []
    }

    /// What the database at `position` answers, before `deadline` on the client's clock.
    ///
    /// - Throws: `CancellationError`.
    func answer(of position: Int, deadline: Duration) async throws -> Answer {
        let clock = client.web.clock
        let database = query.databases[position]
        let start = clock.now()
        var answer = Answer(status: DatabaseStatus(database))
        do {
            let asker = DatabaseAsker(
                client: client, question: question, databases: query.databases, position: position,
                deadline: min(deadline, start + .seconds(settings.databaseSeconds)))
            let (found, notes) = try await asker.ask { request, plan in
                var request = request
                if !(try await asker.canSort(plan)) { request.sort = nil }
                func page() async throws -> ListingPage {
                    try await client.page(request, at: place, of: database.base, deadline: asker.deadline)
                }
                do {
                    return (page: try await page(), isSorted: plan.sortNames.isEmpty || request.sort != nil)
                } catch let failure as DatabaseFailure where request.sort != nil && DatabaseAsker.isRefusal(failure) {
                    // It may be the sort that it does not like.
                    request.sort = nil
                    return (page: try await page(), isSorted: false)
                }
            }
            answer.warnings += notes
            guard let (page, isSorted) = found else {
                answer.status.returned = 0
                answer.status.available = client.available(of: question.endpoint.name, at: database.base)
                answer.status.elapsed = clock.now() - start
                return answer
            }
            let order = MergeOrder(question.listing.sort, of: question.endpoint)
            var entries = page.entries
            if !isSorted || !order.keeps(entries.map { order.values(of: $0, named: $0.id) }) {
                answer.warnings.append(
                    "\(database.base) \(isSorted ? "does not" : "cannot") order by "
                        + "\(PageCursor.text(question.listing.sort)): these of its entries are ordered here.")
                entries.sort {
                    order.places(order.values(of: $0, named: $0.id), before: order.values(of: $1, named: $1.id))
                }
            }
            answer.entries = Array(entries.prefix(question.pageLimit))
            answer.included = question.wantsIncluded ? page.included : []
            answer.hasMore = page.next != nil || entries.count > question.pageLimit
            answer.status.httpStatus = 200
            answer.status.given = answer.entries.count
            answer.status.returned = page.returned ?? (page.next == nil && place == .start ? page.sent : nil)
            answer.status.available = page.available
            answer.warnings += page.warnings
        } catch let failure as DatabaseFailure {
            answer.status.failure = failure
        }
        answer.status.elapsed = clock.now() - start
        return answer
    }

    /// The page that the client asked for, in the words that it used.
    private var place: PagePlace {
        switch question.listing.position {
        case .offset(let count): .offset(count)
        case .number(let number): PagePlace(link: "page_number=\(number)") ?? .start
        case .start, .above, .cursor: .start
        }
    }
}
