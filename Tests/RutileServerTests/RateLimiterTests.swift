import RutileServer
import Testing

struct RateLimiterTests {
    private let start = ContinuousClock.now

    @Test func twentyRequestsASecondPassForever() {
        var limiter = RateLimiter(rate: 200, burst: 400)
        for request in 0..<2_000 {
            #expect(limiter.admit("a", at: start + .milliseconds(50 * request)) == .admitted)
        }
    }

    @Test func aBurstIsFollowedByTheAverageRate() {
        var limiter = RateLimiter(rate: 10, burst: 20)
        let admitted = (0..<100).filter { _ in limiter.admit("a", at: start) == .admitted }
        #expect(admitted.count == 20)
        #expect(limiter.admit("a", at: start) == .refused(retryAfter: 1))
        let later = (0..<100).filter { _ in limiter.admit("a", at: start + .seconds(1)) == .admitted }
        #expect(later.count == 10)
    }

    @Test func zeroIsNoLimit() {
        var limiter = RateLimiter(rate: 0, burst: 1)
        #expect((0..<100).allSatisfy { _ in limiter.admit("a", at: start) == .admitted })
    }

    @Test func clientsDoNotShare() {
        var limiter = RateLimiter(rate: 1, burst: 1)
        #expect(limiter.admit("a", at: start) == .admitted)
        #expect(limiter.admit("b", at: start) == .admitted)
        #expect(limiter.admit("a", at: start) != .admitted)
    }

    @Test func aFloodOfAddressesDoesNotFillTheMemory() {
        var limiter = RateLimiter(rate: 1, burst: 1)
        for client in 0..<50_000 { #expect(limiter.admit("\(client)", at: start) == .admitted) }
    }

    @Test(arguments: [
        ("127.0.0.1", "127.0.0.1", true), ("::1", "0:0:0:0::/64", true), ("::ffff:127.0.0.2", "127.0.0.2", true),
        ("192.0.2.7", "192.0.2.7", false), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64", false),
        ("2001:db8::6", "2001:db8:0:0::/64", false), ("fe80::1:2:3:4:5", "fe80:0:0:1::/64", false),
    ])
    func addressesOfOneNetworkAreOneClient(address: String, name: String, isLoopback: Bool) {
        #expect(ClientAddress(address: address).name == name)
        #expect(ClientAddress(address: address).isLoopback == isLoopback)
    }
}
