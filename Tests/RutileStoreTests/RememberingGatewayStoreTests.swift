import RutileModel
import RutileStore
import RutileTestSupport
import Synchronization
import Testing

struct RememberingGatewayStoreTests {
    private let inner = MemoryGatewayStore()
    private let time = Time()

    private final class Time: Sendable {
        private let now = Mutex(Duration.zero)
        func passed() -> Duration { now.withLock { $0 } }
        func pass(_ step: Duration) { now.withLock { $0 += step } }
    }

    private func database(_ id: String, key: String? = nil) -> GatewayResource {
        GatewayResource(
            .databases, id: id, key: key, attributes: Array("{}".utf8), made: Timestamp(microseconds: 1))
    }

    private let always = Timestamp(microseconds: .min)

    @Test(arguments: GatewayStoreContract.checks)
    func itKeepsTheContractOfGatewayStores(_ check: GatewayStoreContract.Check) async throws {
        try await check.run(RememberingGatewayStore(MemoryGatewayStore(), now: { .zero }))
    }

    @Test func whatOthersChangeIsSeenASecondLater() async throws {
        let store = RememberingGatewayStore(inner, now: time.passed)
        #expect(try await store.resource(.databases, "a") == nil)
        #expect(try await store.resources(.databases, keys: ["k", "l"]) == [nil, nil])
        let made = database("a", key: "k")
        _ = try await inner.insert(made, unlessSince: always)
        #expect(try await store.resource(.databases, "a") == nil)
        #expect(try await store.resources(.databases, keys: ["l", "k"]) == [nil, nil])
        time.pass(.seconds(1))
        #expect(try await store.resource(.databases, "a") == made)
        #expect(try await store.resources(.databases, keys: ["l", "k"]) == [nil, made])
    }

    @Test func ownChangesAreSeenAtOnce() async throws {
        let store = RememberingGatewayStore(inner, now: time.passed)
        #expect(try await store.resources(.databases, keys: ["k"]) == [nil])
        let made = database("a", key: "k")
        _ = try await store.insert(made, unlessSince: always)
        #expect(try await store.resources(.databases, keys: ["k"]) == [made])
        #expect(try await store.remove(.databases, "a"))
        #expect(try await store.resources(.databases, keys: ["k"]) == [nil])
    }

    @Test func queriesAreNotRemembered() async throws {
        let store = RememberingGatewayStore(inner, now: time.passed)
        #expect(try await store.resource(.queries, "q") == nil)
        let query = GatewayResource(.queries, id: "q", key: nil, attributes: [], made: Timestamp(microseconds: 1))
        _ = try await inner.insert(query, unlessSince: always)
        #expect(try await store.resource(.queries, "q") == query)
    }
}
