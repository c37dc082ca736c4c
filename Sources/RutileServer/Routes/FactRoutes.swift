import HTTPTypes
import RutileEntries
import RutileJSON

/// What this installation is and has, and help for people who type queries. Source: NOMAD 2.0.0's `/info`,
/// `/suggestions`.
package enum FactRoutes {
    /// The routes that `service` answers, in software of `version`.
    package static func routes(_ service: @escaping EntriesRoutes.Service, version: String) -> [Route] {
        [
            Route(
                .api, .get, "/api/v1/info", needs: .entriesRead, information,
                answer: { call in
                    var facts = try await service().facts(as: call.caller)
                    facts["version"] = .string(version)
                    facts["deployment"] = .string("rutile")
                    facts["oasis"] = .bool(true)
                    return Route.Answer(Value.object(facts).json())
                }),
            Route(
                .api, .post, "/api/v1/suggestions", needs: .entriesRead, suggestions,
                answer: { call in
                    let found = try await service().suggestions(EntriesRoutes.body(of: call), as: call.caller)
                    return Route.Answer(Value.object(found).json())
                }),
        ]
    }

    private static let information = RouteDocumentation(
        "What is here", "Programs, parsers, packages of definitions, and how many entries, uploads and materials.",
        example: #"curl -s "$RUTILE_URL/api/v1/info""#, answers: [(200, "Facts.", "application/json")], model: .info)

    private static let suggestions = RouteDocumentation(
        "Complete what is typed",
        "For each quantity, values that have the input in them, the most frequent first.",
        body: .json(
            .suggestionsRequest,
            example: .members([
                "input": .string("VA"),
                "quantities": .list([.members(["name": .string("results.method.simulation.program_name")])]),
            ])),
        example: #"""
            curl -s "$RUTILE_URL/api/v1/suggestions" -H "Content-Type: application/json" \
              -d '{"input": "VA", "quantities": [{"name": "results.method.simulation.program_name"}]}'
            """#,
        answers: [
            (200, "Values with their numbers of entries, by quantity.", "application/json"),
            (422, "There is no input, or a quantity is no keyword.", "application/json"),
        ], model: .suggestions)
}
