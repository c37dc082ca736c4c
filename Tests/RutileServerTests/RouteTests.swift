import FoundationEssentials
import HTTPTypes
import NomadAPI
import OptimadeAPI
import RutileCuration
import RutileGateway
import RutileJSON
import RutileServer
import Testing

struct RouteTests {
    @Test(arguments: [
        ("[]", ["body"]), (#"{"owner": "zz"}"#, ["body", "owner"]),
        (#"{"pagination": {"page": 1, "page_offset": 2}}"#, ["body", "pagination"]),
        (#"{"pagination": {"page_size": -1}}"#, ["body", "pagination", "page_size"]),
    ])
    func whatIsNoSearchIsRefusedWithItsPlace(_ body: String, _ place: [String]) async throws {
        let server = try await TestServer()
        let answer = try await server.send(.post, "/api/v1/graph/archive/query", body: Array(body.utf8))
        #expect(answer.status == 422)
        #expect(answer.json?["detail"]?.items?.count == 1)
        #expect(answer.json?["detail"]?.items?.first?["loc"]?.items?.compactMap(\.text) == place)
    }

    @Test func requiredMayBeNull() async throws {
        // The graph service of the test answers with what it is asked.
        let server = try await TestServer()
        let answer = try await server.send(
            .post, "/api/v1/graph/archive/query", body: Array(#"{"required": null}"#.utf8))
        #expect(answer.json?["search"]?["*"]?["entries"]?["archive"] == .string("*"))
    }

    @Test func everyRouteIsInTheOpenAPIDocument() async throws {
        let server = try await TestServer()
        let document = try #require(try await server.send(.get, "/api/v1/openapi.json").json)
        #expect(document["openapi"] == .string("3.1.0"))
        let routes = server.server.routes.routes
        #expect(routes.count >= 6)
        for route in routes {
            let path = route.path.replacing("...}", with: "}")
            let operation = document["paths"]?[path]?[route.method.rawValue.lowercased()]
            #expect(operation?["summary"]?.text?.isEmpty == false, "\(route.path)")
            let success = ["200", "201", "204"].compactMap { operation?["responses"]?[$0]?["description"]?.text }
            #expect(success.first?.isEmpty == false, "\(route.method) \(route.path)")
            let named = operation?["parameters"]?.items?.filter { $0["in"] == .string("path") }
                .compactMap { $0["name"]?.text.map { "{\($0)}" } }
            #expect(
                Set(named ?? []) == Set(path.split(separator: "/").filter { $0.hasPrefix("{") }.map(String.init)),
                "\(route.path)")
            #expect((operation?["requestBody"] != nil) == (route.documentation.body != nil), "\(route.path)")
        }
        let ids = routes.compactMap {
            document["paths"]?[$0.path.replacing("...}", with: "}")]?[$0.method.rawValue.lowercased()]?["operationId"]?
                .text
        }
        #expect(Set(ids).count == routes.count)
    }

    @Test(arguments: [
        ("/api/v1/uploads", "post", 1), ("/api/v1/groups/{group_id}", "delete", 1), ("/api/v1/graph/query", "post", 2),
        ("/api/v1/status", "get", 1), ("/api/v1/users/me", "get", 1), ("/api/v1/uploads", "get", 1),
        ("/api/v1/groups", "get", 2),
    ])
    func theDocumentSaysWhereATokenIsNeeded(_ path: String, _ method: String, _ choices: Int) async throws {
        let document = try await TestServer().send(.get, "/api/v1/openapi.json").json
        #expect(document?["paths"]?[path]?[method]?["security"]?.items?.count == choices)
    }

    @Test func theDocumentSaysWhatEachRouteRefuses() async throws {
        let server = try await TestServer()
        let paths = try #require(try await server.send(.get, "/api/v1/openapi.json").json?["paths"])
        for route in server.server.routes.routes {
            let operation = paths[route.path.replacing("...}", with: "}")]?[route.method.rawValue.lowercased()]
            let statuses = Set(operation?["responses"]?.object?.keys ?? [])
            let body = route.documentation.body
            #expect(body == nil || statuses.isSuperset(of: ["413", "415"]), "\(route.method) \(route.path)")
            let isChecked = body != nil || route.documentation.parameters.contains { !$0.isInPath }
            #expect(!isChecked || route.refusal != nil || statuses.contains("422"), "\(route.method) \(route.path)")
        }
        for path in ["/api/v1/entries/query", "/api/v1/entries/raw/query", "/api/v1/entries/rawdir/query"] {
            #expect(paths[path]?["post"]?["responses"]?["400"] != nil)
        }
    }

    @Test func theDocumentSaysWhereTheServerIs() async throws {
        var settings = Settings()
        settings.server.basePath = "/prod/v1"
        let document = try await TestServer(settings: settings).send(.get, "/prod/v1/api/v1/openapi.json").json
        #expect(document?["servers"]?.items?.first?["url"] == .string("/prod/v1"))
        #expect(document?["paths"]?["/-/health"]?["get"]?["servers"]?.items?.first?["url"] == .string("/"))
    }

    @Test func metricsCountByRouteAndStatus() async throws {
        let server = try await TestServer()
        for _ in 0..<3 { _ = try await server.query("{}") }
        _ = try await server.query("null")
        for path in ["/a", "/b", "/c"] { _ = try await server.send(.get, path) }
        let text = try await server.send(.get, "/-/metrics").text
        let lines = text.split(separator: "\n")
        let query = #"{method="POST",route="/api/v1/graph/query",status="200"} 3"#
        #expect(lines.contains("rutile_http_requests_total" + query[...]))
        #expect(
            lines.contains(#"rutile_http_requests_total{method="POST",route="/api/v1/graph/query",status="422"} 1"#))
        #expect(lines.contains(#"rutile_http_requests_total{method="GET",route="unmatched",status="404"} 3"#))
        #expect(lines.contains(#"rutile_http_request_seconds_count{route="/api/v1/graph/query"} 4"#))
        #expect(lines.contains(#"rutile_http_request_seconds_bucket{route="/api/v1/graph/query",le="+Inf"} 4"#))
        #expect(lines.contains("rutile_http_requests_running 1"))
        let memory = lines.first { $0.hasPrefix("process_resident_memory_bytes ") }?.split(separator: " ").last
        #expect(Int(memory ?? "") ?? 0 > 1 << 20)
        #expect(lines.contains { $0.hasPrefix("rutile_uptime_seconds ") })
    }

    @Test func aServerThatStopsIsAliveButNotReady() async throws {
        let readiness = Readiness {}
        let routes = OperationRoutes.routes(readiness: readiness, metrics: ServerMetrics())
        let ready = try #require(routes.first { $0.path == "/-/ready" })
        let call = Route.Call(body: [], caller: .anonymous, target: Route.Target())
        #expect(try await ready.answer(call).status == 200)
        readiness.stop()
        #expect(try await ready.answer(call).status == 503)
        struct Broken: Error {}
        let broken = OperationRoutes.routes(readiness: Readiness { throw Broken() }, metrics: ServerMetrics())
        #expect(try await broken.first { $0.path == "/-/ready" }?.answer(call).status == 503)
    }

    @Test func everyRouteIsInTheDocumentation() async throws {
        let text = try String(contentsOfFile: Repository.root + "/docs/api.md", encoding: .utf8)
        for route in try await TestServer().server.routes.routes where route.kind != .operation {
            let path = route.path.replacing("...}", with: "}")
            // Where several routes share a beginning, the table has the rest behind dots.
            let isThere =
                text.contains(path)
                || path.indices.contains { path[$0] == "/" && text.contains("…\(path[$0...])`") }
            #expect(isThere, "\(path)")
        }
    }

    @Test func everyErrorCodeIsInTheDocumentation() throws {
        let text = try String(contentsOfFile: Repository.root + "/docs/errors.md", encoding: .utf8)
        let ofRequests: [RequestProblem] = [
            .unknownPath(""), .wrongMethod("", allowed: []), .unauthorized(""), .badToken, .missingScopes([]),
            .forbidden(""), .notFound(""), .refused(""), .invalid([]), .missingBody, .bodyTooLarge(limit: 0),
            .headTooLong,
            .unknownCoding(""), .tooManyRequests(retryAfter: 1), .tooSlow(limit: 1), .stopping, .unfinished,
        ]
        let ofGraph = GraphProblem.Kind.allCases.map { GraphProblem($0, "") }
        let ofCuration: [CurationError] = [.tooLarge(limit: 0), .noSpace, .fileExists("")]
        let ofLogins: [Login.Refusal] = [.wrong, .expired, .wait(seconds: 1), .busy]
        let ofEntries = [400, 401, 403, 422].map { EntriesProblem($0, "") }
        let rows = (ofRequests as [any Problem] + ofGraph + ofCuration + ofLogins + ofEntries).map {
            "| `\($0.code)` | \($0.status) |"
        }
        let ofOptimade = OptimadeProblem.Code.allCases.map { "| `\($0.rawValue)` | \($0.kind.status) |" }
        for row in ofOptimade { #expect(text.contains(row), "\(row)") }
        for code in GatewayRefusal.Code.allCases { #expect(text.contains("| `\(code.rawValue)` | \(code.status) |")) }
        for warning in OptimadeWarning.Code.allCases { #expect(text.contains("`\(warning.rawValue)`")) }
        for row in rows + ["| `json.invalid` | 422 |", "| `internal` | 500 |", "| `entries.unknown_form` | 415 |"] {
            #expect(text.contains(row), "\(row)")
        }
    }
}
