import RutileClient
import Synchronization
import Testing

struct WebClientTests {
    private let local: WebAddress

    init() throws { local = try WebAddress("http://127.0.0.1:9/x") }

    @Test func theConnectionGoesToTheAddressThatWasChecked() async throws {
        let network = FakeNetwork(names: ["a.example": ["8.8.8.8"]]) { _ in FetchResponse(status: 200, body: []) }
        _ = try await network.client().get(WebAddress("https://a.example/x"), "/x/v1/info", deadline: .never)
        let request = try #require(network.requests.first)
        #expect(request.address == NetworkAddress("8.8.8.8"))
        #expect(request.server.host == "a.example")
        #expect(request.target == "/x/v1/info")
    }

    @Test(arguments: [
        ["127.0.0.9"], ["8.8.8.8", "10.0.0.1"], ["::ffff:127.0.0.1"], ["169.254.169.254"], ["8.8.8.8", "::1"],
    ])
    func aHostWithOneForbiddenAddressIsNotConnectedTo(addresses: [String]) async throws {
        let network = FakeNetwork(names: ["evil.example": addresses]) { _ in FetchResponse(status: 200, body: []) }
        let server = try WebAddress("http://evil.example")
        await #expect(throws: FetchFailure.self) {
            try await network.client().get(server, "/", deadline: .never)
        }
        #expect(network.requests.isEmpty)
    }

    @Test func aForbiddenLiteralIsNotConnectedTo() async throws {
        let network = FakeNetwork { _ in FetchResponse(status: 200, body: []) }
        let server = try WebAddress("http://127.0.0.9:9")
        #expect(!network.client().admits(server))
        await #expect(throws: FetchFailure.refused("127.0.0.9:9 is at an address that is not asked from here")) {
            try await network.client().get(server, "/", deadline: .never)
        }
        #expect(network.requests.isEmpty)
    }

    @Test func aServerThatAsksForPatienceGetsIt() async throws {
        let clock = FakeClock()
        let count = Mutex(0)
        let network = FakeNetwork { _ in
            let number = count.withLock { count in
                count += 1
                return count
            }
            return number < 3
                ? FetchResponse(status: number == 1 ? 503 : 429, retryAfter: number == 1 ? nil : 2, body: [])
                : FetchResponse(status: 200, body: [])
        }
        let response = try await network.client(clock: clock.clock).get(local, "/", deadline: .seconds(10))
        #expect(response.status == 200)
        #expect(clock.clock.now() == .milliseconds(2_250))
    }

    /// `Retry-After`, `Date`, and the seconds that they mean.
    static let patience: [(String, String?, Int?)] = [
        ("7", nil, 7), ("0", nil, 0), ("-1", nil, nil), ("soon", nil, nil),
        ("Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:00 GMT", 37),
        ("Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:50:00 GMT", 0),
        ("Sun, 06 Nov 1994 08:49:37 GMT", nil, nil),
        ("Fri, 01 Mar 2024 00:00:05 GMT", "Thu, 29 Feb 2024 23:59:55 GMT", 10),
        ("Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:48:37 1994", 60),
        ("Sun, 32 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:00 GMT", nil),
        ("Sun, 06 Nov 1994 08:49:37 CET", "Sun, 06 Nov 1994 08:49:00 GMT", nil),
    ]

    @Test(arguments: patience) func waitsAreSecondsOrDates(_ field: String, _ date: String?, _ seconds: Int?) {
        #expect(RetryAfter.seconds(field, date: date) == seconds)
    }

    @Test func whatComesTooLateIsNotWaitedFor() async throws {
        let clock = FakeClock()
        let network = FakeNetwork { _ in FetchResponse(status: 429, retryAfter: 60, body: []) }
        let response = try await network.client(clock: clock.clock).get(local, "/", deadline: .seconds(10))
        #expect(response.status == 429)
        #expect(network.requests.count == 1)
    }

    @Test(arguments: [("gzip", false), ("identity", true), ("Identity", true), (nil, true)] as [(String?, Bool)])
    func anAnswerThatIsCompressedIsSaidToBeSuch(coding: String?, isRead: Bool) async throws {
        let network = FakeNetwork { _ in FetchResponse(status: 200, coding: coding, body: [0x1F, 0x8B]) }
        let client = network.client()
        if isRead {
            #expect(try await client.get(local, "/", deadline: .never).body.count == 2)
        } else {
            await #expect(throws: FetchFailure.compressed("gzip")) {
                _ = try await client.get(local, "/", deadline: .never)
            }
        }
    }

    @Test func aServerIsTriedAgainOnlySoOften() async throws {
        let network = FakeNetwork { _ in FetchResponse(status: 503, body: []) }
        let client = network.client(WebClient.Limits(retries: 2), clock: FakeClock().clock)
        #expect(try await client.get(local, "/", deadline: .seconds(1_000)).status == 503)
        #expect(network.requests.count == 3)
    }

    @Test(arguments: [1, 2]) func aRequestOnAConnectionThatWasClosedIsSentOnceMore(closings: Int) async throws {
        let count = Mutex(0)
        let network = FakeNetwork { _ in
            let number = count.withLock {
                $0 += 1
                return $0
            }
            if number <= closings { throw FetchFailure.closed }
            return FetchResponse(status: 200, body: [])
        }
        let client = network.client()
        if closings == 1 {
            #expect(try await client.get(local, "/", deadline: .never).status == 200)
        } else {
            await #expect(throws: FetchFailure.closed) { try await client.get(local, "/", deadline: .never) }
        }
        #expect(network.requests.count == 2)
    }

    @Test func whoseTurnComesTooLateIsToldSo() async throws {
        let time = Mutex(Duration.zero)
        let slots = RequestSlots(total: 1, perServer: 1)
        let network = FakeNetwork { _ in
            while slots.waiting == 0 { try await Task.sleep(for: .milliseconds(1)) }
            time.withLock { $0 = .seconds(20) }
            return FetchResponse(status: 200, body: [])
        }
        let client = WebClient(
            transport: network, resolver: network,
            policy: AddressPolicy(allowed: ["127.0.0.1/32"].compactMap { AddressRange($0) }), slots: slots,
            clock: ClientClock(now: { time.withLock { $0 } }, sleep: { _ in }))
        let first = Task { try await client.get(local, "/", deadline: .seconds(30)) }
        while slots.running == 0 { try await Task.sleep(for: .milliseconds(1)) }
        await #expect(throws: FetchFailure.crowded) { try await client.get(local, "/", deadline: .seconds(10)) }
        #expect(try await first.value.status == 200)
        await #expect(throws: FetchFailure.timedOut) { try await client.get(local, "/", deadline: .seconds(10)) }
        #expect(network.requests.count == 1)
    }

    @Test func whatThisServerAnswersItselfNeedsNoNetwork() async throws {
        let network = FakeNetwork { _ in FetchResponse(status: 500, body: []) }
        let client = WebClient(
            transport: network, resolver: network,
            own: OwnServer(
                role: { server, target in
                    server.host == "10.0.0.1" ? target.hasPrefix("/y") ? .answered : .refused : .other
                },
                answer: { _, target in FetchResponse(status: 200, body: Array(target.utf8)) }))
        let response = try await client.get(WebAddress("http://10.0.0.1"), "/y", deadline: .never)
        #expect(response.body == Array("/y".utf8))
        #expect(client.admits(try WebAddress("http://10.0.0.1/y")))
        #expect(!client.admits(try WebAddress("http://10.0.0.1/z")))
        await #expect(throws: FetchFailure.self) {
            try await client.get(WebAddress("http://10.0.0.1"), "/z", deadline: .never)
        }
        #expect(network.requests.isEmpty)
    }

    @Test func noMoreRequestsRunThanAllowedAndCancelledOnesLeave() async throws {
        let slots = RequestSlots(total: 3, perServer: 2)
        let most = Peaks()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<60 {
                group.addTask {
                    let server = number % 3 == 0 ? "a" : "b"
                    try await slots.run(server) {
                        most.begin(server)
                        // The first ones wait for as many as may run at once.
                        repeat { try await Task.sleep(for: .milliseconds(1)) } while most.inAll < 3
                        most.end(server)
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(most.perServer == 2)
        #expect(most.inAll == 3)

        let holder = Task {
            try await slots.run("a") { try await slots.run("a") { try await Task.sleep(for: .seconds(86_400)) } }
        }
        while slots.running < 2 { try await Task.sleep(for: .milliseconds(1)) }
        let waiter = Task { try await slots.run("a") { Issue.record("it was not its turn") } }
        try await Task.sleep(for: .milliseconds(5))
        waiter.cancel()
        await #expect(throws: CancellationError.self) { try await waiter.value }
        holder.cancel()
        _ = await holder.result
        #expect(slots.running == 0)
    }
}

/// How many requests ran at once, at most.
private final class Peaks: Sendable {
    private let state = Mutex((running: [String: Int](), perServer: 0, inAll: 0))

    var perServer: Int { state.withLock { $0.perServer } }
    var inAll: Int { state.withLock { $0.inAll } }

    func begin(_ server: String) {
        state.withLock { state in
            state.running[server, default: 0] += 1
            state.perServer = max(state.perServer, state.running[server] ?? 0)
            state.inAll = max(state.inAll, state.running.values.reduce(0, +))
        }
    }

    func end(_ server: String) { state.withLock { $0.running[server, default: 0] -= 1 } }
}
