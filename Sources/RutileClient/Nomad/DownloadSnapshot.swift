import RutileJSON

/// How far a query is: enough to go on in another process.
///
/// It names what is open, not what was delivered, so it stays small. What is outstanding when it is taken counts as open.
public struct DownloadSnapshot: Hashable, Sendable {
    var position: String?
    var isComplete: Bool
    var listed: Int
    var total: Int?
    var isTotalSteady: Bool
    var entries: [ListedEntry]
    var uploads: [UploadCount]
    var failed: [ListedEntry]

    init(
        position: String?, isComplete: Bool, listed: Int, total: Int?, isTotalSteady: Bool, entries: [ListedEntry],
        uploads: [UploadCount], failed: [ListedEntry]
    ) {
        self.position = position
        self.isComplete = isComplete
        self.listed = listed
        self.total = total
        self.isTotalSteady = isTotalSteady
        self.entries = entries
        self.uploads = uploads
        self.failed = failed
    }

    /// The snapshot as JSON text.
    public var json: String {
        func list(_ entries: [ListedEntry]) -> Value {
            .list(entries.map { .list([.string($0.entryID), .string($0.uploadID)]) })
        }
        let value = Value.members([
            "position": position.map { .string($0) } ?? .null, "complete": .bool(isComplete),
            "listed": .integer(Int64(listed)), "total": total.map { .integer(Int64($0)) } ?? .null,
            "steady": .bool(isTotalSteady), "entries": list(entries),
            "uploads": .list(uploads.map { .list([.string($0.uploadID), .integer(Int64($0.count))]) }),
            "failed": list(failed),
        ])
        return String(decoding: value.json(), as: UTF8.self)
    }

    /// Reads what ``json`` gave.
    ///
    /// - Throws: ``ClientError/Code/badState``.
    public init(json: String) throws(ClientError) {
        guard let value = try? Value(json: Array(json.utf8), limits: .file),
            let listed = value["listed"]?.integer?.entryCount,
            let isComplete = value["complete"]?.bool, let entries = Self.entries(value["entries"]),
            let failed = Self.entries(value["failed"]), let uploads = value["uploads"]?.items
        else { throw ClientError(.badState, "the state cannot be read") }
        self.init(
            position: value["position"]?.text, isComplete: isComplete, listed: listed,
            total: value["total"]?.integer?.entryCount, isTotalSteady: value["steady"]?.bool ?? false, entries: entries,
            uploads: try uploads.map { item throws(ClientError) in
                guard let pair = item.items, pair.count == 2, let id = pair[0].text,
                    let count = pair[1].integer?.entryCount
                else { throw ClientError(.badState, "the state cannot be read") }
                return UploadCount(uploadID: id, count: count)
            },
            failed: failed)
    }

    private static func entries(_ value: Value?) -> [ListedEntry]? {
        guard let items = value?.items else { return nil }
        let entries = items.compactMap { item -> ListedEntry? in
            guard let pair = item.items, pair.count == 2, let entry = pair[0].text, let upload = pair[1].text else {
                return nil
            }
            return ListedEntry(entryID: entry, uploadID: upload)
        }
        return entries.count == items.count ? entries : nil
    }
}

extension Int64 {
    /// The number as a number of entries that a server or a state names; `nil` where there cannot be so many. Sums of
    /// such numbers do not overflow.
    var entryCount: Int? { (0...(1 << 48)).contains(self) ? Int(self) : nil }
}
