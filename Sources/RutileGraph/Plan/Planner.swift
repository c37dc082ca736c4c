package import NomadAPI
import RutileJSON
import RutileStore

extension ReadPlan {
    /// The plan for `request`: tokens become reads, what leads nowhere is dropped.
    ///
    /// - Throws: ``GraphProblem`` for layouts that do not exist, patterns that are none, lists of what is not listed.
    package init(_ request: GraphRequest) throws(GraphProblem) {
        parts = try Planner.parts(of: request.root, below: nil)
    }
}

/// Knows which edges lead from which kind of document.
enum Planner {
    /// The reads of a node's children; `document` is the kind of document they belong to, absent at top level.
    static func parts(of node: RequestNode, below document: DocumentKind?) throws(GraphProblem) -> [ReadPlan.Part] {
        var parts: [ReadPlan.Part] = []
        for child in node.children where child.node.form != .ignored {
            guard let read = try read(child, below: document) else { continue }
            parts.append(ReadPlan.Part(key: child.key, read: read))
        }
        return parts
    }

    private static func read(
        _ child: RequestNode.Child, below document: DocumentKind?
    ) throws(GraphProblem) -> ReadPlan.Read? {
        switch (child.key.text, document) {
        case ("upload", .entry), ("uploads", .entry): .linked(try self.document(.upload, child.node))
        case ("entry", .metadata), ("entries", .metadata): .linked(try self.document(.entry, child.node))
        case ("metadata", .entry): .linked(try self.document(.metadata, child.node))
        case ("upload", _), ("uploads", _), ("entry", _), ("entries", _), ("dataset", _), ("datasets", _), ("group", _),
            ("groups", _), ("user", _), ("users", _), ("search", _):
            try link(child, below: document)
        case ("archive", .entry): try archive(child.node)
        case ("files", .upload): .files(try files(child.node))
        case ("mainfile", .entry): .mainfile(try files(child.node))
        case ("metainfo", nil): .metainfo(try metainfo(child.node))
        case ("optimade", nil): .foreign(try foreign(child.node))
        case ("archive", _), ("metainfo", _), ("files", _), (_, nil): nil
        case (_, let kind?): try field(child, of: kind)
        }
    }

    /// The list that leads on from a document of any kind, or from the top level; `nil` where `child` is none.
    static func link(
        _ child: RequestNode.Child, below document: DocumentKind?
    ) throws(GraphProblem) -> ReadPlan.Read? {
        switch child.key.text {
        case "upload", "uploads": try list(.upload, child, isTop: document == nil)
        case "entry", "entries": try list(.entry, child, isTop: document == nil)
        case "dataset", "datasets": try list(.dataset, child, isTop: document == nil)
        case "group", "groups": try list(.group, child, isTop: document == nil)
        case "user", "users": try users(child, isTop: document == nil)
        case "search": try list(.metadata, child, isTop: document == nil)
        default: nil
        }
    }

    private static func archive(_ node: RequestNode) throws(GraphProblem) -> ReadPlan.Read {
        try Layout.check(node.config, at: node.pointer)
        return .archive(node)
    }

    /// Users by id; they are never listed.
    private static func users(_ child: RequestNode.Child, isTop: Bool) throws(GraphProblem) -> ReadPlan.Read? {
        if isTop, child.node.form == .leaf {
            throw GraphProblem(
                .emptyRequest, "Users are not listed; name their ids, or 'me'.", at: child.node.pointer)
        }
        let users = try named(.user, child.node)
        let response = child.node.form == .leaf ? nil : child.node.ownConfig?.echo
        return users.isEmpty && response == nil ? nil : .documents(users, response: response)
    }

    private static func list(
        _ kind: DocumentKind, _ child: RequestNode.Child, isTop: Bool
    ) throws(GraphProblem) -> ReadPlan.Read {
        let node = child.node
        let wildcard = node.children.first { $0.key.isWildcard && $0.node.form != .ignored }
        let named = try named(kind, node)
        guard let config = node.ownConfig else {
            // Searches tell of their query, even where there is none.
            let response = kind == .metadata ? ObjectValue([("query", .object(ObjectValue()))]) : nil
            return .documents(named, response: response)
        }
        var response = node.form == .leaf ? ObjectValue() : config.echo
        response["query"] = echo(of: config, kind)
        // What is not listed has no use for patterns, whatever they are.
        guard node.form == .leaf || wildcard != nil else { return .documents(named, response: response) }
        let places = config.listPlaces ?? ListPlaces(at: node.pointer)
        let criteria: ListCriteria
        do {
            criteria = try ListCriteria(kind, config.listQuery, at: places)
        } catch {
            // A list that cannot be is only a part of what stands below a document.
            if isTop { throw error }
            criteria = .refused(kind, error)
        }
        var pagination = config.listPagination ?? ListPagination()
        if case .search(let question) = criteria { pagination = question.pagination }
        var items = ReadPlan.ListPlan.Items.ids(config.keys)
        if node.form != .leaf, let wildcard {
            var each = try document(kind, wildcard.node)
            // What is asked of each hit by name is shown whatever the query says.
            if wildcard.node.form == .leaf, case .search(let question) = criteria {
                each.required = question.entries.required
            }
            items = .documents(each)
        }
        return .list(
            ReadPlan.ListPlan(
                criteria: criteria, pagination: pagination, response: response, named: named, items: items,
                places: places))
    }

    /// The query as `m_response` shows it; groups and searches show one even where there is none.
    private static func echo(of config: RequestConfig, _ kind: DocumentKind) -> Value? {
        if config.query == nil {
            return kind == .group || kind == .metadata ? .object(ObjectValue()) : nil
        }
        return config.listQuery.map { .object($0.echo) }
    }

    private static func named(_ kind: DocumentKind, _ node: RequestNode) throws(GraphProblem) -> [ReadPlan.Named] {
        var documents: [ReadPlan.Named] = []
        for child in node.children where child.node.form != .ignored && !child.key.isWildcard {
            documents.append(ReadPlan.Named(id: child.key.text, document: try document(kind, child.node)))
        }
        return documents
    }

    /// What `node` reads of a document of `kind`.
    static func document(_ kind: DocumentKind, _ node: RequestNode) throws(GraphProblem) -> ReadPlan.DocumentPlan {
        var whole = node.ownConfig
        // A `*` among the keys means the whole document; the filter of its config has no effect.
        if let wildcard = node.children.first(where: { $0.key.isWildcard && $0.node.form == .leaf }) {
            whole = wildcard.node.config
            whole?.keys = .everything
        }
        return ReadPlan.DocumentPlan(
            kind: kind, whole: whole, index: nil,
            parts: try parts(of: node, below: kind).filter { !$0.key.isWildcard || $0.read.isOfMembers })
    }

    private static func field(_ child: RequestNode.Child, of kind: DocumentKind) throws(GraphProblem) -> ReadPlan.Read?
    {
        let field = DocumentField(child.key.name, of: kind)
        let node = child.node
        switch (field, node.form) {
        case (.users, .leaf):
            // A filter on a user without children has no effect.
            var config = node.config
            config.keys = .everything
            return .field(config.forField)
        case (.users, _) where child.key.index != nil:
            // With an index in its key a user is an object like any other, shown whole whatever is filtered.
            var plan = try members(node, at: child.key)
            plan.whole?.keys = .everything
            plan.whole?.resolveType = nil
            return .members(plan)
        case (.users, _):
            return .users(try users(node))
        case (.id, .leaf):
            var config = node.config
            config.keys = .everything
            return .field(config.forField)
        case (.id(let kind), _) where child.key.index == nil: return .linked(try document(kind, node))
        case (.stored, .leaf): return .field(node.config.forField)
        case (.id, _), (.stored, _): return .members(try members(node, at: child.key))
        }
    }

    /// What `node` reads of the users that a field names.
    private static func users(_ node: RequestNode) throws(GraphProblem) -> ReadPlan.DocumentPlan {
        ReadPlan.DocumentPlan(
            kind: .user, whole: node.ownConfig, index: node.ownConfig?.index,
            parts: try parts(of: node, below: .user))
    }
}

extension ReadPlan.Read {
    /// Whether parts of a stored field are read.
    fileprivate var isOfMembers: Bool { if case .members = self { true } else { false } }
}

extension RequestConfig {
    /// The settings as they matter to a stored field; absent where it is shown as it is.
    var forField: RequestConfig? {
        let isResolved = directive == .resolved && resolveType != nil
        return isResolved || keys != .everything || index != nil ? self : nil
    }
}

/// What the fields of documents hold, as far as a request can go on from there.
enum DocumentField: Equatable {
    /// The id of another document.
    case id(DocumentKind)
    /// One user or several.
    case users
    /// Anything else.
    case stored

    init(_ name: String, of kind: DocumentKind) {
        switch name {
        case "entry_id": self = .id(.entry)
        case "upload_id": self = .id(.upload)
        case "main_author", "coauthors", "reviewers", "viewers", "writers": self = kind == .upload ? .users : .stored
        case "owner", "members": self = kind == .group ? .users : .stored
        case "user_id": self = kind == .dataset || kind == .user ? .users : .stored
        default: self = .stored
        }
    }
}

extension ListCriteria {
    /// What the `query` at `places` asks of a list of documents of `kind`; one of another kind asks nothing.
    fileprivate init(_ kind: DocumentKind, _ query: ListQuery?, at places: ListPlaces) throws(GraphProblem) {
        func patterns(_ texts: [String], of field: String) throws(GraphProblem) -> [TextPattern] {
            try texts.map { text throws(GraphProblem) in try pattern(text, of: field) }
        }
        func pattern(_ text: String, of field: String, ignoringCase: Bool = false) throws(GraphProblem) -> TextPattern {
            do {
                return try TextPattern(text, ignoringCase: ignoringCase)
            } catch {
                throw GraphProblem(
                    .invalidPattern, "Invalid query: '\(field)' has a pattern that is none: \(error.reason).",
                    at: places.query + "/" + field)
            }
        }
        switch (kind, query) {
        case (.upload, .uploads(let query)): self = .uploads(query)
        case (.upload, _): self = .uploads(nil)
        case (.dataset, .datasets(let query)):
            let prefix = try query.prefix.map { text throws(GraphProblem) in
                try pattern("^(?:\(text))", of: "prefix", ignoringCase: true)
            }
            self = .datasets(query, prefix: prefix)
        case (.dataset, _): self = .datasets(nil, prefix: nil)
        case (.group, .groups(let query)): self = .groups(query)
        case (.group, _): self = .groups(nil)
        case (.metadata, .search(let question)): self = .search(question)
        case (.metadata, _): self = .search(SearchQuestion(at: places))
        case (_, .entries(let query)):
            self = .entries(
                EntryListing.Filter(
                    mainfile: try patterns(query.mainfile, of: "mainfile"),
                    parserName: try patterns(query.parserName, of: "parser_name"),
                    references: try patterns(query.references, of: "references")))
        default: self = .entries(EntryListing.Filter())
        }
    }
}
