import OptimadeAPI
import RutileJSON
import RutileQuery
import Testing

struct ShownValueTests {
    @Test(
        arguments: [
            ("last_modified", .string("2024-05-31T12:00:00.123+02:00"), .string("2024-05-31T10:00:00Z")),
            ("last_modified", .string("2024-05-31t12:00:00z"), .string("2024-05-31T12:00:00Z")),
            ("last_modified", .string("2024-05-31 12:00:00"), .string("2024-05-31T12:00:00Z")),
            ("last_modified", .string("2020-02-30T00:00:00Z"), .null),
            ("last_modified", .string("0000-01-01T00:00:00Z"), .string("0000-01-01T00:00:00Z")),
            ("last_modified", .string("nonsense"), .null), ("last_modified", .integer(5), .null),
            ("nelements", .string("2"), .null), ("nelements", .integer(2), .integer(2)),
            ("elements", .string("Si"), .null), ("chemical_formula_reduced", .integer(1), .null),
            ("chemical_formula_reduced", .string("Si"), .string("Si")), ("_x_any", .string("s"), .string("s")),
            ("nelements", .real(2.5), .null), ("nelements", .real(2), .integer(2)), ("nelements", .bool(true), .null),
            ("nelements", .list([.integer(2)]), .null), ("elements", .members([:]), .null),
            ("elements", .list([.string("Si"), .integer(1), .null]), .list([.string("Si"), .null, .null])),
            ("dimension_types", .list([.real(1), .real(0.5)]), .list([.integer(1), .null])),
            (
                "lattice_vectors", .list([.list([.integer(1), .string("x")]), .real(1)]),
                .list([.list([.integer(1), .null]), .null])
            ),
            (
                "species",
                .list([.members(["name": .integer(1), "mass": .real(1), "_x_more": .integer(1)]), .bool(true)]),
                .list([.members(["name": .null, "mass": .null, "_x_more": .integer(1)]), .null])
            ),
        ] as [(String, Value, Value)])
    func aValueThatIsNotOfThePropertysTypeIsUnknown(_ name: String, _ stored: Value, _ shown: Value) throws {
        let resource = Resource(type: "structures", id: "1", attributes: ObjectValue([(name, stored)]))
        let written = WrittenResource(resource, ResponseFields([name], of: .structures))
        #expect(try Value(json: written.attributes)[name] == shown)
    }

    @Test func timesInListsAndDictionariesAreShownInUTCAndWholeSeconds() throws {
        let type = EntryTypeDefinition.structures.adding([
            try PropertyDefinition(
                Property("_x_times", .list(.dictionary([.init("at", .timestamp), .init("all", .list(.timestamp))]))),
                of: "structures")
        ])
        let stored = #"[{"at": "2024-05-31t12:00:00.5+02:00", "all": ["2024-05-31 12:00:00", "never"]}]"#
        let resource = Resource(
            type: "structures", id: "1", attributes: ObjectValue([("_x_times", try Value(json: stored))]))
        let written = WrittenResource(resource, ResponseFields(["_x_times"], of: type))
        #expect(
            try Value(json: written.attributes)["_x_times"]
                == (try Value(json: #"[{"at": "2024-05-31T10:00:00Z", "all": ["2024-05-31T12:00:00Z", null]}]"#)))
    }

    @Test func filtersSeeTheTimeThatIsShown() throws {
        let resource = Resource(
            type: "structures", id: "1",
            attributes: ObjectValue([("last_modified", .string("2024-05-31t12:00:00.75+02:00"))]))
        #expect(try Value(json: resource.indexDocument())["last_modified"] == .string("2024-05-31T10:00:00Z"))
    }
}
