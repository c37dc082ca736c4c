package import HTTPTypes
package import RutileEntries
import RutileJSON
package import RutileModel

/// One thing that the server can be asked for: where, how, what it means, and who answers.
package struct Route: Sendable {
    /// What a handler gets.
    package struct Call: Sendable {
        /// The body; empty where the method has none, and where it comes as a stream.
        package let body: [UInt8]
        package let caller: Caller
        /// What the caller's token is good for, by name; absent where that is everything.
        package var scopes: [String]?
        package let target: Target
        /// Who is at the other end of the connection.
        package var client = ClientAddress(address: nil)
        /// The body of a route that takes it piece by piece; absent for all others.
        package var stream: BodyStream?

        /// What `caller` asks with `body` at `target`.
        package init(body: [UInt8], caller: Caller, target: Target) {
            self.body = body
            self.caller = caller
            self.target = target
        }

        /// The user who asks.
        ///
        /// - Throws: ``RequestProblem/unauthorized(_:)`` for an anonymous caller.
        package func user() throws(RequestProblem) -> UserID {
            guard let user = caller.user else { throw .unauthorized("Authentication required.") }
            return user
        }

        /// - Throws: ``RequestProblem/missingScopes(_:)`` where the caller's token is not good for `scope`.
        package func require(_ scope: TokenScope) throws(RequestProblem) {
            guard let scopes, !scopes.contains(where: { $0.hasSameUTF8(as: scope.rawValue) }) else { return }
            throw .missingScopes([scope.rawValue])
        }

        /// The parameters of the query.
        ///
        /// - Throws: ``RequestProblem/invalid(_:)``.
        package func query() throws(RequestProblem) -> FormFields {
            try FormFields(target.query.utf8, place: "query")
        }

        /// The fields of a body that is a form.
        ///
        /// - Throws: ``RequestProblem/invalid(_:)``.
        package func form() throws(RequestProblem) -> FormFields { try FormFields(body, place: "body") }
    }

    /// What a request line and its headers say of what is wanted, as they came.
    package struct Target: Sendable {
        /// As HTTP writes it: `GET`.
        package var method = "GET"
        /// The path below the route's own, still encoded; empty where the route is asked for itself.
        package var path = ""
        /// What stands in the path at the route's `{names}`, decoded.
        package var names: [String: String] = [:]
        /// The query without its `?`, still encoded.
        package var query = ""
        /// The `Accept` header; absent where there is none.
        package var accept: String?
        /// The `Content-Type` header; absent where there is none.
        package var contentType: String?
        /// The `Via` header: what the request came through; absent where there is none.
        package var via: String?
        /// The public address of the server with its base path, `http://host/base`, as the request was addressed.
        package var root = ""
        /// The public address of the route, `http://host/base/path`, as the request was addressed.
        package var address = ""

        /// A `GET` of the route itself.
        package init() {}

        /// What stands in the path at `{name}`, which the route's path has.
        package subscript(name: String) -> String { names[name] ?? "" }
    }

    /// What a handler gives.
    package struct Answer: Sendable {
        package var status = 200
        package var contentType = "application/json"
        package var body: [UInt8]
        /// What follows ``body``, in pieces that are made while the answer goes out; absent where nothing follows. When
        /// making one fails the connection is cut, so that nobody takes the part for the whole.
        package var rest: (any ByteSource)?
        /// Names this content, without quotes; a client that shows it again gets 304 and no body. It is sent as a weak
        /// tag (RFC 9110 §8.8.1): compressed or not, it is the same.
        package var entityTag: String?
        /// Header fields besides those that follow from the other members.
        package var headers: HTTPFields = [:]

        /// An answer of `body`.
        package init(_ body: [UInt8]) { self.body = body }

        /// An answer of what `source` gives.
        ///
        /// It begins when all of it is ready, or ``readyBytes`` of it: until then, whatever fails is answered with its
        /// own status.
        package init(_ source: any ByteSource) async throws {
            var source = source
            body = []
            while body.count < Self.readyBytes {
                guard let piece = try await source.next() else { return }
                body += piece
            }
            rest = source
        }

        private static let readyBytes = 4 << 20
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
        /// As `api`, but nobody is asked who they are: here they come to say it, or it does not matter.
        case open
        /// For whoever runs the server: at the root, none of that.
        case operation
    }

    package let kind: Kind
    package let scope: Scope
    package let method: HTTPRequest.Method
    /// What `Allow` lists: HEAD goes with GET, and a tree may take more, here and there; where it refuses one, it says which.
    package let methods: [String]
    /// The whole path without the base path, `/api/v1/groups/{group_id}/edit`: a part in braces stands for any one part,
    /// which the handler finds in ``Target/names``; one at the end with dots, `{path...}`, for one part or more.
    package let path: String
    /// What a token that is good for some things only has to be good for; absent where any token will do.
    package let needs: TokenScope?
    package let documentation: RouteDocumentation
    package let answer: @Sendable (Call) async throws -> Answer
    /// Whether the work for an answer stops when the client has gone.
    package let stopsWithClient: Bool
    /// What clients of the route get to read of an error of the edge; absent where it is the usual form.
    package let refusal: (@Sendable (any Problem, Target) -> Answer)?

    /// A route that `answer` answers.
    package init(
        _ kind: Kind, _ method: HTTPRequest.Method, _ path: String, scope: Scope = .exact, needs: TokenScope? = nil,
        more methods: [String] = [], stopsWithClient: Bool = false, _ documentation: RouteDocumentation,
        refusal: (@Sendable (any Problem, Target) -> Answer)? = nil,
        answer: @escaping @Sendable (Call) async throws -> Answer
    ) {
        self.kind = kind
        self.scope = scope
        self.needs = needs
        self.stopsWithClient = stopsWithClient
        self.refusal = refusal
        self.method = method
        self.methods = (method == .get ? ["GET", "HEAD"] : [method.rawValue]) + methods
        self.path = path
        self.documentation = documentation
        self.answer = answer
    }
}
