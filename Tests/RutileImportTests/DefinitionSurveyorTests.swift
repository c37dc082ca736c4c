import RutileImport
import RutileJSON
import RutileMetainfo
import RutileModel
import Testing

struct DefinitionSurveyorTests {
    private let entry = ArchiveKey(upload: UploadID("up"), entry: EntryID("local"))

    private func survey(_ data: String, knowing known: KnownArchives = KnownArchives()) throws -> ArchiveSurvey {
        let text = """
            {"definitions": {"name": "mini", "section_definitions": [
               {"name": "Crate", "base_sections": ["nomad.datamodel.data.EntryData"],
                "quantities": [{"name": "mass", "type": {"type_kind": "numpy", "type_data": "float64"}},
                               {"name": "count", "type": {"type_kind": "python", "type_data": "int"}},
                               {"name": "tags", "shape": ["*"], "type": {"type_kind": "python", "type_data": "str"}},
                               {"name": "lid", "type": {"type_kind": "reference",
                                "type_data": "#/definitions/section_definitions/1"}}],
                "sub_sections": [{"name": "lids", "sub_section": "#/definitions/section_definitions/1",
                                  "repeats": true}]},
               {"name": "Lid", "quantities": [{"name": "colour", "type": {"type_kind": "python", "type_data": "str"}}]}
             ]}, "data": \(data)}
            """
        let root = try Value(json: Array(text.utf8), limits: .file)
        return DefinitionSurveyor().survey(root, of: entry, knowing: known)
    }

    @Test
    func scalarsBelowDataOfOwnDefinitionsAreForSearches() throws {
        let found = try survey(
            """
            {"m_def": "#/definitions/section_definitions/0", "mass": 2, "count": 3, "tags": ["a", "b"],
             "lid": "#/data/lids/0", "lids": [{"colour": "red"}, {"colour": "blue"}]}
            """
        ).searchQuantities
        let schema = "#entry_id:local.Crate"
        let items = found.map { item in
            (item["id"]?.text, item["path_archive"]?.text, item.object?.keys.last, item.object?.values.last)
        }
        let expected: [(String, String, String, Value)] = [
            ("data.mass" + schema, "data.mass", "float_value", .integer(2)),
            ("data.count" + schema, "data.count", "int_value", .integer(3)),
            ("data.tags" + schema, "data.tags", "str_value", .string("a")),
            ("data.tags" + schema, "data.tags", "str_value", .string("b")),
            ("data.lids.colour" + schema, "data.lids.0.colour", "str_value", .string("red")),
            ("data.lids.colour" + schema, "data.lids.1.colour", "str_value", .string("blue")),
        ]
        #expect(items.count == expected.count)
        for (item, expected) in zip(items, expected) {
            #expect(item.0 == expected.0 && item.1 == expected.1 && item.2 == expected.2 && item.3 == expected.3)
        }
        #expect(found.first?["definition"]?.text == "entry_id:local.Crate.mass")
    }

    @Test
    func dataOfBuiltInDefinitionsAreForSearchesAsWell() throws {
        let schema = "nomad.datamodel.metainfo.eln.ElnBaseSection"
        let found = try survey(#"{"m_def": "\#(schema)", "lab_id": "L1", "unlisted": 2}"#)
        #expect(found.searchQuantities.map { $0["id"]?.text } == ["data.lab_id#\(schema)"])
        #expect(found.searchQuantities.first?["str_value"] == .string("L1"))
        #expect(try survey(#"{"m_def": "nomad.datamodel.data.EntryData", "mass": 2}"#).searchQuantities.isEmpty)
        #expect(try survey(#"{"mass": 2}"#).searchQuantities.isEmpty)
    }

    @Test
    func definitionsOfDataAreListedWithThoseThatTheyInheritFrom() throws {
        let found = try survey(
            ##"{"m_def": "#/definitions/section_definitions/0", "tags": ["a", "b", "a"], "lids": [{"colour": "red"}]}"##
        )
        func names(_ isDirect: Bool) -> [String] {
            found.sectionDefinitions.filter { $0["used_directly"] == .bool(isDirect) }
                .compactMap { $0["definition_qualified_name"]?.text }
        }
        #expect(names(true) == ["entry_id:local.Crate", "entry_id:local.Lid"])
        #expect(names(false).contains("nomad.datamodel.data.EntryData"))
        #expect(found.sectionDefinitions.allSatisfy { $0["definition_id"]?.text?.utf8.count == 40 })
        #expect(found.texts == ["a", "b", "red"])
    }

    @Test(
        arguments: [
            ("../upload/raw/s.archive.json#/data", ArchivePlace.rawFile(UploadID("up"), path: "s.archive.json")),
            ("../entries/s/archive#/data", .entry(EntryID("s"))),
            (
                "../uploads/u/archive/s#/data",
                .archive(ArchiveKey(upload: UploadID("u"), entry: EntryID("s")))
            ),
        ])
    func whatLiesInAnotherArchiveIsNeededUntilItIsKnown(_ text: String, _ place: ArchivePlace) throws {
        let data = ##"{"m_def": "#/definitions/section_definitions/0", "lid": "\##(text)"}"##
        #expect(try survey(data).needs == [place])
        var known = KnownArchives()
        known.add(nil, at: place)
        let absent = try survey(data, knowing: known)
        #expect(absent.needs.isEmpty && absent.references.count == 1)
        let key = ArchiveKey(upload: UploadID("u"), entry: EntryID("s"))
        known.add(KnownArchives.Archive(key, mainfile: "s.archive.json", definitions: nil), at: place)
        let found = try survey(data, knowing: known)
        #expect(
            found.references == [
                .members([
                    "target_upload_id": .string("u"), "target_entry_id": .string("s"),
                    "target_mainfile": .string("s.archive.json"), "target_reference": .string(text),
                    "target_path": .string("/data"), "target_name": .string("data"), "source_name": .string("lid"),
                    "source_path": .string("/data/lid"), "source_quantity": .string("entry_id:local.Crate.lid"),
                ])
            ])
    }

    @Test
    func nobodyLooksIntoOtherInstallations() throws {
        for place in ["archive/s", "raw/s.archive.json"] {
            let other = "https://h/api/v1/uploads/u/\(place)#"
            let found = try survey(##"{"m_def": "#/definitions/section_definitions/0", "lid": "\##(other)/data"}"##)
            #expect(found.references.isEmpty && found.needs.isEmpty)
            let foreign = try survey(##"{"m_def": "\##(other)/definitions/section_definitions/0", "mass": 2}"##)
            #expect(foreign.needs.isEmpty && foreign.missing.isEmpty)
        }
    }

    @Test
    func referencesIntoTheSameArchiveAreNone() throws {
        for text in ["#/data/lids/0", "../uploads/up/archive/local#/data/lids/0"] {
            let found = try survey(##"{"m_def": "#/definitions/section_definitions/0", "lid": "\##(text)"}"##)
            #expect(found.references.isEmpty && found.needs.isEmpty)
        }
    }
}
