import HTTPTypes
import NomadAPI
import RutileJSON
import RutileModel
import RutileServer
import Testing

struct EdgeTests {
    @Test func aGraphRequestIsAnsweredAsTheServiceAnswers() async throws {
        let server = try await TestServer { body, _ in body + body }
        let answer = try await server.query("{}")
        #expect(answer.status == 200)
        #expect(answer.text == "{}{}")
        #expect(answer.headers[.contentType] == "application/json")
        #expect(try await server.send(.post, "/api/v1/graph/raw_query", body: Array("{}".utf8)).text == "{}{}")
    }

    @Test(
        arguments: [
            ("example.org", 200), ("[::1]:8080", 200), ("a_b-c.example:80", 200), ("", 200), (nil, 200),
            ("evil\"><script>", 400), ("a/b", 400), ("user@example.org", 400), ("a b", 400), ("ex?x", 400),
        ] as [(String?, Int)])
    func aHostThatIsNoneIs400AndInNoLink(_ host: String?, _ status: Int) async throws {
        let answer = try await TestServer().send(.get, "/optimade/v1/info", host: host)
        #expect(answer.status == status)
        if let host, status == 400 { #expect(!answer.text.contains(host)) }
        if host?.isEmpty ?? true { #expect(answer.text.contains("http://localhost/")) }
    }

    @Test(arguments: ["", " \n", "null", " null\t"])
    func aRequestWithoutABodyIs422WithAListAsDetail(body: String) async throws {
        let answer = try await TestServer().query(body)
        #expect(answer.status == 422)
        #expect(answer.json?["detail"]?.items?.first?["loc"] == .list([.string("body")]))
    }

    @Test func aBodyOfFiveMegabytesIs413AndNamesTheLimit() async throws {
        let server = try await TestServer()
        let big = [UInt8](repeating: 32, count: 5 << 20)
        for headers: HTTPFields in [[:], [.contentLength: String(big.count)]] {
            let answer = try await server.send(.post, "/api/v1/graph/query", headers: headers, body: big)
            #expect(answer.status == 413)
            #expect(answer.json?["code"] == .string("limits.body_bytes"))
            #expect(answer.json?["detail"]?.text?.contains("4194304") == true)
        }
    }

    @Test func aBodyInACodingIs415AndSaysWhichIsRead() async throws {
        let server = try await TestServer()
        for coding in ["gzip", "br", "GZIP"] {
            let answer = try await server.query("{}", headers: [.contentEncoding: coding])
            #expect(answer.status == 415)
            #expect(answer.json?["code"] == .string("request.unknown_coding"))
            #expect(answer.headers[.acceptEncoding] == "identity")
        }
        #expect(try await server.query("{}", headers: [.contentEncoding: "identity"]).status == 200)
    }

    @Test func refusalsOfTheServiceKeepTheirStatusPlaceAndText() async throws {
        let server = try await TestServer { _, _ in
            throw GraphProblem(.invalidConfigForm, "Invalid config: 3.", at: "/entries/m_request")
        }
        let answer = try await server.query("{}")
        #expect(answer.status == 400)
        #expect(answer.json?["detail"] == .string("Invalid config: 3."))
        #expect(answer.json?["code"] == .string("graph.invalid_config_form"))
        #expect(answer.json?["location"] == .string("/entries/m_request"))
    }

    @Test(arguments: ["{", "{\"a\": }", String(repeating: "[", count: 10_000)])
    func malformedAndDeepJSONIs422WithThePlace(body: String) async throws {
        let server = try await TestServer { body, _ in
            _ = try Value(json: body, limits: .request, nonFinite: .refuse)
            return body
        }
        let answer = try await server.query(body)
        #expect(answer.status == 422)
        #expect(answer.json?["code"] == .string("json.invalid"))
        #expect(answer.json?["location"]?.text?.hasPrefix("byte ") == true)
        let fault = answer.json?["detail"]?.items?.first
        #expect(fault?["type"] == .string("json_invalid"))
        #expect(fault?["loc"]?.items?.first == .string("body"))
    }

    @Test func anUnknownErrorIsLoggedAndNotShown() async throws {
        struct Secret: Error {}
        let server = try await TestServer { _, _ in throw Secret() }
        let answer = try await server.query("{}")
        #expect(answer.status == 500)
        #expect(answer.json?["detail"] == .string("internal: see the server log"))
        #expect(!answer.text.contains("Secret"))
        #expect(server.log.all.contains { $0.contains("level=error") && $0.contains("Secret") })
    }

    @Test func unknownPathsAre404AndWrongMethods405() async throws {
        let server = try await TestServer()
        let unknown = try await server.send(.get, "/api/v1/nothing?x=1")
        #expect(unknown.status == 404)
        #expect(unknown.json?["detail"] == .string("There is nothing at /api/v1/nothing."))
        let wrong = try await server.send(.get, "/api/v1/graph/query")
        #expect(wrong.status == 405)
        #expect(wrong.headers[.allow] == "POST")
        #expect(wrong.json?["detail"]?.text != nil)
    }

    @Test func headAnswersAsGetWithoutABody() async throws {
        let server = try await TestServer()
        for path in ["/-/health", "/-/ready", "/-/metrics", "/api/v1/openapi.json"] {
            let get = try await server.send(.get, path)
            let head = try await server.send(.head, path)
            #expect(get.status == 200)
            #expect(head.status == 200)
            #expect(head.body.isEmpty)
            #expect(head.headers[.contentType] == get.headers[.contentType])
            if path != "/-/metrics" { #expect(head.headers[.contentLength] == String(get.body.count)) }
        }
    }

    @Test func browsersMayAskFromAnywhere() async throws {
        let server = try await TestServer()
        let preflight = try await server.send(
            .options, "/api/v1/graph/query",
            headers: [.origin: "https://example.org", .accessControlRequestMethod: "POST"])
        #expect(preflight.status == 204)
        #expect(preflight.headers[.accessControlAllowOrigin] == "*")
        #expect(preflight.headers[.accessControlAllowMethods]?.contains("POST") == true)
        #expect(preflight.headers[.accessControlAllowHeaders]?.contains("Authorization") == true)
        let refused = try await server.query("null", headers: [.origin: "https://example.org"])
        #expect(refused.headers[.accessControlAllowOrigin] == "*")
    }

    @Test func theBasePathStandsBeforeTheAPIOnly() async throws {
        var settings = Settings()
        settings.server.basePath = "/prod/v1"
        let server = try await TestServer(settings: settings)
        #expect(try await server.send(.post, "/prod/v1/api/v1/graph/query", body: Array("{}".utf8)).status == 200)
        #expect(try await server.send(.post, "/api/v1/graph/query", body: Array("{}".utf8)).status == 404)
        #expect(try await server.send(.get, "/-/health").status == 200)
    }

    @Test func aRequestIDIsKeptWhenHarmlessAndInTheLogAndTheAnswer() async throws {
        let server = try await TestServer()
        let named = try await server.query("{}", headers: [.requestID: "abc-1.2"])
        #expect(named.headers[.requestID] == "abc-1.2")
        #expect(server.log.all.contains { $0.contains("request=abc-1.2") && $0.contains("status=200") })
        let forged = try await server.query("{}", headers: [.requestID: "a b\tlevel=error"])
        let made = try #require(forged.headers[.requestID])
        #expect(made.count == 16)
        #expect(!server.log.all.contains { $0.contains("a b") })
    }

    @Test func anAnswerThatIsKnownIs304() async throws {
        let server = try await TestServer()
        let first = try await server.send(.get, "/api/v1/openapi.json")
        let tag = try #require(first.headers[.eTag])
        let second = try await server.send(.get, "/api/v1/openapi.json", headers: [.ifNoneMatch: tag])
        #expect(second.status == 304)
        #expect(second.body.isEmpty)
    }

    @Test func aSlowRequestIsCancelledAndAnswered503() async throws {
        let server = try await TestServer { body, _ in
            try await Task.sleep(for: .day)
            return body
        }
        async let answer = server.query("{}")
        while true {
            server.server.edge.running.cancelOverdue(at: .now + .seconds(29))
            try await Task.sleep(for: .milliseconds(1))
            server.server.edge.running.cancelOverdue(at: .now + .seconds(31))
            if server.log.all.contains(where: { $0.contains("status=503") }) { break }
        }
        #expect(try await answer.status == 503)
        #expect(try await answer.json?["code"] == .string("limits.request_seconds"))
    }

    @Test func manyRequestsFromOneClientAre429WithATimeToWait() async throws {
        var settings = Settings()
        settings.limits.requestsPerSecond = 1
        settings.limits.burst = 3
        let start = ContinuousClock.now
        let server = try await TestServer(settings: settings, now: { start })
        var statuses: [Int] = []
        for _ in 0..<4 { statuses.append(try await server.query("{}", from: "192.0.2.1").status) }
        #expect(statuses == [200, 200, 200, 429])
        #expect(try await server.query("{}", from: "192.0.2.1").headers[.retryAfter] == "1")
        #expect(try await server.query("{}", from: "192.0.2.2").status == 200)
        #expect(try await server.query("{}", from: "127.0.0.1").status == 200)
        #expect(try await server.send(.get, "/-/health", from: "192.0.2.1").status == 200)
    }
}
