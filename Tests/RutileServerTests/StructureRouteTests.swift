import HTTPTypes
import OptimadeAPI
import RutileIndex
import RutileJSON
import RutileModel
import RutileOptimade
import RutileServer
import RutileStore
import Testing

/// Three structures of two uploads, of which one may be seen by nobody.
struct FewStructures: ResourceSource {
    private static let cell = #""lattice_vectors":[[4,0,0],[0,4,0],[0,0,4]],"dimension_types":[1,1,1]"#

    private static func sites(_ element: String) -> String {
        #""species":[{"name":"A","chemical_symbols":["\#(element)"],"concentration":[1]}],"#
            + #""species_at_sites":["A"],"cartesian_site_positions":[[0,0,0]],"nsites":1"#
    }

    /// Upload, id, attributes.
    private static let rows = [
        ("seen", "a/../b", #"{"elements":["Ti"],"nelements":1,\#(cell),\#(sites("Ti"))}"#),
        ("seen", "a_.._b", #"{"elements":["O"],"nelements":1,\#(cell),\#(sites("O"))}"#),
        ("seen", "two", #"{"elements":["O","Ti"],"nelements":2}"#),
        ("hidden", "three", #"{"elements":["O","Ti","Zr"],"nelements":3}"#),
    ]

    func resources(_ entries: [EntryID], of type: String) async throws -> [EntryID: Resource] {
        var found: [EntryID: Resource] = [:]
        for (_, id, attributes) in Self.rows where entries.contains(EntryID(id)) {
            let value = try Value(json: Array(attributes.utf8))
            found[EntryID(id)] = Resource(type: type, id: id, attributes: value.object ?? ObjectValue())
        }
        return found
    }

    /// Those that may be seen.
    static func seen() async throws -> StructureRoutes.Structures {
        let settings = Settings().optimade.settings(version: "0.0.0")
        let type = EntryTypeDefinition.structures
        let index = BitmapIndex(type.documentCatalogue)
        try await index.apply(
            IndexChange(
                documents: rows.map { upload, id, attributes in
                    let json = #"{"id":"\#(id)","# + attributes.dropFirst()
                    return IndexChange.Document(
                        entry: EntryID(id), upload: UploadID(upload), json: Array(json.utf8))
                }))
        return StructureRoutes.Structures(
            IndexedCollection(
                type, rules: settings.parameterRules, index: index, source: FewStructures(),
                visible: .only([UploadID("seen")])), settings: settings)
    }
}

struct StructureRouteTests {
    private func ask(_ path: String) async throws -> TestAnswer {
        try await TestServer().send(.get, "/api/v1/structures/" + path)
    }

    private func counts(_ path: String, of property: String) async throws -> [String] {
        let answer = try await ask(path)
        #expect(answer.status == 200)
        let items = try Value(json: answer.body)["data"]?[property]?.items ?? []
        return items.compactMap { item in
            item["value"].flatMap { value in
                item["count"]?.integer.map { "\(value.text ?? "\(value.integer ?? 0)") \($0)" }
            }
        }
    }

    @Test func valuesAreCountedAmongWhatMayBeSeen() async throws {
        #expect(try await counts("facets?property=elements", of: "elements") == ["O 2", "Ti 2"])
        #expect(try await counts("facets?property=nelements", of: "nelements") == ["1 2", "2 1"])
        #expect(try await counts("facets?property=elements&limit=1", of: "elements") == ["O 2"])
        let filtered = "facets?property=elements&filter=elements%20HAS%20%22Ti%22"
        #expect(try await counts(filtered, of: "elements") == ["Ti 2", "O 1"])
        let total = try Value(json: await ask(filtered).body)["meta"]?["data_returned"]?.integer
        #expect(total == 2)
    }

    @Test(arguments: [
        ("facets?property=colour", 400, "parameter.name"), ("facets?filter=nsites%3E%3D", 400, "filter.syntax"),
        ("export?filter=colour=2", 400, "filter.name"), ("export?field=colour", 400, "parameter.name"),
        ("export?filter=nsites=%22x%22", 501, "filter.type"),
    ])
    func whatIsWrongIsRefused(path: String, status: Int, code: String) async throws {
        let answer = try await ask(path)
        #expect(answer.status == status)
        #expect(try Value(json: answer.body)["code"]?.text == code)
    }

    @Test func anUnknownFormatIsRefused() async throws {
        #expect(try await ask("export?format=pdf").status == 422)
        #expect(try await ask("facets?property=id&limit=0").status == 422)
    }

    @Test func allStructuresAreOneFile() async throws {
        let lines = try await ask("export")
        #expect(lines.headers[.contentDisposition] == #"attachment; filename="structures.jsonl""#)
        let objects = try lines.body.split(separator: UInt8(ascii: "\n")).map { try Value(json: Array($0)) }
        #expect(objects.first?["x-optimade"] != nil)
        #expect(
            objects.filter { $0["type"]?.text == "structures" }.map { $0["id"]?.text } == ["a/../b", "a_.._b", "two"])
        let table = try await ask("export?format=csv&field=id&field=nelements&filter=nelements=2")
        #expect(String(decoding: table.body, as: UTF8.self) == "id,nelements\r\ntwo,2\r\n")
    }

    @Test func filesOfAZipStayInTheirFolderAndWhatCannotBeSaidIsNamed() async throws {
        let zip = try ZipFile(await ask("export?format=cif-zip").body)
        #expect(zip.names == ["a____b-2.cif", "a____b.cif", "left-out.txt"])
        #expect(zip.text("a____b.cif").contains("Ti"))
        #expect(zip.text("left-out.txt").hasPrefix("two: "))
    }
}
