import RutileJSON

/// How far a mirror is. Kept as JSON beside its file, so that another run goes on where this one stopped.
struct MirrorState: Hashable, Sendable {
    /// One entry type of the database.
    struct EntryType: Hashable, Sendable {
        let name: String
        /// Names of its properties.
        let fields: [String]
        /// The page that is to be read next; absent before the first page, and after the last.
        var next: String?
        /// Whether the last page was read.
        var isDone = false
        /// Entries that were read.
        var entries = 0
        /// Whether pages come again.
        var circle = PageCircle()

        /// Nothing of `name` was read yet.
        init(name: String, fields: [String]) {
            self.name = name
            self.fields = fields
        }
    }

    /// The versioned base URL; another one where the server said so.
    var base: String
    /// In the order in which they are read.
    var types: [EntryType]
    /// Bytes of the file that are complete.
    var bytes: Int
    /// Entries with values that the server gives only in parts, which are therefore unknown.
    var partialEntries = 0

    /// Whether all was read.
    var isDone: Bool { types.allSatisfy(\.isDone) }
    /// Entries that were read.
    var entries: Int { types.reduce(0) { $0 + $1.entries } }

    /// Nothing of `types` was read yet; the file has `bytes`.
    init(base: String, types: [EntryType], bytes: Int) {
        self.base = base
        self.types = types
        self.bytes = bytes
    }

    /// Reads what ``json`` made; `nil` for anything else.
    init?(json text: [UInt8]) {
        guard let value = try? Value(json: text), let base = value["base"]?.text,
            let bytes = value["bytes"]?.integer.flatMap(Int.init(exactly:)), bytes >= 0,
            let partial = value["partial_entries"]?.integer.flatMap(Int.init(exactly:)),
            let items = value["types"]?.items
        else { return nil }
        self.base = base
        self.bytes = bytes
        partialEntries = partial
        types = []
        for item in items {
            guard let name = item["name"]?.text, let isDone = item["done"]?.bool,
                let entries = item["entries"]?.integer.flatMap(Int.init(exactly:))
            else { return nil }
            var type = EntryType(name: name, fields: item["fields"]?.items?.compactMap(\.text) ?? [])
            type.next = item["next"]?.text
            type.isDone = isDone
            type.entries = entries
            type.circle = PageCircle(item["circle"])
            types.append(type)
        }
    }

    /// The state as JSON.
    var json: [UInt8] {
        Value.members([
            "base": .string(base), "bytes": .integer(Int64(bytes)), "partial_entries": .integer(Int64(partialEntries)),
            "types": .list(
                types.map { type in
                    .members([
                        "name": .string(type.name), "fields": .list(type.fields.map { .string($0) }),
                        "next": type.next.map { .string($0) } ?? .null, "done": .bool(type.isDone),
                        "entries": .integer(Int64(type.entries)), "circle": type.circle.json,
                    ])
                }),
        ]).json(pretty: true)
    }
}
