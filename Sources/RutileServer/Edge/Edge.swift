package import HTTPTypes
import Hummingbird
package import HummingbirdCore
package import Logging
import RutileJSON
import RutileModel
import Synchronization

/// The server's edge: takes a request in, finds its route, and makes whatever comes of it an answer.
///
/// Here, and only here, stand the rules that hold for every route: request ids, limits, who asks, errors, compression,
/// cross-origin access, counting and logging.
package final class Edge: HTTPResponder {
    private let routes: RouteTable
    private let authentication: Authentication
    private let limits: Settings.Limits
    private let logger: Logger
    private let metrics: ServerMetrics
    private let rates: Mutex<RateLimiter>
    private let now: @Sendable () -> ContinuousClock.Instant
    /// Requests with a deadline; who runs the server has to run its watch.
    package let running = RunningRequests()

    /// An edge before `routes`.
    package init(
        routes: RouteTable, authentication: Authentication, limits: Settings.Limits, metrics: ServerMetrics,
        logger: Logger,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.routes = routes
        self.authentication = authentication
        self.limits = limits
        self.metrics = metrics
        self.logger = logger
        self.now = now
        rates = Mutex(RateLimiter(rate: limits.requestsPerSecond, burst: limits.burst))
    }

    /// The answer to `request`. Never throws: there is an answer to every error.
    package func respond(to request: Request, context client: ClientAddress) async -> Response {
        let start = now()
        let id = RequestID(given: request.headers[.requestID])
        metrics.begin()
        var route: Route?
        var response: Response
        do {
            if request.method == .options {
                response = preflight(request)
            } else {
                let found = try await self.route(of: request)
                route = found
                response = try await self.response(of: found, to: request, from: client)
            }
        } catch {
            response = problemResponse(to: error, of: route, request: request, id: id)
        }
        response.headers[.requestID] = id.description
        // RFC 9110 §15.5.6 demands it.
        if response.status == .methodNotAllowed, response.headers[.allow] == nil {
            response.headers[.allow] = methods(at: request)
        }
        response.headers[.accessControlAllowOrigin] = "*"
        response.headers[.accessControlExposeHeaders] = "X-Request-ID, Retry-After, ETag"
        if request.method == .head { response = response.createHeadResponse() }
        finish(request, route: route, status: response.status.code, id: id, client: client, since: start)
        return response
    }

    private func route(of request: Request) async throws(RequestProblem) -> Route {
        do {
            return try routes.route(request.method, at: request.head.path ?? "/")
        } catch {
            await RequestBodyReader(request).discard()
            throw error
        }
    }

    private func response(of route: Route, to request: Request, from client: ClientAddress) async throws -> Response {
        guard route.kind == .api else {
            let call = Route.Call(body: [], caller: .anonymous, target: target(of: request, for: route))
            return try encode(try await route.answer(call), for: request)
        }
        if !client.isLoopback {
            let admission = rates.withLock { $0.admit(client.name, at: now()) }
            if case .refused(let seconds) = admission {
                await RequestBodyReader(request).discard()
                throw RequestProblem.tooManyRequests(retryAfter: seconds)
            }
        }
        let target = target(of: request, for: route)
        let answer = try await running.answer(within: limits.requestSeconds) { [authentication, limits] in
            var body: [UInt8] = []
            if route.method == .post {
                body = try await RequestBodyReader(request).bytes(upTo: limits.bodyBytes)
            } else if request.method != .get, request.method != .head {
                await RequestBodyReader(request).discard()
            }
            let caller = try await authentication.caller(authorization: request.headers[.authorization])
            return try await route.answer(Route.Call(body: body, caller: caller, target: target))
        }
        return try encode(answer, for: request)
    }

    private func encode(_ answer: Route.Answer, for request: Request) throws -> Response {
        var headers: HTTPFields = [.contentType: answer.contentType]
        if let tag = answer.entityTag.map({ "\"\($0)\"" }) {
            headers[.eTag] = "W/" + tag
            if let known = request.headers[.ifNoneMatch], known == "*" || known.contains(tag) {
                return Response(status: .notModified, headers: headers)
            }
        }
        return try ContentCoding.response(
            status: .init(code: answer.status), headers: headers, bytes: answer.body, for: request.headers)
    }

    /// What `request` wants of `route`.
    private func target(of request: Request, for route: Route) -> Route.Target {
        var target = Route.Target()
        target.method = request.method.rawValue
        let line = (request.head.path ?? "/").utf8.prefix { $0 != UInt8(ascii: "#") }
        let path = line.prefix { $0 != UInt8(ascii: "?") }
        target.query = String(line.dropFirst(path.count + 1)) ?? ""
        let own = routes.path(of: route)
        target.path = String(path.dropFirst(own.utf8.count)) ?? ""
        target.accept = request.headers[.accept]
        target.address = "http://\(request.head.authority ?? "localhost")\(own)"
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
    private func problemResponse(to error: any Error, of route: Route?, request: Request, id: RequestID) -> Response {
        let problem: any Problem
        switch error {
        case let known as any Problem: problem = known
        case is CancellationError: problem = RequestProblem.stopping
        default:
            // Its text may hold paths and queries of ours: it is for the log alone.
            logger.error(
                "request failed", metadata: ["request": "\(id)", "path": "\(request.uri.path)", "error": "\(error)"])
            problem = InternalProblem()
        }
        let answer: Route.Answer
        if let route, let refusal = route.refusal {
            answer = refusal(problem, target(of: request, for: route))
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
        metrics.end(
            method: Self.knownMethods.contains(request.method) ? request.method.rawValue : "other",
            route: route?.path ?? "unmatched", status: status, seconds: seconds)
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
