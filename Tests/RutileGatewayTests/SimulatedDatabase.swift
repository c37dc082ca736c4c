import OptimadeAPI
import RutileClient
import RutileJSON
import RutileModel
import RutileQuery
import Synchronization

/// An OPTIMADE database in memory, with the habits that databases have.
final class SimulatedDatabase: Sendable {
    /// What it makes of a `sort`.
    enum Sorting: CaseIterable, Sendable {
        case sorts
        /// In the order that was asked for, but entries without a value first, as many databases have it.
        case sortsUnknownFirst
        /// It says that it cannot, and refuses.
        case refuses
        /// It says that it cannot, and answers in its own order.
        case ignores
        /// It says that it sorts, and refuses.
        case turnsDown
        /// It says that it sorts, and does not.
        case lies
    }

    /// How its pages are told apart.
    enum Paging: CaseIterable, Sendable { case offset, number, cursor }

    /// What is wrong with it.
    enum Fault: CaseIterable, Sendable {
        case hangs, unreachable, html, truncated, badUTF8, deep, notANumber, list, notOptimade, serverError, redirects
        case tooLarge, compressed
    }

    /// Everything that can differ.
    struct Habits: Sendable {
        var sorting = Sorting.sorts
        var paging = Paging.offset
        /// Entries of a page at most.
        var cap = 500
        /// Whether more are refused, or fewer are given.
        var refusesMore = false
        var latency = Duration.zero
        var countsAreGiven = true
        var fault: Fault?
        /// Answers with `next` links that lead here again.
        var loops = false
        /// The number of the entry that the last page's `next` link leads back to.
        var returnsTo: Int?
        /// Gives the entry last that the order asked for puts first.
        var forgetsOrder = false
        /// What it says of its counts, whatever there is.
        var claims: Int64?
        /// The properties that its `/info` lists.
        var lists = ["id", "nsites", "nelements", "chemical_formula_reduced", "last_modified"]
        /// Refuses questions that name one of these.
        var refuses: [String] = []
        /// Gives nothing but errors after so many requests.
        var breaksAfter: Int?
        /// Lets all of its time go by after so many requests.
        var hangsAfter: Int?
        /// How much time goes by with each request for entries.
        var takes = Duration.zero
        /// How many entries of a page the next one begins with once more.
        var overlap = 0
        /// The `next` link of every page that has one.
        var nextLink: String?
        /// What it warns of.
        var warns: [String] = []
        /// An error that it tells beside its data.
        var errs: String?
    }

    let entries: [ObjectValue]
    let habits: Habits
    private let asked = Mutex<[String]>([])
    private let came = Mutex<[String]>([])

    /// A database of `entries`, each with `id`, `type` and properties side by side.
    init(_ entries: [ObjectValue], _ habits: Habits = Habits()) {
        self.entries = entries
        self.habits = habits
    }

    /// The targets of all requests for entries.
    var requests: [String] { asked.withLock { $0 } }

    /// The `Via` headers of all requests.
    var ways: [String] { came.withLock { $0 } }

    func answer(_ request: FetchRequest, _ clock: LaboratoryClock) async throws -> FetchResponse {
        // Whoever sees the request may move the clock, so what it is late for is fixed before.
        let due = clock.now() + request.within
        if habits.latency > .zero { try await Task.sleep(for: habits.latency) }
        let parts = request.target.split(separator: "?", maxSplits: 1).map(String.init)
        if parts[0].hasSuffix("/info/structures") { return information() }
        asked.withLock { $0.append(request.target) }
        came.withLock { $0.append(request.via) }
        if let refused = habits.refuses.first(where: request.target.contains) {
            return error(400, "the property \(refused) is not known here")
        }
        if let most = habits.breaksAfter, requests.count > most { return error(500, "it broke") }
        if let most = habits.hangsAfter, requests.count > most {
            // The others are not late: what they answer meanwhile is taken before the time is up.
            try await Task.sleep(for: .milliseconds(100))
            clock.advance(by: max(.zero, due - clock.now()))
            throw FetchFailure.timedOut
        }
        clock.advance(by: habits.takes)
        guard clock.now() <= due else { throw FetchFailure.timedOut }
        if let fault = habits.fault { return try await faulty(fault, request, clock, until: due) }
        let query = try QueryString(parts.count > 1 ? parts[1] : "")
        if let id = parts[0].split(separator: "/structures/").dropFirst().first {
            let wanted = PercentCoding.decoded(Array(id.utf8), plusIsBlank: false)
            let found = entries.first { $0["id"]?.text == wanted }
            return document(found.map { Self.resource($0, nil) } ?? .null, returned: nil, next: nil)
        }
        return try list(query, parts[0])
    }

    private func list(_ query: QueryString, _ path: String) throws -> FetchResponse {
        func value(_ name: String) -> String? { query.items.first { $0.name == name }?.value }
        var found = entries
        if let filter = value("filter") {
            let type = EntryTypeDefinition.structures
            let lowered = try LoweredFilter(
                filter, FilterVocabulary(type.catalogue, ownPrefixes: [], relationships: type.relationships))
            let evaluator = Evaluator(type.catalogue)
            found = found.filter { evaluator.truth(of: lowered.predicate, for: $0) == .true }
        }
        if let sort = value("sort") {
            switch habits.sorting {
            case .sorts: found = Oracle.sorted(found, by: sort)
            case .sortsUnknownFirst: found = Oracle.sorted(found, by: sort, unknownFirst: true)
            case .refuses, .turnsDown: return error(400, "sorting is not supported")
            case .ignores, .lies: break
            }
            if habits.forgetsOrder, let first = found.first { found = found.dropFirst() + [first] }
        }
        var limit = value("page_limit").flatMap { Int($0) } ?? 20
        if limit > habits.cap {
            if habits.refusesMore { return error(403, "page_limit must be at most \(habits.cap)") }
            limit = habits.cap
        }
        let start: Int =
            switch habits.paging {
            case .offset: value("page_offset").flatMap { Int($0) } ?? 0
            case .number: ((value("page_number").flatMap { Int($0) } ?? 1) - 1) * limit
            case .cursor: value("page_cursor").flatMap { Int($0.dropFirst()) } ?? 0
            }
        let page = found.dropFirst(habits.loops ? 0 : start).prefix(limit)
        var end = start + page.count
        if end == found.count, let number = habits.returnsTo { end = number }
        if end < found.count, page.count > habits.overlap { end -= habits.overlap }
        var next: String?
        if end < found.count || habits.loops {
            let place: String =
                switch habits.paging {
                case .offset: "page_offset=\(end)"
                case .number: "page_number=\(start / limit + 2)"
                case .cursor: "page_cursor=c\(end)"
                }
            let kept = query.items.filter {
                !["page_offset", "page_number", "page_cursor", "page_limit"].contains($0.name)
            }
            next =
                "http://elsewhere.example\(path)?"
                + (kept.map(\.raw) + ["page_limit=\(limit)", place]).joined(separator: "&")
        }
        let fields = value("response_fields").map { Set($0.split(separator: ",").map(String.init)) }
        if next != nil, let link = habits.nextLink { next = link }
        return document(.list(page.map { Self.resource($0, fields) }), returned: found.count, next: next)
    }

    private static func resource(_ entry: ObjectValue, _ fields: Set<String>?) -> Value {
        let attributes = entry.members.filter { $0.0 != "id" && $0.0 != "type" && fields?.contains($0.0) != false }
        return .members([
            "id": entry["id"] ?? .null, "type": .string("structures"),
            "attributes": .object(ObjectValue(attributes.map { ($0.0, $0.1) })),
        ])
    }

    private func document(_ data: Value, returned: Int?, next: String?) -> FetchResponse {
        var meta = ObjectValue([("api_version", Value.string("1.1.0")), ("more_data_available", .bool(next != nil))])
        if habits.countsAreGiven {
            meta["data_returned"] = returned.map { .integer(Int64($0)) }
            meta["data_available"] = .integer(Int64(entries.count))
        }
        if let claims = habits.claims {
            (meta["data_returned"], meta["data_available"]) = (.integer(claims), .integer(claims))
        }
        if !habits.warns.isEmpty {
            meta["warnings"] = .list(
                habits.warns.map { .members(["type": .string("warning"), "detail": .string($0)]) })
        }
        var members = ObjectValue([
            ("data", data), ("meta", .object(meta)),
            ("links", .members(["next": next.map { .string($0) } ?? .null])),
        ])
        if let errs = habits.errs { members["errors"] = .list([.members(["detail": .string(errs)])]) }
        return FetchResponse(status: 200, body: Value.object(members).json())
    }

    private func information() -> FetchResponse {
        let sortable = habits.sorting != .refuses && habits.sorting != .ignores
        let properties = ObjectValue(habits.lists.map { ($0, Value.members(["sortable": .bool(sortable)])) })
        return FetchResponse(
            status: 200, body: Value.members(["data": .members(["properties": .object(properties)])]).json())
    }

    private func error(_ status: Int, _ detail: String) -> FetchResponse {
        FetchResponse(
            status: status,
            body: Value.members(["errors": .list([.members(["detail": .string(detail)])])]).json())
    }

    private func faulty(
        _ fault: Fault, _ request: FetchRequest, _ clock: LaboratoryClock, until due: Duration
    ) async throws -> FetchResponse {
        func body(_ text: String, status: Int = 200) -> FetchResponse {
            FetchResponse(status: status, body: Array(text.utf8))
        }
        switch fault {
        case .hangs:
            try await clock.sleep(until: due)
            throw FetchFailure.timedOut
        case .unreachable: throw FetchFailure.unreachable("connection refused")
        case .html: return body("<!doctype html><p>maintenance")
        case .truncated: return body(#"{"data": [{"id": "1", "#)
        case .badUTF8: return FetchResponse(status: 200, body: [0x7B, 0x22, 0xFF, 0x22, 0x3A, 0x31, 0x7D])
        case .deep: return body(String(repeating: "[", count: 100_000))
        case .notANumber: return body(#"{"data": [], "meta": {"data_returned": NaN}}"#)
        case .list: return body("[1, 2, 3]")
        case .notOptimade: return body(#"{"hello": "world"}"#)
        case .serverError: return body("upstream exploded", status: 500)
        case .redirects: return body("", status: 302)
        case .compressed: return FetchResponse(status: 200, coding: "gzip", body: [0x1F, 0x8B, 8, 0])
        case .tooLarge: throw FetchFailure.tooLarge(limit: request.limit)
        }
    }
}

/// What the order of entries has to be, written without anything of the code under test.
enum Oracle {
    /// `entries` by `sort`, those without a value last, equal ones as they stand.
    static func sorted(_ entries: [ObjectValue], by sort: String, unknownFirst: Bool = false) -> [ObjectValue] {
        let keys = sort.split(separator: ",").map(String.init)
        return entries.enumerated().sorted { left, right in
            for key in keys {
                let name = key.hasPrefix("-") ? String(key.dropFirst()) : key
                let (a, b) = (left.element[name] ?? .null, right.element[name] ?? .null)
                if a == b { continue }
                if a.isNull || b.isNull { return b.isNull != unknownFirst }
                let isLess: Bool
                if let a = a.real, let b = b.real {
                    isLess = a < b
                } else {
                    isLess = (a.text ?? "").utf8.lexicographicallyPrecedes((b.text ?? "").utf8)
                }
                return isLess != key.hasPrefix("-")
            }
            return left.offset < right.offset
        }.map(\.element)
    }
}
