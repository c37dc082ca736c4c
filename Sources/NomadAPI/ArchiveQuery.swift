package import RutileJSON

/// The body of `POST /graph/archive/query`: a search, and what is read of the archive of each hit.
///
/// It is another spelling of a graph request. Source: NOMAD 2.0.0, measured.
package enum ArchiveQuery {
    private static let searchPlace = "/search/m_request/query"
    private static let archivePlace = "/search/*/entries/archive"

    /// Refuses what is no search at all: a graph request would refuse it in another form.
    package static func check(_ body: Value) throws(EntriesProblem) {
        _ = try EntriesQuery(body.object.map { .object(search($0)) } ?? body)
    }

    private static func search(_ given: ObjectValue) -> ObjectValue {
        var search = ObjectValue()
        for name in ["owner", "query", "pagination"] {
            if let value = given[name], !value.isNull { search[name] = value }
        }
        // What does not say whose entries means public ones; only a search without any query means the caller's own.
        if given["owner"] == nil { search["owner"] = .string(EntriesOwner.public.rawValue) }
        return search
    }

    /// The graph request that `body` means. Unknown members are ignored.
    ///
    /// - Throws: ``GraphProblem`` when it is no object.
    package static func graphRequest(_ body: Value) throws(GraphProblem) -> Value {
        guard let given = body.object else {
            throw GraphProblem(.invalidQuery, "Invalid query: the body must be an object.", at: "")
        }
        let required = given["required"].flatMap { $0.isNull ? nil : $0 } ?? .string("*")
        return .members([
            "search": .members([
                "m_request": .members(["query": .object(search(given))]),
                "*": .members(["entries": .members(["archive": required])]),
            ])
        ])
    }

    /// `problem` of the graph request with its place in the body that the client sent.
    package static func inBody(_ problem: GraphProblem) -> GraphProblem {
        guard let location = problem.location else { return problem }
        let places = [(searchPlace, ""), (archivePlace, "/required")]
        guard let (place, own) = places.first(where: { location.utf8.starts(with: $0.0.utf8) }) else { return problem }
        let rest = String(decoding: location.utf8.dropFirst(place.utf8.count), as: UTF8.self)
        return GraphProblem(problem.kind, problem.detail, at: own + rest)
    }
}
