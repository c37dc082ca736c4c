import OptimadeAPI
import RutileJSON
import RutileQuery
import Testing

struct ObservedTypeTests {
    /// The definition completed with what these values look like.
    private func completed(_ definition: String, _ values: String...) throws -> PropertyDefinition {
        var shape = ObservedType.unseen
        for value in values { shape.merge(ObservedType(try Value(json: value))) }
        return try PropertyDefinition(
            "_x_a", of: "structures", json: PropertyDefinition.completed(Value(json: definition), with: shape))
    }

    @Test(
        arguments: [
            (#"["a", null]"#, PropertyType.string), ("[1, 2]", .integer), ("[18446744073709551615]", .integer),
            ("[1, 2.5]", .float), ("[true]", .boolean), (#"["a", 1]"#, .opaque), ("[1, true]", .opaque),
            ("[]", .opaque), ("[null]", .opaque), ("[[1], [], [0.5]]", .list(.float)),
            (#"[{"b": 1, "a": ["x"]}, {"a": []}]"#, .dictionary([.init("a", .list(.string)), .init("b", .integer)])),
        ])
    func itemsAreAsTheValuesHaveThem(_ value: String, _ item: PropertyType) throws {
        for definition in [#"{"type": "list"}"#, #"{"x-optimade-type": "list", "type": ["array", "null"]}"#] {
            #expect(try completed(definition, value).property.type == .list(item))
        }
    }

    @Test func membersAreAsTheValuesHaveThem() throws {
        let read = try completed(
            #"{"type": "dictionary"}"#, #"{"code": "QE", "steps": 3, "odd": 1, "Not a name": 1, "n": null}"#, "null",
            #"{"steps": 2.5, "odd": "x", "inner": {"k": [1]}}"#)
        #expect(
            read.property.type
                == .dictionary([
                    .init("code", .string), .init("inner", .dictionary([.init("k", .list(.integer))])),
                    .init("steps", .float),
                ]))
        #expect(read.json["properties"]?["code"]?["type"] == .list([.string("string"), .string("null")]))
    }

    @Test(
        arguments: [
            (#"{"type": "list", "items": {"type": "float"}}"#, "[1]"), (#"{"type": "unknown"}"#, "[1]"), ("{}", "[1]"),
            (#"{"type": "list"}"#, #""text""#), (#"{"type": "float"}"#, "1"),
            (#"{"type": "dictionary", "properties": {"a": {"type": "string"}}}"#, #"{"a": 1, "b": 2}"#),
        ])
    func whatIsDefinedStays(_ definition: String, _ value: String) throws {
        let given = try PropertyDefinition("_x_a", of: "structures", json: Value(json: definition))
        #expect(try completed(definition, value) == given)
    }

    @Test func levelsWithinWhatIsDefinedAreCompleted() throws {
        let read = try completed(
            #"{"type": "dictionary", "properties": {"a": {"type": "list"}}}"#, #"{"a": [1.5], "b": 2}"#)
        #expect(read.property.type == .dictionary([.init("a", .list(.float))]))
    }

    @Test func theOrderOfValuesDoesNotMatter() throws {
        let values = [#"{"b": [1], "a": 1}"#, #"{"c": null, "a": 0.5}"#, "null", #"{"b": [], "d": [[true]]}"#]
        let shapes = try values.map { ObservedType(try Value(json: $0)) }
        var forwards = ObservedType.unseen
        var backwards = ObservedType.unseen
        for shape in shapes { forwards.merge(shape) }
        for shape in shapes.reversed() { backwards.merge(shape) }
        var halves = (shapes[0], shapes[2])
        halves.0.merge(shapes[1])
        halves.1.merge(shapes[3])
        halves.0.merge(halves.1)
        #expect(forwards == backwards && forwards == halves.0)
    }

    @Test func namesByTheHundredAreData() throws {
        let members = (0..<60).map { #""a\#($0)": 1"# }.joined(separator: ",")
        let others = (0..<60).map { #""b\#($0)": 1"# }.joined(separator: ",")
        let read = try completed(#"{"type": "dictionary"}"#, "{\(members)}", "{\(others)}")
        #expect(read.property.type == .dictionary([]))
        let deep = String(repeating: "[", count: 30) + String(repeating: "]", count: 30)
        #expect(ObservedType(try Value(json: deep)) != .unseen)
    }

    @Test(arguments: [("angstrom", "angstrom"), ("dimensionless", nil)])
    func aFlatUnitIsThatOfTheItems(_ unit: String, _ shown: String?) throws {
        let definition = #"{"type": "list", "unit": "\#(unit)"}"#
        let read = try completed(definition, "[1.5]")
        #expect(read.property.unit == unit)
        #expect(read.json["x-optimade-unit"] == .string("inapplicable"))
        #expect(read.json["items"]?["x-optimade-unit"] == .string(unit))
        #expect(read.shown(in: .flat)["unit"] == shown.map(Value.string))
        // Nor is it lost where nothing is known of the items, or on the way through a file.
        let bare = try completed(definition)
        let again = try PropertyDefinition("_x_a", of: "structures", json: .object(bare.shown(in: .flat)))
        #expect(bare.shown(in: .flat)["unit"] == shown.map(Value.string))
        #expect(again.shown(in: .flat)["unit"] == shown.map(Value.string))
    }
}
