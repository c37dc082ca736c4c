import Crypto
import HTTPTypes
package import RutileJSON

/// The OpenAPI 3.1 document of a set of routes.
package struct OpenAPIDocument: Sendable {
    /// Where the document is served.
    package static let path = "/api/v1/openapi.json"
    /// The document.
    package let value: Value

    /// The document of `routes` of a server at `basePath`, as software of `version` serves them.
    package init(of routes: [Route], basePath: String, version: String) {
        var paths = ObjectValue()
        for route in routes {
            // OpenAPI has no parameters of several parts; their description says so.
            let path = route.path.replacing("...}", with: "}")
            var item = paths[path]?.object ?? ObjectValue()
            item[route.method.rawValue.lowercased()] = Self.operation(route)
            paths[path] = .object(item)
        }
        value = .members([
            "openapi": .string("3.1.0"),
            "info": .members(["title": .string("Rutile"), "version": .string(version)]),
            "servers": .list([.members(["url": .string(basePath.isEmpty ? "/" : basePath)])]),
            "paths": .object(paths),
            "components": .members([
                "schemas": .object(APIModel.components),
                "securitySchemes": .members([
                    "token": .members([
                        "type": .string("http"), "scheme": .string("bearer"), "bearerFormat": .string("JWT"),
                    ])
                ]),
            ]),
        ])
    }

    /// The route that serves the document of `routes` and of itself.
    package static func route(of routes: [Route], basePath: String, version: String) -> Route {
        let documentation = RouteDocumentation(
            "This document", "What the server can be asked for, as OpenAPI 3.1.",
            answers: [
                (200, "The document.", "application/json"), (304, "It is the one that you know.", ""),
            ], model: .openAPI)
        let itself = Route(.open, .get, path, documentation) { _ in Route.Answer([]) }
        let document = OpenAPIDocument(of: routes + [itself], basePath: basePath, version: version)
        var writer = JSONWriter()
        writer.value(document.value)
        var answer = Route.Answer(writer.bytes)
        answer.entityTag = SHA256.hash(data: answer.body).prefix(8).hexadecimal
        return Route(.open, .get, path, documentation) { [answer] _ in answer }
    }

    private static func operation(_ route: Route) -> Value {
        let documentation = route.documentation
        var responses = ObjectValue()
        for (status, meaning, contentType) in documentation.answers {
            let model = status < 400 ? documentation.model : documentation.problem
            add(status, meaning, contentType, model, to: &responses)
        }
        if route.kind != .operation {
            // Routes with refusals of their own form have all refusals in it.
            let (contentType, model) =
                route.refusal == nil
                ? ("application/json", APIModel.problem) : ("application/vnd.api+json", documentation.problem)
            for (status, meaning) in refusals(of: route) + everywhere where responses[String(status)] == nil {
                add(status, meaning, contentType, model, to: &responses)
            }
        }
        var operation = ObjectValue([
            ("operationId", .string(operationID(route))),
            ("summary", .string(documentation.summary)),
            ("description", .string(documentation.description)),
            ("responses", .object(responses)),
        ])
        if !documentation.parameters.isEmpty {
            operation["parameters"] = .list(documentation.parameters.map(parameter))
        }
        if let body = documentation.body {
            operation["requestBody"] = .members([
                "required": .bool(body.isRequired),
                "content": .object(ObjectValue(body.contents.map { ($0.type, $0.description) })),
            ])
        }
        if let example = documentation.example {
            // The key that documentation tools read examples of calls from.
            operation["x-codeSamples"] = .list([.members(["lang": .string("Shell"), "source": .string(example)])])
        }
        if route.kind == .api {
            // Who only reads mostly needs no token: without one the caller is anonymous.
            let mayBeAnonymous = (route.needs?.isReading ?? true) && !documentation.isForUsers
            let token = Value.members(["token": .list([])])
            operation["security"] = .list(mayBeAnonymous ? [.members([:]), token] : [token])
        }
        // Operations stand at the root, whatever the base path is.
        if route.kind == .operation { operation["servers"] = .list([.members(["url": .string("/")])]) }
        return .object(operation)
    }

    private static func parameter(_ parameter: RouteDocumentation.Parameter) -> Value {
        .members([
            "name": .string(parameter.name), "in": .string(parameter.isInPath ? "path" : "query"),
            "required": .bool(parameter.isInPath), "description": .string(parameter.meaning),
            "schema": parameter.schema,
        ])
    }

    /// What a route can answer because of what it takes, besides its own answers.
    private static func refusals(of route: Route) -> [(Int, String)] {
        let documentation = route.documentation
        var refusals: [(Int, String)] = []
        if let body = documentation.body {
            let limit = body.isStreamed ? "limits.upload_bytes" : "limits.body_bytes"
            refusals.append((413, "The body has more bytes than `\(limit)`."))
            refusals.append((415, "The body has a `Content-Encoding`."))
        }
        // Routes with refusals of their own form say themselves what they make of a wrong request.
        if route.refusal == nil, documentation.body != nil || documentation.parameters.contains(where: { !$0.isInPath })
        {
            refusals.append((422, "Parameters or the body are wrong; `detail` says how."))
        }
        return refusals
    }

    /// What every route of the API can answer besides its own answers.
    private static let everywhere = [
        (401, "The token is not valid."), (403, "The token is not good for this."),
        (431, "The line and header fields of the request are too long."),
        (429, "More requests than `limits.requests_per_second`."),
        (500, "A fault of the server; its log says more."),
        (503, "Not ready in time, the server is stopping, or files are not in their places yet."),
    ]

    /// Adds an answer; one in JSON is as `model` says.
    private static func add(
        _ status: Int, _ meaning: String, _ contentType: String, _ model: APIModel?, to responses: inout ObjectValue
    ) {
        var response = responses[String(status)]?.object ?? ObjectValue([("description", .string(meaning))])
        if !contentType.isEmpty {
            var content = response["content"]?.object ?? ObjectValue()
            content[contentType] = .members(["schema": schema(of: contentType, model)])
            response["content"] = .object(content)
        }
        responses[String(status)] = .object(response)
    }

    private static func schema(of contentType: String, _ model: APIModel?) -> Value {
        if contentType.hasSuffix("json") { return model?.reference ?? .members([:]) }
        return Schema.text(format: contentType.hasPrefix("text/") ? nil : "binary").value
    }

    private static func operationID(_ route: Route) -> String {
        let words = route.path.split { !$0.isLetter && !$0.isNumber }.drop { $0 == "api" || $0 == "v1" }
        // Pages have the names of what they are about.
        let isPage = route.documentation.answers.first?.contentType == "text/html"
        return ([route.method.rawValue.lowercased()] + (isPage ? ["page"] : []) + words.map(String.init))
            .joined(separator: "_")
    }
}
