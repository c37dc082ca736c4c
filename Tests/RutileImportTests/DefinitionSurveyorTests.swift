import RutileImport
import RutileJSON
import RutileModel
import Testing

struct DefinitionSurveyorTests {
    private let entry = ArchiveKey(upload: UploadID("up"), entry: EntryID("local"))

    private func survey(_ data: String) throws -> ArchiveSurvey {
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
        return DefinitionSurveyor().survey(root, of: entry)
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
    func dataOfBuiltInDefinitionsHaveSearchQuantitiesOfTheirOwn() throws {
        #expect(try survey(#"{"m_def": "nomad.datamodel.data.EntryData", "mass": 2}"#).searchQuantities.isEmpty)
        #expect(try survey(#"{"mass": 2}"#).searchQuantities.isEmpty)
    }
}
