import HTTPTypes
import NomadAPI
import RutileJSON
package import RutileModel

/// The graph API.
package enum GraphRoutes {
    /// Answers a request body, as JSON bytes. In a server this is the graph service's `answer`.
    package typealias Service = @Sendable (_ body: [UInt8], _ caller: Caller) async throws -> [UInt8]

    /// The routes that `service` answers.
    package static func routes(_ service: @escaping Service) -> [Route] {
        [
            Route(
                .api, .post, "/api/v1/graph/query", needs: .graphRead, query, answer: { try await answer($0, service) }),
            Route(
                .api, .post, "/api/v1/graph/raw_query", needs: .graphRead, rawQuery,
                answer: { try await answer($0, service) }),
            Route(
                .api, .post, "/api/v1/graph/archive/query", needs: .graphRead, archiveQuery,
                answer: { try await answerArchiveQuery($0, service) }),
        ]
    }

    private static func answer(_ call: Route.Call, _ service: Service) async throws -> Route.Answer {
        try checkBody(of: call)
        return Route.Answer(try await service(call.body, call.caller))
    }

    private static func answerArchiveQuery(_ call: Route.Call, _ service: Service) async throws -> Route.Answer {
        try checkBody(of: call)
        let body = try Value(json: call.body, limits: .request, nonFinite: .refuse)
        do {
            try ArchiveQuery.check(body)
        } catch {
            // Names and values that cannot be searched for are refused as in every graph request.
            if let faults = faults(of: error) { throw RequestProblem.invalid(faults) }
        }
        var request = JSONWriter()
        request.value(try ArchiveQuery.graphRequest(body))
        do {
            return Route.Answer(try await service(request.takeBytes(), call.caller))
        } catch let problem as GraphProblem {
            throw ArchiveQuery.inBody(problem)
        }
    }

    /// What is wrong with the form of a search; `nil` where it is its meaning.
    private static func faults(of problem: EntriesProblem) -> [RequestProblem.Fault]? {
        let items = problem.reasons.items ?? []
        let faults = items.compactMap { item -> RequestProblem.Fault? in
            guard let type = item["type"]?.text, let message = item["msg"]?.text else { return nil }
            let place = (item["loc"]?.items ?? []).compactMap { step -> RequestProblem.Fault.Step? in
                step.integer.map { .index(Int($0)) } ?? step.text.map { .key($0) }
            }
            return .init(at: place, message, input: item["input"] ?? .null, type: type)
        }
        return faults.isEmpty || faults.count < items.count ? nil : faults
    }

    private static func checkBody(of call: Route.Call) throws(RequestProblem) {
        // NOMAD treats a body of `null` as none.
        let text = call.body.trimmingJSONBlanks
        guard !text.isEmpty, !text.elementsEqual("null".utf8) else { throw .missingBody }
    }

    private static let query = RouteDocumentation(
        "Read exactly what is needed",
        """
        The body is a tree of keys: tokens (`entries`, `uploads` …), ids, and names of fields. Leaves are `"*"` or a \
        configuration in `m_request`. The answer is the same tree with what is stored. What cannot be read is said in \
        `m_errors` at its place.
        """,
        body: .json(
            .graphRequest,
            example: .members([
                "search": .members([
                    "m_request": .members([
                        "query": .members(["owner": .string("visible")]),
                        "pagination": .members(["page_size": .integer(3)]),
                    ]),
                    "*": .members([
                        "entry": .members([
                            "archive": .members([
                                "results": .members([
                                    "material": .members(["chemical_formula_reduced": .string("*")])
                                ])
                            ])
                        ])
                    ]),
                ])
            ])),
        example: #"""
            curl -s "$RUTILE_URL/api/v1/graph/query" -H "Content-Type: application/json" \
              -d '{"search": {"m_request": {"query": {"owner": "visible"}}, "*": {"entry": {"upload": {"upload_name": "*"}}}}}'
            """#,
        answers: [
            (200, "The tree, with errors of its parts at their places.", "application/json"),
            (
                400, "A value that can be no request, or a configuration that its node does not support.",
                "application/json"
            ),
            (422, "No JSON, no body, a wrong configuration field, or a cap was reached.", "application/json"),
        ], model: .graphAnswer)

    private static let rawQuery = RouteDocumentation(
        "Read exactly what is needed (second name)",
        "The same as `/graph/query`, for clients that were written for this name.",
        body: query.body,
        example: #"""
            curl -s "$RUTILE_URL/api/v1/graph/raw_query" -H "Content-Type: application/json" \
              -d '{"uploads": {"*": {"upload_name": "*"}}}'
            """#,
        answers: query.answers, model: .graphAnswer)

    private static let archiveQuery = RouteDocumentation(
        "Search entries and read their archives",
        """
        `owner` (`public` where it is absent), `query` and `pagination` say which entries, `required` is the graph \
        request for the archive of each. The answer is that of the graph request `{"search": {"m_request": {"query": …}, "*": {"entries": {"archive": …}}}}`.
        """,
        body: .json(
            .graphArchivesRequest,
            example: .members([
                "owner": .string("visible"),
                "query": .members(["results.material.elements": .string("Si")]),
                "required": .members(["results": .members(["material": .string("*")])]),
            ])),
        example: #"""
            curl -s "$RUTILE_URL/api/v1/graph/archive/query" -H "Content-Type: application/json" \
              -d '{"query": {"results.material.elements": "Si"}, "required": {"results": {"material": "*"}}}'
            """#,
        answers: query.answers, model: .graphAnswer)
}

extension [UInt8] {
    /// Without the blanks that JSON allows around a text.
    fileprivate var trimmingJSONBlanks: ArraySlice<UInt8> {
        let isBlank = { (byte: UInt8) in byte == 32 || byte == 9 || byte == 10 || byte == 13 }
        guard let first = firstIndex(where: { !isBlank($0) }), let last = lastIndex(where: { !isBlank($0) }) else {
            return []
        }
        return self[first...last]
    }
}
