import RutileStore
import Testing

@Suite struct TextPatternTests {
    @Test(arguments: [
        ("r1", "runs/r1/main.out", true), ("^r1", "runs/r1", false), ("out$", "main.out", true),
        ("a{2}", "baab", true), ("é.", "caf\u{E9}!", true), ("A", "a", false), ("", "anything", true),
    ])
    func patternsMatchAnyPart(_ pattern: String, _ text: String, _ matches: Bool) throws {
        #expect(try TextPattern(pattern).matches(text) == matches)
    }

    @Test func caseCanBeIgnored() throws {
        #expect(try TextPattern("^(?:ab)", ignoringCase: true).matches("ABc"))
    }

    @Test(arguments: ["(", "a**b(", #"(a)\1"#, "(?=a)", "((a{100}){100}){100}", "[z-a]"])
    func whatIsNoPatternIsRefusedWithAReason(_ text: String) {
        let refusal = #expect(throws: TextPattern.Refusal.self) { try TextPattern(text) }
        #expect(refusal?.reason.isEmpty == false)
    }

    @Test func matchingTakesLinearTime() throws {
        let text = String(repeating: "a", count: 100_000)
        #expect(try !TextPattern("(a|a)*(a*)*b").matches(text))
    }
}
