import RutileClient
import Synchronization

/// A network in memory: what each request is answered, and what was connected to.
final class FakeNetwork: HTTPTransport, NameResolver {
    typealias Answer = @Sendable (FetchRequest) async throws -> FetchResponse

    private let answer: Answer
    private let names: [String: [NetworkAddress]]
    private let seen = Mutex<[FetchRequest]>([])

    init(names: [String: [String]] = [:], _ answer: @escaping Answer) {
        self.answer = answer
        self.names = names.mapValues { $0.compactMap(NetworkAddress.init) }
    }

    /// All requests, in order.
    var requests: [FetchRequest] { seen.withLock { $0 } }

    func get(_ request: FetchRequest) async throws -> FetchResponse {
        seen.withLock { $0.append(request) }
        return try await answer(request)
    }

    func addresses(of host: String) async throws -> [NetworkAddress] {
        guard let addresses = names[host] else { throw FetchFailure.unreachable("\(host) is not known") }
        return addresses
    }

    /// A client of this network that may ask 127.0.0.1.
    func client(_ limits: WebClient.Limits = WebClient.Limits(), clock: ClientClock = .system) -> WebClient {
        WebClient(
            transport: self, resolver: self,
            policy: AddressPolicy(allowed: ["127.0.0.1/32"].compactMap { AddressRange($0) }), limits: limits,
            clock: clock)
    }
}

/// A clock that stands still but for those who sleep by it.
final class FakeClock: Sendable {
    private let time = Mutex(Duration.zero)

    var clock: ClientClock {
        ClientClock(now: { self.time.withLock { $0 } }, sleep: { pause in self.time.withLock { $0 += pause } })
    }
}

extension Duration {
    /// A deadline that no machine is too slow for.
    static let never = Duration.seconds(1_000_000)
}
