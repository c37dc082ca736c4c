import RutileClient
import RutileJSON
import Synchronization

/// A NOMAD server in memory: entries, their archives, and what goes wrong with them.
final class SimulatedNomad: WebTransport {
    /// What happens to one request.
    enum Fault {
        /// It is answered with this status.
        case status(Int, retryAfter: Int? = nil)
        /// There is no connection.
        case noConnection
        /// The connection breaks in the middle of the answer.
        case cut
        /// The answer ends in the middle, and nobody notices.
        case truncated
        /// So many archives are left out at the end.
        case fewer(Int)
        /// Archives come in another order.
        case shuffled
        /// Each archive comes twice.
        case twice
        /// A page does not say where the next one begins.
        case noNextPage
        /// A page is the first one, whatever was asked for.
        case firstPage
        /// It is answered with this text.
        case text(String)
        /// One text of the answer is another one.
        case replaced(String, by: String)
    }

    /// One request as it came.
    struct Request: Sendable {
        let path: String
        let body: Value
        let token: String?
    }

    let entries: [ListedEntry]
    /// The faults of each request, by its number from 0.
    private let fault: @Sendable (Int, Request) -> Fault?
    private let seen = Mutex<[Request]>([])
    private let running = Mutex((now: 0, most: 0))
    /// Entries without an archive.
    var bare: Set<String> { bareEntries }
    private let bareEntries: Set<String>
    /// The only token that is good, where there must be one.
    private let token: String?
    private let logins = Mutex(0)

    init(
        _ entries: [ListedEntry], bare: Set<String> = [], token: String? = nil,
        fault: @escaping @Sendable (Int, Request) -> Fault? = { _, _ in nil }
    ) {
        self.entries = entries.sorted { $0.entryID.utf8.lexicographicallyPrecedes($1.entryID.utf8) }
        bareEntries = bare
        self.token = token
        self.fault = fault
    }

    /// A server of `count` entries in a few uploads.
    convenience init(
        count: Int, bare: Set<String> = [], token: String? = nil,
        fault: @escaping @Sendable (Int, Request) -> Fault? = { _, _ in nil }
    ) {
        self.init(
            (0..<count).map { ListedEntry(entryID: Self.name($0), uploadID: "upload-\($0 % 3)") }, bare: bare,
            token: token, fault: fault)
    }

    /// The id of the entry with `number` of a server that was made by a count.
    static func name(_ number: Int) -> String {
        let digits = String(number)
        return "entry-" + String(repeating: "0", count: 5 - digits.count) + digits
    }

    /// All requests, in order.
    var requests: [Request] { seen.withLock { $0 } }

    /// Requests to the path that ends so.
    func requests(_ end: String) -> [Request] { requests.filter { $0.path.hasSuffix(end) } }

    /// How many requests ran at once, at most.
    var mostAtOnce: Int { running.withLock { $0.most } }

    func send(_ request: WebRequest, receive: (WebHead, [UInt8]) async throws -> Void) async throws -> WebHead {
        running.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
        defer { running.withLock { $0.now -= 1 } }
        await Task.yield()
        let authorization = request.headers.first { $0.name == "Authorization" }?.value
        let isForm = request.headers.contains { $0.value == "application/x-www-form-urlencoded" }
        let asked = Request(
            path: request.url, body: isForm ? .null : try Value(json: request.body ?? Array("null".utf8)),
            token: authorization.map { String($0.dropFirst("Bearer ".count)) })
        let number = seen.withLock { seen in
            seen.append(asked)
            return seen.count - 1
        }
        let fault = fault(number, asked)
        switch fault {
        case .status(let status, let retryAfter):
            let headers = retryAfter.map { [(name: "Retry-After", value: String($0))] } ?? []
            let head = WebHead(status: status, headers: headers)
            try await receive(head, Array(#"{"detail": "trouble"}"#.utf8))
            return head
        case .noConnection: throw TransportFailure.noConnection("it was refused")
        default: break
        }
        let (status, answer) = answer(to: asked, isForm: isForm, form: request.body ?? [], fault)
        var bytes = answer.json()
        switch fault {
        case .text(let text): bytes = Array(text.utf8)
        case .replaced(let old, let new):
            let text = String(decoding: bytes, as: UTF8.self)
            bytes = Array(text.split(separator: old, omittingEmptySubsequences: false).joined(separator: new).utf8)
        default: break
        }
        let head = WebHead(status: status)
        switch fault {
        case .cut:
            try await receive(head, Array(bytes.prefix(bytes.count / 2)))
            throw TransportFailure.broken("it was cut")
        case .truncated: try await receive(head, Array(bytes.prefix(bytes.count / 2)))
        default:
            try await receive(head, Array(bytes.prefix(bytes.count / 3)))
            try await receive(head, Array(bytes.dropFirst(bytes.count / 3)))
        }
        return head
    }

    private func answer(to request: Request, isForm: Bool, form: [UInt8], _ fault: Fault?) -> (Int, Value) {
        if isForm {
            guard String(decoding: form, as: UTF8.self).contains("password=secret") else {
                return (401, ["detail": "Incorrect username or password"])
            }
            let number = logins.withLock { logins in
                logins += 1
                return logins
            }
            return (200, ["access_token": .string(number == 1 ? "old" : token ?? "old")])
        }
        if let token, request.token != token { return (401, ["detail": "Authentication required."]) }
        if request.path.hasSuffix("/entries/query") { return (200, page(request.body, fault)) }
        if request.path.hasSuffix("/entries/archive/query") { return archives(request.body, fault) }
        return (404, ["detail": "Not Found"])
    }

    // MARK: Entries

    private func matching(_ query: Value?) -> [ListedEntry] {
        guard let upload = query?["and"]?.items?.compactMap({ $0["upload_id"]?.text }).first else { return entries }
        return entries.filter { $0.uploadID == upload }
    }

    private func page(_ body: Value, _ fault: Fault?) -> Value {
        let all = matching(body["query"])
        if let terms = body["aggregations"]?["uploads"]?["terms"] { return uploads(all, terms["pagination"]) }
        let size = Int(body["pagination"]?["page_size"]?.integer ?? 10)
        let ignoresPlace = if case .firstPage = fault { true } else { false }
        let after = ignoresPlace ? nil : body["pagination"]?["page_after_value"]?.text
        let rest = all.filter { entry in
            after.map { $0.utf8.lexicographicallyPrecedes(entry.entryID.utf8) } ?? true
        }
        let hits = Array(rest.prefix(size))
        var pagination: ObjectValue = ObjectValue([("total", .integer(Int64(all.count)))])
        if !hits.isEmpty, hits.count < all.count, hits.count >= size, let last = hits.last {
            pagination["next_page_after_value"] = .string(last.entryID)
        }
        if case .noNextPage = fault { pagination["next_page_after_value"] = nil }
        return [
            "pagination": .object(pagination),
            "data": .list(hits.map { ["entry_id": .string($0.entryID), "upload_id": .string($0.uploadID)] }),
        ]
    }

    private func uploads(_ entries: [ListedEntry], _ pagination: Value?) -> Value {
        var counts: [String: Int] = [:]
        for entry in entries { counts[entry.uploadID, default: 0] += 1 }
        let after = pagination?["page_after_value"]?.text ?? ""
        let page = counts.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            .filter { after.utf8.lexicographicallyPrecedes($0.key.utf8) }
            .prefix(Int(pagination?["page_size"]?.integer ?? 10))
        let next = page.last.map { Value.string($0.key) } ?? .null
        return [
            "pagination": ["page_size": 0, "total": .integer(Int64(entries.count))], "data": [],
            "aggregations": [
                "uploads": [
                    "terms": [
                        "pagination": ["next_page_after_value": next],
                        "data": .list(page.map { ["value": .string($0.key), "count": .integer(Int64($0.value))] }),
                    ]
                ]
            ],
        ]
    }

    // MARK: Archives

    private func archives(_ body: Value, _ fault: Fault?) -> (Int, Value) {
        let ids = body["query"]?["entry_id:any"]?.items?.compactMap(\.text) ?? []
        if let bad = ids.first(where: { $0.hasSuffix("13") }), body["required"]?["run[0]"] != nil {
            return (400, ["detail": .string("cannot use list key on none list run of \(bad)")])
        }
        var found = entries.filter { ids.contains($0.entryID) && !bareEntries.contains($0.entryID) }
        switch fault {
        case .fewer(let count): found.removeLast(min(count, found.count))
        case .shuffled: found.reverse()
        case .twice: found += found
        default: break
        }
        return (
            200,
            [
                "data": .list(
                    found.map { entry in
                        [
                            "entry_id": .string(entry.entryID), "upload_id": .string(entry.uploadID),
                            "parser_name": "parsers/none", "archive": ["metadata": ["of": .string(entry.entryID)]],
                        ]
                    })
            ]
        )
    }
}
