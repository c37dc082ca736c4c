/// Why a client of this library could not do what was asked.
public struct ClientError: Error, Sendable, CustomStringConvertible {
    /// What kind of failure it is. More kinds may be added.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// Its name.
        public let description: String

        /// The address of the server is none.
        public static let badAddress = Code(description: "bad-address")
        /// Something of the request is wrong, so that it was not sent.
        public static let badRequest = Code(description: "bad-request")
        /// The server refuses the request as it is.
        public static let refused = Code(description: "refused")
        /// The server wants a login, or one with other rights.
        public static let notAllowed = Code(description: "not-allowed")
        /// What was asked for is not there.
        public static let notFound = Code(description: "not-found")
        /// There is no connection, or none that lasts.
        public static let unreachable = Code(description: "unreachable")
        /// The server is in trouble, and was each time it was asked again.
        public static let serverTrouble = Code(description: "server-trouble")
        /// The answer is none that the client understands.
        public static let notUnderstood = Code(description: "not-understood")
        /// The answer has something that no JSON has: `NaN`, half a character, more levels than can be read. Another
        /// answer of the server may be without it.
        public static let malformed = Code(description: "malformed")
        /// What was kept of an earlier run belongs to another question, or cannot be read.
        public static let badState = Code(description: "bad-state")
    }

    /// What kind of failure it is.
    public let code: Code
    /// The status of HTTP; absent where there was no answer.
    public let status: Int?
    /// What happened and what can be done, for people, without a full stop.
    public let detail: String
    /// What was below it.
    public let underlying: (any Error)?

    /// The detail.
    public var description: String { detail }

    init(_ code: Code, _ detail: String, status: Int? = nil, underlying: (any Error)? = nil) {
        self.code = code
        self.status = status
        self.detail = detail
        self.underlying = underlying
    }

    /// Whether the same request may be answered another time.
    var isTransient: Bool { code == .unreachable || code == .serverTrouble }
}
