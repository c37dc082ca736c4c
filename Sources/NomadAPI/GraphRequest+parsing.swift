package import RutileJSON

extension GraphRequest {
    /// Reads a request body that has been parsed as JSON.
    ///
    /// The whole tree is checked before anything is read: one bad config refuses the request.
    package init(_ body: Value) throws(GraphProblem) {
        let folded = try foldingChildren(body, at: "")
        // A directive for the whole body asks for everything and so for nothing, as an empty object does.
        if let text = folded.text, RequestParser.directive(text) != nil { throw Self.empty }
        guard var tokens = folded.object else {
            throw GraphProblem(
                .invalidRequest, "Invalid required config: a request is an object, not \(kindName(folded)).", at: "")
        }
        for name in ["resolve_inplace", "resolve-inplace"] { tokens[name] = nil }
        explains = try Self.takeExplain(from: &tokens)
        let asked = tokens.keys.filter { $0 != "m_request" }
        guard !asked.isEmpty else { throw Self.empty }
        let parser = RequestParser()
        root = try parser.node(
            .object(tokens), kind: .root, inheriting: .standard, place: RequestPlace(pointer: ""))
        for child in root.children where RequestParser.topLevelKind(of: child.key.text) == nil {
            let hint =
                suggestion(for: child.key.text, among: Self.tokens).map { "; did you mean '\($0)'?" } ?? "."
            throw GraphProblem(
                .unknownToken, "Nothing can be read at top level as '\(child.key.text)'\(hint)", at: child.node.pointer)
        }
    }

    /// Reads and removes the switch of the top level that is no setting of any node.
    private static func takeExplain(from tokens: inout ObjectValue) throws(GraphProblem) -> Bool {
        guard var config = tokens["m_request"]?.object, let value = config["explain"] else { return false }
        guard let flag = lenientFlag(value) else {
            throw GraphProblem(
                .invalidConfig, "Invalid query config: 'explain' must be true or false.", at: "/m_request/explain")
        }
        config["explain"] = nil
        tokens["m_request"] = config.isEmpty ? nil : .object(config)
        return flag
    }

    private static let empty = GraphProblem(
        .emptyRequest, "The request names nothing to read; begin with \(RequestParser.tokenList).", at: "")
}

extension RequestNode {
    /// Reads the request for one archive, as it stands below the token `archive`.
    package static func archiveRequest(_ request: Value, pointer: String) throws(GraphProblem) -> RequestNode {
        try RequestParser().node(
            foldingChildren(request, at: pointer), key: "archive", kind: .archive, inheriting: .standard,
            place: RequestPlace(pointer: pointer))
    }
}

/// Builds the nodes of one request from values.
private final class RequestParser {
    /// The archive request that was read last.
    private var lastArchive: (value: Value, settings: SharedConfig, node: RequestNode)?

    static let tokenList = "entries, uploads, datasets, groups, users, search, metainfo or optimade"

    /// The kind of node that a key switches to, whatever its index; `nil` where the parent's goes on.
    static func kind(of key: String) -> NodeKind? {
        switch name(of: key) {
        case "user", "users", "main_author", "coauthors", "reviewers", "viewers", "writers", "entry_coauthors",
            "user_id",
            "owner", "members":
            .user
        case "group", "groups": .group
        case "upload", "uploads", "upload_id": .upload
        case "dataset", "datasets": .dataset
        case "entry", "entries", "entry_id": .entry
        case "search": .search
        case "metainfo": .metainfo
        case "files", "mainfile": .files
        case "archive": .archive
        default: nil
        }
    }

    /// A key without its index.
    private static func name(of key: String) -> String {
        key.utf8.last == UInt8(ascii: "]") ? RequestKey(key).name : key
    }

    /// The kind of node at `key` below one of `kind`.
    private static func childKind(of key: String, below kind: NodeKind) -> NodeKind {
        switch kind {
        case .archive, .metainfo, .optimade: kind
        // Below documents it is a name: what the index has of an entry has a part that is called so.
        case .root where key == "optimade": .optimade
        // The one edge out of a file.
        case .files: key == "entry" ? .entry : .files
        default: self.kind(of: key) ?? kind
        }
    }

    static func topLevelKind(of key: String) -> NodeKind? {
        guard GraphRequest.tokens.contains(key) else { return nil }
        return key == "optimade" ? .optimade : kind(of: key)
    }

    /// Tokens beside whose config `query` and `pagination` may stand.
    private static let listTokens: Set<String> = [
        "group", "groups", "upload", "uploads", "dataset", "datasets", "entry", "entries", "search", "metainfo",
    ]
    /// Keys below which documents may be queried and paged.
    private static let pagedKeys = listTokens.union(["metadata", "user", "users"])

    func node(
        _ value: Value, key: String = "", kind: NodeKind, inheriting parent: SharedConfig, place: RequestPlace
    ) throws(GraphProblem) -> RequestNode {
        switch value {
        case .string(let text):
            guard let directive = Self.directive(text) else { throw invalid(value, at: place.pointer) }
            let settings = leafSettings(directive, kind: kind, inheriting: parent)
            try check(settings, key: key, kind: kind, place: place)
            return RequestNode(kind: kind, form: .leaf, settings: settings, children: [], place: place)
        case .object(let members):
            return try object(members, key: key, kind: kind, inheriting: parent, place: place)
        case .list(let items):
            if let token = Self.topLevelKind(of: key), kind != .archive, (kind == .optimade) == (token == .optimade) {
                throw GraphProblem(
                    .emptyRequest, "'\(key)' must be asked for by an object, not a list.", at: place.pointer)
            }
            for (index, item) in items.enumerated() where !item.isNull {
                _ = try node(item, kind: kind, inheriting: parent, place: place.child(String(index)))
            }
            return RequestNode(kind: kind, form: .ignored, settings: parent, children: [], place: place)
        default: throw invalid(value, at: place.pointer)
        }
    }

    /// The settings of a node that is a mere directive.
    private func leafSettings(
        _ directive: RequestConfig.Directive, kind: NodeKind, inheriting parent: SharedConfig
    ) -> SharedConfig {
        // Answers about files repeat the directive.
        if parent === SharedConfig.standard, directive == .plain, kind != .files { return parent }
        var config = parent.value.inherited
        config.directive = directive
        config.given = ["directive"]
        return SharedConfig(config)
    }

    private func object(
        _ given: ObjectValue, key: String, kind: NodeKind, inheriting parent: SharedConfig, place: RequestPlace
    ) throws(GraphProblem) -> RequestNode {
        var members = given
        let own = members["m_request"]
        members["m_request"] = nil
        var fields = try configFields(own, hasChildren: !members.isEmpty, place: place)
        let pointer = own == nil ? place : place.child("m_request")
        var besides: [String] = []
        // A name inside archives, files and definitions is a name, whatever it is elsewhere.
        let name = Self.name(of: key)
        if kind != .archive, Self.listTokens.contains(name), Self.kind(of: name) == kind {
            for name in ["query", "pagination"] {
                guard let sibling = members[name] else { continue }
                members[name] = nil
                // An empty one counts as none here, unlike in the config itself.
                if sibling.isNull || sibling.object?.isEmpty == true { continue }
                besides.append(name)
                fields = fields ?? ObjectValue()
                fields?[name] = sibling
            }
            // Who asks for every item without saying which page means the first one. Of `datasets` NOMAD does not say so.
            if members["*"] != nil, fields?["pagination"] == nil {
                fields = fields ?? ObjectValue()
                fields?["pagination"] = name == "datasets" ? .members([:]) : .members(["page": .integer(1)])
            }
        }
        let form: RequestNode.Form = members.isEmpty ? .leaf : fields == nil ? .children : .both
        var settings = parent
        var parser: ConfigParser?
        if form != .children {
            var listPlaces = ListPlaces(at: pointer.pointer)
            if besides.contains("query") { listPlaces.query = ListPlaces(at: place.pointer).query }
            if besides.contains("pagination") { listPlaces.pagination = ListPlaces(at: place.pointer).pagination }
            let read = try ConfigParser(
                fields ?? ObjectValue(), inheriting: parent.value, pointer: pointer.pointer, listPlaces: listPlaces)
            settings = SharedConfig(read.config)
            parser = read
        }
        var children: [RequestNode.Child] = []
        for (name, value) in members.members {
            let node =
                switch Self.childKind(of: name, below: kind) {
                case .archive where kind != .archive:
                    try archive(value, inheriting: settings, place: place.child(name))
                case let childKind:
                    try node(value, key: name, kind: childKind, inheriting: settings, place: place.child(name))
                }
            children.append(RequestNode.Child(key: RequestKey(name), node: node))
        }
        if let parser {
            settings = SharedConfig(try parser.completed(for: kind))
            try check(settings, key: key, kind: kind, place: place)
        }
        return RequestNode(kind: kind, form: form, settings: settings, children: children, place: place)
    }

    /// The request for an archive. What is asked of many archives is most often the same, and is read once: its place
    /// is that of the first, which is where a fault of all of them is told.
    private func archive(
        _ value: Value, inheriting parent: SharedConfig, place: RequestPlace
    ) throws(GraphProblem) -> RequestNode {
        if let lastArchive, lastArchive.settings === parent, lastArchive.value == value { return lastArchive.node }
        let node = try node(value, key: "archive", kind: .archive, inheriting: parent, place: place)
        lastArchive = (value, parent, node)
        return node
    }

    /// The fields of a `m_request`; `nil` where there is none, or an empty one beside children.
    private func configFields(_ own: Value?, hasChildren: Bool, place: RequestPlace) throws(GraphProblem)
        -> ObjectValue?
    {
        switch own {
        case nil: return nil
        case .object(let fields): return fields.isEmpty && hasChildren ? nil : fields
        case .string(let text):
            if let directive = Self.directive(text) { return ObjectValue([("directive", .string(directive.rawValue))]) }
            fallthrough
        case .some:
            throw GraphProblem(
                .invalidConfigForm,
                "Invalid config: m_request must be an object, '*', 'include' or 'include-resolved'.",
                at: place.child("m_request").pointer)
        }
    }

    static func directive(_ text: String) -> RequestConfig.Directive? {
        switch text {
        case "*", "include": .plain
        case "include-resolved": .resolved
        default: nil
        }
    }

    private func invalid(_ value: Value, at pointer: String) -> GraphProblem {
        let shown = if case .string(let text) = value { "'\(text.prefix(80))'" } else { kindName(value) }
        return GraphProblem(
            .invalidRequest,
            "Invalid required config: \(shown). Write '*', 'include', 'include-resolved' or an object.", at: pointer)
    }

    /// Refuses what the node's reader does not support. Inherited settings count.
    private func check(
        _ settings: SharedConfig, key: String, kind: NodeKind, place: RequestPlace
    ) throws(GraphProblem) {
        if settings === SharedConfig.standard { return }
        let config = settings.value
        func refuse(_ what: String) -> GraphProblem {
            GraphProblem(
                .unsupportedConfig, "\(what) is not supported for a node of kind \(kind.rawValue) ('\(key)').",
                at: place.pointer)
        }
        switch kind {
        case .archive:
            if config.query != nil { throw refuse("A query") }
        case .files, .metainfo: break
        case .root, .user, .upload, .dataset, .entry, .group, .search, .optimade:
            if config.includeDefinition != .none { throw refuse("Including definitions") }
            if config.depth ?? 0 > 0 { throw refuse("Limiting result depth") }
            if config.resolveDepth ?? 0 > 0 { throw refuse("Limiting resolve depth") }
            if config.maxListSize ?? 0 > 0 || config.maxDictSize ?? 0 > 0 { throw refuse("Limiting container size") }
            // Of gateways the plan knows where.
            let isPaged = kind == .optimade || kind != .user && (place.isRoot || Self.pagedKeys.contains(key))
            if !isPaged, config.query?.object?.isEmpty == false { throw refuse("A query") }
            if !isPaged, config.pagination?.object?.isEmpty == false { throw refuse("Pagination") }
        }
    }
}

/// What JSON calls a value, for messages.
private func kindName(_ value: Value) -> String {
    switch value {
    case .null: "null"
    case .bool(let flag): flag ? "true" : "false"
    case .integer(let number): String(number)
    case .unsigned(let number): String(number)
    case .real(let number): String(number)
    case .string: "a string"
    case .list: "a list"
    case .object: "an object"
    }
}
