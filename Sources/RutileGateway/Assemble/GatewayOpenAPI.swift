import OptimadeAPI
import RutileJSON
import RutileStore

/// The OpenAPI 3.1 document of the gateway, made from the table of its operations and the standard's parameters.
struct GatewayOpenAPI {
    /// Where the installation's own parameters come from.
    let rules: ParameterRules
    let head: DocumentHead

    /// The document.
    var json: [UInt8] {
        var paths = ObjectValue()
        for operation in GatewayEndpoint.operations {
            var item = paths[operation.path]?.object ?? ObjectValue()
            item[operation.method.lowercased()] = describe(operation)
            paths[operation.path] = .object(item)
        }
        var schemas = OptimadeOpenAPI.commonSchemas
        for (name, type) in types { schemas[name] = OptimadeOpenAPI.entry(type) }
        return Value.members([
            "openapi": .string("3.1.0"),
            "info": .members([
                "title": .string("OPTIMADE gateway of \(head.settings.provider.name)"),
                "version": .string(OptimadeSettings.apiVersion),
            ]),
            "servers": .list([.members(["url": .string(head.baseURL + "/v1")])]),
            "paths": .object(paths),
            "components": .members(["schemas": .object(schemas)]),
        ]).json()
    }

    /// What lists hold, by the last part of their path.
    private var types: [(name: String, type: EntryTypeDefinition)] {
        GatewayResource.Kind.allCases.map { ($0.rawValue, $0.definition(prefix: rules.prefix)) }
            + GatewayService.entryTypes.map { ($0.name, $0) }
    }

    private func describe(_ operation: GatewayEndpoint.Operation) -> Value {
        var described = ObjectValue([
            ("summary", Value.string(operation.summary)), ("parameters", .list(parameters(of: operation))),
            ("responses", .object(responses(of: operation))),
        ])
        if let body = Body(of: operation) {
            described["requestBody"] = .members([
                "required": .bool(true), "content": .members(["application/json": body.content]),
            ])
        }
        return .object(described)
    }

    // MARK: - Parameters

    private func parameters(of operation: GatewayEndpoint.Operation) -> [Value] {
        var parameters = operation.names.map { name in
            Self.parameter(name, in: "path", Self.text, "An id, percent-encoded.")
        }
        guard operation.method == "GET" else { return parameters }
        let isSearch = operation.path == "/search"
        if isSearch { parameters += Self.search.map { Self.parameter($0.name, in: "query", $0.schema, $0.meaning) } }
        let (type, isList) = operation.answer
        guard isSearch || type != nil else { return parameters }
        // One resource is answered whole; `page_above` and slices are not offered.
        let offered = Parameter.allCases.filter { parameter in
            parameter.isUsed(by: isSearch || isList ? .list : .information) && parameter != .pageAbove
                && parameter != .pageBelow
        }
        parameters += offered.map { OptimadeOpenAPI.parameter($0, rules) }
        if isSearch || (isList && GatewayService.entryTypes.contains { $0.name == type }) {
            parameters += Self.merged.map { name, schema, meaning in
                Self.parameter("_\(rules.prefix)_\(name)", in: "query", schema, meaning)
            }
        }
        return parameters
    }

    private static func parameter(_ name: String, in place: String, _ schema: Value, _ meaning: String) -> Value {
        .members([
            "name": .string(name), "in": .string(place), "required": .bool(place == "path"),
            "description": .string(meaning), "schema": schema,
        ])
    }

    private static let text = Value.members(["type": .string("string")])
    private static let flag = Value.members(["type": .string("boolean")])
    private static let texts = Value.members(["type": .string("array"), "items": text])

    private static let search: [(name: String, schema: Value, meaning: String)] = [
        ("database_ids", texts, "Registered databases to ask, by id."),
        ("optimade_urls", texts, "Databases to ask, by base URL."),
        ("endpoint", text, "The entry type to ask for: structures, unless said otherwise, or references."),
        ("as_optimade", flag, "Whether the answer is one list of entries; else it is the query."),
        (
            "timeout", .members(["type": .string("integer"), "minimum": .integer(0)]),
            "Seconds to wait; then the answer leads to the query (307)."
        ),
    ]

    private static let merged: [(name: String, schema: Value, meaning: String)] = [
        ("partial", flag, "Whether an answer without some of the databases will do; true unless said otherwise."),
        ("fresh", flag, "Whether the databases are asked though an equal question was answered a moment ago."),
        (
            "dedupe", .members(["type": .string("string"), "enum": .list([.string("none"), .string("structure")])]),
            "Whether equal structures are shown once."
        ),
        ("progress", text, "A name of at most 64 bytes, under which /progress tells how far the answer has come."),
    ]

    // MARK: - Answers

    private func responses(of operation: GatewayEndpoint.Operation) -> ObjectValue {
        func response(_ meaning: String, _ contentType: String, _ schema: Value) -> Value {
            .members([
                "description": .string(meaning), "content": .members([contentType: .members(["schema": schema])]),
            ])
        }
        let jsonAPI = "application/vnd.api+json"
        var responses = ObjectValue()
        let (type, isList) = operation.answer
        let one = OptimadeOpenAPI.reference("schemas", type ?? "resource")
        let many = Value.members(["type": .string("array"), "items": one])
        switch (operation.method, operation.path) {
        case ("DELETE", _): responses["204"] = .members(["description": .string("It is removed.")])
        case (_, let path) where path.utf8.reversed().starts(with: "/versions".utf8.reversed()):
            responses["200"] = response("The versions.", "text/csv", Self.text)
        case ("GET", "/search"):
            responses["200"] = response(
                "The query; with as_optimade the entries.", jsonAPI,
                OptimadeOpenAPI.document(
                    .members(["anyOf": .list([OptimadeOpenAPI.reference("schemas", "queries"), many])])))
        case ("POST", _):
            // Queries are answered before they have ended.
            let status = type == "queries" || type == nil ? "202" : "200"
            let made = OptimadeOpenAPI.reference("schemas", type ?? "queries")
            responses[status] = response("What was made or found.", jsonAPI, OptimadeOpenAPI.document(made))
        default:
            let data = type == nil ? Value.members(["type": .list([.string("object"), .string("array")])]) : one
            responses["200"] = response(
                isList ? "A page." : "The description, or the resource.", jsonAPI,
                OptimadeOpenAPI.document(isList ? many : data))
        }
        responses["default"] = response(
            "What is wrong.", jsonAPI, OptimadeOpenAPI.reference("schemas", "errors"))
        return responses
    }

    // MARK: - Bodies

    /// What a `POST` takes.
    private struct Body {
        /// Members, in order, with an example each; those in `required` must be given.
        let members: [(name: String, schema: Value, example: Value?)]
        let required: [String]

        init?(of operation: GatewayEndpoint.Operation) {
            guard operation.method == "POST" else { return nil }
            let id = (name: "id", schema: text, example: Value?.none)
            let ids = (name: "database_ids", schema: texts, example: Value?.some(.list([.string("exmpl")])))
            let object = Value.members(["type": .string("object")])
            let question: [(name: String, schema: Value, example: Value?)] = [
                (
                    "query_parameters",
                    .members([
                        "type": .string("object"),
                        "description": .string("Parameters of a listing: filter, sort, page_limit, response_fields …"),
                    ]),
                    .members(["filter": .string(#"elements HAS "Si""#), "page_limit": .integer(10)])
                ),
                ("endpoint", text, .string("structures")), ("fresh", flag, nil),
            ]
            switch operation.path {
            case "/databases":
                required = ["name", "base_url"]
                members = [
                    ("name", text, .string("Example")), ("base_url", text, .string("https://example.org/optimade")), id,
                    ("description", text, nil), ("homepage", text, nil),
                ]
            case "/gateways":
                required = []
                let resources = Value.members(["type": .string("array"), "items": object])
                members = [ids, ("databases", resources, nil), id]
            case "/search":
                required = []
                members = [ids, ("optimade_urls", texts, nil)] + question
            default:
                required = operation.path == "/queries" ? ["gateway_id"] : []
                members = [("gateway_id", text, required.isEmpty ? nil : .string("pair"))] + question + [id]
            }
        }

        var content: Value {
            .members([
                "schema": .members([
                    "type": .string("object"), "required": .list(required.map { .string($0) }),
                    "properties": .object(ObjectValue(members.map { ($0.name, $0.schema) })),
                ]),
                "example": .object(
                    ObjectValue(members.compactMap { member in member.example.map { (member.name, $0) } })),
            ])
        }
    }
}

extension GatewayEndpoint.Operation {
    /// The parts of the path that stand in braces.
    fileprivate var names: [String] {
        path.utf8.split(separator: UInt8(ascii: "{")).dropFirst()
            .map { String(Substring($0.prefix { $0 != UInt8(ascii: "}") })) }
    }

    /// The kind of resource or entry that it answers with, where it does, and whether with a list of them.
    fileprivate var answer: (type: String?, isList: Bool) {
        let parts = path.utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }
        let isOne = parts.last?.utf8.first == UInt8(ascii: "{")
        let name = isOne ? parts.dropLast().last : parts.last
        switch name {
        case "links": return ("databases", true)
        case "databases", "gateways", "queries", "structures", "references":
            return (name, !isOne && method == "GET")
        default: return (nil, false)
        }
    }
}
