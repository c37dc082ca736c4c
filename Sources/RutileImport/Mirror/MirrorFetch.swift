/// Gets `address` and answers what came, whatever its status. Follows no redirection, and stops at `limit` bytes of
/// content, unpacked.
///
/// - Throws: ``MirrorError/tooLarge(address:limit:)``; any other error counts as a bad connection, and is tried again.
package typealias MirrorFetch = @Sendable (_ address: String, _ limit: Int) async throws -> FetchedAnswer

/// What a server answered.
package struct FetchedAnswer: Sendable {
    /// The HTTP status.
    package var status: Int
    /// Seconds that the header field `Retry-After` asks to wait; absent where it says nothing that can be understood.
    package var retryAfter: Int?
    /// The header field `Location`.
    package var location: String?
    package var body: [UInt8]

    /// An answer of `status` with `body`.
    package init(status: Int, retryAfter: Int? = nil, location: String? = nil, body: [UInt8]) {
        self.status = status
        self.retryAfter = retryAfter
        self.location = location
        self.body = body
    }
}

/// Why a mirror was not completed. What was fetched is kept, unless said otherwise.
package enum MirrorError: Error, Hashable, Sendable {
    /// The text is no address of a database.
    case noAddress(String)
    /// The server refuses a request, with the first line of its reason.
    case refused(address: String, status: Int, reason: String)
    /// The server is not there, or cannot answer, after as many attempts as there are.
    case unavailable(address: String, reason: String)
    /// The server is elsewhere.
    case moved(address: String, to: String)
    /// An answer is larger than the limit.
    case tooLarge(address: String, limit: Int)
    /// An answer is no OPTIMADE document.
    case malformed(address: String, reason: String)
    /// Following `links.next` leads to pages that were there before.
    case endless(address: String)
    /// The server has given more entries of `type`, by more than a page, than it says that there are.
    case surplus(address: String, type: String, entries: Int, total: Int)
    /// The server has given fewer entries of `type` than it says that there are.
    case incomplete(address: String, type: String, entries: Int, total: Int)
    /// What is kept of an earlier attempt cannot be read or written.
    case file(String, reason: String)
}

extension MirrorError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .noAddress(let text):
            "'\(text)' is no base URL of an OPTIMADE database, such as https://example.org/optimade"
        case .refused(let address, let status, let reason):
            "\(address): the server refuses (\(status)\(reason.isEmpty ? "" : ": \(reason)"))"
        case .unavailable(let address, let reason):
            "\(address): \(reason). The same command goes on where this one stopped."
        case .moved(let address, let target): "\(address) has moved to \(target): give that address"
        case .tooLarge(let address, let limit): "\(address): the answer is larger than \(limit >> 20) MiB"
        case .malformed(let address, let reason): "\(address): no OPTIMADE answer: \(reason)"
        case .endless(let address):
            "\(address): the next page is one that was there before. Nothing is imported; the next run begins anew."
        case .surplus(let address, let type, let entries, let total):
            """
            \(address): the pages of \(type) do not end: \(entries) entries came, and the server counts \(total). \
            Nothing is imported; the next run begins anew.
            """
        case .incomplete(let address, let type, let entries, let total):
            """
            \(address): the pages of \(type) have ended after \(entries) of \(total). Nothing is imported; the next run \
            begins anew.
            """
        case .file(let path, let reason): "\(path): \(reason)"
        }
    }
}

/// When a request is tried again.
package struct RetryPolicy: Hashable, Sendable {
    /// Attempts for one request.
    package var attempts = 8
    /// Time before the second attempt; it doubles with each.
    package var firstDelay = Duration.seconds(1)
    /// Longest time between two attempts, unless the server asks for more.
    package var longestDelay = Duration.seconds(60)
    /// Longest time that is waited because the server asks for it.
    package var longestWait = Duration.seconds(600)

    /// What mirrors do by default.
    package init() {}

    /// Whether a request that was answered with `status` can succeed later.
    package static func mayTryAgain(_ status: Int) -> Bool { [408, 429, 500, 502, 503, 504].contains(status) }

    /// Time to wait after `attempt` (from 1) failed, at least `retryAfter`; `nil` where there is no use in waiting.
    package func delay(after attempt: Int, retryAfter: Duration?) -> Duration? {
        guard attempt < attempts else { return nil }
        let doubled = firstDelay * (1 << min(attempt - 1, 20))
        let delay = max(min(doubled, longestDelay), retryAfter ?? .zero)
        return delay <= longestWait ? delay : nil
    }
}
