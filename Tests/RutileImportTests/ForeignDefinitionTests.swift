import RutileImport
import RutileJSON
import RutileModel
import RutileStore
import Testing

/// Entries whose schema lies in another entry.
struct ForeignDefinitionTests {
    private let laboratory: ImportLaboratory

    init() throws { laboratory = try ImportLaboratory() }

    private static let upload = UploadID(author: UserID("local"), name: "things")

    private static func schema(quantity: String = "mass") -> String {
        """
        {"definitions": {"name": "mini", "section_definitions": [
          {"name": "Base", "quantities": [{"name": "label", "type": {"type_kind": "python", "type_data": "str"}}]},
          {"name": "Sample", "base_sections": ["nomad.datamodel.data.EntryData", "/section_definitions/0"],
           "quantities": [{"name": "\(quantity)", "type": {"type_kind": "python", "type_data": "float"}}]}]}}
        """
    }

    private static func data(_ definition: String) -> String {
        #"{"data": {"m_def": "\#(definition)", "mass": 2.5, "label": "heavy"}}"#
    }

    private static let byFile = "../upload/raw/schema/s.archive.json#/definitions/section_definitions/1"
    private static let own = EntryID(upload: upload, mainfile: "schema/s.archive.json").text

    /// The search quantities of the entry of `file`, by the part of their ids before the schema.
    private func found(_ file: String, in upload: UploadID = upload, of schema: String = own) async throws -> [String] {
        let metadata = try await laboratory.archive(of: laboratory.entries(of: upload)[file])?["metadata"]
        let suffix = "#entry_id:\(schema).Sample"
        let sections = metadata?["sections"]?.texts ?? []
        #expect(sections.contains("entry_id:\(schema).Sample") == (metadata?["search_quantities"] != nil))
        return (metadata?["search_quantities"]?.items ?? []).compactMap { item in
            item["id"]?.text.flatMap { $0.hasSuffix(suffix) ? String($0.dropLast(suffix.count)) : nil }
        }.sorted()
    }

    @Test(
        arguments: [
            byFile, "../entries/\(own)/archive#/definitions/section_definitions/1",
            "../upload/archive/\(own)#/definitions/section_definitions/1",
            "../upload/archive/mainfile/schema/s.archive.json#/definitions/section_definitions/1",
            "../uploads/\(upload.text)/archive/\(own)#/definitions/section_definitions/1", "entry_id:\(own).Sample",
        ], ["a.archive.json", "z.archive.json"])
    func dataAreFoundByASchemaInAnotherFileOfTheImport(_ definition: String, _ file: String) async throws {
        try laboratory.write("schema/s.archive.json", Self.schema())
        try laboratory.write(file, Self.data(definition))
        let report = try await laboratory.runOne()
        #expect(report.files.allSatisfy { $0.warnings.isEmpty })
        #expect(try await found(file) == ["data.label", "data.mass"])
        #expect(try await laboratory.runOne().verdict == .unchanged)
        #expect(try laboratory.leftovers() == [])
    }

    @Test func aSchemaInYAMLIsReadByItsParser() async throws {
        try laboratory.write(
            "schema/s.archive.yaml",
            """
            definitions:
              name: mini
              sections:
                Sample:
                  base_sections: [nomad.datamodel.data.EntryData]
                  quantities:
                    mass: {type: float}
            """)
        try laboratory.write("a.archive.json", Self.data("../upload/raw/schema/s.archive.yaml#Sample"))
        _ = try await laboratory.runOne()
        let schema = EntryID(upload: Self.upload, mainfile: "schema/s.archive.yaml").text
        #expect(try await found("a.archive.json", of: schema) == ["data.mass"])
    }

    @Test func aBaseSectionMayLieInAThirdFile() async throws {
        try laboratory.write("schema/s.archive.json", Self.schema())
        let base = "../upload/raw/schema/s.archive.json#/definitions/section_definitions/1"
        try laboratory.write(
            "t.archive.json",
            #"{"definitions": {"section_definitions": [{"name": "Sample", "base_sections": ["\#(base)"]}]}}"#)
        try laboratory.write(
            "a.archive.json", Self.data("../upload/raw/t.archive.json#/definitions/section_definitions/0"))
        _ = try await laboratory.runOne()
        let schema = EntryID(upload: Self.upload, mainfile: "t.archive.json").text
        #expect(try await found("a.archive.json", of: schema) == ["data.label", "data.mass"])
    }

    @Test func aSchemaThatChangesChangesTheEntriesThatHaveIt() async throws {
        try laboratory.write("schema/s.archive.json", Self.schema())
        try laboratory.write("a.archive.json", Self.data(Self.byFile))
        try laboratory.write("b.archive.json", #"{"data": {"mass": 1}}"#)
        _ = try await laboratory.runOne()
        try laboratory.write("schema/s.archive.json", Self.schema(quantity: "weight"))
        let report = try await laboratory.runOne()
        #expect(report.entryCounts == (added: 0, updated: 2, unchanged: 1))
        #expect(try await found("a.archive.json") == ["data.label"])
        #expect(try await laboratory.runOne().verdict == .unchanged)
    }

    @Test func aSchemaMayComeLater() async throws {
        try laboratory.write("a.archive.json", Self.data(Self.byFile))
        let first = try await laboratory.runOne()
        #expect(first.files.first?.warnings == ["A definition in another entry is not found: \(Self.byFile)"])
        #expect(try await found("a.archive.json") == [])
        #expect(try await laboratory.runOne().verdict == .unchanged)
        try laboratory.write("schema/s.archive.json", Self.schema())
        let second = try await laboratory.runOne()
        #expect(second.entryCounts == (added: 1, updated: 1, unchanged: 0))
        #expect(try await found("a.archive.json") == ["data.label", "data.mass"])
        #expect(try await laboratory.runOne().verdict == .unchanged)
    }

    @Test func anInheritedSchemaMayComeLater() async throws {
        let base = "../upload/raw/schema/s.archive.json#/definitions/section_definitions/1"
        try laboratory.write(
            "a.archive.json",
            ##"{"definitions": {"section_definitions": [{"name": "Mine", "base_sections": ["\##(base)"]}]}, "data": {"m_def": "#/definitions/section_definitions/0", "mass": 2.5}}"##
        )
        let first = try await laboratory.runOne()
        #expect(
            first.files.first?.warnings == ["A definition in another entry is not found: raw/schema/s.archive.json"])
        #expect(try await laboratory.runOne().verdict == .unchanged)
        try laboratory.write("schema/s.archive.json", Self.schema())
        #expect(try await laboratory.runOne().entryCounts == (added: 1, updated: 1, unchanged: 0))
        try laboratory.write("schema/s.archive.json", Self.schema(quantity: "weight"))
        #expect(try await laboratory.runOne().entryCounts == (added: 0, updated: 2, unchanged: 0))
        #expect(try await laboratory.runOne().verdict == .unchanged)
    }

    @Test func aStructureKeepsItsTimeWhenItIsLookedAtAgain() async throws {
        try laboratory.write("schema/s.archive.json", Self.schema())
        let data = Self.data(Self.byFile).dropFirst()
        try laboratory.write(
            "a.archive.json", #"{"metadata": {"optimade": {"elements": ["Si"], "nelements": 1}}, "# + data)
        _ = try await laboratory.runOne()
        #expect(try await laboratory.runOne().verdict == .unchanged)
    }

    @Test func noImportKnowsMoreThanTheOneBeforeIt() async throws {
        try laboratory.write("md.xyz", "1\nx\nHe 0 0 0\n1\nx\nNe 0 0 0\n")
        let second = EntryID(upload: Self.upload, mainfile: "md.xyz", key: "1").text
        try laboratory.write("schema/s.archive.json", Self.schema())
        try laboratory.write(
            "a.archive.json",
            #"{"workflow2": {"inputs": [{"section": "../upload/archive/\#(second)#/run/0"}]}, "data": {"m_def": "\#(Self.byFile)"}}"#
        )
        _ = try await laboratory.runOne()
        #expect(try await laboratory.runOne().verdict == .unchanged)
    }

    @Test(arguments: [true, false])
    func aSchemaOfAnotherUploadIsFoundByWhoMayReadIt(_ isPublished: Bool) async throws {
        var change = RecordChange(existing: .refuse)
        change.users = [
            UserRecord(id: UserID("u-ada"), username: "ada"), UserRecord(id: UserID("u-ben"), username: "ben"),
            UserRecord(id: UserID("u-adm"), username: "adm"),
        ]
        change.users[2].isAdmin = true
        try await laboratory.records.apply(change)
        try laboratory.write("schema/s.archive.json", Self.schema())
        let schema = try await laboratory.runOne {
            $0.author = "ada"
            $0.publishes = isPublished
        }.upload
        let id = EntryID(upload: schema, mainfile: "schema/s.archive.json").text
        try laboratory.remove("schema")
        for author in ["ada", "ben", "adm"] {
            for definition in [
                "../uploads/\(schema.text)/archive/\(id)#/definitions/section_definitions/1",
                "../uploads/\(schema.text)/raw/schema/s.archive.json#/definitions/section_definitions/1",
                "../entries/\(id)/archive#/definitions/section_definitions/1",
            ] {
                try laboratory.write("a.archive.json", Self.data(definition))
                let report = try await laboratory.runOne {
                    $0.author = author
                    $0.uploadName = "other"
                }
                let found = try await found("a.archive.json", in: report.upload, of: id)
                #expect(found == (isPublished || author == "ada" ? ["data.label", "data.mass"] : []))
            }
        }
    }
}
