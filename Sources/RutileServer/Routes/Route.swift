package import HTTPTypes
package import RutileJSON
package import RutileModel

/// One thing that the server can be asked for: where, how, what it means, and who answers.
package struct Route: Sendable {
    /// What a handler gets.
    package struct Call: Sendable {
        /// The body; empty where the method has none.
        package let body: [UInt8]
        package let caller: Caller
        package let target: Target

        /// What `caller` asks with `body` at `target`.
        package init(body: [UInt8], caller: Caller, target: Target) {
            self.body = body
            self.caller = caller
            self.target = target
        }
    }

    /// What a request line and its headers say of what is wanted, as they came.
    package struct Target: Sendable {
        /// As HTTP writes it: `GET`.
        package var method = "GET"
        /// The path below the route's own, still encoded; empty where the route is asked for itself.
        package var path = ""
        /// The query without its `?`, still encoded.
        package var query = ""
        /// The `Accept` header; absent where there is none.
        package var accept: String?
        /// The public address of the route, `http://host/base/path`, as the request was addressed.
        package var address = ""

        /// A `GET` of the route itself.
        package init() {}
    }

    /// What a handler gives.
    package struct Answer: Sendable {
        package var status = 200
        package var contentType = "application/json"
        package var body: [UInt8]
        /// Names this content, without quotes; a client that shows it again gets 304 and no body. It is sent as a weak
        /// tag (RFC 9110 §8.8.1): compressed or not, it is the same.
        package var entityTag: String?

        /// An answer of `body`.
        package init(_ body: [UInt8]) { self.body = body }
    }

    /// Which paths a route answers.
    package enum Scope: Sendable {
        /// Its own, for its method.
        case exact
        /// Its own and all below it, for every method; what is not there, it says itself.
        case below
    }

    /// Which policy of the edge applies.
    package enum Kind: Sendable {
        /// For everybody: below the base path, rates limited, callers known, time limited.
        case api
        /// For whoever runs the server: at the root, none of that.
        case operation
    }

    package let kind: Kind
    package let scope: Scope
    package let method: HTTPRequest.Method
    /// The whole path without the base path, `/api/v1/graph/query`.
    package let path: String
    package let documentation: RouteDocumentation
    package let answer: @Sendable (Call) async throws -> Answer
    /// What clients of the route get to read of an error of the edge; absent where it is the usual form.
    package let refusal: (@Sendable (any Problem, Target) -> Answer)?

    /// A route that `answer` answers.
    package init(
        _ kind: Kind, _ method: HTTPRequest.Method, _ path: String, scope: Scope = .exact,
        _ documentation: RouteDocumentation, refusal: (@Sendable (any Problem, Target) -> Answer)? = nil,
        answer: @escaping @Sendable (Call) async throws -> Answer
    ) {
        self.kind = kind
        self.scope = scope
        self.refusal = refusal
        self.method = method
        self.path = path
        self.documentation = documentation
        self.answer = answer
    }
}

/// What the OpenAPI document says of a route.
package struct RouteDocumentation: Sendable {
    /// One line.
    package let summary: String
    /// Markdown.
    package let description: String
    /// The body that is wanted, as an OpenAPI media type object for `application/json`; absent where there is none.
    package let body: Value?
    /// Statuses with what each means. Those that any route can answer are added by the document.
    package let answers: [(status: Int, meaning: String, contentType: String)]

    /// Texts as given.
    package init(
        _ summary: String, _ description: String, body: Value? = nil,
        answers: [(status: Int, meaning: String, contentType: String)]
    ) {
        self.summary = summary
        self.description = description
        self.body = body
        self.answers = answers
    }
}
