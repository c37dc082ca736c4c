import RutileArchive
import RutileJSON
import RutileModel
import Testing

/// Stepping through archives, and values that the samples do not have.
@Suite struct NodeTests {
    static let crystal: Value = .members([
        "run": .list([
            .members([
                "system": .list([.members(["n": .integer(1)]), .members(["n": .integer(2)])]),
                "calculation": .list([.members(["energy": .real(-1.5)]), .members(["energy": .real(-2.5)])]),
            ])
        ]),
        "name": .string("TiO2"), "none": .null, "flag": .bool(true),
    ])

    @Test func aPathLeadsThroughKeysAndIndices() throws {
        let node = try ArchiveNode(value: Self.crystal)
        #expect(try node.descendant(ArchivePath("run/0/calculation/1/energy")).real == -2.5)
        #expect(try node.descendant(ArchivePath("run/-1/calculation/-2/energy")).real == -1.5)
        #expect(try node.descendant(ArchivePath("/run/0/system/")).count == 2)
        #expect(try node.descendant(ArchivePath("")).value() == Self.crystal)
    }

    @Test(arguments: [
        "nothing", "run/1", "run/-2", "run/name", "name/0", "run/0/calculation/x", "run/99999999999999999999",
    ])
    func aPathToNowhereNamesTheStep(_ path: String) throws {
        let node = try ArchiveNode(value: Self.crystal)
        #expect(throws: ArchiveError.noSuchPath(path)) { try node.descendant(ArchivePath(path)) }
        #expect(throws: ArchiveError.noSuchPath(path)) { try node.descendant(ArchivePath(path + "/beyond")) }
    }

    @Test func writingStopsWhereItIsToldTo() throws {
        let texts = Value.list(
            Array(repeating: .string("0123456789"), count: 1_000) + [.string(String(repeating: "x", count: 5_000))])
        let node = try ArchiveNode(value: texts)
        var whole = JSONWriter()
        try node.writeJSON(to: &whole)
        for limit in [0, 500, 13_000, whole.byteCount, .max] {
            var writer = JSONWriter()
            let isWhole = try node.writeJSON(to: &writer, every: 100) { $0 <= limit }
            #expect(isWhole == (limit >= whole.byteCount))
            #expect(writer.byteCount <= max(100, limit < .max ? limit : 0) + 100 || isWhole)
            #expect(!isWhole || writer.bytes == whole.bytes)
        }
    }

    @Test func membersAreFoundAllAtOnce() throws {
        let node = try ArchiveNode(value: Self.crystal)
        let places = try MemberPlaces(MemberNames(["flag", "nothing", "none", "run", "nam", "name"]), in: node)
        #expect((0..<6).map(places.hasValue) == [true, false, false, true, false, true])
        #expect(try places.value(5) == .string("TiO2") && places.value(0) == .bool(true) && places.value(1) == .null)
        var writer = JSONWriter()
        writer.beginList()
        for index in 0..<6 { try places.writeJSON(index, to: &writer) }
        writer.endList()
        let items = try Value(json: writer.bytes).items
        #expect(items == [.bool(true), .null, .null, Self.crystal["run"] ?? .null, .null, .string("TiO2")])
        let none = try MemberPlaces(MemberNames(["0", "n"]), in: try #require(try node.child("run")))
        #expect(!none.hasValue(0) && !none.hasValue(1))
    }

    @Test(
        arguments: [
            ("s", ValueShape.text, true), ("s", .number, false), ("b", .boolean, true), ("b", .whole, false),
            ("i", .whole, true), ("i", .number, true), ("u", .whole, true), ("r", .whole, false), ("r", .number, true),
            ("two", .whole, false), ("s", .any, true), ("s", .none, false), ("l", .list(.number), true),
            ("l", .list(.whole), false), ("l", .text, false), ("l", .list(.text), false),
            ("m", .list(.list(.number)), true), ("m", .list(.number), false), ("n", .list(.list(.number)), false),
            ("o", .object([.init("a", .whole)]), true), ("o", .object([.init("a", .text)]), false),
            ("o", .object([.init("b", .list(.text)), .init("z", .none)]), true), ("o", .list(.any), false),
            ("l", .object([]), false),
        ] as [(String, ValueShape, Bool)])
    func valuesFitTheirShapes(_ name: String, _ shape: ValueShape, _ fits: Bool) throws {
        let json =
            #"{"s": "x", "b": true, "i": 1, "u": 18446744073709551615, "r": 0.5, "two": 2.0, "l": [1.5, null, 2], "#
            + #""m": [[0.5, 1.5, 1], null, []], "n": [[0.5, "x"]], "o": {"a": 1, "b": ["x", null], "c": 7}}"#
        let places = try MemberPlaces(MemberNames([name]), in: try ArchiveNode(value: Value(json: json)))
        #expect(try places.fits(0, shape) == fits)
    }

    @Test func scalarsAreReadWithoutError() throws {
        let node = try ArchiveNode(value: Self.crystal)
        #expect(try node.child("name")?.text == "TiO2")
        #expect(try node.child("name")?.real == nil)
        #expect(try node.child("flag")?.bool == true)
        #expect(try node.child("none")?.isNull == true)
        #expect(try node.child("run")?.text == nil)
        #expect(try node.child("name")?.count == 0)
        #expect(try node.child("name")?.child("x") == nil)
        #expect(try node.child("name")?.item(0) == nil)
        #expect(try node.item(0) == nil)
    }

    @Test func keysCompareByTheirBytes() throws {
        let composed = "\u{E9}", decomposed = "e\u{301}"
        let node = try ArchiveNode(value: .members([composed: .integer(1), decomposed: .integer(2)]))
        #expect(try node.child(composed)?.integer == 1)
        #expect(try node.child(decomposed)?.integer == 2)
        #expect(try node.members().count == 2)
    }

    @Test func itemsOutsideTheListAreLeftOut() throws {
        let node = try ArchiveNode(value: .list((0..<10).map { .integer($0) }))
        #expect(try node.items(8..<1_000_000_000_000).compactMap(\.integer) == [8, 9])
        #expect(try node.items(10..<20).isEmpty)
        #expect(try node.items(0..<0).isEmpty)
    }

    @Test func itemsOfLongListsAreFoundInAnyOrder() throws {
        let values = (0..<50_000).map {
            Value.list([.integer($0), .string(String(repeating: "x", count: Int($0 % 40)))])
        }
        for threshold in [4 << 20, 4_096] {
            let encoder = ArchiveEncoder(threshold: threshold)
            let node = try encoder.encode(.list(values)).root()
            var random = SplitMix(seed: 7)
            for _ in 0..<300 {
                let index = random.below(values.count)
                #expect(try node.item(index)?.item(0)?.integer == Int64(index))
            }
            #expect(try node.items(49_990..<50_010).count == 10)
        }
    }

    @Test func membersOfLargeObjectsAreFoundInAnyOrder() throws {
        for count in [3_000, 20_000] {
            let object = ObjectValue((0..<count).map { ("key \($0)", .integer(Int64($0))) })
            let node = try ArchiveNode(value: .object(object))
            for index in stride(from: 0, to: count, by: count / 50) {
                #expect(try node.child("key \(index)")?.integer == Int64(index))
            }
            #expect(try node.child("key \(count)") == nil)
            #expect(try node.members().count == count)
        }
    }

    @Test func bytesBecomeBase64() throws {
        for (bytes, text) in [([], ""), ([0x66], "Zg=="), ([0x66, 0x6F], "Zm8="), ([0x66, 0x6F, 0x6F], "Zm9v")]
            as [([UInt8], String)]
        {
            let archive = try ArchiveEncoder().encode { (writer) throws(ArchiveError) in
                bytes.withUnsafeBytes { writer.binary($0) }
            }
            let node = try archive.root()
            #expect(try node.kind == .binary)
            #expect(try node.value() == .string(text))
            #expect(try node.transcoded() == .string(text))
            // Encoded anew they are bytes still.
            #expect(try ArchiveEncoder().encode(node).bytes == archive.bytes)
        }
    }

    @Test func numbersThatJSONHasNotBecomeNull() throws {
        let node = try ArchiveNode(value: .list([.real(.nan), .real(.infinity), .real(1)]))
        #expect(try node.transcoded() == .list([.null, .null, .real(1)]))
    }

    @Test func brokenTextIsReplaced() throws {
        let archive = try ArchiveEncoder().encode { (writer) throws(ArchiveError) in
            [UInt8(0x61), 0xFF].withUnsafeBytes { writer.text($0) }
        }
        #expect(try archive.root().transcoded() == .string("a\u{FFFD}"))
        #expect(try archive.root().text == "a\u{FFFD}")
    }

    @Test func whatAJSONFileMayNestCanBeRead() throws {
        var value = Value.list([])
        for _ in 0..<JSONLimits.file.maximumDepth { value = .members(["x": value]) }
        let node = try ArchiveNode(value: value)
        #expect(try node.value() == value)
        #expect(try ArchiveEncoder(threshold: 1).encode(node).root().value() == value)
        var writer = JSONWriter()
        try node.writeJSON(to: &writer)
        #expect(try Value(json: writer.bytes, limits: .file) == value)
    }

    @Test func nestingHasALimit() throws {
        let archive = try ArchiveEncoder().encode { (writer) throws(ArchiveError) in
            for _ in 0..<100_000 { writer.list(1) }
            writer.null()
        }
        let node = try archive.root()
        let refusal = ArchiveError.nestedTooDeeply(limit: ArchiveLimits.depth)
        #expect(throws: refusal) { try node.value() }
        #expect(throws: refusal) { try node.transcoded() }
        #expect(throws: refusal) { try ArchiveEncoder().encode(node) }
        #expect(try node.item(0)?.item(0)?.count == 1)
    }

    @Test func childrenThatOverlapAreRefused() throws {
        // {"t": [0, 0]}: one embedded file, named twice, would stand for twice its data.
        let member = try ArchiveEncoder().encode(.integer(1)).bytes
        let contents: [UInt8] = [0x81, 0xA1, 0x74, 0x92, 0x00, 0x00]
        var bytes = [UInt8](member[..<30])
        bytes += [UInt8](repeating: 0, count: 9) + [UInt8(member.count)]
        bytes += [UInt8](repeating: 0, count: 9) + [UInt8(contents.count)]
        bytes += member + contents
        let file = try ArchiveFile(bytes: bytes)
        #expect(file.form == .combinedList)
        #expect(try file.root.item(1)?.integer == 1)
        #expect(throws: ArchiveError.overlapping(offset: 50)) { try file.root.items(0..<2) }
        #expect(throws: ArchiveError.overlapping(offset: 50)) { try file.root.value() }
    }

    @Test(arguments: ["", "{\"a\": 1}", "nomad-archive-v2023", "\u{0}\u{0}\u{0}", "\u{7F}ELF"])
    func otherFilesAreNoArchives(_ text: String) {
        #expect(throws: ArchiveError.self) { try ArchiveFile(bytes: Array(text.utf8)) }
    }

    @Test func aMissingFileIsNamed() {
        #expect(throws: ArchiveError.cannotOpen(path: "/no/such/file", reason: "No such file or directory")) {
            try ArchiveFile(path: "/no/such/file")
        }
        #expect(throws: ArchiveError.cannotOpen(path: "/", reason: "not a regular file")) { try ArchiveFile(path: "/") }
    }
}
