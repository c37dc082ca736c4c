import OptimadeAPI
import RutileClient
import RutileJSON

/// Merged lists and single entries of several databases as documents.
extension GatewayService {
    /// One page of what `question` finds in `databases`, as one list.
    ///
    /// - Throws: ``GatewayRefusal`` where the cursor is wrong, where every database failed and gave nothing, or some did
    ///   and the client wants all; `CancellationError`.
    func merged(
        _ question: Question, _ databases: [GatewayDatabase], gateway: String?, within time: Duration, _ asked: Asked,
        warnings: [OptimadeWarning] = []
    ) async throws -> GatewayAnswer {
        let (page, next) = try await page(question, databases, client(for: asked.request), within: time)
        try await check(page, question, gateway: gateway, asked)

        var head = asked.head
        head.warnings = question.warnings(databases) + head.warnings + warnings + page.warnings
        head.moreDataAvailable = page.next != nil
        note(
            page.statuses, returned: page.returned, available: DatabaseStatus.sum(page.statuses, \.available), in: &head
        )
        head.links.first = asked.address(from: 0)
        // A page of nothing would lead to itself.
        if question.pageLimit > 0 { head.links.next = next.map { asked.address(behind: $0) } }
        head.lastID = page.entries.last?.names.first
        var writer = JSONWriter(reserving: 4_096 + 2_048 * page.entries.count)
        writer.beginDocument(head)
        writer.key("data")
        writer.beginList()
        for entry in page.entries {
            writer.entry(
                entry.entry, names: entry.names, database: databases[entry.source],
                fields: question.listing.responseFields, prefix: prefix, showsEqual: question.mergesEqual)
        }
        writer.endList()
        writer.included(
            page.included.mentioned(by: page.entries.map { ($0.source, $0.entry) }), of: databases, prefix: prefix)
        writer.endDocument(head)
        return GatewayAnswer(writer.bytes)
    }

    /// One page of what `question` finds in `databases`, and the `page_cursor` of the next one.
    ///
    /// - Throws: ``GatewayRefusal`` and `OptimadeProblem` where the place is none; `CancellationError`.
    func page(
        _ question: Question, _ databases: [GatewayDatabase], _ client: OptimadeClient, within time: Duration
    ) async throws -> (page: MergedListing.Page, next: String?) {
        let scope = self.scope(question, databases)
        var cursor: MergeCursor?
        var skip = 0
        switch question.listing.position {
        case .start, .above: break
        case .cursor(let text): cursor = try MergeCursor(text, scope, count: databases.count, key: key)
        case .offset(let count): skip = count
        case .number(let number):
            let (product, overflow) = (number - 1).multipliedReportingOverflow(by: question.pageLimit)
            skip = overflow ? .max : product
        }
        guard skip <= GatewaySettings.mostSkipped else {
            throw OptimadeProblem(
                .parameterLimit, parameter: "page_offset",
                "At most \(GatewaySettings.mostSkipped) entries are left out. Follow links.next to get there.")
        }
        var listing = MergedListing(
            client: client, databases: databases, question: question, settings: settings,
            deadline: client.web.clock.now() + time)
        let page: MergedListing.Page
        if question.isFresh || question.progressName != nil {
            page = try await board.show(question.progressName, databases.count) { [cursor, skip] report in
                listing.report = report
                return try await listing.page(after: cursor, skip: skip)
            }
        } else {
            let asked = String(decoding: Value.object(question.identity).json(), as: UTF8.self)
            let name = [scope, asked, "\(time)", client.web.via].joined(separator: "\u{1}")
            page = try await pages.result(name) { [listing, cursor, skip] in
                try await listing.page(after: cursor, skip: skip)
            }
        }
        return (page, page.next?.text(scope, key: key))
    }

    /// What a cursor belongs to: everything that decides which list it is a place in.
    private func scope(_ question: Question, _ databases: [GatewayDatabase]) -> String {
        ([
            question.endpoint.name, question.listing.filter ?? "", PageCursor.text(question.listing.sort),
            question.mergesEqual ? "structure" : "",
        ] + databases.map { $0.id + "\u{0}" + $0.base.description }).joined(separator: "\u{1}")
    }

    private func note(_ statuses: [DatabaseStatus], returned: Int?, available: Int?, in head: inout DocumentHead) {
        head.dataReturned = returned
        head.dataAvailable = available
        if returned == nil { head.more["data_returned"] = .null }
        if available == nil { head.more["data_available"] = .null }
        head.more["_\(prefix)_providers"] = .list(statuses.map(\.json))
    }

    /// - Throws: ``GatewayRefusal`` where there is nothing to show; `StoreError`, `CancellationError`.
    private func check(
        _ page: MergedListing.Page, _ question: Question, gateway: String?, _ asked: Asked
    ) async throws {
        let statuses = page.statuses
        let failed = statuses.filter { $0.failure != nil }
        let isNothing = failed.count == statuses.count && page.entries.isEmpty
        guard isNothing || !question.allowsPartial && !failed.isEmpty else { return }
        let problems = try await problems(failed, gateway: gateway, asked)
        guard !problems.isEmpty else { return }
        let areLate = failed.count == statuses.count && failed.allSatisfy { $0.failure?.kind == .timeout }
        var refusal = GatewayRefusal(problems, status: areLate ? 504 : 502)
        refusal.more["_\(prefix)_providers"] = .list(statuses.map(\.json))
        throw refusal
    }

    /// The errors that the document has of the databases that failed.
    private func problems(
        _ failed: [DatabaseStatus], gateway: String?, _ asked: Asked
    ) async throws -> [GatewayRefusal.Problem] {
        let registered = try await RegisteredDatabases(among: failed.map(\.database), store)
        return failed.compactMap {
            $0.problem(prefix, gateway: gateway, registered: registered) { asked.head.baseURL + "/v1" + $0 }
        }
    }

    /// The entry `name`, `<database id>/<local id>`, or the first one of the databases that has that id alone.
    func entry(
        _ name: String, of type: EntryTypeDefinition, _ databases: [GatewayDatabase], gateway: String, _ asked: Asked
    ) async throws -> GatewayAnswer {
        let known = asked.query.items.filter { Parameter(rawValue: $0.name)?.isUsed(by: .entry) == true }
        let query = try QueryString(known.map(\.raw).joined(separator: "&"))
        let request = try SingleEntryRequest(query, rules)
        try Question.check(responseFields: request.responseFields, type, rules)
        try Question.check(include: request.include)
        let named = EntryName(name, among: databases)
        let candidates = named.map { [$0.database] } ?? Array(databases.indices)
        let local = named?.local ?? name
        let passed = known.filter { $0.name != "api_hint" }
        let client = client(for: asked.request)
        let clock = client.web.clock
        let deadline = clock.now() + .seconds(min(settings.databaseSeconds, settings.waitSeconds))
        typealias Found = (
            position: Int, entry: EntryAsker.Found?, notes: [String], status: DatabaseStatus
        )
        let found = try await withThrowingTaskGroup(of: Found.self) { group in
            for position in candidates {
                group.addTask {
                    var status = DatabaseStatus(databases[position])
                    let start = clock.now()
                    do {
                        let (found, notes) = try await EntryAsker(
                            client: client, type: type, base: databases[position].base, items: passed,
                            fields: request.responseFields, deadline: deadline
                        ).entry(local)
                        status.httpStatus = found == nil ? nil : 200
                        status.given = found == nil ? 0 : 1
                        status.elapsed = clock.now() - start
                        return (position, found, notes, status)
                    } catch let failure as DatabaseFailure {
                        status.failure = failure
                        status.elapsed = clock.now() - start
                        return (position, nil, [], status)
                    }
                }
            }
            var found: [Found] = []
            for try await one in group { found.append(one) }
            return found.sorted { $0.position < $1.position }
        }
        let hit = found.first { $0.entry != nil }
        let statuses = found.map(\.status)
        var head = asked.head
        head.warnings += request.warnings
        if hit == nil, statuses.allSatisfy({ $0.failure != nil }) {
            let problems = try await problems(statuses, gateway: gateway, asked)
            let areLate = statuses.allSatisfy { $0.failure?.kind == .timeout }
            throw GatewayRefusal(problems, status: areLate ? 504 : 502)
        }
        head.dataReturned = hit == nil ? 0 : 1
        for status in statuses {
            if let failure = status.failure { head.warnings.append(OptimadeWarning(.gatewayDatabase, failure.detail)) }
        }
        head.warnings += hit?.notes.map { OptimadeWarning(.gatewayProperty, $0) } ?? []
        head.warnings += hit?.entry?.warnings.map { OptimadeWarning(.gatewayDatabase, $0) } ?? []
        head.more["_\(prefix)_providers"] = .list(statuses.map(\.json))
        var writer = JSONWriter(reserving: 8_192)
        writer.beginDocument(head)
        writer.key("data")
        if let hit, let (entry, others, _) = hit.entry {
            let database = databases[hit.position]
            writer.entry(
                entry, names: [database.prefix + entry.id], database: database, fields: request.responseFields,
                prefix: prefix, showsEqual: false)
            var included = IncludedEntries()
            if request.include?.isEmpty != true { included.add(others, of: hit.position) }
            writer.included(included.mentioned(by: [(hit.position, entry)]), of: databases, prefix: prefix)
        } else {
            writer.null()
        }
        writer.endDocument(head)
        return GatewayAnswer(writer.bytes)
    }
}
