/// Lets each client make so many requests per second on average, and so many at once after a pause.
///
/// A token bucket per client. The state machine has no clock: each event says when it happens.
package struct RateLimiter: Sendable {
    /// What becomes of a request.
    package enum Admission: Equatable, Sendable {
        case admitted
        /// Refused; after so many whole seconds one more would be admitted.
        case refused(retryAfter: Int)
    }

    private struct Bucket {
        var tokens: Double
        var filledAt: ContinuousClock.Instant
    }

    private let rate: Double
    private let burst: Double
    private var buckets: [String: Bucket] = [:]
    /// Clients that are remembered; beyond it those are forgotten whose bucket is full again.
    private static let remembered = 10_000

    /// `rate` requests per second, 0 for any number; `burst` at once.
    package init(rate: Int, burst: Int) {
        self.rate = Double(rate)
        self.burst = Double(max(burst, rate))
    }

    /// Whether `client` may make a request at `now`.
    package mutating func admit(_ client: String, at now: ContinuousClock.Instant) -> Admission {
        guard rate > 0 else { return .admitted }
        if buckets.count >= Self.remembered { forgetFull(at: now) }
        var bucket = buckets[client] ?? Bucket(tokens: burst, filledAt: now)
        bucket.tokens = tokens(in: bucket, at: now)
        bucket.filledAt = now
        defer { buckets[client] = bucket }
        guard bucket.tokens >= 1 else {
            return .refused(retryAfter: max(1, Int(((1 - bucket.tokens) / rate).rounded(.up))))
        }
        bucket.tokens -= 1
        return .admitted
    }

    private func tokens(in bucket: Bucket, at now: ContinuousClock.Instant) -> Double {
        min(burst, bucket.tokens + (now - bucket.filledAt) / .seconds(1) * rate)
    }

    /// A full bucket says nothing that a new one does not. When none is full, all are forgotten: a flood from ten
    /// thousand addresses is not for a limit per address to stop, and memory stays bounded.
    private mutating func forgetFull(at now: ContinuousClock.Instant) {
        buckets = buckets.filter { tokens(in: $0.value, at: now) < burst }
        if buckets.count >= Self.remembered { buckets = [:] }
    }
}
