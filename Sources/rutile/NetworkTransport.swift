import AsyncHTTPClient
import NIOCore
import NIOHTTP1
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
    init() { plain = HTTPClient(eventLoopGroupProvider: .singleton, configuration: Self.configuration()) }

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
        // The client's own deadline ends with the head of an answer.
        try await withThrowingTaskGroup(of: FetchResponse.self) { race in
            race.addTask { try await self.answer(to: request) }
            race.addTask {
                try await Task.sleep(for: request.within)
                throw FetchFailure.timedOut
            }
            defer { race.cancelAll() }
            return try await race.next()!  // two children were added above
        }
    }

    private func answer(to request: FetchRequest) async throws -> FetchResponse {
        do {
            let response = try await client(of: request).execute(
                message(of: request), deadline: .now() + TimeAmount(request.within))
            if let length = response.headers.first(name: "Content-Length").flatMap({ Int($0) }), length > request.limit
            {
                throw FetchFailure.tooLarge(limit: request.limit)
            }
            var body: [UInt8] = []
            for try await part in response.body {
                guard body.count + part.readableBytes <= request.limit else {
                    throw FetchFailure.tooLarge(limit: request.limit)
                }
                body.append(contentsOf: part.readableBytesView)
            }
            return FetchResponse(
                status: Int(response.status.code),
                retryAfter: response.headers.first(name: "Retry-After").flatMap { Int($0) }.flatMap {
                    $0 >= 0 ? $0 : nil
                },
                body: body)
        } catch let failure as FetchFailure {
            throw failure
        } catch let error as HTTPClientError {
            try Task.checkCancellation()
            if error == .deadlineExceeded || error == .connectTimeout || error == .readTimeout {
                throw FetchFailure.timedOut
            }
            throw FetchFailure.unreachable("\(error.shortDescription)")
        } catch {
            try Task.checkCancellation()
            // Its text may name addresses of ours.
            throw FetchFailure.unreachable("no connection, or one that broke")
        }
    }

    private func message(of request: FetchRequest) -> HTTPClientRequest {
        let server = request.server
        // The connection of a plain request goes to the address as it stands in the URL; a secure one is led there.
        let host = server.isSecure ? server.host : "\(request.address)"
        let literal = host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
        var message = HTTPClientRequest(
            url: "\(server.isSecure ? "https" : "http")://\(literal):\(server.port)\(request.target)")
        message.headers.add(name: "Host", value: server.authority)
        message.headers.add(name: "Accept", value: "application/vnd.api+json, application/json")
        message.headers.add(name: "User-Agent", value: "rutile/\(Rutile.version)")
        return message
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
            let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
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
        return configuration
    }
}
