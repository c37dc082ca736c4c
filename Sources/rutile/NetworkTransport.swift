import AsyncHTTPClient
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import RutileClient
import Synchronization

/// The network, for databases that a gateway asks: connections are kept, redirects are answers, and every connection goes
/// to the address that was checked.
final class NetworkTransport: HTTPTransport {
    /// A host of `https` and where it is: its certificate is checked for the name, the connection goes to the address.
    private struct SecureHost: Hashable {
        let name: String
        let address: String
    }

    private static let mostSecureHosts = 1_000
    private let plain: HTTPClient
    private let secure = Mutex<[SecureHost: HTTPClient]>([:])

    /// No connections yet.
    init() { plain = HTTPClient(eventLoopGroupProvider: .shared(Self.loop), configuration: Self.configuration()) }

    /// One loop is enough for all databases, and what one request waits for then wakes one thread.
    private static let loop: any EventLoop = MultiThreadedEventLoopGroup.singleton.next()

    /// Closes all connections.
    func shutdown() async {
        let clients = secure.withLock { clients in
            defer { clients = [:] }
            return [plain] + clients.values
        }
        // Whoever still waits for an answer is told by its own error.
        for client in clients { try? await client.shutdown() }
    }

    func get(_ request: FetchRequest) async throws -> FetchResponse {
        let hasBegun = Flag()
        do {
            let message = try message(of: request)
            // One future for all of the answer: its deadline holds for the body too, and no part of it wakes a task.
            let running = client(of: request).execute(
                request: message,
                delegate: Answer(
                    ResponseAccumulator(request: message, maxBodySize: request.limit), hasBegun: hasBegun),
                deadline: .now() + TimeAmount(request.within))
            let response = try await withTaskCancellationHandler {
                try await running.futureResult.get()
            } onCancel: {
                running.cancel()
            }
            return FetchResponse(
                status: Int(response.status.code),
                retryAfter: RetryAfter.seconds(
                    response.headers.first(name: "Retry-After"), date: response.headers.first(name: "Date")),
                coding: response.headers.first(name: "Content-Encoding"),
                body: response.body.map { Array($0.readableBytesView) } ?? [])
        } catch is ResponseAccumulator.ResponseTooBigError {
            throw FetchFailure.tooLarge(limit: request.limit)
        } catch let error as HTTPClientError {
            try Task.checkCancellation()
            if error == .deadlineExceeded || error == .connectTimeout || error == .readTimeout {
                throw FetchFailure.timedOut
            }
            if error == .remoteConnectionClosed, !hasBegun.isSet { throw FetchFailure.closed }
            throw FetchFailure.unreachable("\(error.shortDescription)")
        } catch {
            try Task.checkCancellation()
            if Self.isOfClosedConnection(error), !hasBegun.isSet { throw FetchFailure.closed }
            // Its text may name addresses of ours.
            throw FetchFailure.unreachable("no connection, or one that broke")
        }
    }

    /// Whether the other side has closed the connection, which was open.
    private static func isOfClosedConnection(_ error: any Error) -> Bool {
        switch error {
        case let error as IOError: [ECONNRESET, EPIPE].contains(error.errnoCode)
        case let error as ChannelError: [.ioOnClosedChannel, .alreadyClosed, .eof, .inputClosed].contains(error)
        default: false
        }
    }

    private func message(of request: FetchRequest) throws -> HTTPClient.Request {
        let server = request.server
        // The connection of a plain request goes to the address as it stands in the URL; a secure one is led there.
        let host = server.isSecure ? server.host : "\(request.address)"
        let literal = host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
        var headers: HTTPHeaders = [
            "Host": server.authority, "Accept": "application/vnd.api+json, application/json",
            "Accept-Encoding": "identity", "User-Agent": "rutile/\(Rutile.version)",
        ]
        if !request.via.isEmpty { headers.add(name: "Via", value: request.via) }
        return try HTTPClient.Request(
            url: "\(server.isSecure ? "https" : "http")://\(literal):\(server.port)\(request.target)", headers: headers)
    }

    private func client(of request: FetchRequest) -> HTTPClient {
        guard request.server.isSecure, request.server.literal == nil else { return plain }
        let host = SecureHost(name: request.server.host, address: "\(request.address)")
        let (client, dropped) = secure.withLock { clients -> (HTTPClient, [HTTPClient]) in
            if let known = clients[host] { return (known, []) }
            // A host that has moved, and hosts beyond the limit, are forgotten.
            let old = clients.keys.filter { $0.name == host.name || clients.count >= Self.mostSecureHosts }
            let dropped = old.compactMap { clients.removeValue(forKey: $0) }
            var configuration = Self.configuration()
            configuration.dnsOverride = [host.name: host.address]
            let client = HTTPClient(eventLoopGroupProvider: .shared(Self.loop), configuration: configuration)
            clients[host] = client
            return (client, dropped)
        }
        for client in dropped {
            // Requests that run on it end with an error, which is theirs to report.
            Task { try? await client.shutdown() }
        }
        return client
    }

    private static func configuration() -> HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout = HTTPClient.Configuration.Timeout(connect: .seconds(10))
        configuration.connectionPool.idleTimeout = .seconds(30)
        // A server that refuses is one that is not there; waiting for it is of no use to whoever asks.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 16
        // Nobody collects traces; making spans for nobody is a good part of a request.
        configuration.tracing.tracer = nil
        return configuration
    }
}

/// Whether something has happened.
private final class Flag: Sendable {
    private let state = Mutex(false)

    var isSet: Bool { state.withLock { $0 } }

    func set() { state.withLock { $0 = true } }
}

/// Gathers an answer, and tells when it has begun.
private final class Answer: HTTPClientResponseDelegate {
    typealias Response = HTTPClient.Response

    private let whole: ResponseAccumulator
    private let hasBegun: Flag

    init(_ whole: ResponseAccumulator, hasBegun: Flag) {
        self.whole = whole
        self.hasBegun = hasBegun
    }

    func didReceiveHead(task: HTTPClient.Task<Response>, _ head: HTTPResponseHead) -> EventLoopFuture<Void> {
        hasBegun.set()
        return whole.didReceiveHead(task: task, head)
    }

    func didReceiveBodyPart(task: HTTPClient.Task<Response>, _ part: ByteBuffer) -> EventLoopFuture<Void> {
        whole.didReceiveBodyPart(task: task, part)
    }

    func didReceiveError(task: HTTPClient.Task<Response>, _ error: any Error) {
        whole.didReceiveError(task: task, error)
    }

    func didFinishRequest(task: HTTPClient.Task<Response>) throws -> Response {
        try whole.didFinishRequest(task: task)
    }
}
