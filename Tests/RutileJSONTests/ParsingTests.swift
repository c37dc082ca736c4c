import Foundation
import RutileJSON
import Testing

@Suite struct ParsingTests {
    @Test(arguments: [
        ("null", Value.null), ("true", .bool(true)), (" false ", .bool(false)), ("0", .integer(0)), ("-0", .integer(0)),
        ("-1", .integer(-1)), ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
        ("9223372036854775808", .unsigned(1 << 63)), ("18446744073709551615", .unsigned(.max)),
        ("18446744073709551616", .real(18_446_744_073_709_551_616)),
        ("-9223372036854775809", .real(-9_223_372_036_854_775_808)),
        ("[123456789012345678901234567890, 1]", .list([.real(1.2345678901234568e29), .integer(1)])),
        ("1.0", .real(1)), ("1e2", .real(100)), ("-0.0", .real(-0.0)), ("5e-324", .real(.leastNonzeroMagnitude)),
        ("1e-400", .real(0)),
        ("0e999999999999", .real(0)), ("2.2250738585072011e-308", .real(Double.leastNormalMagnitude.nextDown)),
        (#""""#, .string("")), (#""a\u0000b""#, .string("a\0b")), (#""\ud83d\ude00 \\ud800""#, .string("😀 \\ud800")),
        (#""\"\\\/\b\f\n\r\t""#, .string("\"\\/\u{8}\u{C}\n\r\t")), ("[]", .list([])), ("{}", .object(ObjectValue())),
        (#"{"b": 1, "a": [2], "": null}"#, .members(["b": .integer(1), "a": .list([.integer(2)]), "": .null])),
        (#"{"a": 1, "b": 2, "a": 3}"#, .members(["a": .integer(3), "b": .integer(2)])), ("\u{FEFF}1", .integer(1)),
        // Canonically equivalent, but two names.
        ("{\"\u{E9}\": 1, \"e\u{301}\": 2}", .members(["\u{E9}": .integer(1), "e\u{301}": .integer(2)])),
    ])
    func aTextHasItsValue(_ text: String, _ value: Value) throws {
        let parsed = try Value(json: text)
        #expect(parsed == value)
        #expect(parsed.json() == value.json())  // tells 0.0 from -0.0
    }

    @Test(arguments: [
        ("", 0, "a value", "the end of the text"), ("   ", 3, "a value", "the end of the text"),
        ("[1, 2", 5, "“,” or “]” (opened at byte 0)", "the end of the text"),
        ("[1 2]", 3, "“,” or “]” (opened at byte 0)", "“2”"),
        (#"{"a": [1}"#, 8, "“,” or “]” (opened at byte 6)", "“}”"), ("[1,]", 3, "a value", "“]”"),
        ("[,1]", 1, "a value", "“,”"),
        (#"{"a" 1}"#, 5, "“:” after a member's name", "“1”"), ("{a: 1}", 1, "a member's name in quotes", "“a”"),
        (#"{"a": 1,}"#, 8, "a member's name in quotes", "“}”"), ("nul", 0, "a value", "“n”"),
        ("01", 1, "no digit after a leading 0", "“1”"),
        ("-", 1, "a digit after “-”", "the end of the text"), ("1.", 2, "a digit after “.”", "the end of the text"),
        ("[1e]", 3, "a digit of the exponent", "“]”"), ("+1", 0, "a value", "“+”"), (".5", 0, "a value", "“.”"),
        ("\"a", 2, "the rest of a string", "the end of the text"),
        ("\"a\nb\"", 2, "the rest of a string", "the control character 10"),
        (#""\x""#, 2, "one of \" \\ / b f n r t u after “\\”", "“x”"),
        (#""\u12g4""#, 5, "four hexadecimal digits after “\\u”", "“g”"),
        ("1 é", 2, "the end of the text", "“é”"), ("{} {}", 3, "the end of the text", "“{”"),
        ("'a'", 0, "a value", "“'”"),
        ("[1] // no", 4, "the end of the text", "“/”"), ("\u{FEFF}[", 4, "a value", "the end of the text"),
        ("[1.0.0]", 4, "“,” or “]” (opened at byte 0)", "“.”"), ("nan", 0, "a value", "“n”"),
        ("-NaN", 1, "a digit after “-”", "“N”"),
    ])
    func aSyntaxErrorNamesItsPlace(_ text: String, offset: Int, expected: String, found: String) {
        #expect(throws: JSONError.syntax(offset: offset, expected: expected, found: found)) { try Value(json: text) }
    }

    @Test func everyBeginningOfATextEndsTooEarly() throws {
        let whole = Array(#" {"é😀": [1.5e-3, true, false, null, "\u00e9\ud83d\ude00"], "b": {}}"#.utf8)
        _ = try Value(json: whole)
        for count in 0..<whole.count {
            let text = Array(whole.prefix(count))
            let error = #expect(throws: JSONError.self) { try Value(json: text) }
            #expect(error?.isEndTooEarly(of: text) == true, "\(count) bytes")
        }
    }

    @Test(arguments: [
        "<html>", "[NaN]", "[1,]", #"["\ud800"]"#, "[1] 2", "no", "[tree]", "\u{1B}", "truth", #"{"a": 1e999}"#,
    ])
    func whatNothingMakesGoodDoesNotEndTooEarly(_ text: String) {
        let error = #expect(throws: JSONError.self) { try Value(json: text) }
        #expect(error?.isEndTooEarly(of: Array(text.utf8)) == false)
    }

    @Test(
        arguments: [
            ([0x22, 0x61, 0xFF, 0x22], 2), ([0x22, 0xC0, 0x80, 0x22], 1), ([0x22, 0xED, 0xA0, 0x80, 0x22], 1),
            ([0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], 1), ([0x22, 0xE2, 0x82, 0x22], 1), ([0x5B, 0x31, 0x2C, 0xC3], 3),
            ([0x22, 0xC3, 0xA9, 0xE0, 0x9F, 0xBF, 0x22], 3),
        ] as [([UInt8], Int)])
    func invalidUTF8IsRefusedWithTheFirstBadByte(_ text: [UInt8], offset: Int) {
        #expect(throws: JSONError.invalidUTF8(offset: offset)) { try Value(json: text) }
    }

    @Test(arguments: [
        (#""\ud800""#, 1), (#""a\udc00""#, 2), (#""\ud800\ud800""#, 1), (#""\uD800\n""#, 1), (#""\ude00\ud83d""#, 1),
        (#"["ok", "\ud83dx"]"#, 8), (#""\\\udfff""#, 3),
    ])
    func loneSurrogatesAreRefused(_ text: String, offset: Int) {
        #expect(throws: JSONError.loneSurrogate(offset: offset)) { try Value(json: text) }
    }

    @Test(arguments: [
        (#""\ud800""#, "\u{FFFD}", 1), (#""a\udc00b""#, "a\u{FFFD}b", 1), (#""\ud800\ud83d\ude00""#, "\u{FFFD}😀", 1),
        (#""\ude00\ud83d\n""#, "\u{FFFD}\u{FFFD}\n", 2), (#""\ud83d\u0041""#, "\u{FFFD}A", 1),
        (#""\\ud800""#, #"\ud800"#, 0),
    ])
    func loneSurrogatesBecomeTheReplacementCharacterWhereAskedFor(_ text: String, read: String, count: Int) throws {
        let document = try JSONDocument(json: Array(text.utf8), loneSurrogates: .replace)
        #expect(document.root.text == read)
        #expect(document.replacedSurrogates == count)
    }

    @Test(arguments: [
        ("NaN", 0, "NaN"), ("[1, -Infinity]", 4, "-Infinity"), (#"{"a": Infinity}"#, 6, "Infinity"),
        ("[1e999]", 1, "1e999"),
        ("-1e400", 0, "-1e400"),
    ])
    func nonFiniteNumbersAreRefusedOrBecomeNull(_ text: String, offset: Int, spelling: String) throws {
        #expect(throws: JSONError.nonFinite(offset: offset, spelling: spelling)) { try Value(json: text) }

        let document = try JSONDocument(json: Array(text.utf8), nonFinite: .null)
        let expected = try Value(json: text.replacingOccurrences(of: spelling, with: "null"))
        #expect(document.root.value == expected)
        #expect(document.replaced.count == 1)
        #expect(document.replaced.first == [ReplacedNumbers.Place(offset: offset, spelling: spelling)])
    }

    @Test func manyNonFiniteNumbersAreCountedAndTheFirstListed() throws {
        let text = "[" + Array(repeating: "NaN", count: 1000).joined(separator: ",") + "]"
        let document = try JSONDocument(json: Array(text.utf8), nonFinite: .null)
        #expect(document.replaced.count == 1000)
        #expect(document.replaced.first.count == ReplacedNumbers.listed)
        #expect(document.replaced.first.last?.offset == 1 + 4 * 99)
        let allAreNull = document.root.items.allSatisfy { $0.isNull }
        #expect(allAreNull)
    }

    @Test(arguments: [1, 2, 64, 512])
    func theDepthLimitIsExact(limit: Int) throws {
        let limits = JSONLimits(maximumDepth: limit, maximumBytes: 1 << 20)
        func nested(_ levels: Int, _ core: String) -> String {
            String(repeating: "[", count: levels) + core + String(repeating: "]", count: levels)
        }
        _ = try Value(json: nested(limit, "1"), limits: limits)
        _ = try Value(json: nested(limit, "[]"), limits: limits)  // an empty one adds no level
        #expect(throws: JSONError.tooDeep(offset: limit, limit: limit)) {
            try Value(json: nested(limit + 1, "1"), limits: limits)
        }
    }

    @Test(arguments: ["[", "{\"a\":"])
    func tenThousandLevelsAreAnError(opening: String) {
        let text = String(repeating: opening, count: 10_000)
        #expect(throws: JSONError.tooDeep(offset: 64 * opening.utf8.count, limit: 64)) { try Value(json: text) }
        #expect(throws: JSONError.tooDeep(offset: 512 * opening.utf8.count, limit: 512)) {
            try Value(json: text, limits: .file)
        }
    }

    @Test func theSizeLimitIsExact() throws {
        let limits = JSONLimits(maximumBytes: 4)
        #expect(try Value(json: "true", limits: limits) == .bool(true))
        #expect(throws: JSONError.tooLarge(bytes: 5, limit: 4)) { try Value(json: "false", limits: limits) }
    }

    @Test func aPlaceIsLineAndColumn() {
        let text = Array("{\n  \"a\": 1,\n  é\n}".utf8)
        let error = JSONError.syntax(offset: 14, expected: "a member's name in quotes", found: "“é”")
        #expect(throws: error) { try Value(json: text) }
        #expect(error.place(in: text) == (3, 3))
        #expect(error.description == "byte 14: expected a member's name in quotes, found “é”")
    }
}
