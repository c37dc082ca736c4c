import RutileJSON
import Testing

@Suite struct JSONViewTests {
    private func view(_ text: String) throws -> JSONView { try JSONDocument(json: Array(text.utf8)).root }

    @Test func scalarsAnswerOnlyToTheirKind() throws {
        let items = Array(try view(#"[null, true, -3, 18446744073709551615, 1.5, "é"]"#).items)
        #expect(items.map(\.kind) == [.null, .bool, .integer, .unsigned, .real, .string])
        #expect(items.map(\.isNull) == [true, false, false, false, false, false])
        #expect(items.map(\.bool) == [nil, true, nil, nil, nil, nil])
        #expect(items.map(\.integer) == [nil, nil, -3, nil, nil, nil])
        #expect(items.map(\.unsigned) == [nil, nil, nil, .max, nil, nil])
        #expect(items.map(\.real) == [nil, nil, -3, Double(UInt64.max), 1.5, nil])
        #expect(items.map(\.text) == [nil, nil, nil, nil, nil, "é"])
        #expect(items[5].withUTF8 { Array($0) } == [0xC3, 0xA9])
        #expect(items[4].withUTF8 { _ in true } == nil)
        #expect(items.allSatisfy { $0.count == 0 && $0.members.isEmpty && $0["a"] == nil })
        #expect(items.allSatisfy { Array($0.items).isEmpty })
    }

    @Test func itemsAndMembersAreInOrder() throws {
        let root = try view(#"{"z": [1, [2, 3], {"a": 4}, 5], "a": {}, "m": []}"#)
        #expect(root.count == 3)
        #expect(root.members.map(\.key) == ["z", "a", "m"])
        #expect(root["z"]?.count == 4)
        #expect(root["z"]?.items.map(\.kind) == [.integer, .list, .object, .integer])
        #expect(root["a"]?.count == 0)
        #expect(root["m"]?.items.map(\.kind) == [])
        #expect(root["missing"] == nil)
        #expect(root["z"]?["a"] == nil)
    }

    /// Both below and above the size where names are hashed.
    @Test(arguments: [2, 16, 17, 500])
    func ofRepeatedNamesTheLastValueStandsInTheFirstPlace(count: Int) throws {
        let members =
            (0..<count).map { "\"k\($0)\": \($0)" } + ["\"k1\": \"new\"", "\"k0\": \"newer\"", "\"k1\": \"newest\""]
        let root = try view("{" + members.joined(separator: ", ") + "}")
        #expect(root.count == count + 3)
        #expect(root.members.map(\.key) == (0..<count).map { "k\($0)" })
        #expect(root["k1"]?.text == "newest")
        #expect(root.members[0].value.text == "newer")
        #expect(root.members[1].value.text == "newest")
        #expect(root.value["k1"] == .string("newest"))
        #expect(root.value.object?.count == count)
    }

    @Test func namesAreComparedByTheirBytes() throws {
        let root = try view("{\"\u{E9}\": 1, \"e\u{301}\": 2, \"\u{212B}\": 3, \"\u{C5}\": 4}")
        #expect(root.members.count == 4)
        #expect(root["e\u{301}"]?.integer == 2)
        #expect(root["\u{212B}"]?.integer == 3)
        #expect(root["A\u{30A}"] == nil)
    }

    @Test func listsBeyondTheTapesCounterAreCounted() throws {
        let count = 0xFF_FFFF + 2
        var text = [UInt8](repeating: UInt8(ascii: ","), count: 2 * count + 1)
        for index in 0..<count { text[2 * index + 1] = UInt8(ascii: "7") }
        text[0] = UInt8(ascii: "[")
        text[2 * count] = UInt8(ascii: "]")
        let root = try JSONDocument(json: text, limits: .file).root
        #expect(root.count == count)
    }

    @Test func aViewKeepsItsDocument() throws {
        let item = try view(#"{"a": ["\#(String(repeating: "long ", count: 1000))"]}"#)["a"]?.items.first { _ in true }
        #expect(item?.text?.utf8.count == 5000)
    }
}
