import RutileJSON
import Synchronization

extension ArchiveQuery {
    /// Lists at least `count` more entries, page by page; with 0 all, up to ``Options/resultsMax``.
    ///
    /// It goes on where the last call ended. By uploads a page has the entries of all its uploads.
    ///
    /// - Returns: How many entries are new in the list: fewer than asked where there are no more.
    /// - Throws: ``ClientError``, or `CancellationError`.
    @discardableResult
    public func fetch(_ count: Int = 0) async throws -> Int {
        try await turns.run("") {
            var found = 0
            while count <= 0 || found < count {
                guard let new = try await listPage() else { break }
                found += new
            }
            return found
        }
    }

    /// Number of entries that match, whether they are listed or not.
    ///
    /// - Throws: ``ClientError``, or `CancellationError`.
    public func count() async throws -> Int {
        let document = try await server.document(
            "/entries/query", body(query, ["pagination": ["page_size": 0]]))
        guard let total = document.root["pagination"]?["total"]?.integer?.entryCount else {
            throw notUnderstood("that says how many entries there are")
        }
        return total
    }

    /// Lists one more page; `nil` where there is none. One caller at a time.
    func listPage() async throws -> Int? {
        let (isComplete, position, room) = list.withLock { ($0.isComplete, $0.position, $0.room) }
        guard !isComplete, room > 0 else { return nil }
        switch options.face {
        case .entries:
            let asked = min(options.pageSize, room)
            let page = try await entries(query, after: position, count: asked)
            try check(page.entries, behind: list.withLock { $0.last })
            return list.withLock { $0.receive(page.entries, next: page.next, total: page.total, asked: asked) }
        case .uploads:
            let page = try await uploads(after: position)
            return list.withLock { $0.receive(page.uploads, next: page.next) }
        }
    }

    /// Lists the entries of the first upload in line, one by one. One caller at a time.
    func listFirstUpload() async throws {
        guard let upload = list.withLock({ $0.uploads.first }) else { return }
        let criterion = Value.members(["upload_id": .string(upload.uploadID)])
        var found: [ListedEntry] = []
        var next: String?
        repeat {
            let page = try await entries(
                ["and": [query, criterion]], after: next, count: min(upload.count - found.count, 1_000))
            try check(page.entries, behind: found.last?.entryID)
            found += page.entries
            next = page.entries.isEmpty ? nil : page.next
        } while next != nil && found.count < upload.count
        list.withLock { $0.replaceFirstUpload(by: Array(found.prefix(upload.count))) }
    }

    /// Pages are in the order of ids, and each goes on behind the one before: so no entry is listed twice.
    private func check(_ page: [ListedEntry], behind last: String?) throws(ClientError) {
        guard let last, let entry = page.first(where: { UTF8Key($0.entryID) <= UTF8Key(last) }) else { return }
        throw ClientError(
            .notUnderstood,
            "\(server.address) does not list entries one page after the other: “\(entry.entryID)” comes after “\(last)”"
        )
    }

    // MARK: Requests

    private func entries(
        _ query: Value, after position: String?, count: Int
    ) async throws -> (entries: [ListedEntry], next: String?, total: Int?) {
        var pagination = ObjectValue([("page_size", .integer(Int64(count)))])
        if let position { pagination["page_after_value"] = .string(position) }
        let document = try await server.document(
            "/entries/query",
            body(query, ["pagination": .object(pagination), "required": ["include": ["entry_id", "upload_id"]]]))
        let root = document.root
        guard let data = root["data"], data.kind == .list, let paging = root["pagination"], paging.kind == .object
        else {
            throw notUnderstood("that is a page of entries")
        }
        var seen: Set<UTF8Key> = []
        var entries: [ListedEntry] = []
        for item in data.items {
            guard let entry = item["entry_id"]?.text else { throw notUnderstood("whose entries have ids") }
            guard seen.insert(UTF8Key(entry)).inserted else { continue }
            entries.append(ListedEntry(entryID: entry, uploadID: item["upload_id"]?.text ?? ""))
        }
        return (entries, paging["next_page_after_value"]?.text, paging["total"]?.integer?.entryCount)
    }

    private func uploads(after position: String?) async throws -> (uploads: [UploadCount], next: String?) {
        let document = try await server.document(
            "/entries/query",
            body(
                query,
                [
                    "pagination": ["page_size": 0],
                    "aggregations": [
                        "uploads": [
                            "terms": [
                                "quantity": "upload_id",
                                "pagination": [
                                    "page_size": .integer(Int64(options.pageSize)),
                                    "page_after_value": position.map { .string($0) } ?? .null,
                                ],
                            ]
                        ]
                    ],
                ]))
        let terms = document.root["aggregations"]?["uploads"]?["terms"]
        guard let data = terms?["data"], data.kind == .list else { throw notUnderstood("that is a page of uploads") }
        let uploads = data.items.compactMap { item -> UploadCount? in
            guard let id = item["value"]?.text, let count = item["count"]?.integer?.entryCount else { return nil }
            return UploadCount(uploadID: id, count: count)
        }
        return (uploads, terms?["pagination"]?["next_page_after_value"]?.text)
    }

    /// The body of a request for `query`, with `members` as well.
    func body(_ query: Value, _ members: Value) -> Value {
        var body = ObjectValue([("owner", .string(options.owner.name)), ("query", query)])
        for (key, value) in members.object?.members ?? ObjectValue().members { body[key] = value }
        return .object(body)
    }

    /// An answer that is no document “that …”.
    private func notUnderstood(_ what: String) -> ClientError {
        ClientError(.notUnderstood, "\(server.address) answered with no document \(what)")
    }
}
