import HTTPTypes
import RutileCuration
import RutileJSON
import RutileModel
import RutileServer
import RutileStore
import RutileTestSupport
import Synchronization
import Testing

struct StatusRouteTests {
    private func status(_ server: TestServer, as user: String? = "u-root") async throws -> TestAnswer {
        var headers: HTTPFields = [:]
        if let user {
            let token = try await server.tokens.token(for: UserID(user), lifetime: .seconds(60))
            headers[.authorization] = "Bearer \(token)"
        }
        return try await server.send(.get, "/api/v1/status", headers: headers)
    }

    @Test func onlyAdministratorsAreTold() async throws {
        let server = try await TestServer()
        #expect(try await status(server, as: nil).status == 401)
        #expect(try await status(server, as: "u-ada").status == 403)
        #expect(try await status(server).status == 200)
    }

    @Test func aTokenForOtherThingsIsNotEnough() async throws {
        let server = try await TestServer()
        let token = try await server.tokens.issue(
            for: UserID("u-root"), .personal, scopes: [.graphRead], lifetime: .seconds(60))
        let answer = try await server.send(
            .get, "/api/v1/status", headers: [.authorization: "Bearer \(token.text)"])
        #expect(answer.status == 403)
        #expect(answer.json?["code"] == .string("request.missing_scopes"))
    }

    @Test func itSaysWhatIsStoredAndWhatRuns() async throws {
        let server = try await TestServer()
        let folder = server.folder.path + "/uploads/up/up-1/raw"
        try FileTree.makeFolder(folder + "/a")
        try FileTree.write(Array(repeating: 65, count: 1_000), to: folder + "/one")
        try FileTree.write(Array(repeating: 65, count: 500), to: folder + "/a/two")
        // A raw folder may be called as that of archives is.
        for (archives, size) in [(folder + "/archive", 10), (server.folder.path + "/uploads/up/up-1/archive", 200)] {
            try FileTree.makeFolder(archives)
            try FileTree.write(Array(repeating: 65, count: size), to: archives + "/1.msg")
        }
        server.queue.add(UploadID("up-2"))
        server.queue.add(UploadID("up-1"))
        let answer = try #require(try await status(server).json)
        #expect(answer["version"] == .string("0.0.0"))
        #expect(answer["disk"]?["uploads_bytes"] == .integer(1_710))
        #expect(answer["disk"]?["files"] == .integer(4))
        #expect(answer["disk"]?["archives_bytes"] == .integer(200))
        #expect(answer["disk"]?["archive_files"] == .integer(1))
        #expect(answer["disk"]?["incoming_bytes"] == .integer(0))
        #expect(answer["disk"]?["free_bytes"]?.integer ?? 0 > 0)
        #expect(answer["jobs"]?["running"] == .list([]))
        #expect(answer["jobs"]?["waiting"] == .list([.string("up-2"), .string("up-1")]))
        #expect(
            answer["indexes"]
                == .list([
                    .members([
                        "name": .string("search"), "entries": .integer(0), "segments": .integer(0),
                        "memory_bytes": .integer(0),
                    ])
                ]))
        #expect(answer["memory_bytes"]?.integer ?? 0 > 1 << 20)
        #expect(answer["requests_running"] == .integer(1))
        #expect(answer["slow_requests"] == .list([]))
    }

    @Test func itIsMeasuredOnceAMinute() async throws {
        let server = try await TestServer()
        let folder = server.folder.path + "/uploads/up/up-1/raw"
        try FileTree.makeFolder(folder)
        #expect(try await status(server).json?["disk"]?["files"] == .integer(0))
        try FileTree.write([65], to: folder + "/one")
        #expect(try await status(server).json?["disk"]?["files"] == .integer(0))
    }

    @Test func slowRequestsAreRememberedWithoutTheirQueries() async throws {
        // Each look at this clock takes a second.
        let clock = Mutex(ContinuousClock.now)
        let server = try await TestServer(now: {
            clock.withLock {
                $0 += .seconds(1)
                return $0
            }
        })
        _ = try await server.send(.get, "/api/v1/nothing?filter=secret")
        for number in 0..<60 { _ = try await server.send(.get, "/api/v1/groups/g\(number)") }
        let slow = try #require(try await status(server).json?["slow_requests"]?.items)
        #expect(slow.count == 50)
        #expect(slow.first?["path"] == .string("/api/v1/groups/g59"))
        #expect(slow.last?["path"] == .string("/api/v1/groups/g10"))
        #expect(slow.first?["method"] == .string("GET"))
        #expect(slow.first?["status"] == .integer(404))
        #expect(slow.first?["milliseconds"]?.real == 1_000)

        _ = try await server.send(.get, "/" + String(repeating: "x", count: 1_000) + "?filter=secret")
        let text = try await status(server).text
        #expect(!text.contains("secret"))
        #expect(text.contains(String(repeating: "x", count: 299) + "\""))
        #expect(!text.contains(String(repeating: "x", count: 300)))
    }

    @Test func quickRequestsAreNotSlow() async throws {
        let instant = ContinuousClock.now
        let server = try await TestServer(now: { instant })
        _ = try await server.send(.get, "/api/v1/groups")
        #expect(try await status(server).json?["slow_requests"] == .list([]))
    }
}
