import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import RutileImport

/// Gets documents over HTTP, for mirrors. Nothing else of this program opens a connection to a stranger.
struct HTTPFetch: Sendable {
    private let client: HTTPClient

    /// Runs `body` with a way to the network, which ends with it.
    static func open<Result>(_ body: (HTTPFetch) async throws -> Result) async throws -> Result {
        var configuration = HTTPClient.Configuration()
        // Where a redirection may lead is the mirror's business.
        configuration.redirectConfiguration = .disallow
        configuration.timeout = HTTPClient.Configuration.Timeout(connect: .seconds(20), read: .seconds(120))
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        do {
            let result = try await body(HTTPFetch(client: client))
            try await client.shutdown()
            return result
        } catch {
            // What went wrong before is what counts.
            try? await client.shutdown()
            throw error
        }
    }

    /// Gets `address`, up to `limit` bytes.
    ///
    /// - Throws: `MirrorError.tooLarge`; what the client says of a bad connection.
    func get(_ address: String, limit: Int) async throws -> FetchedAnswer {
        var request = HTTPClientRequest(url: address)
        request.headers.add(name: "Accept", value: "application/vnd.api+json, application/json")
        request.headers.add(name: "User-Agent", value: "rutile/\(Rutile.version)")
        let response = try await client.execute(request, timeout: .minutes(10))
        var body: [UInt8] = []
        for try await part in response.body {
            guard body.count + part.readableBytes <= limit else {
                throw MirrorError.tooLarge(address: address, limit: limit)
            }
            body.append(contentsOf: part.readableBytesView)
        }
        return FetchedAnswer(
            status: Int(response.status.code), retryAfter: response.headers.first(name: "Retry-After"),
            location: response.headers.first(name: "Location"), body: body)
    }
}
