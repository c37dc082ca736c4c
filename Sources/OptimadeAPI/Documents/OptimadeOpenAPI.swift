package import RutileJSON

/// The OpenAPI 3.1 document of everything that is served, made from the tables that serve it.
package enum OptimadeOpenAPI {
    /// The document of a server of `types`.
    package static func json(
        _ types: [EntryTypeDefinition], _ rules: ParameterRules, _ head: DocumentHead
    ) -> [UInt8] {
        let endpoints = Endpoint.all(types: types.map(\.name))
        var schemas = commonSchemas
        for type in types { schemas[type.name] = entry(type) }
        return Value.members([
            "openapi": .string("3.1.0"),
            "info": .members([
                "title": .string("OPTIMADE at \(head.settings.provider.name)"),
                "version": .string(OptimadeSettings.apiVersion),
                "description": .string(head.settings.provider.description),
            ]),
            "servers": .list([.members(["url": .string(head.baseURL + "/v1")])]),
            "paths": .object(
                ObjectValue(endpoints.map { ($0.path, .members(["get": operation($0, head, types)])) })),
            "components": .members([
                "parameters": .object(
                    ObjectValue(Parameter.allCases.map { ($0.rawValue, parameter($0, rules)) })),
                "schemas": .object(schemas),
            ]),
        ]).json()
    }

    private static func operation(_ endpoint: Endpoint, _ head: DocumentHead, _ types: [EntryTypeDefinition]) -> Value {
        var parameters: [Value] = []
        if case .entry = endpoint {
            parameters.append(
                .members([
                    "name": .string("id"), "in": .string("path"), "required": .bool(true),
                    "schema": .members(["type": .string("string")]),
                ]))
        }
        if let kind = endpoint.parameters {
            parameters += Parameter.allCases.filter { $0.isUsed(by: kind) }.map { reference("parameters", $0.rawValue) }
        }
        var operation = ObjectValue([
            ("operationId", Value.string(operationID(endpoint))),
            ("summary", .string(endpoint.summary)),
            ("parameters", .list(parameters)),
            ("responses", .object(responses(endpoint))),
        ])
        // The one endpoint that is not below the versioned base URL.
        if case .versions = endpoint {
            operation["servers"] = .list([.members(["url": .string(head.baseURL)])])
        }
        return .object(operation)
    }

    private static func responses(_ endpoint: Endpoint) -> ObjectValue {
        func response(_ description: String, _ contentType: String, _ schema: Value) -> Value {
            .members([
                "description": .string(description),
                "content": .members([contentType: .members(["schema": schema])]),
            ])
        }
        let text = Value.members(["type": .string("string")])
        var responses = ObjectValue()
        switch endpoint {
        case .landingPage, .documentation: responses["200"] = response("The page.", "text/html", text)
        case .versions: responses["200"] = response("The versions.", VersionsDocument.contentType, text)
        case .openAPI:
            responses["200"] = response(
                "The document.", "application/json", .members(["type": .string("object")]))
        case .info, .entryInfo:
            responses["200"] = response(
                "The description.", jsonAPI, document(.members(["type": .string("object")])))
        case .links:
            responses["200"] = response(
                "The databases.", jsonAPI,
                document(.members(["type": .string("array"), "items": reference("schemas", "resource")])))
        case .entries(let type):
            responses["200"] = response(
                "A page of entries.", jsonAPI,
                document(.members(["type": .string("array"), "items": reference("schemas", type)])))
        case .entry(let type, _):
            responses["200"] = response(
                "The entry, or null where there is none.", jsonAPI,
                document(
                    .members(["anyOf": .list([reference("schemas", type), .members(["type": .string("null")])])])))
        }
        guard endpoint.isJSONAPI else { return responses }
        for kind in OptimadeProblem.Kind.allCases where kind != .methodNotAllowed {
            responses[String(kind.status)] = response(kind.title, jsonAPI, reference("schemas", "errors"))
        }
        return responses
    }

    /// The description of a parameter of the standard.
    package static func parameter(_ parameter: Parameter, _ rules: ParameterRules) -> Value {
        .members([
            "name": .string(parameter.rawValue), "in": .string("query"),
            "description": .string(parameter.summary), "schema": parameter.schema(rules),
        ])
    }

    private static func operationID(_ endpoint: Endpoint) -> String {
        let words = endpoint.path.utf8.split { byte in
            !((97...122).contains(byte) || (48...57).contains(byte) || byte == UInt8(ascii: "_"))
        }
        return (["get"] + words.map { String(Substring($0)) }).joined(separator: "_")
    }

    /// A reference to what stands in the `components` of the document.
    package static func reference(_ kind: String, _ name: String) -> Value {
        .members(["$ref": .string("#/components/\(kind)/\(name)")])
    }

    private static let jsonAPI = "application/vnd.api+json"

    /// The schema of a JSON:API document of `data`; it refers to ``commonSchemas``.
    package static func document(_ data: Value) -> Value {
        .members([
            "type": .string("object"), "required": .list([.string("data"), .string("meta")]),
            "properties": .members([
                "jsonapi": .members(["type": .string("object")]), "data": data,
                "included": .members(["type": .string("array"), "items": reference("schemas", "resource")]),
                "meta": reference("schemas", "meta"), "links": reference("schemas", "links"),
            ]),
        ])
    }

    /// The schema of entries of `type`; property definitions are JSON Schema already.
    package static func entry(_ type: EntryTypeDefinition) -> Value {
        let attributes = type.properties.filter { !ResponseFields.isTopLevel($0.name) }
        return .members([
            "type": .string("object"),
            "description": .string(type.description),
            "required": .list(["id", "type", "attributes"].map { .string($0) }),
            "properties": .members([
                "id": .members(["type": .string("string")]),
                "type": .members(["const": .string(type.name)]),
                "attributes": .members([
                    "type": .string("object"),
                    "properties": .object(ObjectValue(attributes.map { ($0.name, Value.object($0.json)) })),
                ]),
                "relationships": .members(["type": .string("object")]),
            ]),
        ])
    }

    /// The schemas that all documents share: `resource`, `meta`, `links` and `errors`.
    package static let commonSchemas: ObjectValue = {
        let text = Value.members(["type": .string("string")])
        let number = Value.members(["type": .string("integer")])
        let link = Value.members(["type": .list([.string("string"), .string("null")]), "format": .string("uri")])
        let object = Value.members(["type": .string("object")])
        return ObjectValue([
            (
                "resource",
                .members([
                    "type": .string("object"),
                    "required": .list([.string("id"), .string("type"), .string("attributes")]),
                    "properties": .members([
                        "id": text, "type": text, "attributes": object, "relationships": object,
                    ]),
                ])
            ),
            (
                "meta",
                .members([
                    "type": .string("object"),
                    "required": .list(["api_version", "query", "more_data_available"].map { .string($0) }),
                    "properties": .members([
                        "api_version": text,
                        "query": .members(["type": .string("object"), "properties": .members(["representation": text])]
                        ),
                        "time_stamp": .members(["type": .string("string"), "format": .string("date-time")]),
                        "more_data_available": .members(["type": .string("boolean")]),
                        "data_returned": number, "data_available": number, "last_id": text,
                        "request_delay": .members(["type": .string("number")]),
                        "provider": object, "implementation": object, "schema": link,
                        "warnings": .members(["type": .string("array"), "items": object]),
                    ]),
                ])
            ),
            (
                "links",
                .members([
                    "type": .string("object"),
                    "properties": .object(
                        ObjectValue(["base_url", "self", "first", "prev", "next", "last"].map { ($0, link) })),
                ])
            ),
            (
                "errors",
                .members([
                    "type": .string("object"), "required": .list([.string("errors"), .string("meta")]),
                    "properties": .members([
                        "errors": .members([
                            "type": .string("array"),
                            "items": .members([
                                "type": .string("object"), "required": .list([.string("detail")]),
                                "properties": .members([
                                    "status": text, "code": text, "title": text, "detail": text,
                                    "source": .members([
                                        "type": .string("object"), "properties": .members(["parameter": text]),
                                    ]),
                                ]),
                            ]),
                        ]),
                        "meta": reference("schemas", "meta"),
                    ]),
                ])
            ),
        ])
    }()
}
