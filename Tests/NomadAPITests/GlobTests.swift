import NomadAPI
import Testing

@Suite struct GlobTests {
    @Test(arguments: [
        ("*", "", true), ("*", "anything", true), ("a*", "abc", true), ("a*", "bac", false), ("*a*", "name", true),
        ("*a*", "code", false), ("upload_*", "upload_id", true), ("?", "x", true), ("?", "", false), ("?", "xy", false),
        ("[ab]c", "bc", true), ("[ab]c", "cc", false), ("[!ab]c", "cc", true), ("[!ab]c", "ac", false),
        ("[a-c]1", "b1", true), ("[a-c]1", "d1", false), ("[", "[", true), ("a[b", "a[b", true), ("[]]", "]", true),
        ("ent-*-1", "ent-draft-1", true), ("*1*1", "1x", false), ("Name", "name", false), ("a.b", "axb", false),
    ])
    func matchesTheWholeKey(_ row: (pattern: String, key: String, matches: Bool)) {
        #expect(Glob(row.pattern).matches(row.key) == row.matches)
    }

    @Test func takesNoMoreThanPatternTimesKeySteps() {
        let glob = Glob(String(repeating: "a*", count: 200) + "b")
        #expect(!glob.matches(String(repeating: "a", count: 5_000)))
    }
}
