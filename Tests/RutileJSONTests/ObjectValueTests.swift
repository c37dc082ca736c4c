import RutileJSON
import Testing

@Suite struct ObjectValueTests {
    /// Both below and above the size where names are hashed.
    @Test(arguments: [3, 12, 13, 14, 100])
    func membersAreFoundReplacedAndRemoved(count: Int) {
        var object = ObjectValue()
        for index in 0..<count { object["k\(index)"] = .integer(Int64(index)) }
        #expect(object.keys == (0..<count).map { "k\($0)" })
        #expect((0..<count).allSatisfy { object["k\($0)"] == .integer(Int64($0)) })
        #expect(object["k"] == nil)

        object["k1"] = .bool(true)
        #expect(object.count == count)
        #expect(object.keys[1] == "k1")
        #expect(object.values[1] == .bool(true))

        object["k0"] = nil
        #expect(object.keys == (1..<count).map { "k\($0)" })
        #expect(object["k\(count - 1)"] == .integer(Int64(count - 1)))
        object["k0"] = .null
        #expect(object.keys.last == "k0")
        #expect(object["k0"] == .null)
    }

    @Test func namesAreComparedByTheirBytes() {
        var object = ObjectValue()
        object["\u{E9}"] = .integer(1)
        object["e\u{301}"] = .integer(2)
        #expect(object.count == 2)
        #expect(object["\u{E9}"] == .integer(1))
        // Same length in bytes, canonically equivalent.
        #expect(!"\u{212B}".hasSameUTF8(as: "A\u{30A}"))
        #expect(UTF8Key("\u{212B}") != UTF8Key("A\u{30A}"))
        #expect(UTF8Key("Z") < UTF8Key("a") && UTF8Key("a") < UTF8Key("é") && UTF8Key("\u{FFFD}") < UTF8Key("😀"))
    }

    @Test func anObjectBuiltByParsingIsTheOneBuiltByHand() throws {
        let text = "{" + (0..<20).map { "\"k\($0)\": \($0)" }.joined(separator: ",") + "}"
        let parsed = try #require(try Value(json: text).object)
        let built = ObjectValue((0..<20).map { ("k\($0)", Value.integer(Int64($0))) })
        #expect(parsed == built)
        #expect(parsed.hashValue == built.hashValue)
        #expect(parsed["k19"] == .integer(19))
    }
}
