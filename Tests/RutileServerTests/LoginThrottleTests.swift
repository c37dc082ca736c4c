import RutileJSON
import RutileServer
import Testing

struct LoginThrottleTests {
    private let start = ContinuousClock.now
    private let ada = UTF8Key("ada")

    /// Seconds that the next attempt has to wait; 0 when it is admitted, and then it counts.
    private func wait(
        _ throttle: inout LoginThrottle, _ account: String, from address: String? = nil, at seconds: Double
    ) -> Int {
        let admission = throttle.admit(
            account: UTF8Key(account), address: address.map(UTF8Key.init), at: start + .seconds(seconds))
        if case .refused(let seconds) = admission { return seconds }
        return 0
    }

    @Test func fiveMistakesAreFreeThenTheWaitDoublesUpToAMinute() {
        var throttle = LoginThrottle()
        for _ in 0..<5 { #expect(wait(&throttle, "ada", at: 0) == 0) }
        var time = 0.0
        for expected in [1, 2, 4, 8, 16, 32, 60, 60] {
            #expect(wait(&throttle, "ada", at: time) == expected)
            #expect(wait(&throttle, "ada", at: time + Double(expected) - 0.5) == 1)
            time += Double(expected)
            #expect(wait(&throttle, "ada", at: time) == 0)
        }
        #expect(wait(&throttle, "ben", at: time) == 0)
    }

    @Test func aSuccessForgetsTheFailuresOfItsAccount() {
        var throttle = LoginThrottle()
        for _ in 0..<5 { _ = wait(&throttle, "ada", at: 0) }
        throttle.succeeded(account: ada, address: nil)
        for _ in 0..<5 { #expect(wait(&throttle, "ada", at: 0) == 0) }
        #expect(wait(&throttle, "ada", at: 0) == 1)
    }

    @Test func anAttemptWhoseOutcomeNobodyKnowsDoesNotCount() {
        var throttle = LoginThrottle()
        for _ in 0..<50 {
            #expect(wait(&throttle, "ada", from: "1.2.3.4", at: 0) == 0)
            throttle.abandoned(account: ada, address: UTF8Key("1.2.3.4"))
        }
        for _ in 0..<5 { #expect(wait(&throttle, "ada", at: 0) == 0) }
        throttle.abandoned(account: ada, address: nil)
        #expect(wait(&throttle, "ada", at: 0) == 0)
        #expect(wait(&throttle, "ada", at: 0) == 1)
    }

    @Test func attemptsAtOnceCountAsTheyBegin() {
        var throttle = LoginThrottle()
        let admitted = (0..<100).count { _ in wait(&throttle, "ada", at: 0) == 0 }
        #expect(admitted == 5)
    }

    @Test func anAddressThatTriesManyAccountsWaits() {
        var throttle = LoginThrottle()
        for number in 0..<20 { #expect(wait(&throttle, "user\(number)", from: "192.0.2.1", at: 0) == 0) }
        #expect(wait(&throttle, "other", from: "192.0.2.1", at: 0) == 1)
        #expect(wait(&throttle, "other", from: "192.0.2.2", at: 0) == 0)
        // This machine may be a proxy.
        #expect(wait(&throttle, "another", from: nil, at: 0) == 0)
    }

    @Test func loginsOfOnesOwnBuyNoGuesses() {
        var throttle = LoginThrottle()
        for number in 0..<19 {
            #expect(wait(&throttle, "user\(number)", from: "192.0.2.1", at: 0) == 0)
            #expect(wait(&throttle, "mine", from: "192.0.2.1", at: 0) == 0)
            throttle.succeeded(account: UTF8Key("mine"), address: UTF8Key("192.0.2.1"))
        }
        #expect(wait(&throttle, "user", from: "192.0.2.1", at: 0) == 0)
        #expect(wait(&throttle, "one more", from: "192.0.2.1", at: 0) > 0)
    }

    @Test func aQuarterOfAnHourForgets() {
        var throttle = LoginThrottle()
        for time in stride(from: 0.0, to: 1_000, by: 61) { #expect(wait(&throttle, "ada", at: time) == 0) }
        #expect(wait(&throttle, "ada", at: 977) == 59)
        for _ in 0..<5 { #expect(wait(&throttle, "ada", at: 976 + 900) == 0) }
    }

    @Test func aFloodOfNamesIsForgottenButNotWhoHasToWait() {
        var throttle = LoginThrottle()
        for _ in 0..<11 { _ = wait(&throttle, "ada", at: 0) }
        for number in 0..<30_000 { #expect(wait(&throttle, "n\(number)", at: 0) == 0) }
        #expect(wait(&throttle, "ada", at: 0) > 0)
    }
}
