import OptimadeAPI
import Testing

struct QueryStringTests {
    @Test(arguments: [
        ("a=b", [("a", "b")]),
        ("a=b&c=d", [("a", "b"), ("c", "d")]),
        ("a=1+1", [("a", "1 1")]),
        ("a=1%2B1", [("a", "1+1")]),
        // Who writes %20 for blanks leaves a plus as it is.
        ("a=x+y%201+1&b=x+y", [("a", "x+y 1+1"), ("b", "x y")]),
        ("filter=a%3D%22x%22", [("filter", "a=\"x\"")]),
        ("filter=a=b=c", [("filter", "a=b=c")]),
        ("include=", [("include", "")]),
        ("%66ilter=x", [("filter", "x")]),
        ("&&a=b&", [("a", "b")]),
        ("a=%C3%A9&a=e%CC%81", [("a", "é"), ("a", "e\u{301}")]),
        ("a=%00%0A", [("a", "\u{0}\n")]),
        ("a=漢", [("a", "漢")]),
    ])
    func namesAndValuesAreDecoded(text: String, expected: [(String, String)]) throws {
        let items = try QueryString(text).items
        #expect(items.map { Array($0.name.utf8) } == expected.map { Array($0.0.utf8) })
        #expect(items.map { $0.value.map { Array($0.utf8) } } == expected.map { Array($0.1.utf8) })
    }

    @Test func aParameterWithoutAnEqualsSignHasNoValue() throws {
        let items = try QueryString("filter&sort=").items
        #expect(items.map(\.value) == [nil, ""])
    }

    @Test(arguments: ["a=%", "a=%1", "a=%G1", "a=%1G", "a=%FF", "a=%C3", "a=%ED%A0%80", "%=a", "%C3=a", "a=%25%"])
    func brokenEscapesAreRefused(text: String) {
        let problem = #expect(throws: OptimadeProblem.self) { try QueryString(text) }
        #expect(problem?.code == .parameterEncoding)
        #expect(problem?.parameter != nil)
    }

    @Test(arguments: ["", "a b", "\u{0}", "ä/ö?&=#%+", "-._~", "exmpl/1"])
    func whatIsEncodedIsDecodedAgain(text: String) {
        let encoded = PercentCoding.encoded(text)
        #expect(encoded.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
        #expect(PercentCoding.decoded(encoded.utf8, plusIsBlank: true) == text)
    }

    @Test(arguments: [
        ("filter=a%3D1&x=[0:1]", "filter=a%3D1&x=[0:1]"), ("a=\"b c\"", "a=%22b%20c%22"), ("a=é", "a=%C3%A9"),
        ("a=<b>", "a=%3Cb%3E"),
    ])
    func cleaningEscapesOnlyWhatMayStandInNoURL(text: String, expected: String) {
        #expect(PercentCoding.cleaned(text) == expected)
    }
}
