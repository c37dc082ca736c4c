import RutileServer
import Testing

struct MultipartReaderTests {
    private static let type = "multipart/form-data; boundary=\"a b\""

    private static let body = """
        ignored\r
        --a b\r
        Content-Disposition: form-data; name="field"\r
        \r
        value\r
        --a b  \r
        content-disposition: form-data; name="file"; filename="C:\\dir\\x \\"1\\".zip"\r
        Content-Type: application/zip\r
        \r
        \r
        --a \r
        --a\r\r
        two\r
        --a b\r
        Content-Disposition: form-data; name=empty; filename*=UTF-8''caf%C3%A9.cif\r
        \r
        \r
        --a b--\r
        --a b\r
        ignored
        """

    private static let parts: [(MultipartReader.Event, String)] = [
        (.begin(field: "field", file: nil), "value"),
        (.begin(field: "file", file: "x \"1\".zip"), "\r\n--a \r\n--a\r\r\ntwo"),
        (.begin(field: "empty", file: "caf\u{E9}.cif"), ""),
    ]

    /// The parts of a body that comes in pieces of `size` bytes.
    private func parts(_ body: String, size: Int) throws -> [(MultipartReader.Event, String)] {
        var reader = try #require(MultipartReader(contentType: Self.type))
        let bytes = Array(body.utf8)
        var parts: [(MultipartReader.Event, [UInt8])] = []
        var isOpen = false
        for start in stride(from: 0, to: bytes.count, by: size) {
            for event in try reader.read(Array(bytes[start..<min(start + size, bytes.count)])) {
                switch event {
                case .begin:
                    #expect(!isOpen)
                    isOpen = true
                    parts.append((event, []))
                case .bytes(let more):
                    #expect(isOpen && !more.isEmpty)
                    parts[parts.count - 1].1 += more
                case .end:
                    #expect(isOpen)
                    isOpen = false
                }
            }
        }
        try reader.finish()
        return parts.map { ($0.0, String(decoding: $0.1, as: UTF8.self)) }
    }

    @Test(arguments: Array(1...40) + [1_000]) func piecesMayEndAnywhere(_ size: Int) throws {
        let found = try parts(Self.body, size: size)
        #expect(found.map(\.0) == Self.parts.map(\.0))
        #expect(found.map(\.1) == Self.parts.map(\.1))
    }

    @Test func aBodyMayBeginWithItsDelimiter() throws {
        let body = "--a b\r\nContent-Disposition: form-data; name=n; filename=f\r\n\r\nx\r\n--a b--"
        let found = try parts(body, size: 7)
        #expect(found.map(\.0) == [.begin(field: "n", file: "f")])
        #expect(found.map(\.1) == ["x"])
    }

    @Test(arguments: [
        "", "--a b\r\n", "--a b\r\nContent-Disposition: form-data; name=n\r\n\r\nx",
        "--a b\r\nContent-Type: x\r\n\r\nx\r\n--a b--",
        "--a b\r\n" + String(repeating: "h", count: 20_000),
    ])
    func whatIsNoFormIsRefused(_ body: String) {
        #expect(throws: RequestProblem.self) { try parts(body, size: 10_000) }
    }

    @Test(arguments: [
        nil, "", "application/zip", "multipart/form-data", "multipart/mixed; boundary=x",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=" + String(repeating: "x", count: 71),
    ])
    func otherTypesAreNoForms(_ type: String?) { #expect(MultipartReader(contentType: type) == nil) }
}
