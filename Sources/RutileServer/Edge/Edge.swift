package import HTTPTypes
import Hummingbird
package import HummingbirdCore
import Logging
import NIOHTTP1
import RutileJSON
import RutileModel
import RutileStore
import Synchronization

/// The server's edge: takes a request in, finds its route, and makes whatever comes of it an answer.
///
/// Here, and only here, stand the rules that hold for every route: request ids, limits, who asks, errors, compression,
/// cross-origin access, counting and logging.
package final class Edge: HTTPResponder {
    private let routes: RouteTable
    private let authentication: Authentication
    private let limits: Settings.Limits
    /// The address of the server with its base path, as others see it; empty where it is what requests say.
    private let publicURL: String
    private let logger: Logger
    private let metrics: ServerMetrics
    private let slowRequests: SlowRequests
    private let rates: Mutex<RateLimiter>
    private let now: @Sendable () -> ContinuousClock.Instant
    /// Requests with a deadline; who runs the server has to run its watch.
    package let running = RunningRequests()
    /// Connections tell here when their clients go.
    package let departures = Departures()

    /// An edge before `routes`.
    init(
        routes: RouteTable, authentication: Authentication, limits: Settings.Limits, publicURL: String = "",
        metrics: ServerMetrics, slowRequests: SlowRequests, logger: Logger,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.routes = routes
        self.authentication = authentication
        self.limits = limits
        self.publicURL = publicURL.utf8.last == UInt8(ascii: "/") ? String(publicURL.dropLast()) : publicURL
        self.metrics = metrics
        self.slowRequests = slowRequests
        self.logger = logger
        self.now = now
        rates = Mutex(RateLimiter(rate: limits.requestsPerSecond, burst: limits.burst))
    }

    /// The answer to `request`. Never throws: there is an answer to every error.
    package func respond(to request: Request, context client: ClientAddress) async -> Response {
        let start = now()
        let id = RequestID(given: request.headers[.requestID])
        metrics.begin()
        var found: RouteTable.Match?
        var response: Response
        do {
            if request.method == .options {
                response = preflight(request)
            } else {
                let match = try await self.match(request)
                found = match
                response = try await self.response(of: match, to: request, id: id, from: client)
            }
        } catch {
            response = problemResponse(to: error, of: found, request: request, id: id)
        }
        response.headers[.requestID] = id.description
        // RFC 9110 §15.5.6 demands it.
        if response.status == .methodNotAllowed, response.headers[.allow] == nil {
            response.headers[.allow] = methods(at: request)
        }
        response.headers[.accessControlAllowOrigin] = "*"
        response.headers[.accessControlExposeHeaders] = "X-Request-ID, Retry-After, ETag"
        if request.method == .head { response = response.createHeadResponse() }
        finish(request, route: found?.route, status: response.status.code, id: id, client: client, since: start)
        return response
    }

    private func match(_ request: Request) async throws(RequestProblem) -> RouteTable.Match {
        do {
            return try routes.match(request.method, at: request.head.path ?? "/")
        } catch {
            await RequestBodyReader(request).discard()
            throw error
        }
    }

    private func response(
        of match: RouteTable.Match, to request: Request, id: RequestID, from client: ClientAddress
    ) async throws -> Response {
        let (route, target) = (match.route, target(of: request, for: match))
        // Its links would lead anywhere.
        if route.kind != .operation, let authority = request.head.authority, !authority.isHost {
            await RequestBodyReader(request).discard()
            throw RequestProblem.refused("The header field Host must be a name or an address, and a port at most.")
        }
        guard route.kind != .operation else {
            return try encode(
                try await route.answer(Route.Call(body: [], caller: .anonymous, target: target)), for: request, id: id)
        }
        if !client.isLoopback {
            let admission = rates.withLock { $0.admit(client.name, at: now()) }
            if case .refused(let seconds) = admission {
                await RequestBodyReader(request).discard()
                throw RequestProblem.tooManyRequests(retryAfter: seconds)
            }
        }
        let answer = try await running.answer(within: limits.requestSeconds) { [self] goOn in
            let body = route.documentation.body
            if body != nil { try await RequestBodyReader(request).checkCoding() }
            if body?.isStreamed == true {
                let stream = BodyStream(request.body, isComing: goOn)
                do {
                    let (caller, scopes) = try await caller(request, of: route)
                    var call = Route.Call(body: [], caller: caller, target: target)
                    (call.client, call.scopes, call.stream) = (client, scopes, stream)
                    let answer = try await route.answer(call)
                    await stream.discard(upTo: RequestBodyReader.patience)
                    return answer
                } catch {
                    await stream.discard(upTo: RequestBodyReader.patience)
                    throw error
                }
            }
            var bytes: [UInt8] = []
            if body != nil {
                bytes = try await RequestBodyReader(request).bytes(upTo: limits.bodyBytes)
            } else if request.method != .get, request.method != .head {
                await RequestBodyReader(request).discard()
            }
            let (caller, scopes) = try await caller(request, of: route)
            var call = Route.Call(body: bytes, caller: caller, target: target)
            (call.client, call.scopes) = (client, scopes)
            return try await departures.answer(to: route.stopsWithClient ? client.connection : nil) { [call] in
                try await route.answer(call)
            }
        }
        return try encode(answer, for: request, id: id)
    }

    /// Who asks, if the route wants to know, and what their token is good for.
    private func caller(_ request: Request, of route: Route) async throws -> (caller: Caller, scopes: [String]?) {
        guard route.kind == .api else { return (.anonymous, nil) }
        return try await authentication.caller(
            authorization: request.headers[.authorization], cookies: request.headers[values: .cookie],
            needed: route.needs)
    }

    private func encode(_ answer: Route.Answer, for request: Request, id: RequestID) throws -> Response {
        var headers = answer.headers
        // Where there is no content there is no type of it.
        guard answer.status != 204 else { return Response(status: .noContent, headers: headers) }
        headers[.contentType] = answer.contentType
        if let tag = answer.entityTag.map({ "\"\($0)\"" }) {
            headers[.eTag] = "W/" + tag
            if let known = request.headers[.ifNoneMatch], known == "*" || known.contains(tag) {
                return Response(
                    status: .notModified, headers: ContentCoding.varied(headers, size: answer.body.count))
            }
        }
        guard let rest = answer.rest else {
            return try ContentCoding.response(
                status: .init(code: answer.status), headers: headers, bytes: answer.body, for: request.headers)
        }
        return ContentCoding.response(
            status: .init(code: answer.status), headers: headers, bytes: answer.body, rest: rest, for: request.headers
        ) { [logger] error in
            logger.error("answer broke off", metadata: ["request": "\(id)", "error": "\(error)"])
        }
    }

    /// What `request` wants of the route that was found for it.
    private func target(of request: Request, for match: RouteTable.Match) -> Route.Target {
        var target = Route.Target()
        target.method = request.method.rawValue
        let line = (request.head.path ?? "/").utf8.prefix { $0 != UInt8(ascii: "#") }
        let path = line.prefix { $0 != UInt8(ascii: "?") }
        target.query = String(line.dropFirst(path.count + 1)) ?? ""
        target.path = String(path.dropFirst(match.path.utf8.count)) ?? ""
        target.names = match.names
        target.accept = request.headers[.accept]
        target.contentType = request.headers[.contentType]
        target.via = request.headers[.via]
        if publicURL.isEmpty || match.route.kind == .operation {
            let host = request.head.authority.flatMap { $0.isHost && !$0.isEmpty ? $0 : nil }
            let origin = "http://\(host ?? "localhost")"
            target.root = origin + routes.basePath
            target.address = origin + match.path
        } else {
            target.root = publicURL
            target.address = publicURL + (String(match.path.utf8.dropFirst(routes.basePath.utf8.count)) ?? "")
        }
        return target
    }

    /// The answer to `OPTIONS`: what is allowed here, for people and for browsers that ask before they send (Fetch
    /// standard, "CORS-preflight request").
    private func preflight(_ request: Request) -> Response {
        let methods = methods(at: request)
        let headers: HTTPFields = [
            .allow: methods,
            .accessControlAllowMethods: methods,
            .accessControlAllowHeaders: "Authorization, Content-Type, X-Request-ID",
            .accessControlMaxAge: "86400",
        ]
        return Response(status: .noContent, headers: headers)
    }

    /// The methods that are answered where `request` leads.
    private func methods(at request: Request) -> String {
        (routes.methods(at: request.head.path ?? "/") + ["OPTIONS"]).joined(separator: ", ")
    }

    /// The answer in place of one that could not be made.
    private func problemResponse(
        to error: any Error, of match: RouteTable.Match?, request: Request, id: RequestID
    ) -> Response {
        let problem: any Problem
        switch error {
        case let known as any Problem: problem = known
        case is CancellationError: problem = RequestProblem.stopping
        // Of trailers, behind the body; of a head nobody comes to know here.
        case HTTPParserError.headerOverflow: problem = RequestProblem.headTooLong
        default:
            // Its text may hold paths and queries of ours: it is for the log alone.
            logger.error(
                "request failed", metadata: ["request": "\(id)", "path": "\(request.uri.path)", "error": "\(error)"])
            problem = if case StoreError.unfinished = error { RequestProblem.unfinished } else { InternalProblem() }
        }
        let answer: Route.Answer
        if let match, let refusal = match.route.refusal {
            answer = refusal(problem, target(of: request, for: match))
        } else {
            answer = Route.Answer(problem.document.json())
        }
        var headers = problem.headers
        headers[.contentType] = answer.contentType
        return Response(
            status: .init(code: problem.status), headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
    }

    private func finish(
        _ request: Request, route: Route?, status: Int, id: RequestID, client: ClientAddress,
        since start: ContinuousClock.Instant
    ) {
        let seconds = (now() - start) / .seconds(1)
        let method = Self.knownMethods.contains(request.method) ? request.method.rawValue : "other"
        metrics.end(method: method, route: route?.path ?? "unmatched", status: status, seconds: seconds)
        slowRequests.note(method: method, path: request.uri.path, status: status, seconds: seconds)
        // Probes come every few seconds and say nothing.
        let level: Logger.Level = route?.kind == .operation && status < 400 ? .debug : .info
        logger.log(
            level: level, "request",
            metadata: [
                "request": "\(id)", "method": "\(request.method.rawValue)", "path": "\(request.uri.path)",
                "status": "\(status)", "ms": "\((seconds * 100_000).rounded() / 100)", "client": "\(client.name)",
            ])
    }

    private static let knownMethods: Set<HTTPRequest.Method> = [.get, .head, .post, .put, .delete, .options, .patch]
}

/// Something failed that the client has no part in.
private struct InternalProblem: Problem {
    let status = 500
    let code = "internal"
    let detail = "internal: see the server log"
}

extension HTTPField.Name {
    /// `X-Request-ID`.
    package static let requestID = HTTPField.Name("X-Request-ID")!  // a valid field name
}

extension String {
    /// Whether this may be a host with its port, or nothing: other characters than these stand in none.
    fileprivate var isHost: Bool {
        utf8.allSatisfy { byte in
            switch UnicodeScalar(byte) {
            case "a"..."z", "A"..."Z", "0"..."9", "-", ".", "_", "~", ":", "[", "]", "%": true
            default: false
            }
        }
    }
}
