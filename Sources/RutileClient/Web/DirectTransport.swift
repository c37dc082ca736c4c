import AsyncHTTPClient
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix

/// The network, for servers that the user of a program names: connections are kept, redirections are answers.
///
/// Whoever makes one calls ``shutdown()`` before it goes, or the program is stopped; ``shared`` stays. A gateway, which asks
/// servers that strangers name, has a transport of its own.
public final class DirectTransport: WebTransport {
    /// Connections that live as long as the process.
    public static let shared = DirectTransport()

    private let client: HTTPClient
    private let agent: String

    /// No connections yet. Servers are told that `agent` asks them.
    public init(agent: String = "rutile") {
        self.agent = agent
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        // An answer may be long, so there is no time by which it must be complete; silence is noticed.
        configuration.timeout = HTTPClient.Configuration.Timeout(connect: .seconds(20), read: .seconds(300))
        configuration.connectionPool.idleTimeout = .seconds(30)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 32
        // Whether and when to try again is the client's business.
        configuration.connectionPool.retryConnectionEstablishment = false
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Closes all connections.
    public func shutdown() async {
        // Whoever still waits for an answer is told by its own error.
        try? await client.shutdown()
    }

    /// Sends `request`. An answer may take hours, but not be silent for more than five minutes.
    public func send(
        _ request: WebRequest, receive: (WebHead, [UInt8]) async throws -> Void
    ) async throws -> WebHead {
        var message = HTTPClientRequest(url: request.url)
        message.method = request.method == .get ? .GET : .POST
        for header in request.headers { message.headers.add(name: header.name, value: header.value) }
        message.headers.add(name: "User-Agent", value: agent)
        if let body = request.body { message.body = .bytes(ByteBuffer(bytes: body)) }
        let response: HTTPClientResponse
        do {
            response = try await client.execute(message, timeout: .hours(24))
        } catch {
            throw try Self.failure(error)
        }
        let head = WebHead(
            status: Int(response.status.code), headers: response.headers.map { (name: $0.name, value: $0.value) })
        var pieces = response.body.makeAsyncIterator()
        while true {
            let piece: ByteBuffer?
            do {
                piece = try await pieces.next()
            } catch {
                throw try Self.failure(error)
            }
            guard let piece else { return head }
            try await receive(head, Array(piece.readableBytesView))
        }
    }

    /// What `error` of the network is to clients.
    private static func failure(_ error: any Error) throws -> TransportFailure {
        try Task.checkCancellation()
        if let error = error as? NIOConnectionError { return .noConnection(reason(of: error)) }
        // An address that is no name is connected to without a search, and fails without its error.
        if let error = error as? IOError, let why = reason(of: error) { return .noConnection(why) }
        guard let error = error as? HTTPClientError else { return .broken("\(error)") }
        switch error {
        case .cancelled: throw CancellationError()
        case .deadlineExceeded, .readTimeout, .writeTimeout: return .timedOut
        case .connectTimeout: return .noConnection("it does not answer")
        case .invalidURL, .emptyHost, .emptyScheme: return .refused("the address cannot be understood")
        default: return .broken(error.shortDescription)
        }
    }

    private static func reason(of error: NIOConnectionError) -> String {
        guard let first = error.connectionErrors.first else { return "the name \(error.host) has no address" }
        return (first.error as? IOError).flatMap { reason(of: $0) } ?? "\(error.host) cannot be reached"
    }

    /// Why there is no connection; `nil` for the failure of one that was there.
    private static func reason(of error: IOError) -> String? {
        switch error.errnoCode {
        case ECONNREFUSED: "it was refused"
        case EHOSTUNREACH, ENETUNREACH: "there is no way to its network"
        case ETIMEDOUT: "it does not answer"
        default: nil
        }
    }
}
