import HTTPTypes
import Hummingbird
import HummingbirdCore
import RutileEntries

/// How the bytes of an answer go out: as they are, or compressed where the client takes it.
enum ContentCoding {
    /// Answers that are smaller are not worth it.
    static let worthwhileSize = 1_024
    /// Answers that are larger go out in pieces, so that no second copy of them is made.
    static let pieceSize = 1 << 20
    /// zlib's fastest: JSON shrinks to a quarter at level 2 and to a fifth at level 6, which takes twice as long.
    private static let level: Int32 = 2

    /// A response of `bytes`, compressed when `request` accepts gzip and it is worth it.
    static func response(
        status: HTTPResponse.Status, headers: HTTPFields, bytes: [UInt8], for request: HTTPFields
    ) throws -> Response {
        var headers = headers
        if bytes.count >= worthwhileSize { headers[.vary] = "Accept-Encoding" }
        let isCompressed = bytes.count >= worthwhileSize && acceptsGzip(request[.acceptEncoding])
        if isCompressed { headers[.contentEncoding] = "gzip" }
        switch (isCompressed, bytes.count <= pieceSize) {
        case (false, true):
            return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
        case (true, true):
            let packed = try GzipStream(level: level).compress(bytes[...], last: true)
            return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: packed)))
        case (false, false):
            let body = ResponseBody(contentLength: bytes.count) { writer in
                for piece in pieces(of: bytes) { try await writer.write(ByteBuffer(bytes: bytes[piece])) }
                try await writer.finish(nil)
            }
            return Response(status: status, headers: headers, body: body)
        case (true, false):
            let body = ResponseBody { writer in
                let stream = try GzipStream(level: level)
                for piece in pieces(of: bytes) {
                    let packed = try stream.compress(bytes[piece], last: piece.upperBound == bytes.count)
                    if !packed.isEmpty { try await writer.write(ByteBuffer(bytes: packed)) }
                    await Task.yield()
                }
                try await writer.finish(nil)
            }
            return Response(status: status, headers: headers, body: body)
        }
    }

    /// A response of `bytes` and of what `rest` gives, compressed when `request` accepts gzip, unless it is packed as it
    /// is. Why it breaks off, if it does, is told to `report`.
    static func response(
        status: HTTPResponse.Status, headers: HTTPFields, bytes: [UInt8], rest: any ByteSource, for request: HTTPFields,
        report: @escaping @Sendable (any Error) -> Void
    ) -> Response {
        var headers = headers
        let isPacked = headers[.contentType] == "application/zip"
        let isCompressed = !isPacked && acceptsGzip(request[.acceptEncoding])
        if !isPacked { headers[.vary] = "Accept-Encoding" }
        if isCompressed { headers[.contentEncoding] = "gzip" }
        let body = ResponseBody { writer in
            do {
                let stream = try isCompressed ? GzipStream(level: level) : nil
                for piece in pieces(of: bytes) {
                    let packed = try stream?.compress(bytes[piece], last: false) ?? Array(bytes[piece])
                    if !packed.isEmpty { try await writer.write(ByteBuffer(bytes: packed)) }
                }
                var rest = rest
                while let piece = try await rest.next() {
                    let packed = try stream?.compress(piece[...], last: false) ?? piece
                    if !packed.isEmpty { try await writer.write(ByteBuffer(bytes: packed)) }
                }
                if let end = try stream?.compress([], last: true) { try await writer.write(ByteBuffer(bytes: end)) }
            } catch {
                report(error)
                throw error
            }
            try await writer.finish(nil)
        }
        return Response(status: status, headers: headers, body: body)
    }

    /// Whether an `Accept-Encoding` header takes gzip (RFC 9110 §12.5.3): `gzip` or `*`, not with a weight of 0.
    static func acceptsGzip(_ header: String?) -> Bool {
        var any = false
        for item in (header ?? "").lowercased().split(separator: ",") {
            let parts = item.filter { $0 != " " && $0 != "\t" }.split(separator: ";")
            guard let name = parts.first else { continue }
            let weight = parts.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
            if name == "gzip" { return weight > 0 }
            if name == "*" { any = weight > 0 }
        }
        return any
    }

    private static func pieces(of bytes: [UInt8]) -> [Range<Int>] {
        stride(from: 0, to: bytes.count, by: pieceSize).map { $0..<min($0 + pieceSize, bytes.count) }
    }
}
