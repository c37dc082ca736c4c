import HTTPTypes
import HummingbirdCore
import NIOCore

/// Reads the body of one request, once.
///
/// A body that is not wanted is read all the same and thrown away: many clients send everything before they look at
/// the answer, and would wait for ever for somebody to take it.
struct RequestBodyReader {
    private let request: Request
    /// Bytes that are thrown away at most for one request; who sends more finds the connection closed.
    static let patience = 64 << 20

    /// A reader of the body of `request`.
    init(_ request: Request) { self.request = request }

    /// - Throws: ``RequestProblem/unknownCoding(_:)`` where the body is packed: it is taken as it is or not at all.
    func checkCoding() async throws(RequestProblem) {
        guard let coding = request.headers[.contentEncoding]?.lowercased(), coding != "identity" else { return }
        await discard()
        throw .unknownCoding(coding)
    }

    /// The whole body.
    ///
    /// - Throws: ``RequestProblem/bodyTooLarge(limit:)``; errors of the connection.
    func bytes(upTo limit: Int) async throws -> [UInt8] {
        let length = request.headers[.contentLength].flatMap { Int($0) }
        guard length ?? 0 <= limit else {
            await discard()
            throw RequestProblem.bodyTooLarge(limit: limit)
        }
        var body: [UInt8] = []
        body.reserveCapacity(length ?? 0)
        var unwanted = 0
        for try await piece in request.body {
            if unwanted == 0, body.count + piece.readableBytes <= limit {
                body += piece.readableBytesView
            } else {
                body = []
                unwanted += piece.readableBytes
                if unwanted > Self.patience { break }
            }
        }
        if unwanted > 0 { throw RequestProblem.bodyTooLarge(limit: limit) }
        return body
    }

    /// Reads what the client sends and keeps nothing of it.
    func discard() async {
        // Such a client waits for our word before it sends (RFC 9110 §10.1.1).
        if request.headers[.expect]?.lowercased() == "100-continue" { return }
        // Nor is there an end to wait for where more is announced than is taken.
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > Self.patience { return }
        var unwanted = 0
        do {
            for try await piece in request.body {
                unwanted += piece.readableBytes
                if unwanted > Self.patience { return }
            }
        } catch {
            // The connection has failed, which the answer will meet as well.
        }
    }
}
