import HTTPTypes
import RutileJSON
import RutileServer
import Testing

struct OptimadeRouteTests {
    private func server(basePath: String = "", burst: Int? = nil) async throws -> TestServer {
        var settings = Settings()
        settings.server.basePath = basePath
        if let burst {
            settings.limits.requestsPerSecond = 1
            settings.limits.burst = burst
        }
        // Time stands still, so no limit is forgotten while other tests run.
        let now = ContinuousClock.now
        return try await TestServer(settings: settings, now: { now })
    }

    private func json(_ answer: TestAnswer) throws -> Value { try Value(json: answer.body) }

    @Test(arguments: [
        "/optimade/v1/info", "/optimade/info", "/optimade/v1.2/info/", "/optimade/v1.2.0/info?api_hint=v1",
    ])
    func everythingBelowThePathIsOPTIMADE(path: String) async throws {
        let answer = try await server().send(.get, path)
        #expect(answer.status == 200)
        #expect(answer.headers[.contentType] == "application/vnd.api+json")
        #expect(try json(answer)["data"]?["type"]?.text == "info")
    }

    @Test func addressesAreThoseOfTheRequest() async throws {
        let answer = try await server(basePath: "/prod").send(.get, "/prod/optimade/v1/info")
        let version = try json(answer)["data"]?["attributes"]?["available_api_versions"]?.items?.first
        #expect(version?["url"]?.text == "http://test/prod/optimade/v1/")
    }

    @Test(arguments: ["/optimadex", "/optimad", "/x/optimade"])
    func whatOnlyLooksLikeItIsNot(path: String) async throws {
        #expect(try await server().send(.get, path).headers[.contentType] == "application/json")
    }

    @Test func refusalsHaveTheFormOfJSONAPI() async throws {
        let unknown = try await server().send(.get, "/optimade/v1/nothing")
        #expect(unknown.status == 404)
        #expect(try json(unknown)["errors"]?.items?.first?["code"]?.text == "endpoint.unknown")
        let posted = try await server().send(.post, "/optimade/v1/info", body: Array("{}".utf8))
        #expect(posted.status == 405)
        #expect(posted.headers[.allow] == "GET, HEAD, OPTIONS")
        let other = try await server().send(.get, "/optimade/v9/info")
        #expect(other.status == 553)
    }

    @Test func whatTheEdgeRefusesHasThatFormToo() async throws {
        let server = try await server(burst: 1)
        _ = try await server.send(.get, "/optimade/v1/info", from: "192.0.2.1")
        let refused = try await server.send(.get, "/optimade/v1/info?x", from: "192.0.2.1")
        #expect(refused.status == 429)
        #expect(refused.headers[.contentType] == "application/vnd.api+json")
        #expect(refused.headers[.retryAfter] != nil)
        let document = try json(refused)
        #expect(document["errors"]?.items?.first?["status"]?.text == "429")
        #expect(document["meta"]?["query"]?["representation"]?.text == "/v1/info?x")
        let token = try await server.send(
            .get, "/optimade/v1/info", headers: [.authorization: "Bearer x"], from: "127.0.0.1")
        #expect(token.status == 401)
        #expect(try json(token)["errors"]?.items?.first?["code"]?.text == "request.unauthorized")
    }

    @Test func anAnswerIsNamedByWhatItSays() async throws {
        let server = try await server()
        let first = try await server.send(.get, "/optimade/v1/info")
        let tag = try #require(first.headers[.eTag])
        #expect(tag.hasPrefix("W/"))
        let again = try await server.send(.get, "/optimade/v1/info", headers: [.ifNoneMatch: tag])
        #expect(again.status == 304)
        #expect(again.body.isEmpty)
        #expect(first.headers[.vary]?.hasPrefix("Accept") == true)
        #expect(again.headers[.vary] == first.headers[.vary])
        #expect(try await server.send(.get, "/optimade/v1/links", headers: [.ifNoneMatch: tag]).status == 200)
        #expect(try await server.send(.get, "/optimade/v1/nothing").headers[.eTag] == nil)
    }

    @Test func methodsAreSaidToWhoAsks() async throws {
        let answer = try await server().send(.options, "/optimade/v1/structures")
        #expect(answer.status == 204)
        #expect(answer.headers[.accessControlAllowMethods] == "GET, HEAD, OPTIONS")
        #expect(try await server().send(.head, "/optimade/v1/info").body.isEmpty)
    }
}
