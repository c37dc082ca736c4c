import RutileJSON
import RutileTestSupport

/// Requests that look random: right ones, wrong ones, and everything between, over the names of the shared bundle.
struct RandomRequest {
    private var random: RandomSource
    private static let ids: [String: [String]] = [
        "uploads": ["upl-lab", "upl-draft", "upl-sealed", "upl-open", "upl-idle", "none"],
        "entries": ["ent-sample", "ent-measure", "ent-draft-1", "ent-sealed-1", "ent-no-archive", "ent-tasks", "none"],
        "datasets": ["ds-one", "ds-two", "ds-ben", "none"], "groups": ["g-alloy", "g-films", "g-solo", "none"],
        "users": ["u-ada", "u-ben", "me", "none"], "search": ["ent-sample", "ent-sealed-1"],
        "metainfo": ["nomad.datamodel.metainfo.workflow", "entry_id:ent-schema", "none"],
    ]
    private static let tokens = [
        "uploads", "entries", "datasets", "groups", "users", "search", "metainfo", "upload", "entry", "dataset",
        "group", "user",
    ]
    private static let fields = [
        "upload_name", "main_author", "coauthors", "viewers", "entry_id", "upload_id", "mainfile_path", "metadata",
        "archive", "files", "mainfile", "members", "owner", "members_info", "user_id", "name", "dataset_name",
        "entries", "n_entries", "process_status", "doi", "none", "coauthors[0]", "members[0:1]", "results",
    ]
    private static let archiveKeys = [
        "data", "metadata", "results", "parts", "parts[0]", "name", "m_def", "definitions", "sample", "samples[-1]",
        "*", "workflow2", "processing_logs[0]", "none",
    ]

    init(seed: UInt64) { random = RandomSource(seed: seed) }

    mutating func next() -> Value {
        if random.once(in: 100) { return junk() }
        var request = ObjectValue()
        if random.once(in: 20) { request["m_request"] = config() }
        for _ in 0...random.int(0...1) {
            let token = random.pick(Self.tokens)
            request[token] = list(token, depth: 0)
        }
        return .object(request)
    }

    private mutating func list(_ token: String, depth: Int) -> Value {
        if random.once(in: 5) { return leaf() }
        var node = ObjectValue()
        if random.once(in: 3) { node["m_request"] = config(for: token) }
        let plural = Self.ids[token] == nil ? (token == "entry" ? "entries" : token + "s") : token
        for _ in 0..<random.int(0...2) {
            let id = random.pick(Self.ids[plural] ?? ["none"])
            node[id] = document(depth: depth + 1)
        }
        if random.once(in: 2) { node["*"] = document(depth: depth + 1) }
        return .object(node)
    }

    private mutating func document(depth: Int) -> Value {
        if depth > 5 || random.once(in: 5) { return leaf() }
        var node = ObjectValue()
        if random.once(in: 6) { node["m_request"] = config() }
        for _ in 0...random.int(0...2) {
            if random.once(in: 4) {
                let token = random.pick(Self.tokens)
                node[token] = list(token, depth: depth + 1)
            } else {
                let field = random.pick(Self.fields)
                let isTree = field == "archive" || field == "metadata"
                node[field] = isTree ? section(depth: depth + 1) : value(depth: depth + 1)
            }
        }
        return .object(node)
    }

    private mutating func section(depth: Int) -> Value {
        if depth > 6 || random.once(in: 3) { return leaf() }
        var node = ObjectValue()
        if random.once(in: 5) { node["m_request"] = config() }
        for _ in 0...random.int(0...1) { node[random.pick(Self.archiveKeys)] = section(depth: depth + 1) }
        return .object(node)
    }

    private mutating func value(depth: Int) -> Value { random.once(in: 3) ? document(depth: depth) : leaf() }

    private mutating func leaf() -> Value {
        switch random.int(0...9) {
        case 0: .object(ObjectValue())
        case 1: .string("include-resolved")
        case 2: .members(["m_request": config()])
        case 3 where random.once(in: 5): junk()
        default: .string("*")
        }
    }

    private mutating func config(for token: String = "") -> Value {
        var config = ObjectValue()
        for _ in 0..<random.int(0...2) {
            switch random.int(0...13) {
            case 0: config["directive"] = .string(random.pick(["plain", "resolved", "auto_from_layout", "x"]))
            case 1: config["include"] = .list([.string(random.pick(["*", "upl*", "name", "[", "?*"]))])
            case 2: config["exclude"] = .list([.string(random.pick(["*", "*name", "data"]))])
            case 3: config["depth"] = .integer(Int64(random.int(-1...3)))
            case 4: config["resolve_depth"] = .integer(Int64(random.int(0...2)))
            case 5: config["resolve_type"] = .string(random.pick(["user", "upload", "entry", "dataset"]))
            case 6: config["max_list_size"] = .integer(Int64(random.int(0...5)))
            case 7: config["index"] = .list([.integer(Int64(random.int(-3...3)))])
            case 8: config["include_definition"] = .string(random.pick(["both", "none", "specialized_only"]))
            case 9: config["m_def_format"] = .string("short")
            case 10: config["always_rewrite_references"] = .bool(true)
            case 11: config["query"] = query(for: token)
            default: config["pagination"] = pagination()
            }
        }
        return random.once(in: 30) ? junk() : .object(config)
    }

    private mutating func pagination() -> Value {
        var page = ObjectValue()
        if random.once(in: 2) { page["page_size"] = .integer(Int64(random.int(-1...4))) }
        if random.once(in: 4) { page["page"] = .integer(Int64(random.int(0...3))) }
        if random.once(in: 6) { page["page_offset"] = random.once(in: 3) ? .integer(.max) : .integer(1) }
        if random.once(in: 6) {
            page["page_after_value"] = .string(random.pick(["upl-lab", "ent-sample", "g-alloy", ""]))
        }
        if random.once(in: 3) { page["order"] = .string(random.pick(["asc", "desc"])) }
        if random.once(in: 4) {
            let names = ["upload_name", "mainfile", "entry_id", "group_name", "publish_time"]
            page["order_by"] = .string(random.pick(names))
        }
        return random.once(in: 30) ? junk() : .object(page)
    }

    private mutating func query(for token: String) -> Value {
        if random.once(in: 20) { return junk() }
        return switch token {
        case "search":
            .members([
                "owner": .string(random.pick(["all", "user", "public", "shared", "admin"])),
                "query": .members([
                    random.pick(["upload_id", "entry_id", "results.material.elements:any", "x"]): .string("upl-lab")
                ]),
            ])
        case "entries", "entry": .members(["mainfile": .list([.string(random.pick(["runs", "(", "^s.*json$"]))])])
        case "groups": .members(["search_terms": .string("alloy")])
        case "datasets": .members(["prefix": .string(random.pick(["f", "("]))])
        default:
            .members([
                random.pick(["is_published", "is_owned", "upload_id"]): random.once(in: 2) ? .bool(true) : .string("x")
            ])
        }
    }

    private mutating func junk() -> Value {
        random.pick([
            .null, .bool(true), .integer(7), .real(1.5), .string(""), .string("m_request"), .list([]),
            .list([.string("*")]), .string(String(repeating: "x", count: 300)), .object(ObjectValue()),
        ])
    }
}
