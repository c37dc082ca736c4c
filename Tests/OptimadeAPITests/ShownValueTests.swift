import OptimadeAPI
import RutileJSON
import Testing

struct ShownValueTests {
    @Test(
        arguments: [
            ("last_modified", .string("2024-05-31T12:00:00.123+02:00"), .string("2024-05-31T10:00:00Z")),
            ("last_modified", .string("2024-05-31t12:00:00z"), .string("2024-05-31T12:00:00Z")),
            ("last_modified", .string("2024-05-31 12:00:00"), .string("2024-05-31T12:00:00Z")),
            ("last_modified", .string("nonsense"), .null), ("last_modified", .integer(5), .null),
            ("nelements", .string("2"), .null), ("nelements", .integer(2), .integer(2)),
            ("elements", .string("Si"), .null), ("chemical_formula_reduced", .integer(1), .null),
            ("chemical_formula_reduced", .string("Si"), .string("Si")), ("_x_any", .string("s"), .string("s")),
        ] as [(String, Value, Value)])
    func aValueThatIsNotOfThePropertysTypeIsUnknown(_ name: String, _ stored: Value, _ shown: Value) throws {
        let resource = Resource(type: "structures", id: "1", attributes: ObjectValue([(name, stored)]))
        let written = WrittenResource(resource, ResponseFields([name], of: .structures))
        #expect(try Value(json: written.attributes)[name] == shown)
    }

    @Test func filtersSeeTheTimeThatIsShown() throws {
        let resource = Resource(
            type: "structures", id: "1",
            attributes: ObjectValue([("last_modified", .string("2024-05-31t12:00:00.75+02:00"))]))
        #expect(try Value(json: resource.indexDocument())["last_modified"] == .string("2024-05-31T10:00:00Z"))
    }
}
