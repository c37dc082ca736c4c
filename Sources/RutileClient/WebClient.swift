import Synchronization

/// Gets documents from servers that strangers name: every address is checked before it is connected to, answers are
/// bounded in size and time, and `429` and `503` are tried again as long as there is time.
package struct WebClient: Sendable {
    /// Bounds that an installation sets.
    package struct Limits: Hashable, Sendable {
        /// Bytes of an answer.
        package var bodyBytes: Int
        /// How often a request is tried again.
        package var retries: Int

        /// These bounds.
        package init(bodyBytes: Int = 16 << 20, retries: Int = 3) {
            self.bodyBytes = bodyBytes
            self.retries = retries
        }
    }

    package let clock: ClientClock
    /// The gateways that requests come through, as the header `Via` has it (RFC 9110 §7.6.3); empty where there are none.
    package var via = ""
    private let transport: any HTTPTransport
    private let names: NameCache
    private let policy: AddressPolicy
    private let limits: Limits
    private let slots: RequestSlots
    private let own: OwnServer

    /// A client over `transport`.
    package init(
        transport: any HTTPTransport, resolver: any NameResolver, policy: AddressPolicy = AddressPolicy(),
        limits: Limits = Limits(), slots: RequestSlots = RequestSlots(total: 256, perServer: 16),
        clock: ClientClock = .system, own: OwnServer = .none
    ) {
        self.transport = transport
        self.policy = policy
        self.limits = limits
        self.slots = slots
        self.clock = clock
        self.own = own
        names = NameCache(resolver: resolver, clock: clock)
    }

    /// Whether `server` may be asked, as far as that can be told without looking its name up.
    package func admits(_ server: WebAddress) -> Bool {
        switch own.role(server, server.path) {
        case .other: server.literal.map(policy.allows) ?? true
        case .answered: true
        case .refused: false
        }
    }

    /// The answer to a `GET` of `target`, a path with its query, at `server`, complete before `deadline` on ``clock``.
    ///
    /// - Throws: ``FetchFailure``, or `CancellationError`.
    package func get(_ server: WebAddress, _ target: String, deadline: Duration) async throws -> FetchResponse {
        var retries = 0
        while true {
            let response = try await attempt(server, target, deadline: deadline)
            // Source: RFC 9110 §8.4.1: names of codings are the same in any case.
            if let coding = response.coding, !coding.lowercased().utf8.elementsEqual("identity".utf8) {
                throw FetchFailure.compressed(coding)
            }
            guard response.status == 429 || response.status == 503, retries < limits.retries else { return response }
            let pause =
                response.retryAfter.map { Duration.seconds($0) } ?? .milliseconds(250 << retries)
            // Waiting for what comes too late would only hide what the server said.
            guard clock.now() + pause < deadline else { return response }
            retries += 1
            try await clock.sleep(pause)
        }
    }

    private func attempt(_ server: WebAddress, _ target: String, deadline: Duration) async throws -> FetchResponse {
        switch own.role(server, target) {
        case .other: break
        case .answered: return try await own.answer(server, target)
        case .refused: throw FetchFailure.refused("it is a part of this server that is not asked")
        }
        let address = try await checkedAddress(of: server, deadline: deadline)
        guard clock.now() < deadline else { throw FetchFailure.timedOut }
        return try await slots.run(server.origin) {
            guard clock.now() < deadline else { throw FetchFailure.crowded }
            func answer() async throws -> FetchResponse {
                try await transport.get(
                    FetchRequest(
                        server: server, address: address, target: target, limit: limits.bodyBytes,
                        within: deadline - clock.now(), via: via))
            }
            do {
                return try await answer()
            } catch FetchFailure.closed where clock.now() < deadline {
                // Source: RFC 9112 §9.3.1: the server may have closed a kept connection while the request was on its way.
                return try await answer()
            }
        }
    }

    /// Where to connect to: all addresses of the host have to be allowed, so that no luck decides.
    private func checkedAddress(of server: WebAddress, deadline: Duration) async throws -> NetworkAddress {
        let refusal = FetchFailure.refused("\(server.authority) is at an address that is not asked from here")
        if let literal = server.literal {
            guard policy.allows(literal) else { throw refusal }
            return literal
        }
        let addresses = try await names.addresses(of: server.host, deadline: deadline)
        guard addresses.allSatisfy(policy.allows) else { throw refusal }
        // IPv4 first: it is what every host has.
        let first = addresses.first { if case .v4 = $0 { true } else { false } } ?? addresses.first
        guard let first else { throw FetchFailure.unreachable("\(server.host) has no address") }
        return first
    }
}

/// The server that the client is part of: some of it is answered without a connection, the rest is not asked at all.
package struct OwnServer: Sendable {
    /// What an address is to this server.
    package enum Role: Hashable, Sendable {
        /// It belongs to somebody else.
        case other
        /// It is answered here.
        case answered
        case refused
    }

    /// What a path, which may have a query, at a server is.
    let role: @Sendable (_ server: WebAddress, _ target: String) -> Role
    /// The answer to what is answered here.
    let answer: @Sendable (_ server: WebAddress, _ target: String) async throws -> FetchResponse

    /// A server of two functions.
    package init(
        role: @escaping @Sendable (_ server: WebAddress, _ target: String) -> Role,
        answer: @escaping @Sendable (_ server: WebAddress, _ target: String) async throws -> FetchResponse
    ) {
        self.role = role
        self.answer = answer
    }

    /// The client is part of no server.
    package static let none = OwnServer(
        role: { _, _ in .other }, answer: { _, _ in throw FetchFailure.refused("there is no such server") })
}

/// Addresses of hosts, kept for a minute.
private final class NameCache: Sendable {
    private struct Found {
        let addresses: [NetworkAddress]
        let until: Duration
    }

    private static let lifetime = Duration.seconds(60)
    private static let most = 4_096
    private let resolver: any NameResolver
    private let clock: ClientClock
    private let known = Mutex<[String: Found]>([:])

    init(resolver: any NameResolver, clock: ClientClock) {
        self.resolver = resolver
        self.clock = clock
    }

    func addresses(of host: String, deadline: Duration) async throws -> [NetworkAddress] {
        let now = clock.now()
        if let found = known.withLock({ $0[host] }), found.until > now { return found.addresses }
        let addresses = try await within(deadline - now) { [resolver] in try await resolver.addresses(of: host) }
        known.withLock { known in
            if known.count >= Self.most { known = [:] }
            known[host] = Found(addresses: addresses, until: now + Self.lifetime)
        }
        return addresses
    }

    /// What `work` gives, or ``FetchFailure/timedOut``. Work that cannot be cancelled goes on unheard.
    private func within<Result: Sendable>(
        _ time: Duration, _ work: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        guard time > .zero else { throw FetchFailure.timedOut }
        let (answers, answer) = AsyncThrowingStream<Result, any Error>.makeStream()
        let working = Task {
            do {
                answer.yield(try await work())
                answer.finish()
            } catch {
                answer.finish(throwing: error)
            }
        }
        let waiting = Task { [clock] in
            try await clock.sleep(time)
            answer.finish(throwing: FetchFailure.timedOut)
        }
        defer {
            working.cancel()
            waiting.cancel()
        }
        for try await result in answers { return result }
        throw CancellationError()
    }
}
