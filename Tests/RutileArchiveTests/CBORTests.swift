import RutileArchive
import RutileJSON
import Testing

/// CBOR in version 3 files: all that can stand for JSON, in each of its spellings (RFC 8949, appendix A).
@Suite struct CBORTests {
    /// The root of a CBOR file with `data` as its value.
    private func root(_ data: [UInt8]) throws -> ArchiveNode {
        let length = data.count
        func field(_ number: Int) -> [UInt8] {
            [0x19, UInt8(number >> 8), UInt8(number & 255)] + [UInt8](repeating: 0, count: 7)
        }
        let contents: [UInt8] = [0xA1, 0x61, 0x70, 0x82, 0x00, 0x19, UInt8(length >> 8), UInt8(length & 255)]
        let magic = [UInt8](repeating: 0, count: 20) + Array("msglc-2024".utf8)
        return try ArchiveFile(bytes: magic + field(length) + field(contents.count) + data + contents).root
    }

    @Test(
        arguments: [
            ("00", "0"), ("17", "23"), ("1818", "24"), ("1903e8", "1000"), ("1a000f4240", "1000000"),
            ("1b000000e8d4a51000", "1000000000000"), ("1bffffffffffffffff", "18446744073709551615"),
            ("c249010000000000000000", "1.8446744073709552e19"), ("3bffffffffffffffff", "-1.8446744073709552e19"),
            ("c349010000000000000000", "-1.8446744073709552e19"), ("20", "-1"), ("3903e7", "-1000"), ("f90000", "0.0"),
            ("3b7fffffffffffffff", "-9223372036854775808"), ("f93e00", "1.5"), ("f97bff", "65504.0"),
            ("fa47c35000", "100000.0"), ("fb3ff199999999999a", "1.1"), ("f90001", "5.960464477539063e-8"),
            ("f97c00", "null"), ("f4", "false"), ("f5", "true"), ("f6", "null"), ("f7", "null"),
            ("c074323031332d30332d32315432303a30343a30305a", "\"2013-03-21T20:04:00Z\""),
            ("4401020304", "\"AQIDBA==\""),
            ("60", "\"\""), ("6449455446", "\"IETF\""), ("62c3bc", "\"ü\""), ("80", "[]"), ("83010203", "[1, 2, 3]"),
            ("8301820203820405", "[1, [2, 3], [4, 5]]"), ("a0", "{}"),
            ("a26161016162820203", "{\"a\": 1, \"b\": [2, 3]}"),
            ("5f42010243030405ff", "\"AQIDBAU=\""), ("7f657374726561646d696e67ff", "\"streaming\""), ("9fff", "[]"),
            ("9f018202039f0405ffff", "[1, [2, 3], [4, 5]]"), ("83018202039f0405ff", "[1, [2, 3], [4, 5]]"),
            ("bf61610161629f0203ffff", "{\"a\": 1, \"b\": [2, 3]}"), ("826161bf61626163ff", "[\"a\", {\"b\": \"c\"}]"),
            ("bf6346756ef563416d7421ff", "{\"Fun\": true, \"Amt\": -2}"), ("bfff", "{}"),
            ("bf7f6161ff01ff", "{\"a\": 1}"), ("a26161016161 02", "{\"a\": 2}"),
        ] as [(String, String)])
    func aValueIsItsJSON(_ data: String, _ json: String) throws {
        let node = try root(bytes(data))
        let value = try Value(json: json)
        #expect(try node.transcoded() == value)
        if json != "null" { #expect(try node.value() == value) }
        if json != "null" { #expect(try node.walked() == value) }
        let again = try ArchiveEncoder(threshold: 1).encode(node).root()
        #expect(try again.transcoded() == value)
        #expect(try again.kind == node.kind)
    }

    @Test(arguments: [
        "ff", "81", "9f", "bf6161ff", "bf01ff", "a10101", "7f4161ff", "7f61", "1c", "f8ff", "1b", "9bffffffffffffffff",
        "bbffffffffffffffff", "7bffffffffffffffff", "5bffffffffffffffff", "c2", "0000", "81ff",
    ])
    func damagedBytesAreRefused(_ data: String) throws {
        #expect(throws: ArchiveError.self) { try root(bytes(data)).transcoded() }
        #expect(throws: ArchiveError.self) { try root(bytes(data)).value() }
    }

    private func bytes(_ hex: String) -> [UInt8] {
        let digits = hex.compactMap { $0.hexDigitValue }
        return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}
