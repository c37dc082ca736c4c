import RutileArchive
import RutileJSON
import Testing

/// What the encoder writes is what the original writer writes.
@Suite struct EncoderTests {
    /// Single files by NOMAD's own writer; CBOR and combined ones are something else.
    static func single() throws -> [Sample] {
        try Sample.all().filter { $0.version == 3 && $0.writer == "nomad.archive.write_archive" }
    }

    @Test func thereAreSamplesToCompareWith() throws {
        #expect(try Self.single().count >= 7)
    }

    @Test(arguments: try single())
    func aSampleEncodedFromItsContentIsTheSameFile(_ sample: Sample) throws {
        let encoder = ArchiveEncoder(
            threshold: Int(try #require(sample.settings["threshold"]?.integer)),
            trivialSize: Int(try #require(sample.settings["trivial"]?.integer)))
        let content = try sample.content
        let expected = try sample.bytes
        #expect(try encoder.encode(content).bytes == expected)
        #expect(try encoder.encode(JSONDocument(json: content.json(), limits: .file).root).bytes == expected)
        #expect(try encoder.encode(ArchiveFile(path: sample.path).root).bytes == expected)
    }

    @Test(
        arguments: [
            (0, "00"), (127, "7f"), (128, "cc80"), (255, "ccff"), (256, "cd0100"), (65_535, "cdffff"),
            (65_536, "ce00010000"), (4_294_967_295, "ceffffffff"), (4_294_967_296, "cf0000000100000000"), (-1, "ff"),
            (-32, "e0"), (-33, "d0df"), (-128, "d080"), (-129, "d1ff7f"), (-32_768, "d18000"), (-32_769, "d2ffff7fff"),
            (-2_147_483_648, "d280000000"), (-2_147_483_649, "d3ffffffff7fffffff"),
            (Int64.min, "d38000000000000000"), (Int64.max, "cf7fffffffffffffff"),
        ] as [(Int64, String)])
    func anIntegerTakesItsShortestForm(_ number: Int64, _ expected: String) throws {
        var writer = MessagePackWriter()
        writer.integer(number)
        #expect(hex(writer.bytes) == expected)
        #expect(try ArchiveNode(value: .integer(number)).value() == .integer(number))
    }

    @Test func scalarsComeBackAsTheyWere() throws {
        let values: [Value] = [
            .null, .bool(true), .bool(false), .unsigned(.max), .real(-0.1), .real(.infinity), .string(""),
            .string("Tïtan 酸化"), .list([]), .members([:]), .string(String(repeating: "x", count: 31)),
            .string(String(repeating: "x", count: 32)), .string(String(repeating: "x", count: 255)),
            .string(String(repeating: "x", count: 256)), .string(String(repeating: "x", count: 70_000)),
            .list((0..<16).map { .integer($0) }), .list((0..<70_000).map { .integer($0) }),
        ]
        for value in values { #expect(try ArchiveNode(value: value).value() == value) }
    }

    @Test func anArchiveOfAnyNumberOfValuesButOneIsRefused() {
        #expect(throws: ArchiveError.self) {
            try ArchiveEncoder().encode { (writer) throws(ArchiveError) in
                writer.null()
                writer.null()
            }
        }
        #expect(throws: ArchiveError.self) {
            try ArchiveEncoder().encode { (writer) throws(ArchiveError) in writer.list(1) }
        }
    }

    @Test func membersWithEqualKeysBecomeOne() throws {
        let twice = try ArchiveEncoder().encode { (writer) throws(ArchiveError) in
            writer.object(3)
            for (key, number) in [("a", 1), ("b", 2), ("a", 3)] as [(String, Int64)] {
                writer.text(key)
                writer.integer(number)
            }
        }
        let node = try twice.root()
        #expect(try node.count == 3)
        #expect(try node.child("a")?.integer == 3)
        #expect(try node.members().map(\.key) == ["a", "b"])
        #expect(try node.value() == .members(["a": .integer(3), "b": .integer(2)]))
        #expect(try ArchiveEncoder().encode(node).bytes == ArchiveEncoder().encode(node.value()).bytes)
    }
}

func hex(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef")
    return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
}
