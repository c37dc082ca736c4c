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

        /// What `caller` asks with `body`.
        package init(body: [UInt8], caller: Caller) {
            self.body = body
            self.caller = caller
        }
    }

    /// What a handler gives.
    package struct Answer: Sendable {
        package var status = 200
        package var contentType = "application/json"
        package var body: [UInt8]
        /// Names this very content, without quotes; a client that shows it again gets 304 and no body.
        package var entityTag: String?

        /// An answer of `body`.
        package init(_ body: [UInt8]) { self.body = body }
    }

    /// Which policy of the edge applies.
    package enum Kind: Sendable {
        /// For everybody: below the base path, rates limited, callers known, time limited.
        case api
        /// For whoever runs the server: at the root, none of that.
        case operation
    }

    package let kind: Kind
    package let method: HTTPRequest.Method
    /// The whole path without the base path, `/api/v1/graph/query`.
    package let path: String
    package let documentation: RouteDocumentation
    package let answer: @Sendable (Call) async throws -> Answer

    /// A route that `answer` answers.
    package init(
        _ kind: Kind, _ method: HTTPRequest.Method, _ path: String, _ documentation: RouteDocumentation,
        answer: @escaping @Sendable (Call) async throws -> Answer
    ) {
        self.kind = kind
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
