package import NomadAPI

extension ReadPlan {
    /// The plan for `request`: tokens become reads, what leads nowhere is dropped.
    ///
    /// - Throws: ``GraphProblem`` for nodes that this version does not serve.
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
        case ("upload", .entry), ("uploads", .entry): return .linked(try self.document(.upload, child.node))
        case ("upload", _), ("uploads", _): return .documents(try named(.upload, child))
        case ("entry", _), ("entries", _): return .documents(try named(.entry, child))
        case ("archive", .entry):
            try Layout.check(child.node.config, at: child.node.pointer)
            return .archive(child.node)
        case ("files", .upload): return .files(try files(child.node))
        case ("mainfile", .entry): return .mainfile(try files(child.node))
        case ("metainfo", nil): return .metainfo(try metainfo(child.node))
        case ("datasets", _), ("dataset", _), ("groups", _), ("group", _), ("users", _), ("user", _), ("search", _),
            ("metadata", .entry):
            throw GraphProblem(
                .unsupportedNode,
                "'\(child.key.text)' is not served here yet; read entries, uploads and archives by id.",
                at: child.node.pointer)
        case ("archive", _), ("metainfo", _), ("files", _), (_, nil): return nil
        case (_, let kind?): return try field(child, of: kind)
        }
    }

    private static func named(_ kind: DocumentKind, _ child: RequestNode.Child) throws(GraphProblem) -> [ReadPlan.Named]
    {
        let listed = child.node.form == .leaf || child.node.children.contains { $0.key.isWildcard }
        guard !listed else {
            throw GraphProblem(
                .unsupportedNode, "Lists of '\(child.key.text)' are not served here yet; name the ids to read.",
                at: child.node.pointer)
        }
        var documents: [ReadPlan.Named] = []
        for child in child.node.children where child.node.form != .ignored {
            documents.append(ReadPlan.Named(id: child.key.text, document: try document(kind, child.node)))
        }
        return documents
    }

    /// What `node` reads of a document of `kind`.
    static func document(_ kind: DocumentKind, _ node: RequestNode) throws(GraphProblem)
        -> ReadPlan.DocumentPlan
    {
        var whole = node.ownConfig
        // A `*` among the keys means the whole document; the filter of its config has no effect.
        if node.children.contains(where: { $0.key.isWildcard && $0.node.form == .leaf }) {
            whole = node.config
            whole?.keys = .everything
        }
        return ReadPlan.DocumentPlan(
            kind: kind, whole: whole, index: nil, parts: try parts(of: node, below: kind).filter { !$0.key.isWildcard })
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
            return .field(config)
        case (.users, _):
            return .users(
                ReadPlan.DocumentPlan(
                    kind: .user, whole: node.ownConfig, index: child.key.index ?? node.ownConfig?.index,
                    parts: try parts(of: node, below: .user)))
        case (.id, .leaf):
            var config = node.config
            config.keys = .everything
            return .field(config)
        case (.id(let kind), _): return .linked(try document(kind, node))
        case (.stored, .leaf): return .field(node.config)
        case (.stored, _): return .members(node)
        }
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
        default: self = .stored
        }
    }
}
