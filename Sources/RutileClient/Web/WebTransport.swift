/// A way to a server: what the clients of this library ask with.
///
/// ``DirectTransport`` is the one over the network; tests have their own. Redirections are not followed: what they say is
/// the answer. When the task is cancelled the connection is closed.
public protocol WebTransport: Sendable {
    /// Sends `request`, and gives the body of the answer to `receive` piece by piece, in order, as it comes.
    ///
    /// - Throws: ``TransportFailure``, `CancellationError`, or what `receive` throws.
    func send(
        _ request: WebRequest, receive: (WebHead, [UInt8]) async throws -> Void
    ) async throws -> WebHead
}

/// One request.
public struct WebRequest: Sendable {
    /// The methods that the clients use.
    public enum Method: String, Sendable { case get = "GET", post = "POST" }

    /// What is done.
    public var method: Method
    /// The whole address, with its query, encoded.
    public var url: String
    /// Fields of the header, in this order.
    public var headers: [(name: String, value: String)]
    /// The body; absent where there is none.
    public var body: [UInt8]?

    /// A request for `url`.
    public init(
        _ method: Method, _ url: String, headers: [(name: String, value: String)] = [], body: [UInt8]? = nil
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
    }
}

/// What stands in front of an answer's body.
public struct WebHead: Sendable {
    /// The status of HTTP.
    public var status: Int
    /// Fields of the header.
    public var headers: [(name: String, value: String)]

    /// An answer of `status`.
    public init(status: Int, headers: [(name: String, value: String)] = []) {
        self.status = status
        self.headers = headers
    }

    /// The first field called `name`, in whatever case; `nil` where there is none.
    public func first(_ name: String) -> String? {
        headers.first { $0.name.utf8.elementsEqual(name.utf8, by: { $0 | 0x20 == $1 | 0x20 }) }?.value
    }

    /// Seconds that the server asks to wait; absent where it says nothing that can be understood.
    package var retryAfter: Int? { RetryAfter.seconds(first("Retry-After"), date: first("Date")) }
}

/// Why there is no answer.
public enum TransportFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// There is no connection at all.
    case noConnection(String)
    /// The connection broke before the answer was complete.
    case broken(String)
    /// The answer did not come in time.
    case timedOut
    /// The request cannot be sent.
    case refused(String)

    /// What happened: “no connection: …”.
    public var description: String {
        switch self {
        case .noConnection(let reason): "no connection: \(reason)"
        case .broken(let reason): "the connection broke: \(reason)"
        case .timedOut: "no answer in time"
        case .refused(let reason): reason
        }
    }
}

extension WebTransport {
    /// Sends `request` and collects the body of the answer.
    func answer(to request: WebRequest) async throws -> (head: WebHead, body: [UInt8]) {
        var body: [UInt8] = []
        let head = try await send(request) { head, piece in
            if body.isEmpty, let length = head.first("Content-Length").flatMap({ Int($0) }), length < 1 << 30 {
                body.reserveCapacity(length)
            }
            body += piece
        }
        return (head, body)
    }
}
