import OptimadeAPI
import RutileJSON
import RutileQuery
import Testing

struct ExchangeWriterTests {
    private static let settings = OptimadeSettings(
        provider: .init(prefix: "exmpl", name: "Example", description: "Data", homepage: "https://example.com"),
        implementation: .init(name: "Rutile", version: "1"), license: "CC-BY-4.0")

    private func types() throws -> [EntryTypeDefinition] {
        let gap = try PropertyDefinition(Property("_exmpl_gap", .float, unit: "eV"), of: "structures")
        return [EntryTypeDefinition.structures.adding([gap]), .references]
    }

    private func lines(_ bytes: [UInt8]) throws -> [Value] {
        #expect(bytes.last == UInt8(ascii: "\n"))
        return try bytes.split(separator: UInt8(ascii: "\n")).map { try Value(json: Array($0)) }
    }

    @Test func theHeaderIsReadableInBothItsForms() throws {
        let header = try #require(try lines(ExchangeWriter(Self.settings, types: types()).start).first)
        #expect(header["x-optimade"]?["api_version"] == .string("1.2.0"))
        #expect(header["x-optimade"]?["meta"]?["api_version"] == .string("1.2.0"))
    }

    @Test func theDatabaseAndItsTypesAreDescribed() throws {
        let lines = try lines(ExchangeWriter(Self.settings, types: types()).start)
        #expect(lines.count == 5)
        #expect(lines[1]["meta"]?["provider"]?["prefix"] == .string("exmpl"))
        #expect(lines[2]["type"] == .string("info") && lines[2]["id"] == .string("/"))
        #expect(lines[2]["attributes"]?["license"] == .string("https://spdx.org/licenses/CC-BY-4.0"))
        // Else optimade-maker would not read on to the definitions.
        #expect(lines.dropFirst().allSatisfy { $0["properties"]?.object != nil })
        #expect(lines.dropFirst(3).map { $0["id"] } == [.string("structures"), .string("references")])
    }

    /// Who imports the file knows the provider's property as its own database does.
    @Test func definitionsAreReadAsTheyWere() throws {
        let types = try types()
        let information = try lines(ExchangeWriter(Self.settings, types: types).start)[3]
        for property in types[0].properties {
            let json = try #require(information["properties"]?[property.name], "\(property.name)")
            // One word, as the readers of today want it.
            #expect(json["type"]?.text != nil, "\(property.name)")
            let read = try PropertyDefinition(property.name, of: "structures", json: json)
            #expect(read.property.type == property.property.type, "\(property.name)")
            #expect(read.json["x-optimade-unit"] == property.json["x-optimade-unit"], "\(property.name)")
        }
    }

    @Test func anEntryIsALineWithItsRelationships() throws {
        let relationships = ObjectValue([
            (
                "references",
                Value.members(["data": .list([.members(["type": .string("references"), "id": .string("r")])])])
            )
        ])
        let resource = Resource(
            type: "structures", id: "a\n", attributes: ObjectValue([("nsites", .integer(2)), ("_exmpl_gap", .null)]),
            relationships: relationships)
        let writer = ExchangeWriter(Self.settings, types: try types())
        #expect(
            String(decoding: writer.bytes(of: resource), as: UTF8.self)
                == #"{"type":"structures","id":"a\n","attributes":{"nsites":2,"_exmpl_gap":null},"#
                + #""relationships":{"references":{"data":[{"type":"references","id":"r"}]}}}"# + "\n")
        let bare = Resource(type: "references", id: "r")
        #expect(
            String(decoding: writer.bytes(of: bare), as: UTF8.self)
                == #"{"type":"references","id":"r","attributes":{}}"# + "\n")
    }

    @Test func onlyTheWantedAttributesOfTheFirstTypeAreWrittenAndDescribed() throws {
        let writer = ExchangeWriter(Self.settings, types: try types(), fields: ["nsites"])
        let information = try lines(writer.start)
        #expect(information[3]["properties"]?.object?.keys == ["id", "type", "nsites"])
        #expect(information[4]["properties"]?.object?.keys == EntryTypeDefinition.references.properties.map(\.name))
        let resource = Resource(
            type: "structures", id: "a", attributes: ObjectValue([("nsites", .integer(2)), ("nelements", .integer(1))]))
        #expect(
            String(decoding: writer.bytes(of: resource), as: UTF8.self)
                == #"{"type":"structures","id":"a","attributes":{"nsites":2}}"# + "\n")
        let related = Resource(type: "references", id: "r", attributes: ObjectValue([("title", .string("T"))]))
        #expect(
            String(decoding: writer.bytes(of: related), as: UTF8.self)
                == #"{"type":"references","id":"r","attributes":{"title":"T"}}"# + "\n")
    }
}
