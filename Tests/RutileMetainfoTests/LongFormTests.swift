import RutileJSON
import RutileMetainfo
import RutileModel
import Testing

/// Definitions written by hand, as they are shown. Most of these forms are in `Goldens/answers.json` too.
@Suite struct LongFormTests {
    private let here = ArchiveKey(upload: UploadID("u"), entry: EntryID("here"))

    /// The document of the section `A` of a package.
    private func document(_ sections: String) throws -> Value {
        let scope = DefinitionScope(catalogue: .builtIn)
        scope.add(archive: here, definitions: try Value(json: Array(#"{"sections": \#(sections)}"#.utf8)))
        return try scope.document(of: scope.section(mDef: "#/definitions/A", in: here).found()).found()
    }

    @Test(arguments: [
        (#""str""#, #"{"type_kind":"python","type_data":"str"}"#),
        (#""string""#, #"{"type_kind":"python","type_data":"str"}"#),
        (#""boolean""#, #"{"type_kind":"python","type_data":"bool"}"#),
        (#""np.float64""#, #"{"type_kind":"numpy","type_data":"float64"}"#),
        (#""Datetime""#, #"{"type_kind":"custom","type_data":"nomad.metainfo.data_type.Datetime"}"#),
        (#""datetime""#, #"{"type_kind":"custom","type_data":"nomad.metainfo.data_type.Datetime"}"#),
        (#""JSON""#, #"{"type_kind":"custom","type_data":"nomad.metainfo.data_type.JSON"}"#),
        (#""User""#, #"{"type_kind":"User","type_data":"metainfo/nomad.datamodel.data/section_definitions/3"}"#),
        (#"{"type_kind": "Enum", "type_data": ["y", "x"]}"#, #"{"type_kind":"enum","type_data":["x","y"]}"#),
        (
            ##""#A""##,
            #"{"type_kind":"reference","type_data":"uploads/u/entries/here/archive/definitions/section_definitions/0"}"#
        ),
        (
            ##""#/A/q""##,
            #"{"type_kind":"reference","type_data":"uploads/u/entries/here/archive/definitions/section_definitions/0/quantities/0"}"#
        ),
        (
            #""nomad.datamodel.data.EntryData""#,
            #"{"type_kind":"reference","type_data":"metainfo/nomad.datamodel.data/section_definitions/1"}"#
        ),
        (#""Nothing""#, #"{"type_kind":"reference","type_data":"Nothing"}"#),
    ])
    func typesAreSpelledOut(_ short: String, _ long: String) throws {
        let document = try document(#"{"A": {"quantities": {"q": {"type": \#(short)}}}}"#)
        #expect(document["quantities"]?.items?.first?["type"]?.json == long)
    }

    @Test(arguments: [
        ("m", "meter"), ("mm", "millimeter"), ("µm", "micrometer"), ("kg", "kilogram"), ("eV", "electron_volt"),
        ("m/s", "meter / second"), ("kg*m", "kilogram * meter"), ("m s", "meter * second"), ("m^2", "meter ** 2"),
        ("kg/m^3", "kilogram / meter ** 3"), ("1/cm", "1 / centimeter"), ("cm^-1", "1 / centimeter"),
        ("J/(mol*K)", "joule / kelvin / mole"), ("m*s**-2", "meter / second ** 2"), ("m**0.5", "meter ** 0.5"),
        ("cm**2/(V*s)", "centimeter ** 2 / second / volt"), ("°C", "degree_Celsius"),
        ("dimensionless", "dimensionless"),
        ("1", "dimensionless"), ("min", "milliinch"), ("kcal/mol", "kilocalorie / mole"), ("Pa", "pascal"),
        ("furlong", "furlong"), ("2*m", "2*m"), ("m/", "m/"),
        ("((((((((((((((((((((((((m", "((((((((((((((((((((((((m"),
    ])
    func unitsAreSpelledOutAsNOMADDoes(_ short: String, _ long: String) throws {
        let document = try document(#"{"A": {"quantities": {"q": {"type": "float", "unit": "\#(short)"}}}}"#)
        #expect(document["quantities"]?.items?.first?["unit"]?.text == long)
    }

    @Test func aSectionInsideASubSectionBecomesAnInnerOne() throws {
        let document = try document(
            #"{"A": {"sub_sections": {"the_seat": {"section": {"quantities": {"z": {"type": "int"}}}}}}}"#)
        #expect(document["inner_section_definitions"]?.items?.first?["name"]?.text == "TheSeat")
        #expect(
            document["sub_sections"]?.items?.first?["sub_section"]?.text
                == "uploads/u/entries/here/archive/definitions/section_definitions/0/inner_section_definitions/0")
    }

    @Test(arguments: [
        "3", "[]", #"{"A": 3}"#, #"{"A": {"quantities": 3, "sub_sections": "x", "base_sections": 7}}"#,
        #"{"A": {"quantities": [3, null, {"name": 4, "type": 5, "shape": {}, "aliases": "x", "default": {"a": [1]}}]}}"#,
        #"{"A": {"sub_sections": [3, {"sub_section": 4}, {"section": {"sub_sections": [1]}}], "more": 3, "aliases": [1]}}"#,
    ])
    func nonsenseIsReadPast(_ sections: String) throws {
        let scope = DefinitionScope(catalogue: .builtIn)
        scope.add(archive: here, definitions: try Value(json: Array(#"{"sections": \#(sections)}"#.utf8)))
        guard case .found(let id) = scope.section(mDef: "#/definitions/section_definitions/0", in: here) else { return }
        #expect(scope.section(id).properties.count < 5)
        _ = try scope.document(of: id).found()
        var config = DefinitionConfig()
        config.resolves = true
        config.exportsWholePackage = true
        _ = try scope.answer(DefinitionRequest(config: config), for: .section(id)).found()
    }
}
