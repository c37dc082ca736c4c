/// Says when the next request may be sent: so many in a second, after a pause that the server asked for. Pure; it is told
/// what time it is.
///
/// The generic cell rate algorithm: some requests may go at once, in the long run they keep their distance.
struct RequestPace: Sendable {
    /// Fewer requests than one in so many seconds are none that anybody waits for.
    private static let longestInterval = 3_600.0
    /// Time between two requests in the long run; zero for no limit.
    private let interval: Duration
    /// Requests that may go at once.
    private let burst: Int
    /// When the request after those that were sent would be due if all kept their distance.
    private var due = Duration.zero
    private var pausedUntil = Duration.zero

    /// At most `perSecond` requests in a second, but at least one in an hour; no limit where that is 0 or less.
    init(perSecond: Double, burst: Int) {
        interval = perSecond > 0 ? .seconds(min(1 / perSecond, Self.longestInterval)) : .zero
        self.burst = burst
    }

    /// How long a request that is ready at `now` must wait. It is counted as sent.
    mutating func reserve(at now: Duration) -> Duration {
        let start = max(due, now)
        due = start + interval
        return max(.zero, start - interval * (burst - 1) - now, pausedUntil - now)
    }

    /// No request is to go before `instant`.
    mutating func pause(until instant: Duration) { pausedUntil = max(pausedUntil, instant) }
}
