import FoundationEssentials
import OptimadeAPI
import RutileImport
import RutileJSON
import RutileModel
import RutileQuery
import RutileStore
import RutileTestSupport
import Testing

struct LinesImportTests {
    private let laboratory: ImportLaboratory

    init() throws { laboratory = try ImportLaboratory() }

    private static let header = #"{"x-optimade": {"api_version": "1.2.0"}}"#

    /// Imports these lines as the only file.
    private func run(
        _ lines: String..., name: String = "data.jsonl", header: String? = Self.header,
        _ change: (inout ImportRequest) -> Void = { _ in }
    ) async throws -> ImportReport {
        try laboratory.write(name, ([header].compactMap { $0 } + lines).map { $0 + "\n" }.joined())
        return try await laboratory.runOne([laboratory.source + "/" + name], change)
    }

    private func structure(_ id: String, _ attributes: String = #"{"structure_features": []}"#) -> String {
        #"{"type": "structures", "id": "\#(id)", "attributes": \#(attributes)}"#
    }

    private func documents(_ type: String = "structures") async throws -> [Value] {
        try await laboratory.records.documents(of: type, after: 0, limit: 1_000).documents
            .map { try Value(json: $0.json) }
    }

    @Test func eachLineIsAnEntryThatKeepsItsResource() async throws {
        let relationships = #"{"references": {"data": [{"type": "references", "id": "r"}]}}"#
        let report = try await run(
            #"{"meta": {"provider": {"prefix": "x"}}}"#,
            #"{"type": "info", "id": "/", "attributes": {"api_version": "1.2.0"}}"#,
            #"{"type": "links", "id": "index", "attributes": {"link_type": "root"}}"#,
            #"{"type": "structures", "id": "a", "attributes": {"structure_features": [], "lattice_vectors": [[1, 0, 0],"#
                + #" [0, 1, 0], [0, 0, 1]], "elements": ["Si"]}, "relationships": \#(relationships)}"#,
            "", #"{"type": "references", "id": "a", "attributes": {"year": "1999", "title": "T"}}"#)
        #expect(report.entryCounts == (added: 2, updated: 0, unchanged: 0))
        #expect(report.skipped.isEmpty)
        let entries = try await laboratory.entries(of: report.upload)
        #expect(Set(entries.keys) == ["data.jsonl#a", "data.jsonl#references/a"])
        let entry = try #require(entries["data.jsonl#a"])
        #expect(entry.id == EntryID(upload: report.upload, mainfile: "data.jsonl", key: "a"))
        #expect(entry.parserName == "parsers/optimade" && entry.process.status == .success)
        let archive = try #require(try await laboratory.archive(of: entry))
        #expect(archive.value("metadata/entry_id") == .string(entry.id.text))
        #expect(archive.value("metadata/external_id") == .string("a"))
        #expect(archive.value("metadata/mainfile_key") == .string("a"))
        #expect(archive.value("metadata/optimade/lattice_vectors/1")?.numbers == [0, 1, 0])
        #expect(archive.value("metadata/optimade_resource/relationships") == (try Value(json: relationships)))
        let document = try #require(try await documents().first)
        #expect(document["id"] == .string("a"))
        #expect(document["references"] == .list([.members(["id": .string("r")])]))
        #expect(try await documents("references").map { $0["title"] } == [.string("T")])
        #expect(try laboratory.leftovers() == [])
    }

    @Test(
        arguments: [
            (#"{"type": "structures""#, "no JSON"), ("[1]", "not an object"), (#"{"id": "x"}"#, "has no type"),
            (#"{"type": "structures", "attributes": {}}"#, "has no id"),
            (#"{"type": "structures", "id": 5}"#, "its id is no text"),
            (#"{"type": "structures", "id": ""}"#, "its id is empty"),
            (#"{"type": "structures", "id": "x", "attributes": [1]}"#, "its attributes are no object"),
            (#"{"type": "structures", "id": "good"}"#, "an entry 'good' stands on an earlier line"),
        ])
    func aBadLineIsReportedAndTheRestImported(_ line: String, _ reason: String) async throws {
        let report = try await run(structure("good"), line, structure("last"))
        #expect(report.entryCounts.added == 2)
        #expect(report.skipped.map(\.path) == ["data.jsonl"])
        #expect(report.skipped.first?.failure.line == 3)
        #expect(report.skipped.first?.failure.reason.hasPrefix(reason) == true)
        #expect(report.verdict == .imported)
    }

    @Test func badLinesAreSaidEachTime() async throws {
        let first = try await run(structure("a"), "nonsense", structure("b"))
        let entries = try await laboratory.entries(of: first.upload)
        let again = try await run(structure("a"), "nonsense", structure("b"))
        #expect(again.verdict == .unchanged && again.entryCounts.unchanged == 2)
        #expect(again.skipped.map(\.failure) == first.skipped.map(\.failure))
        #expect(try await laboratory.entries(of: first.upload) == entries)
        #expect(try await run(structure("a"), structure("b")).skipped.isEmpty)
        #expect(try await laboratory.entries(of: first.upload).values.allSatisfy { $0.process.warnings.isEmpty })
    }

    @Test func strictRefusesAFileWithABadLine() async throws {
        let report = try await run(structure("a"), "nonsense") { $0.isStrict = true }
        #expect(report.verdict == .refused)
        #expect(try await documents().isEmpty)
        #expect(try FileTree.files(below: laboratory.directory.uploads) == [])
    }

    @Test(
        arguments: [
            #"{"x-optimade": {"api_version": "1.2.0"}}"#, #"{"x-optimade": {"meta": {"api_version": "1.2.0"}}}"#, nil,
        ])
    func bothFormsOfTheHeaderAreTakenAndItsAbsenceIsNoted(_ header: String?) async throws {
        let report = try await run(structure("a"), header: header)
        #expect(report.entryCounts.added == 1)
        #expect(report.files[0].warnings.count == (header == nil ? 1 : 0))
    }

    @Test func otherLinesAreNoEntriesUnlessTheyAreAllThereIs() async throws {
        let report = try await run(#"{"level": "info", "message": "started"}"#, header: nil)
        #expect(report.skipped.map(\.failure.line) == [1])
        try laboratory.write("b/POSCAR", "x\n3.6\n1 0 0\n0 1 0\n0 0 1\nCu\n1\nDirect\n0 0 0\n")
        let folder = try await laboratory.runOne()
        #expect(folder.skipped.isEmpty)
        #expect(folder.entryCounts.added == 1)
    }

    @Test(
        arguments: [
            ("a.jsonl.gz", gzipped), ("a.JSONL.GZ", gzipped), ("a.jsonl.bz2", bzipped),
        ])
    func packedFilesAreUnpackedOnTheWay(_ name: String, _ content: String) async throws {
        try laboratory.write(name, Array(try #require(Data(base64Encoded: content))))
        let report = try await laboratory.runOne([laboratory.source + "/" + name])
        #expect(report.entryCounts.added == 1)
        #expect(try await documents().map { $0["nsites"] } == [.integer(1)])
    }

    @Test func idsThatAnotherUploadHasAreToldOf() async throws {
        let lines = (0..<300).map { structure("s\($0)") }
        let file = ([Self.header] + lines).joined(separator: "\n")
        try laboratory.write("one.jsonl", file)
        try laboratory.write("two.jsonl", file)
        try laboratory.write("hidden.jsonl", ([Self.header] + lines.prefix(3)).joined(separator: "\n"))
        let first = try await laboratory.runOne([laboratory.source + "/one.jsonl"])
        #expect(first.files[0].warnings == [])
        var other = RecordChange(existing: .replace)
        other.users = [UserRecord(id: UserID("eve"), username: "eve")]
        try await laboratory.records.apply(other)
        let hidden = try await laboratory.runOne([laboratory.source + "/hidden.jsonl"]) { $0.author = "eve" }
        // Nobody learns what is in uploads that they may not read.
        #expect(hidden.files[0].warnings == [])
        let second = try await laboratory.runOne([laboratory.source + "/two.jsonl"])
        #expect(
            second.files[0].warnings == [
                "Of 150 ids that were looked for, 150 are in the upload 'one.jsonl' (\(first.upload)), too: lists show "
                    + "the entries of both."
            ])
        // The same file again is no double of itself.
        try laboratory.write("two.jsonl", file + "\n" + structure("new"))
        let again = try await laboratory.runOne([laboratory.source + "/two.jsonl"])
        #expect(again.files[0].warnings.count == 1)
        try laboratory.write("three.jsonl", [Self.header, structure("t")].joined(separator: "\n"))
        #expect(try await laboratory.runOne([laboratory.source + "/three.jsonl"]).files[0].warnings == [])
    }

    @Test func whatFollowsFromOtherValuesIsSet() async throws {
        let species = #"[{"name": "A", "chemical_symbols": ["Fe", "Ni"], "concentration": [0.5, 0.5]}]"#
        let report = try await run(
            structure("a", #"{"structure_features": null, "nsites": 1.0}"#),
            structure("b", #"{"species": \#(species), "species_at_sites": ["A"]}"#),
            #"{"type": "references", "id": "r", "attributes": {"year": 2020, "volume": 7.0, "title": "T", "pages": 1.5}}"#
        )
        let entries = try await laboratory.entries(of: report.upload)
        func attribute(_ key: String, _ name: String) async throws -> Value? {
            try await laboratory.archive(of: entries["data.jsonl#" + key])?.value("metadata/optimade/" + name)
        }
        #expect(try await attribute("a", "structure_features") == .list([]))
        #expect(try await attribute("b", "structure_features")?.texts == ["disorder"])
        #expect(try await attribute("references/r", "year") == .string("2020"))
        #expect(try await attribute("references/r", "volume") == .string("7"))
        #expect(try await attribute("references/r", "pages") == .real(1.5))
        #expect(try await documents("references").map { $0["year"] } == [.string("2020")])
        let warnings = report.files[0].warnings
        for text in [
            "line 2: structure_features is missing", "line 3: structure_features is missing", "line 4: year is not of",
        ] {
            #expect(warnings.contains { $0.hasPrefix(text) }, "\(text): \(warnings)")
        }
    }

    @Test func aPackedFileThatIsCutOffImportsNothing() async throws {
        let whole = try #require(Data(base64Encoded: gzipped))
        try laboratory.write("a.jsonl.gz", Array(whole.prefix(60)))
        let report = try await laboratory.runOne([laboratory.source + "/a.jsonl.gz"])
        #expect(report.skipped.count == 1)
        #expect(try await documents().isEmpty)
        #expect(try laboratory.leftovers() == [])
    }

    private func license(_ report: ImportReport) async throws -> String? {
        let stored = try #require(try await laboratory.records.uploads([report.upload])[report.upload]).license
        #expect(report.license == stored)
        return stored
    }

    @Test(
        arguments: [
            (#""license": "https://spdx.org/licenses/CC0-1.0""#, "CC0-1.0"),
            (#""license": {"href": "https://example.org/terms"}"#, "https://example.org/terms"),
            (
                #""license": "https://example.org/terms", "available_licenses": ["MIT", "CC-BY-4.0"]"#,
                "MIT OR CC-BY-4.0"
            ),
            (#""license": null"#, nil), (#""license": """#, nil), (#""license": 7, "available_licenses": []"#, nil),
            (#""api_version": "1.2.0""#, nil),
        ])
    func theLicenceIsTheOneThatTheFileStates(_ attributes: String, _ license: String?) async throws {
        let information = #"{"type": "info", "id": "/", "attributes": {\#(attributes)}}"#
        #expect(try await self.license(run(information, structure("a"))) == license)
    }

    @Test func aFileWithoutInformationStatesNoLicence() async throws {
        #expect(try await license(run(structure("a"))) == nil)
        // Not even one that its entries speak of.
        #expect(try await license(run(structure("a", #"{"license": "CC0"}"#), name: "b.jsonl")) == nil)
    }

    @Test func anUploadWhoseEntriesHaveDifferentLicencesStatesNone() async throws {
        let free = #"{"type": "info", "id": "/", "attributes": {"license": "https://spdx.org/licenses/CC0-1.0"}}"#
        let first = try await run(free, structure("a"))
        #expect(try await license(first) == "CC0-1.0")
        let other = free.replacing("CC0-1.0", with: "MIT")
        #expect(try await license(run(other, structure("a"))) == "MIT")
        let added = try await run(free, structure("b"), name: "more.jsonl") { $0.upload = first.upload }
        #expect(try await license(added) == nil)
        let poscar = "x\n3.6\n1 0 0\n0 1 0\n0 0 1\nCu\n1\nDirect\n0 0 0\n"
        try laboratory.write("POSCAR", poscar)
        #expect(try await license(laboratory.runOne([laboratory.source + "/POSCAR"])) == "CC BY 4.0")
        #expect(try await license(laboratory.runOne()) == nil)
    }

    @Test func definitionsOfPropertiesComeFromTheInfoLines() async throws {
        let report = try await run(
            #"{"type": "info", "id": "structures", "properties": {"nsites": {"type": "integer"}, "#
                + #""_x_gap": {"type": "float", "unit": "eV"}, "_y_z": {"x-optimade-type": "string"}}}"#,
            #"{"type": "info", "id": "_x_runs", "attributes": {"properties": {"code": {"type": "string"}}}}"#,
            structure("a", #"{"structure_features": [], "_x_gap": 1.5, "_x_other": 2, "_x_none": 1}"#))
        let properties = try await laboratory.records.propertyDefinitions()
        #expect(properties.map(\.name) == ["_x_gap", "_y_z", "code"])
        #expect(properties.map(\.entryType) == ["structures", "structures", "_x_runs"])
        #expect(properties[0].definition["unit"] == .string("eV"))
        #expect(
            report.files[0].warnings
                == ["_x_none", "_x_other"].map {
                    "The property \($0) of structures is on no info line: it is shown where it is asked for, "
                        + "but cannot be searched for."
                })
        // Without the file its definitions go.
        try laboratory.write("data.jsonl", Self.header + "\n" + structure("a") + "\n")
        _ = try await laboratory.runOne([laboratory.source + "/data.jsonl"])
        #expect(try await laboratory.records.propertyDefinitions().isEmpty)
    }

    @Test func aRelationshipToOneIsOneToMany() async throws {
        let one = #"{"references": {"data": {"type": "references", "id": "r"}}, "x": {"data": null}}"#
        let report = try await run(
            #"{"type": "structures", "id": "a", "attributes": {"structure_features": []}, "relationships": \#(one)}"#)
        let entry = try await laboratory.entries(of: report.upload)["data.jsonl#a"]
        let resource = try await laboratory.archive(of: entry)?["metadata"]?["optimade_resource"]
        #expect(resource?.value("relationships/references/data/0/id") == .string("r"))
        #expect(resource?.value("relationships/x") == nil)
    }

    @Test(
        arguments: [
            (
                #"{"references": {"data": [{"type": "references", "id": "r"}, {"type": "structures", "id": "s"}, 5]}}"#,
                ["r"], "Of the relationship references 2 of 3 entries are left out"
            ),
            (#"{"references": {"data": "r"}}"#, [], "The relationship references is left out"),
            (#"{"references": [{"type": "references", "id": "r"}]}"#, [], "The relationship references is left out"),
            (#"{"references": {"data": [{"id": "r"}]}}"#, [], "Of the relationship references 1 of 1 entries"),
        ] as [(String, [String], String)])
    func relationshipsThatAreNoneAreLeftOutAndReported(
        _ relationships: String, _ ids: [String], _ warning: String
    ) async throws {
        let report = try await run(
            #"{"type": "structures", "id": "a", "attributes": {"structure_features": []}, "relationships": "#
                + relationships + "}")
        let entry = try await laboratory.entries(of: report.upload)["data.jsonl#a"]
        let resource = try await laboratory.archive(of: entry)?["metadata"]?["optimade_resource"]
        #expect(
            (resource?.value("relationships/references/data")?.items ?? []).map { $0["id"]?.text } == ids.map { $0 })
        #expect(report.files[0].warnings.contains { $0.hasPrefix("line 2: " + warning) })
    }

    @Test func daysThatAMonthDoesNotHaveAreReported() async throws {
        let report = try await run(
            #"{"type": "info", "id": "structures", "properties": {"_x_t": {"type": "timestamp"}}}"#,
            structure("a", #"{"structure_features": [], "_x_t": "2020-02-30T00:00:00Z"}"#),
            structure("b", #"{"structure_features": [], "_x_t": "2020-02-29T00:00:00Z"}"#))
        #expect(report.files[0].warnings == ["line 3: _x_t is not of its type (timestamp)"])
    }

    @Test func membersThatAreAddedToDictionariesOfTheStandardAreReported() async throws {
        let info =
            #"{"type": "info", "id": "structures", "properties": {"species": {"x-optimade-type": "list", "#
            + #""items": {"properties": {"name": {"type": "string"}, "_p_ox": {"type": "integer"}}}}}}"#
        let report = try await run(info, structure("a"))
        #expect(
            report.files[0].warnings == [
                "line 2: The definition of species._p_ox of structures is not used: what is added to a dictionary of "
                    + "the standard is shown, but cannot be searched for."
            ])
        #expect(try await laboratory.records.propertyDefinitions().isEmpty)
    }

    @Test func valuesThatAreNotOfTheirTypesAreReported() async throws {
        let report = try await run(
            #"{"type": "info", "id": "structures", "properties": {"_x_gap": {"type": "float"}, "#
                + #""_x_list": {"x-optimade-type": "list", "items": {"x-optimade-type": "integer"}}}}"#,
            structure("a", #"{"structure_features": [], "_x_gap": "wide", "_x_list": [1, 2.5]}"#),
            structure("b", #"{"structure_features": [], "_x_gap": 1, "_x_list": [1, 2.0, null]}"#),
            #"{"type": "references", "id": "r", "attributes": {"year": 1999, "title": "T"}}"#)
        #expect(
            report.files[0].warnings == [
                "line 3: _x_gap is not of its type (float)", "line 3: _x_list has parts that are not of their types",
                "line 5: year is not of its type (string)",
            ])
    }

    @Test func entriesOfOtherTypesAreReported() async throws {
        let report = try await run(
            structure("a"), #"{"type": "files", "id": "1"}"#, #"{"type": "files", "id": "2"}"#,
            #"{"type": "calculations", "id": "1"}"#)
        #expect(
            report.files[0].warnings == [
                "Of the type calculations there is 1 entry: kept, but neither served nor exported.",
                "Of the type files there are 2 entries: kept, but neither served nor exported.",
            ])
    }

    @Test func anotherVersionAndATypeThatIsNoneAreReported() async throws {
        let report = try await run(
            #"{"type": "info", "id": "structures", "properties": {"_x_a": {"x-optimade-type": "banana"}, "#
                + #""_x_b": {"x-optimade-type": "_other_thing"}}}"#,
            structure("a"), header: #"{"x-optimade": {"api_version": "2.0.0"}}"#)
        #expect(
            report.files[0].warnings == [
                "line 1: The file is of version 2.0.0; it is read as one of version 1.",
                "The definition of _x_a of structures names the type 'banana', which is none: values are shown as they "
                    + "are, and cannot be searched for.",
            ])
    }

    @Test func keysOfEntriesNeverMeet() async throws {
        let report = try await run(
            structure("references/r1"), structure("a/b"), structure("_x_y/1"), structure("structures/references/r1"),
            structure("_x_z"), #"{"type": "references", "id": "r1"}"#, #"{"type": "_x_y", "id": "1"}"#,
            #"{"type": "a", "id": "b"}"#, #"{"type": "_x_y/1", "id": "2"}"#, #"{"type": "_x_y", "id": "1/2"}"#)
        #expect(report.skipped.isEmpty)
        #expect(
            Set(try await laboratory.entries(of: report.upload).keys)
                == Set(
                    [
                        "structures/references/r1", "a/b", "structures/_x_y/1", "structures/structures/references/r1",
                        "_x_z", "references/r1", "_x_y/1", "structures//a/b", "structures//_x_y%2F1/2", "_x_y/1/2",
                    ].map { "data.jsonl#" + $0 }))
    }

    @Test func aPropertyThatAnotherUploadDefinesOtherwiseIsReported() async throws {
        func lines(_ type: String, _ unit: String) -> String {
            #"{"type": "info", "id": "structures", "properties": {"_x_gap": {"type": "\#(type)", "unit": "\#(unit)"}}}"#
        }
        #expect(try await run(lines("float", "eV"), structure("a"), name: "first.jsonl").files[0].warnings == [])
        #expect(try await run(lines("float", "eV"), structure("b"), name: "same.jsonl").files[0].warnings == [])
        for (type, unit) in [("string", "eV"), ("float", "J")] {
            #expect(
                try await run(lines(type, unit), structure("c"), name: "other.jsonl").files[0].warnings == [
                    "_x_gap of structures has another type or unit in another upload; searches know one of both."
                ])
        }
    }

    @Test func anAttributeThatIsNeverShownIsReported() async throws {
        let report = try await run(
            structure("a", #"{"structure_features": [], "band_gap": 1, "nsites": 2, "id": "x"}"#),
            structure("b", #"{"structure_features": [], "band_gap": 2}"#),
            #"{"type": "_x_runs", "id": "r", "attributes": {"code": "c"}}"#)
        #expect(
            report.files[0].warnings
                == [
                    "band_gap of structures has no prefix, and is not of the standard: it is kept, not shown.",
                    "Of the type _x_runs there is 1 entry: kept, but neither served nor exported.",
                ])
    }

    @Test func aDefinitionThatCannotBeReadIsReported() async throws {
        let report = try await run(
            #"{"type": "info", "id": "structures", "properties": {"_x A": {"type": "string"}, "_x_c": 5, "#
                + #""_x_b": {"type": "string"}}}"#, structure("a"))
        #expect(try await laboratory.records.propertyDefinitions().map(\.name) == ["_x_b"])
        #expect(report.files[0].warnings.count == 2)
        #expect(report.files[0].warnings.first?.hasPrefix("The definition of _x A of structures is not used") == true)
    }

    @Test func aPropertyWhoseDefinitionIsRefusedIsReportedOnce() async throws {
        let report = try await run(
            #"{"type": "info", "id": "structures", "properties": {"_x_Foo": {"type": "string"}}}"#,
            structure("a", #"{"structure_features": [], "_x_Foo": "a"}"#))
        #expect(report.files[0].warnings.count == 1)
        #expect(report.files[0].warnings[0].hasPrefix("The definition of _x_Foo of structures is not used"))
    }

    /// The definitions that the records have now, as searches see them.
    private func definitions() async throws -> [String: PropertyDefinition] {
        var definitions: [String: PropertyDefinition] = [:]
        for record in try await laboratory.records.propertyDefinitions() {
            definitions[record.name] = try PropertyDefinition(
                record.name, of: record.entryType, json: record.definition)
        }
        return definitions
    }

    @Test func flatDefinitionsAreCompletedByTheValues() async throws {
        let flat = #"""
            {"_x_tags": {"type": "list"}, "_x_lengths": {"type": "list", "unit": "angstrom"}, \#
            "_x_mixed": {"type": "list"}, "_x_calc": {"type": "dictionary"}, "_x_any": {"type": "unknown"}, \#
            "_x_none": {"type": "list"}}
            """#
        let info = #"{"type": "info", "id": "structures", "properties": \#(flat)}"#
        let lines = [
            structure(
                "a",
                #"{"structure_features": [], "_x_tags": ["oxide"], "_x_lengths": [1, 2], "_x_mixed": [1], "#
                    + #""_x_calc": {"code": "QE"}, "_x_any": 3, "_x_none": []}"#),
            structure(
                "b",
                #"{"structure_features": [], "_x_tags": null, "_x_lengths": [1.5], "_x_mixed": ["x"], "#
                    + #""_x_calc": {"steps": 3}, "_x_any": 4}"#),
        ]
        // Info lines may stand anywhere.
        for order in [[info] + lines, lines + [info]] {
            try laboratory.write("data.jsonl", ([Self.header] + order).joined(separator: "\n"))
            let report = try await laboratory.runOne([laboratory.source + "/data.jsonl"])
            #expect(report.files[0].warnings == [])
            let definitions = try await definitions()
            #expect(definitions["_x_tags"]?.property.type == .list(.string))
            #expect(definitions["_x_lengths"]?.property.type == .list(.float))
            #expect(definitions["_x_lengths"]?.json["items"]?["x-optimade-unit"] == .string("angstrom"))
            #expect(
                definitions["_x_calc"]?.property.type
                    == .dictionary([.init("code", .string), .init("steps", .integer)]))
            for name in ["_x_mixed", "_x_none"] { #expect(definitions[name]?.property.type == .list(.opaque)) }
            #expect(definitions["_x_any"]?.property.type == .opaque)
        }
    }

    @Test func valuesOfAllPiecesCountForADefinition() async throws {
        let padding = String(repeating: "x", count: 700)
        let lines = (0..<5_000).map { number in
            let value = number == 4_999 ? "[2.5]" : number % 2 == 0 ? "[\(number)]" : "[]"
            return structure("s\(number)", #"{"structure_features": [], "_x_n": \#(value), "_x_p": "\#(padding)"}"#)
        }
        let info = #"{"type": "info", "id": "structures", "properties": {"_x_n": {"type": "list"}}}"#
        try laboratory.write("data.jsonl", ([Self.header, info] + lines).joined(separator: "\n"))
        _ = try await laboratory.runOne([laboratory.source + "/data.jsonl"])
        #expect(try await definitions()["_x_n"]?.property.type == .list(.float))
    }

    @Test func datesOfMongoDBAreTimestamps() async throws {
        let report = try await run(
            structure("a", #"{"last_modified": {"$date": "2019-06-08T05:13:37.331Z"}}"#),
            structure(
                "b", #"{"last_modified": {"$date": 1559970817331}, "_x_a": [{"t": {"$date": "2020-01-01T00:00:00Z"}}]}"#
            ),
            structure("c", #"{"last_modified": {"$date": {"$numberLong": "1559970817331"}}, "_x_a": {"$oid": "5f"}}"#))
        let documents = try await documents().sorted { ($0["id"]?.text ?? "") < ($1["id"]?.text ?? "") }
        #expect(
            documents.map { $0["last_modified"]?.text } == [String](repeating: "2019-06-08T05:13:37Z", count: 1)
                + [String](repeating: "2019-06-08T05:13:37Z", count: 2))
        // Of the time nothing is lost, though it is shown in whole seconds.
        let first = try #require(try await laboratory.entries(of: report.upload)["data.jsonl#a"])
        #expect(
            try await laboratory.archive(of: first)?.value("metadata/optimade/last_modified")
                == .string("2019-06-08T05:13:37.331000Z"))
        #expect(documents[1].value("_x_a/0/t") == .string("2020-01-01T00:00:00Z"))
        #expect(documents[2]["_x_a"] == .string("5f"))
    }

    @Test func theSameFileAgainChangesNothingAndAChangedOneReplaces() async throws {
        let first = try await run(structure("a"), structure("b"))
        let before = try await laboratory.entries(of: first.upload)
        let number = try await laboratory.records.changeNumber()
        let again = try await run(structure("a"), structure("b"))
        #expect(again.verdict == .unchanged && again.entryCounts.unchanged == 2)
        #expect(try await laboratory.records.changeNumber() == number)

        let report = try await run(structure("b", #"{"structure_features": [], "nsites": 5}"#), structure("c"))
        #expect(report.entryCounts == (added: 1, updated: 1, unchanged: 0) && report.removedEntries == 1)
        let after = try await laboratory.entries(of: first.upload)
        #expect(Set(after.keys) == ["data.jsonl#b", "data.jsonl#c"])
        #expect(after["data.jsonl#b"]?.createTime == before["data.jsonl#b"]?.createTime)
        let batch = try await laboratory.records.documents(of: "structures", after: number, limit: 10)
        #expect(batch.removed == [EntryID(upload: first.upload, mainfile: "data.jsonl", key: "a")])
        #expect(batch.documents.count == 2)
        #expect(
            try await laboratory.archive(of: after["data.jsonl#b"])?.value("metadata/optimade/nsites") == .integer(5))
    }

    @Test func theReportSaysWhatBecameOfEachEntry() async throws {
        let first = try await run(structure("a"), structure("b"), structure("c"), structure("d"), structure("e"))
        let report = try await run(
            structure("b"), structure("a"), structure("c", #"{"nsites": 1}"#), structure("d", #"{"nsites": 2}"#),
            structure("f"))
        #expect(report.entryCounts == (added: 1, updated: 2, unchanged: 2))
        #expect(report.removedEntries == 1 && report.removedFiles == [])
        #expect(try await laboratory.entries(of: first.upload).count == 5)
    }

    @Test func aLineThatTurnedBadKeepsItsOldEntry() async throws {
        let first = try await run(structure("a"), structure("b"))
        let broken = #"{"type": "structures", "id": "a", "attributes": "#
        for _ in 0..<2 {
            let report = try await run(broken, structure("b"), structure("c"))
            #expect(report.skipped.count == 1 && report.removedEntries == 0)
            #expect(
                Set(try await laboratory.entries(of: first.upload).keys)
                    == ["data.jsonl#a", "data.jsonl#b", "data.jsonl#c"])
        }
        // Once all of the file can be read, what is not in it goes.
        let whole = try await run(structure("b"), structure("c"))
        #expect(whole.entryCounts == (added: 0, updated: 0, unchanged: 2) && whole.removedEntries == 1)
        #expect(Set(try await laboratory.entries(of: first.upload).keys) == ["data.jsonl#b", "data.jsonl#c"])
    }

    @Test func aFileThatTurnedBadKeepsItsOldEntries() async throws {
        let first = try await run(structure("a"))
        let report = try await run("nonsense")
        #expect(report.skipped.count == 1)
        #expect(try await laboratory.entries(of: first.upload).count == 1)
        #expect(try await laboratory.records.propertyDefinitions().isEmpty)
    }

    @Test func whatDoesNotAgreeIsAWarningOfItsEntry() async throws {
        let report = try await run(
            structure("a", #"{"structure_features": [], "nsites": 3, "species_at_sites": ["X"]}"#))
        #expect(report.files[0].warnings == ["line 2: species_at_sites has 1 items, but nsites is 3"])
        let entry = try await laboratory.entries(of: report.upload)["data.jsonl#a"]
        #expect(entry?.process.warnings == ["species_at_sites has 1 items, but nsites is 3"])
    }

    @Test func filesOfSeveralPiecesKeepTheirLineNumbers() async throws {
        let padding = String(repeating: "x", count: 700)
        let lines = (0..<5_000).map { number in
            number % 1_000 == 999
                ? "bad" : structure("s\(number)", #"{"structure_features": [], "_x_n": "\#(padding)"}"#)
        }
        try laboratory.write("data.jsonl", Self.header + "\n" + lines.joined(separator: "\n"))
        let report = try await laboratory.runOne([laboratory.source + "/data.jsonl"])
        #expect(report.entryCounts.added == 4_995)
        #expect(report.skipped.map(\.failure.line) == [1_001, 2_001, 3_001, 4_001, 5_001])
        let entries = try await laboratory.entries(of: report.upload)
        let last = try await laboratory.archive(of: entries["data.jsonl#s4998"])
        #expect(last?.value("metadata/optimade_resource/id") == .string("s4998"))
    }

    @Test func theSharedFileIsImportedWhole() async throws {
        let path = try SharedMaterial.path("cases/optimade/data/synth-300.jsonl")
        let report = try await laboratory.runOne([path])
        #expect(report.entryCounts == (added: 340, updated: 0, unchanged: 0))
        #expect(report.skipped.isEmpty)
        #expect(report.files[0].warnings == [])
        #expect(try await documents().count == 300)
        #expect(try await documents("references").count == 40)
        #expect(try await laboratory.records.propertyDefinitions().count == 10)
        #expect(report.uploadName == "synth-300.jsonl")
    }
}

private let gzipped = """
    H4sIAAAAAAACAx2MMQ6AMAwDd57hGRBl5DMo0A4ZClWaIlDVvxOYfDrZrriHMylH8gFLRQxKX1Li9QqS+TywwI3zOKG11lXok6yJ\
    rFJ2LRIyerA3QwakKrwVNWsnR+afnA1fVOizs2kAAAA=
    """

private let bzipped = """
    QlpoOTFBWSZTWRsoqNwAADHbgAAQEAdwEAAAviPfaiAAUKAAaAAAaCahtET0jT0G1IFL0/W3kyI0ODCGNaDFrWlmiEXB93QL4fzv\
    fGJibLOX0TXBp1FW10uZk/Lq+Vc6vGjtESXgoEFy3ou5IpwoSA2UVG4A
    """
