import RutileJSON
import Testing

@Suite struct JSONWriterTests {
    private func written(_ body: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter()
        body(&writer)
        return writer.text
    }

    @Test func commasAndColonsStandWhereTheyMust() {
        let text = written { writer in
            writer.beginObject()
            writer.key("a")
            writer.beginList()
            writer.integer(1)
            writer.beginList()
            writer.endList()
            writer.null()
            writer.endList()
            writer.key("b")
            writer.beginObject()
            writer.endObject()
            writer.key("c")
            writer.bool(true)
            writer.endObject()
        }
        #expect(text == #"{"a":[1,[],null],"b":{},"c":true}"#)
    }

    @Test(
        arguments: [
            (0, "0"), (7, "7"), (-7, "-7"), (10, "10"), (99, "99"), (100, "100"), (.max, "9223372036854775807"),
            (.min, "-9223372036854775808"), (999_999_999_999_999_999, "999999999999999999"),
            (1_000_000_000_000_000_000, "1000000000000000000"),
        ] as [(Int64, String)])
    func integersAreDecimal(_ number: Int64, _ text: String) {
        #expect(written { $0.integer(number) } == text)
    }

    @Test func unsignedIntegersReachTheirMaximum() {
        #expect(written { $0.unsigned(.max) } == "18446744073709551615")
        #expect(written { $0.unsigned(10_000_000_000_000_000_000) } == "10000000000000000000")
        #expect(written { $0.unsigned(9_999_999_999_999_999_999) } == "9999999999999999999")
    }

    @Test(
        arguments: [
            (0, "0.0"), (-0.0, "-0.0"), (1, "1.0"), (-1.5, "-1.5"), (0.1, "0.1"), (1e15, "1000000000000000.0"),
            (1e16, "1e+16"),
            (1.5e300, "1.5e+300"), (0.0001, "0.0001"), (0.00001, "1e-05"), (.leastNonzeroMagnitude, "5e-324"),
            (123456789.125, "123456789.125"),
            (9_007_199_254_740_994, "9007199254740994.0"), (1.7976931348623157e308, "1.7976931348623157e+308"),
            (-2.2250738585072014e-308, "-2.2250738585072014e-308"), (.nan, "null"), (.infinity, "null"),
            (-.infinity, "null"),
        ] as [(Double, String)])
    func realsAreShortestAndStayReals(_ number: Double, _ text: String) {
        #expect(written { $0.real(number) } == text)
    }

    @Test func realsOfAllBitPatternsReadBackAsTheSameReal() throws {
        var generator = SeededGenerator(seed: 21)
        for _ in 0..<20_000 {
            let number = Double(bitPattern: generator.next())
            guard number.isFinite else { continue }
            let text = written { $0.real(number) }
            guard case .real(let parsed) = try Value(json: text) else {
                Issue.record("\(text) is no real")
                continue
            }
            #expect(parsed.bitPattern == number.bitPattern)
            #expect(text.filter(\.isNumber).count <= 17 + 4, "\(text)")
        }
    }

    /// The same digits as the standard library's, which writes the shortest ones too, in the same form but just below 1e16.
    @Test func realsOfAllBitPatternsAreWrittenAsTheStandardLibraryWritesThem() {
        var generator = SeededGenerator(seed: 22)
        for round in 0..<60_000 {
            var number = Double(bitPattern: generator.next())
            // Numbers of few digits and small exponents are rare among all bit patterns.
            if round % 3 == 1 { number = Double(Int64(bitPattern: generator.next()) >> Int64(round % 60)) / 1_000 }
            if round % 3 == 2 {
                number = Double(sign: .plus, exponent: round % 40 - 20, significand: number.significand)
            }
            guard number.isFinite, !(0x1p53..<1e16).contains(number.magnitude) else { continue }
            #expect(written { $0.real(number) } == number.description)
        }
    }

    @Test(arguments: [
        ("", #""""#), ("a\"b", #""a\"b""#), ("\\", #""\\""#), ("\u{8}\u{C}\n\r\t", #""\b\f\n\r\t""#),
        ("\0\u{1F}\u{7F}", "\"\\u0000\\u001f\u{7F}\""),
        ("/<é日😀\u{2028}", "\"/<é日😀\u{2028}\""), ("1234567\"", #""1234567\"""#), ("12345678\n9", #""12345678\n9""#),
        ("e\u{301}\u{212B}", "\"e\u{301}\u{212B}\""),
    ])
    func stringsAreEscapedOnlyWhereTheyMust(_ string: String, _ text: String) {
        let expected = Array(text.utf8)
        #expect(Array(written { $0.string(string) }.utf8) == expected)
        var bytes = string
        bytes.withUTF8 { utf8 in
            #expect(Array(written { $0.stringUTF8(UnsafeRawBufferPointer(utf8)) }.utf8) == expected)
        }
    }

    /// Each byte below 0x80 at each place of a word, which is how strings are scanned.
    @Test func eachCharacterIsEscapedAtEachPlace() throws {
        for byte in UInt8(0)..<0x80 {
            for place in 0..<20 {
                var bytes = [UInt8](repeating: UInt8(ascii: "x"), count: 20)
                bytes[place] = byte
                let string = String(decoding: bytes, as: UTF8.self)
                let text = written { $0.string(string) }
                #expect(ReferenceParser.value(of: Array(text.utf8)) == .string(string))
            }
        }
    }

    @Test func longStringsOfEscapesFit() throws {
        for count in [1, 7, 8, 100, 255, 256, 257, 5000] {
            let string = String(repeating: "\u{1}", count: count)
            #expect(written { $0.string(string) } == "\"" + String(repeating: "\\u0001", count: count) + "\"")
        }
    }

    @Test(
        arguments: [
            ([0x61, 0xFF, 0x62], "a\u{FFFD}b"), ([0xC3], "\u{FFFD}"), ([0xED, 0xA0, 0x80], "\u{FFFD}\u{FFFD}\u{FFFD}"),
            ([0xC3, 0xA9], "é"),
        ] as [([UInt8], String)])
    func bytesThatAreNoUTF8AreReplaced(_ bytes: [UInt8], _ string: String) {
        let text = bytes.withUnsafeBytes { raw in written { $0.stringUTF8(raw) } }
        #expect(text == "\"\(string)\"")
        let object = bytes.withUnsafeBytes { raw in
            written { writer in
                writer.beginObject()
                writer.keyUTF8(raw)
                writer.null()
                writer.endObject()
            }
        }
        #expect(object == "{\"\(string)\":null}")
    }

    @Test func prettyTextHasTwoSpacesPerLevel() throws {
        let value = try Value(json: #"{"a":[1,{"b":[]}],"c":{}}"#)
        let expected = """
            {
              "a": [
                1,
                {
                  "b": []
                }
              ],
              "c": {}
            }
            """
        #expect(String(decoding: value.json(pretty: true), as: UTF8.self) == expected)
    }

    @Test func bytesCanBeTakenOnTheWay() {
        var writer = JSONWriter()
        writer.beginList()
        writer.integer(1)
        let first = writer.takeBytes()
        #expect(writer.byteCount == 0)
        writer.integer(2)
        writer.endList()
        #expect(String(decoding: first + writer.takeBytes(), as: UTF8.self) == "[1,2]")
    }

    @Test func linesAreTextsOfTheirOwn() {
        let text = written { writer in
            writer.integer(1)
            writer.endLine()
            writer.beginList()
            writer.endList()
            writer.endLine()
        }
        #expect(text == "1\n[]\n")
    }
}
