/// How often, and after what pauses, a request is sent again when the server is in trouble: 429, 500, 502, 503, 504, and
/// connections that break.
public struct RetryPolicy: Hashable, Sendable {
    /// How often a request is sent again.
    public var retries: Int
    /// The first pause; each further one is twice as long, and none longer than a minute.
    public var firstPause: Duration

    private static let longestPause = Duration.seconds(60)
    /// A server that asks for more patience than that is given up sooner than it would be of use.
    private static let longestAsked = 600

    /// A policy.
    public init(retries: Int = 4, firstPause: Duration = .seconds(4)) {
        self.retries = max(0, retries)
        self.firstPause = firstPause
    }

    /// Whether `status` may be another one next time.
    static func isTransient(_ status: Int) -> Bool { [429, 500, 502, 503, 504].contains(status) }

    /// The pause before the request is sent for the `attempt`th time again, from 1, where the server asked for `asked`
    /// seconds.
    func pause(before attempt: Int, asked: Int?) -> Duration {
        if let asked { return .seconds(min(asked, Self.longestAsked)) }
        return min(min(firstPause, Self.longestPause) * (1 << min(attempt - 1, 10)), Self.longestPause)
    }
}
