import NomadAPI
import RutileJSON
import Testing

struct RequiredDataTests {
    @Test(
        arguments: [
            ("[0]", 0..<1), ("[-1]", 2..<3), ("[-10]", 0..<1), ("[3]", nil), ("[1:1]", 1..<2),
            ("[0:2]", 0..<2), ("[2:1]", 2..<2), ("[-2:]", 1..<3), ("[:]", 0..<3), ("[:1]", 0..<1), ("[5:9]", nil),
            ("[-10:-5]", 0..<1), ("[99999999999999999999]", nil), ("[-99999999999999999999]", 0..<1), ("[3:]", 3..<3),
            ("[5:]", 3..<3),
            ("[1:-2]", 1..<1), ("[-1:2]", 2..<2), ("[-3:0]", 0..<0), ("[:-9]", 0..<0), ("[:-1]", 0..<2),
            ("[-2:-2]", 1..<2), ("[-9:-3]", 0..<1), ("[:0]", 0..<1), ("[3:3]", nil), ("[3:9]", nil),
        ] as [(String, Range<Int>?)])
    func itemsAreClamped(_ brackets: String, _ positions: Range<Int>?) throws {
        let key = try #require(try keys(#"{" run\#(brackets) ": "*"}"#)["run"])
        #expect(key.items?.positions(count: 3) == positions)
    }

    @Test func boundsAreEqualAsTheyAreWritten() throws {
        for (brackets, count, positions) in [
            ("[0]", 0, nil), ("[:]", 0, 0..<0), ("[1:]", 0, 0..<0), ("[:1]", 0, nil), ("[:-1]", 0, nil),
            ("[:-1]", 1, 0..<0), ("[0:-1]", 1, 0..<0), ("[1:]", 1, 1..<1), ("[:0]", 1, 0..<1),
        ] as [(String, Int, Range<Int>?)] {
            let key = try #require(try keys(#"{"run\#(brackets)": "*"}"#)["run"])
            #expect(key.items?.positions(count: count) == positions, "\(brackets) of \(count)")
        }
    }

    @Test func emptyBracketsAreNone() throws {
        let key = try #require(try keys(#"{"run[]": "*"}"#)["run"])
        #expect(key.items == nil)
    }

    @Test(arguments: [
        "run/system", "", " ", "run[a]", "run[0:2:1]", "run[?]", "run[-]", "run[1-2]", "run[+1]", "run[", "run]", "[0]",
        "run[0]x", "run.system", "é", "**",
    ])
    func otherKeysAreRefused(_ key: String) throws {
        let given = Value.object(ObjectValue([(key, .string("*"))]))
        #expect(throws: EntriesProblem.self) { try RequiredData(given) }
        #expect(throws: EntriesProblem.self) { try RequiredData(.members(["run": given])) }
    }

    @Test func whiteSpaceAroundKeysIsLeftOut() throws {
        #expect(try keys(#"{"\t run [0]\n": "*", "a\u000b": "*"}"#)["a"] != nil)
        #expect(try keys(#"{"run\n": "*"}"#)["run"] != nil)
    }

    /// Without `*` nothing is there that a key could be left out of.
    @Test func whatIsExcludedIsReadBesideAllOthersOnly() throws {
        #expect(try keys(#"{"bad!": "exclude", "run": "*"}"#)["run"] != nil)
        #expect(throws: EntriesProblem.self) { try keys(#"{"bad!": "exclude", "*": "include"}"#) }
    }

    @Test(arguments: [
        "1", "true", "[]", #"{"run": 1}"#, #"{"run": null}"#, #"{"run": []}"#, #"{"resolve-inplace": 1}"#,
    ])
    func otherValuesAreRefused(_ text: String) {
        #expect(throws: EntriesProblem.self) { try RequiredData(Value(json: Array(text.utf8), limits: .request)) }
    }

    @Test func theLastOfSeveralKeysForAListCounts() throws {
        let keys = try keys(#"{"run[0]": "*", "run[-1]": "exclude", "*": "include"}"#)
        #expect(keys["run"]?.items == .one(-1))
        #expect(keys["run"]?.part == nil)
        #expect(keys.others != nil)
        #expect(keys["none"] == nil)
    }

    private func keys(_ text: String) throws -> RequiredData.Keys {
        let required = try RequiredData(Value(json: Array(text.utf8), limits: .request))
        guard case .keys(let keys) = required.root else { throw EntriesProblem(0, "no keys") }
        return keys
    }
}
