import RutileImport
import RutileJSON
import Testing

struct ArchiveTextSourceTests {
    @Test func yamlThatIsNotUTF8IsRefusedWithItsPlace() {
        let bytes = Array("data:\n  name: caf\u{E9} 1\n  x: caf".utf8) + [0xE9, 0x0A]
        #expect(throws: SourceFailure(line: 3, "not valid UTF-8, at byte 30")) {
            try SourceFormat.archiveYAML.entries(in: bytes)
        }
    }

    @Test(arguments: [
        ([0xFF], "not valid UTF-8, at byte 17"), (Array(#"\ud800"#.utf8), "half of a surrogate pair, at byte 17"),
    ])
    func jsonThatIsNoTextIsRefusedWithItsPlace(_ bytes: [UInt8], _ reason: String) {
        let text = Array("{\"data\":\n{\"a\": \"b".utf8) + bytes + Array("\"}}".utf8)
        #expect(throws: SourceFailure(line: 2, reason)) { try SourceFormat.archiveJSON.entries(in: text) }
    }

    private func entry(_ format: SourceFormat, _ text: String) throws -> RawEntry {
        try #require(try format.entries(in: Array(text.utf8)).entries.first)
    }

    @Test func anArchiveIsTakenAsItIs() throws {
        let entry = try entry(.archiveJSON, #"{"data": {"b": 1, "a": [1.0, 2, "x", null, true]}}"#)
        #expect(
            entry.value("data")
                == .members(["b": .integer(1), "a": .list([.real(1), .integer(2), .string("x"), .null, .bool(true)])]))
    }

    @Test func numbersThatAreNotFiniteBecomeNullWithAWarning() throws {
        let json = try entry(.archiveJSON, "{\"a\": [1,\nNaN, -Infinity]}")
        #expect(json.value("a") == .list([.integer(1), .null, .null]))
        #expect(json.warnings == ["Numbers that are not finite became null: 2, the first in line 2."])
        let yaml = try entry(.archiveYAML, "a: [1, .nan, -.inf]\n")
        #expect(yaml.value("a") == .list([.integer(1), .null, .null]))
        #expect(yaml.warnings == ["Numbers that are not finite became null: 2."])
    }

    @Test func yamlScalarsHaveTheirTypes() throws {
        let text = """
            text: x
            quoted: "1"
            whole: 12
            hex: 0x10
            real: 1.5
            power: 1.0e-3
            yes: true
            none: null
            empty:
            date: 2024-01-02
            """
        let entry = try entry(.archiveYAML, text)
        #expect(entry.value("text") == .string("x"))
        #expect(entry.value("quoted") == .string("1"))
        #expect(entry.value("whole") == .integer(12))
        #expect(entry.value("hex") == .integer(16))
        #expect(entry.value("real") == .real(1.5))
        #expect(entry.value("power") == .real(0.001))
        #expect(entry.value("yes") == .bool(true))
        #expect(entry.value("none") == .null)
        #expect(entry.value("empty") == .null)
        #expect(entry.value("date") == .string("2024-01-02"))
    }

    @Test func yamlAnchorsAndMergesAreResolved() throws {
        let entry = try entry(.archiveYAML, "base: &b {x: 1, y: 2}\nmore:\n  <<: *b\n  y: 3\ncopy: *b\n")
        #expect(entry.value("more") == .members(["y": .integer(3), "x": .integer(1)]))
        #expect(entry.value("copy") == .members(["x": .integer(1), "y": .integer(2)]))
    }

    @Test func tagsThatAreNotKnownAreToldOf() throws {
        let entry = try entry(.archiveYAML, "a: !custom 5\nb: !!str 6\nc: [!x {d: 1}]\ne: 2020-01-01\nf: !!set {g}\n")
        #expect(entry.value("a") == .string("5") && entry.value("b") == .string("6"))
        #expect(entry.warnings.count == 1)
        #expect(
            entry.warnings.first?.hasPrefix("Tags that are not known were passed over: 2, the first '!custom'") == true)
    }

    @Test func aliasesThatMultiplyAreRefused() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            let previous = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(previous)]\n"
        }
        #expect(failure(.archiveYAML, text)?.reason == "more than 5000000 values, aliases counted")
    }

    @Test func deepNestingIsRefused() {
        let json = String(repeating: "{\"a\":", count: 10_000) + "1" + String(repeating: "}", count: 10_000)
        #expect(failure(.archiveJSON, json)?.reason.contains("512") == true)
        let yaml = String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
        #expect(failure(.archiveYAML, "a: " + yaml)?.reason == "more than 64 levels")
    }

    @Test func whatIsNoArchiveIsRefusedWithALine() {
        #expect(failure(.archiveJSON, "[1]") == SourceFailure(line: 1, "not an object"))
        #expect(failure(.archiveJSON, "{\"a\": 1,\n\"b\" 2}")?.line == 2)
        #expect(failure(.archiveJSON, "")?.reason != nil)
        #expect(failure(.archiveJSON, "{\"metadata\": 3}") == SourceFailure("metadata is not an object"))
        #expect(failure(.archiveYAML, "- a\n") == SourceFailure(line: 1, "not a mapping"))
        #expect(failure(.archiveYAML, "a: 1\nb: [\n")?.line != nil)
        #expect(failure(.archiveYAML, "a: 1\na: 2\n")?.reason == "the key 'a' stands twice in one mapping")
    }
}

struct SourceFormatTests {
    @Test(
        arguments: [
            ("a.archive.json", .archiveJSON), ("x/y.archive.yaml", .archiveYAML), ("y.archive.yml", .archiveYAML),
            ("quartz.cif", .cif), ("QUARTZ.CIF", .cif), ("POSCAR", .poscar), ("run/CONTCAR", .poscar),
            ("POSCAR.relaxed", .poscar), ("POSCAR-1", .poscar), ("slab.vasp", .poscar), ("md.extxyz", .xyz),
            ("a.xyz", .xyz), ("e.msg", .archiveFile), ("POSCARS", nil), ("a.json", nil), ("README.md", nil),
            ("archive.json", nil), ("POSCAR/INCAR", nil), (".cif", nil), ("cif", nil),
        ] as [(String, SourceFormat?)])
    func theNameOfAFileTellsItsFormat(_ path: String, _ format: SourceFormat?) {
        #expect(SourceFormat(path: path) == format)
    }
}
