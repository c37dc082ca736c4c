import HummingbirdCore
import NIOCore

/// The body of a request, piece by piece, as it comes. One task reads it, once.
///
///     while let piece = try await stream.next() { … }
package actor BodyStream {
    private var pieces: RequestBody.AsyncIterator?
    private let isComing: @Sendable () -> Void

    /// The body of a request; `isComing` is called with each piece.
    init(_ body: RequestBody, isComing: @escaping @Sendable () -> Void) {
        pieces = body.makeAsyncIterator()
        self.isComing = isComing
    }

    /// The next piece, as large as the network made it; `nil` at the end.
    ///
    /// - Throws: errors of the connection, which may end before the body does.
    package func next() async throws -> [UInt8]? {
        // Taken out while it waits, so that it has one reader.
        guard var pieces else { return nil }
        self.pieces = nil
        guard let piece = try await pieces.next(isolation: self) else { return nil }
        self.pieces = pieces
        isComing()
        return Array(piece.readableBytesView)
    }

    /// Reads what is left, up to `most` bytes, and throws it away.
    func discard(upTo most: Int) async {
        var unwanted = 0
        // The connection may have failed, which the answer will meet as well.
        while unwanted <= most, let piece = try? await next() { unwanted += piece.count }
    }
}
