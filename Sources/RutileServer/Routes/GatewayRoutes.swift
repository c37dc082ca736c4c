import HTTPTypes
import OptimadeAPI
package import RutileGateway
import RutileJSON

/// The gateway: one tree of paths, whose endpoints, versions and refusals are the service's own.
package enum GatewayRoutes {
    /// What answers. In a server this is the gateway service's `answer`.
    package typealias Service = @Sendable (GatewayRequest) async throws -> GatewayAnswer

    /// Where the tree stands.
    package static let path = "/gateway"

    /// The routes that `service` answers.
    package static func routes(_ service: @escaping Service) -> [Route] {
        [
            Route(
                .api, .get, path, scope: .below, needs: .optimadeRead, more: ["POST", "DELETE"],
                stopsWithClient: true, documentation,
                refusal: OptimadeRoutes.refusal,
                answer: { call in
                    let found = try await service(
                        GatewayRequest(
                            method: call.target.method, path: call.target.path, query: call.target.query,
                            body: call.body, baseURL: call.target.address, caller: call.caller,
                            client: call.client.name, via: call.target.via ?? "",
                            accept: call.target.accept))
                    var answer = Route.Answer(found.body)
                    answer.status = found.status
                    answer.contentType = found.contentType
                    if let location = found.location { answer.headers[.location] = location }
                    if let allow = found.allow { answer.headers[.allow] = allow }
                    if let seconds = found.retryAfter { answer.headers[.retryAfter] = String(seconds) }
                    if found.wantsLogin { answer.headers[.wwwAuthenticate] = "Bearer" }
                    return answer
                })
        ]
    }

    private static let documentation = RouteDocumentation(
        "OPTIMADE gateway",
        """
        The unversioned base URL of an OPTIMADE gateway: one question to many databases. `/gateway/v1/databases`, \
        `/gateway/v1/gateways`, `/gateway/v1/queries`, `/gateway/v1/search`; every gateway is itself the base URL of an \
        OPTIMADE server, `/gateway/v1/gateways/{id}`. `/gateway/openapi.json` describes all of it.
        """,
        body: .json(.gatewayRequest),
        answers: [
            (200, "What the endpoint says; the base URL itself is a page.", "application/vnd.api+json"),
            (200, "The page.", "text/html"),
            (202, "The query is on its way.", "application/vnd.api+json"),
            (400, "The request is refused; `errors` says why and where.", "application/vnd.api+json"),
            (502, "The databases did not answer as they should.", "application/vnd.api+json"),
        ], model: .optimadeDocument, problem: .optimadeErrors)
}
