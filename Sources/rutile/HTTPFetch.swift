import RutileClient
import RutileImport

/// Gets documents over HTTP, for mirrors and searches.
struct HTTPFetch: Sendable {
    private let transport: DirectTransport

    /// Runs `body` with a way to the network, which ends with it.
    static func open<Result>(_ body: (HTTPFetch) async throws -> Result) async throws -> Result {
        let transport = DirectTransport(agent: "rutile/\(Rutile.version)")
        do {
            let result = try await body(HTTPFetch(transport: transport))
            await transport.shutdown()
            return result
        } catch {
            await transport.shutdown()
            throw error
        }
    }

    /// Gets `address`, up to `limit` bytes. Where a redirection may lead is the mirror's business.
    ///
    /// - Throws: `MirrorError.tooLarge`; `TransportFailure`.
    func get(_ address: String, limit: Int) async throws -> FetchedAnswer {
        let request = WebRequest(
            .get, address, headers: [("Accept", "application/vnd.api+json, application/json")])
        var body: [UInt8] = []
        let head = try await transport.send(request) { _, piece in
            guard body.count + piece.count <= limit else {
                throw MirrorError.tooLarge(address: address, limit: limit)
            }
            body += piece
        }
        return FetchedAnswer(
            status: head.status, retryAfter: head.retryAfter, location: head.first("Location"), body: body)
    }
}
