import OptimadeAPI
package import RutileModel

/// A request to the gateway as it comes from HTTP, with nothing decoded.
package struct GatewayRequest: Sendable {
    /// As HTTP writes it: `GET`.
    package let method: String
    /// The path below the unversioned base URL, still encoded.
    package let path: String
    /// The query part without its `?`, still encoded.
    package let query: String
    package let body: [UInt8]
    /// The public address of the unversioned base URL, as the request was addressed.
    package let baseURL: String
    package let caller: Caller
    /// What clients are told apart by.
    package let client: String
    /// The gateways that the request came through, as the header `Via` has it; empty where there are none.
    package let via: String
    /// The header `Accept`; absent where the client did not say.
    package let accept: String?

    /// A request. What may stand in no URL is escaped in `path` and `query`.
    package init(
        method: String = "GET", path: String, query: String = "", body: [UInt8] = [], baseURL: String,
        caller: Caller = .anonymous, client: String = "", via: String = "", accept: String? = nil
    ) {
        self.method = method
        self.path = PercentCoding.cleaned(path)
        self.query = PercentCoding.cleaned(query)
        self.body = body
        self.baseURL = baseURL
        self.caller = caller
        self.client = client
        self.via = via
        self.accept = accept
    }
}

/// An answer to be sent by HTTP.
package struct GatewayAnswer: Sendable {
    package var status = 200
    package var contentType = "application/vnd.api+json"
    package var body: [UInt8]
    /// Where else to look; for statuses of redirection.
    package var location: String?
    /// What the `Allow` header says; absent where it says nothing.
    package var allow: String?
    /// The seconds after which to try again, as the `Retry-After` header says; absent where it says nothing.
    package var retryAfter: Int?
    /// Whether a login is what is missing, as the `WWW-Authenticate` header says.
    package var wantsLogin = false

    /// An answer of `body`.
    init(_ body: [UInt8]) { self.body = body }

    /// A redirection to `location`.
    static func redirect(to location: String) -> GatewayAnswer {
        var answer = GatewayAnswer([])
        answer.status = 307
        answer.contentType = "text/plain"
        answer.location = location
        return answer
    }
}
