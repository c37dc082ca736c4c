import RutileClient
import RutileJSON

/// Resources that came with entries because these refer to them, of several databases.
struct IncludedEntries: Sendable {
    /// One of them.
    struct Found: Sendable {
        /// Position of the database.
        let source: Int
        /// The database's own id.
        let id: String
        let resource: JSONView
    }

    private struct Name: Hashable {
        let source: Int
        let type: UTF8Key
        let id: UTF8Key

        /// The name that a resource, or an identifier of one, has; `nil` where it is none.
        init?(_ source: Int, _ resource: JSONView) {
            guard let type = resource["type"]?.text, let id = resource["id"]?.text else { return nil }
            self.source = source
            self.type = UTF8Key(type)
            self.id = UTF8Key(id)
        }
    }

    private var known: [Name: JSONView] = [:]

    /// None.
    init() {}

    /// Keeps what came with a page of the database at `source`.
    mutating func add(_ resources: [JSONView], of source: Int) {
        for resource in resources {
            if let name = Name(source, resource) { known[name] = resource }
        }
    }

    /// Those that `entries` refer to, each once, in the order in which they are first referred to.
    func mentioned(by entries: [(source: Int, entry: ForeignEntry)]) -> [Found] {
        guard !known.isEmpty else { return [] }
        var found: [Found] = []
        var seen: Set<Name> = []
        for (source, entry) in entries {
            for relationship in entry.resource["relationships"]?.members ?? [] {
                guard let data = relationship.value["data"] else { continue }
                for identifier in data.kind == .list ? Array(data.items) : [data] {
                    guard let name = Name(source, identifier), let resource = known[name],
                        seen.insert(name).inserted
                    else { continue }
                    found.append(Found(source: source, id: name.id.string, resource: resource))
                }
            }
        }
        return found
    }
}
