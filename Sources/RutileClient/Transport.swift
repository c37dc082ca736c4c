/// Gets one document over HTTP from a server whose address was checked.
///
/// Redirects are not followed: what they say is the answer. When the task is cancelled the connection is closed.
package protocol HTTPTransport: Sendable {
    /// - Throws: ``FetchFailure``, or `CancellationError`.
    func get(_ request: FetchRequest) async throws -> FetchResponse
}

/// Finds the addresses of a host.
package protocol NameResolver: Sendable {
    /// All addresses of `host`, which is a name.
    ///
    /// - Throws: ``FetchFailure``, or `CancellationError`.
    func addresses(of host: String) async throws -> [NetworkAddress]
}

/// One request.
package struct FetchRequest: Sendable {
    /// Scheme, host and port; the path is in ``target``.
    package let server: WebAddress
    /// Where to connect to, whatever the host resolves to by now.
    package let address: NetworkAddress
    /// Path and query, as the request line has them.
    package let target: String
    /// Bytes of a body at most.
    package let limit: Int
    /// Until all of the answer must be there.
    package let within: Duration
    /// The header `Via`; empty for none.
    package let via: String

    /// A request of `target`.
    package init(
        server: WebAddress, address: NetworkAddress, target: String, limit: Int, within: Duration, via: String = ""
    ) {
        self.server = server
        self.address = address
        self.target = target
        self.limit = limit
        self.within = within
        self.via = via
    }
}

/// One answer, with its whole body.
package struct FetchResponse: Sendable {
    package let status: Int
    /// Seconds that the server asks to wait; absent where it says nothing that can be understood.
    package let retryAfter: Int?
    /// How the body is coded, as `Content-Encoding` has it; absent where it stands as it is.
    package let coding: String?
    package let body: [UInt8]

    /// An answer of `body`.
    package init(status: Int, retryAfter: Int? = nil, coding: String? = nil, body: [UInt8]) {
        self.status = status
        self.retryAfter = retryAfter
        self.coding = coding
        self.body = body
    }
}

/// Why there is no answer. Texts are for clients.
package enum FetchFailure: Error, Hashable, Sendable {
    /// The address is one that is not asked.
    case refused(String)
    /// No connection, or one that broke.
    case unreachable(String)
    /// The connection ended before anything of the answer came.
    case closed
    /// The answer was not complete in time.
    case timedOut
    /// The time was over before the request could be sent, for too many others to the server ran.
    case crowded
    /// The body has more bytes than the limit.
    case tooLarge(limit: Int)
    /// The body is coded, as its argument says, although that was not asked for.
    case compressed(String)
}

/// A clock, so that tests have their own.
package struct ClientClock: Sendable {
    /// The time since some fixed instant.
    package let now: @Sendable () -> Duration
    /// Waits; throws `CancellationError` when the task is cancelled.
    package let sleep: @Sendable (Duration) async throws -> Void

    /// A clock of two functions.
    package init(
        now: @escaping @Sendable () -> Duration, sleep: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.now = now
        self.sleep = sleep
    }

    /// The system's.
    package static let system: ClientClock = {
        let start = ContinuousClock.now
        return ClientClock(now: { ContinuousClock.now - start }, sleep: { try await Task.sleep(for: $0) })
    }()
}
