import RutileJSON
import RutileMetainfo
import Testing

@Suite struct PackageCheckTests {
    @Test(arguments: [
        #"{"name": "p", "section_definitions": [{"name": "A", "base_sections": ["nomad.datamodel.data.EntryData"]}]}"#,
        #"{"name": "p", "sections": {"A": {"quantities": {"x": {"type": "B", "shape": ["*"]}}}, "B": null}}"#,
        #"{"name": "p", "sections": {"A": {"sub_sections": {"x": {"section": {"quantities": {"y": {"type": "int"}}}}}}}}"#,
        #"{"name": "p", "section_definitions": [{"name": "A", "quantities": [{"name": "x", "type": {"type_kind": "Enum", "type_data": ["a"]}}]}]}"#,
    ])
    func packagesThatHoldTogetherPass(_ json: String) throws {
        try PackageCheck.check(try Value(json: Array(json.utf8)))
    }

    @Test func aPackageMayBuildOnInstalledOnes() throws {
        let base = try Value(json: Array(#"{"name": "my.base", "sections": {"S": null}}"#.utf8))
        let text = """
            {"name": "my.more", "sections": {"A": {
                "base_sections": ["my.base.S"], "quantities": {"x": {"type": "my.base.S"}},
                "sub_sections": {"y": {"section": "my.base.S"}}}}}
            """
        let package = try Value(json: Array(text.utf8))
        try PackageCheck.check(package, besides: [base])
        // An earlier version of itself is no part of what it builds on.
        let error = #expect(throws: PackageError.self) { try PackageCheck.check(package, besides: [package]) }
        #expect(error?.pointer == "/sections/A/base_sections/0")
    }

    @Test(arguments: [
        "", " ", "m", "kg * m / s ** 2", "1/(m*s)", "eV/Å^(-1.5)", "°C", "no_such_unit", "m²", "% / µm",
    ])
    func unitsThatCouldBeOnesPass(_ unit: String) throws {
        try PackageCheck.check(Self.package(unit: unit))
    }

    @Test(arguments: ["(m", "m)", "m $", "m *", "m / ()", "()", "m;s", "m\"", "m ** ", ")m("])
    func unitsThatCanBeNoneAreRefusedInTheirPlace(_ unit: String) throws {
        let error = #expect(throws: PackageError.self) { try PackageCheck.check(Self.package(unit: unit)) }
        #expect(error?.pointer == "/sections/A/quantities/x/unit", "\(unit)")
    }

    private static func package(unit: String) -> Value {
        .members([
            "name": .string("p"),
            "sections": .members([
                "A": .members([
                    "quantities": .members(["x": .members(["type": .string("float"), "unit": .string(unit)])])
                ])
            ]),
        ])
    }

    @Test(arguments: [
        (#"[]"#, ""),
        (#"{"section_definitions": []}"#, "/name"),
        (#"{"name": "a b", "section_definitions": []}"#, "/name"),
        (#"{"name": "nomad.datamodel.data", "section_definitions": []}"#, "/name"),
        (#"{"name": "p"}"#, "/section_definitions"),
        (#"{"name": "p", "section_definitions": 3}"#, "/section_definitions"),
        (#"{"name": "p", "section_definitions": [3]}"#, "/section_definitions/0"),
        (#"{"name": "p", "section_definitions": [{"name": "1"}]}"#, "/section_definitions/0"),
        (#"{"name": "p", "section_definitions": [{"name": "A"}, {"name": "A"}]}"#, "/section_definitions/1"),
        (
            #"{"name": "p", "sections": {"A": {"quantities": [{"name": "x", "type": "int"}, {"name": "x", "type": "int"}]}}}"#,
            "/sections/A/quantities/1"
        ),
        (
            #"{"name": "p", "sections": {"A": {"quantities": {"x": {"type": {"type_kind": "numpy", "type_data": "float46"}}}}}}"#,
            "/sections/A/quantities/x/type/type_data"
        ),
        (
            #"{"name": "p", "sections": {"A": {"quantities": {"x": {"type": {"type_kind": "python", "type_data": "blah"}}}}}}"#,
            "/sections/A/quantities/x/type/type_data"
        ),
        (#"{"name": "p", "sections": {"A": {"base_sections": ["No"]}}}"#, "/sections/A/base_sections/0"),
        (#"{"name": "p", "sections": {"A": {"base_section": "No"}}}"#, "/sections/A/base_section"),
        (#"{"name": "p", "sections": {"A": {"base_section": "A"}}}"#, "/sections/A"),
        (#"{"name": "p", "sections": {"A": {"quantities": {"x": {}}}}}"#, "/sections/A/quantities/x/type"),
        (
            #"{"name": "p", "sections": {"A": {"quantities": {"x": {"type": "float46"}}}}}"#,
            "/sections/A/quantities/x/type"
        ),
        (
            #"{"name": "p", "sections": {"A": {"quantities": {"x": {"type": {"type_kind": "odd"}}}}}}"#,
            "/sections/A/quantities/x/type"
        ),
        (
            #"{"name": "p", "sections": {"A": {"quantities": {"x": {"type": "int", "shape": 3}}}}}"#,
            "/sections/A/quantities/x/shape"
        ),
        (
            #"{"name": "p", "sections": {"A": {"quantities": {"x": {"type": "int"}}, "sub_sections": {"x": {"section": "A"}}}}}"#,
            "/sections/A/sub_sections/x"
        ),
        (#"{"name": "p", "sections": {"A": {"sub_sections": {"x": {}}}}}"#, "/sections/A/sub_sections/x/sub_section"),
        (
            #"{"name": "p", "sections": {"A": {"sub_sections": {"x": {"section": "No"}}}}}"#,
            "/sections/A/sub_sections/x/section"
        ),
        (
            #"{"name": "p", "sections": {"A": {"sub_sections": {"x": {"section": {"quantities": {"y": {"type": "No"}}}}}}}}"#,
            "/sections/A/sub_sections/x/section/quantities/y/type"
        ),
        (
            #"{"name": "p", "sections": {"A": {"inner_section_definitions": [{"name": "B", "base_section": "No"}]}}}"#,
            "/sections/A/inner_section_definitions/0/base_section"
        ),
        (
            #"{"name": "p", "sections": {"A": {"sub_sections": {"x": {"section": "A", "repeats": "yes"}}}}}"#,
            "/sections/A/sub_sections/x/repeats"
        ),
    ])
    func whatIsWrongIsNamedByItsPlace(_ json: String, _ pointer: String) throws {
        let error = try #require(throws: PackageError.self) {
            try PackageCheck.check(try Value(json: Array(json.utf8)))
        }
        #expect(error.pointer == pointer, "\(error)")
    }
}
