import FoundationEssentials
import HTTPTypes
import RutileJSON
import RutileModel
import RutileServer
import RutileTestSupport
import Testing

/// The OpenAPI document: that it says what each route answers, and that this is so.
struct OpenAPITests {
    private static let server = Task {
        let server = try await TestServer()
        try await server.load(shared: "cases/archive/bundle.json")
        return server
    }

    private func document() async throws -> Value {
        try #require(try await Self.server.value.send(.get, "/api/v1/openapi.json").json)
    }

    private func components(of document: Value) throws -> ObjectValue {
        try #require(document["components"]?["schemas"]?.object)
    }

    private func operation(of route: Route, in document: Value) -> Value? {
        document["paths"]?[route.path.replacing("...}", with: "}")]?[route.method.rawValue.lowercased()]
    }

    /// Names of the components that `value` refers to.
    private func references(in value: Value) -> Set<String> {
        if let items = value.items { return items.reduce(into: []) { $0.formUnion(references(in: $1)) } }
        guard let object = value.object else { return [] }
        let own = object["$ref"]?.text?.split(separator: "/").last.map { [String($0)] } ?? []
        return object.values.reduce(into: Set(own)) { $0.formUnion(references(in: $1)) }
    }

    @Test func everyRouteSaysWhatItAnswers() async throws {
        let document = try await document()
        for route in try await Self.server.value.server.routes.routes {
            let path = route.path
            let responses = try #require(operation(of: route, in: document)?["responses"]?.object, "\(path)")
            #expect(responses.keys.contains { $0.hasPrefix("2") }, "\(path)")
            for (status, response) in responses.members where !["204", "304"].contains(status) {
                let content = try #require(response["content"]?.object, "\(path) \(status)")
                for (type, media) in content.members {
                    let isDescribed =
                        type.hasSuffix("json")
                        ? media["schema"]?["$ref"] != nil : media["schema"]?["type"] == .string("string")
                    #expect(isDescribed, "\(route.method) \(path) \(status) \(type)")
                }
            }
        }
    }

    @Test func bodiesInJSONHaveModelsAndExamplesThatFit() async throws {
        let document = try await document()
        let check = SchemaCheck(components: try components(of: document))
        for route in try await Self.server.value.server.routes.routes {
            let body = operation(of: route, in: document)?["requestBody"]
            guard let media = body?["content"]?["application/json"] else { continue }
            let schema = try #require(media["schema"], "\(route.path)")
            #expect(schema["$ref"] != nil, "\(route.path)")
            if let example = media["example"] {
                #expect(check.faults(in: example, by: schema) == [], "\(route.path)")
            }
        }
    }

    @Test func everyReferenceLeadsToAModelAndEveryModelIsReferredTo() async throws {
        let document = try await document()
        let components = try components(of: document)
        let paths = try #require(document["paths"])
        var used = references(in: paths)
        for (name, model) in components.members { used.formUnion(references(in: model).subtracting([name])) }
        #expect(used == Set(components.keys))
    }

    @Test func usersHaveTheMembersOfTheirDocuments() async throws {
        let user = try components(of: try await document())["User"]
        #expect(Set(user?["properties"]?.object?.keys ?? []) == Set(UserRecord.documentFields))
    }

    @Test func downloadsHaveAllTheirContentTypes() async throws {
        let paths = try await document()["paths"]
        for (path, types) in [
            ("/api/v1/entries/export", ["application/json", "text/csv"]),
            ("/api/v1/uploads/{upload_id}/raw/{path}", ["application/octet-stream", "application/zip"]),
            ("/api/v1/structures/export", ["application/jsonl", "text/csv", "application/zip"]),
        ] {
            #expect(paths?[path]?["get"]?["responses"]?["200"]?["content"]?.object?.keys == types)
        }
    }

    private static let counts = #"""
        {"pagination": {"page_size": 2}, "aggregations": {
            "a": {"terms": {"quantity": "results.material.elements", "metrics": ["n_uploads"],
                            "entries": {"size": 1}}},
            "b": {"terms": {"quantity": "mainfile", "pagination": {"page_size": 1}}},
            "c": {"histogram": {"quantity": "results.material.n_elements", "buckets": 3}},
            "d": {"date_histogram": {"quantity": "upload_create_time"}},
            "e": {"auto_date_histogram": {"quantity": "upload_create_time", "buckets": 3}},
            "f": {"min_max": {"quantity": "results.material.n_elements"}},
            "g": {"percentiles": {"quantity": "results.material.n_elements"}},
            "h": {"statistics": {"metrics": ["n_entries", "n_calculations"]}}}}
        """#

    /// Paths, bodies (of `POST`; empty of `GET`) and routes.
    private static let requests: [(String, String, String)] = [
        ("/uploads?include_all=true", "", "/uploads"), ("/uploads/-A1upload", "", "/uploads/{upload_id}"),
        ("/uploads/-A1upload/entries", "", "/uploads/{upload_id}/entries"),
        (
            "/uploads/-A1upload/entries/00-entry-A1-0xxxxxxxxxxxxxxx", "",
            "/uploads/{upload_id}/entries/{entry_id}"
        ),
        ("/uploads/-A1upload/rawdir?include_entry_info=true", "", "/uploads/{upload_id}/rawdir"),
        ("/uploads/none", "", "/uploads/{upload_id}"), ("/datasets", "", "/datasets"),
        ("/datasets", #"{"dataset_name": "New"}"#, "/datasets"),
        ("/groups", #"{"group_name": "New"}"#, "/groups"), ("/groups", "", "/groups"), ("/users/me", "", "/users/me"),
        ("/users?prefix=a", "", "/users"), ("/entries?page_size=100", "", "/entries"),
        ("/entries/query", counts, "/entries/query"), ("/entries/query", #"{"owner": "zz"}"#, "/entries/query"),
        ("/entries/query", #"{"query": {"nope": 1}}"#, "/entries/query"), ("/entries/query", "{", "/entries/query"),
        (
            "/entries/query", #"{"query": {"or": [{"not": {"upload_id": "x"}}, {"mainfile:any": ["a"]}]}}"#,
            "/entries/query"
        ),
        ("/entries/00-entry-A1-0xxxxxxxxxxxxxxx?include=mainfile", "", "/entries/{entry_id}"),
        ("/entries/00-entry-A1-0xxxxxxxxxxxxxxx/archive", "", "/entries/{entry_id}/archive"),
        ("/entries/00-entry-A1-0xxxxxxxxxxxxxxx/rawdir", "", "/entries/{entry_id}/rawdir"),
        ("/entries/archive/query", #"{"required": {"metadata": "*"}}"#, "/entries/archive/query"),
        ("/entries/rawdir", "", "/entries/rawdir"), ("/info", "", "/info"),
        ("/suggestions", #"{"input": "a", "quantities": [{"name": "mainfile"}]}"#, "/suggestions"),
        ("/structures/facets?property=elements", "", "/structures/facets"),
        ("/structures/facets?property=none", "", "/structures/facets"), ("/status", "", "/status"),
        ("/openapi.json", "", "/openapi.json"),
    ]

    @Test(arguments: requests)
    func answersAreAsTheDocumentSays(_ path: String, _ body: String, _ route: String) async throws {
        let server = try await Self.server.value
        let token = try await server.tokens.token(for: UserID("u-root"), lifetime: .day)
        let answer = try await server.send(
            body.isEmpty ? .get : .post, "/api/v1" + path, headers: [.authorization: "Bearer \(token)"],
            body: Array(body.utf8))
        let document = try await document()
        let operation = document["paths"]?["/api/v1" + route]?[body.isEmpty ? "get" : "post"]
        let schema = try #require(
            operation?["responses"]?[String(answer.status)]?["content"]?["application/json"]?["schema"],
            "\(answer.status) \(answer.text)")
        let check = SchemaCheck(components: try components(of: document))
        let json = try #require(answer.json)
        #expect(check.faults(in: json, by: schema) == [])
    }
}
