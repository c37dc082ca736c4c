import Crypto
import HTTPTypes
import OptimadeAPI
import RutileJSON
package import RutileModel
package import RutileOptimade
package import RutileStore

/// The OPTIMADE server: one tree of paths, whose endpoints, versions and refusals are the service's own.
package enum OptimadeRoutes {
    /// What answers.
    package protocol Service: Sendable {
        /// The answer to what `caller` asks at `target`.
        func answer(_ target: Route.Target, as caller: Caller) async throws -> OptimadeAnswer
        /// The structures that `caller` may see.
        func structures(as caller: Caller) async throws -> StructureRoutes.Structures
    }

    /// Where the tree stands.
    package static let path = "/optimade"

    /// The routes that `service` answers.
    package static func routes(_ service: any Service) -> [Route] {
        [
            Route(
                .api, .get, path, scope: .below, needs: .optimadeRead, documentation,
                refusal: refusal,
                answer: { call in
                    let found = try await service.answer(call.target, as: call.caller)
                    var answer = Route.Answer(found.body)
                    answer.status = found.outcome.status
                    answer.contentType = found.contentType
                    answer.headers[.vary] = "Accept"
                    if found.outcome == .served { answer.entityTag = tag(found) }
                    return answer
                })
        ]
    }

    /// Made of what the answer says, but for the time at which it was made: so nobody learns by it that something
    /// changed which he may not see.
    private static func tag(_ answer: OptimadeAnswer) -> String {
        var hash = SHA256()
        for part in answer.partsWithoutTime { hash.update(data: part) }
        return hash.finalize().prefix(8).hexadecimal
    }

    /// An error that the service never saw, as an error document of JSON:API 1.1.
    static func refusal(_ problem: any Problem, _ target: Route.Target) -> Route.Answer {
        let error = Value.members([
            "status": .string(String(problem.status)), "code": .string(problem.code),
            "title": .string(problem.status < 500 ? "Refused" : "Failed"), "detail": .string(problem.detail),
        ])
        let representation = target.query.isEmpty ? target.path : target.path + "?" + target.query
        var answer = Route.Answer(
            Value.members([
                "errors": .list([error]),
                "meta": .members([
                    "api_version": .string(OptimadeSettings.apiVersion),
                    "query": .members(["representation": .string(representation)]),
                    "more_data_available": .bool(false),
                ]),
            ]).json())
        answer.contentType = "application/vnd.api+json"
        return answer
    }

    private static let documentation = RouteDocumentation(
        "OPTIMADE",
        """
        The unversioned base URL of an OPTIMADE 1.2 server: `/v1/structures?filter=…` and all other endpoints. \
        `/optimade/v1/extensions/openapi.json` describes them.
        """,
        answers: [
            (200, "What the endpoint says; the base URL itself is a page.", "application/vnd.api+json"),
            (200, "The page.", "text/html"),
            (304, "It is the one that you know.", ""),
            (400, "The request is refused; `errors` says why and where.", "application/vnd.api+json"),
        ], model: .optimadeDocument, problem: .optimadeErrors)
}

extension OptimadeRequest {
    /// What is asked at `target`, with entries of `visible` uploads.
    package init(_ target: Route.Target, visible: VisibleUploads) {
        self.init(
            method: target.method, path: target.path, query: target.query, accept: target.accept,
            baseURL: target.address, visible: visible)
    }
}
