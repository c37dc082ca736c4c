import HTTPTypes
import RutileJSON
import RutileServer
import Testing

struct CompressionTests {
    /// A server that answers with so many bytes of text.
    private func server(answering size: Int) async throws -> TestServer {
        let text = (0..<size).map { UInt8(ascii: "a") + UInt8(($0 &* 2_654_435_761 >> 13) % 23) }
        return try await TestServer { _, _ in text }
    }

    @Test(arguments: [1_024, 70_000, 1 << 20, (3 << 20) + 17])
    func whatGoesOutCompressedComesBackWhole(size: Int) async throws {
        let server = try await server(answering: size)
        let plain = try await server.query("{}")
        #expect(plain.headers[.contentEncoding] == nil)
        #expect(plain.headers[.contentLength] == String(size))
        let packed = try await server.query("{}", headers: [.acceptEncoding: "br, gzip"])
        #expect(packed.headers[.contentEncoding] == "gzip")
        #expect(packed.headers[.vary] == "Accept-Encoding")
        #expect(packed.body.count < size)
        #expect(packed.body.starts(with: [0x1F, 0x8B]))
        #expect(try Gunzip.bytes(packed.body, upTo: size) == plain.body)
    }

    @Test func aSmallAnswerGoesOutAsItIs() async throws {
        let answer = try await server(answering: 1_023).query("{}", headers: [.acceptEncoding: "gzip"])
        #expect(answer.headers[.contentEncoding] == nil)
        #expect(answer.body.count == 1_023)
    }

    @Test(arguments: [
        ("gzip", true), ("GZIP;q=0.5", true), ("deflate, *", true), ("gzip;q=0, *", false), ("identity", false),
        ("*;q=0", false), ("", false), (" gzip ; q=1 ", true), ("xgzip", false),
    ])
    func theHeaderDecides(header: String, isCompressed: Bool) async throws {
        let answer = try await server(answering: 4_096).query("{}", headers: [.acceptEncoding: header])
        #expect((answer.headers[.contentEncoding] == "gzip") == isCompressed)
    }
}
