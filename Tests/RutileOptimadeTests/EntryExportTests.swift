import OptimadeAPI
import RutileJSON
import RutileOptimade
import Testing

struct EntryExportTests {
    private let file: ExchangeFile
    private let structures: MemoryCollection
    private let references: MemoryCollection
    private let settings = OptimadeSettings(
        provider: .init(prefix: "exmpl", name: "Example", description: "Data"),
        implementation: .init(name: "Rutile", version: "1"))

    init() async throws {
        file = try ExchangeFile.synthetic()
        let collections = try await file.memoryCollections(settings.parameterRules)
        structures = collections[0]
        references = collections[1]
    }

    /// The lines that an export makes, decoded, without those that make no entry.
    private func exported(filter: String? = nil) async throws -> [Resource] {
        let writer = ExchangeWriter(settings, types: file.types)
        var bytes: [UInt8] = []
        let report = try await EntryExport(structures, related: [references], writer: writer)
            .run(filter: filter) { bytes += $0 }
        let values = try bytes.split(separator: UInt8(ascii: "\n")).map { try Value(json: Array($0)) }
        let resources: [Resource] = values.compactMap { value in
            guard let type = value["type"]?.text, type != "info", let id = value["id"]?.text else { return nil }
            return Resource(
                type: type, id: id, attributes: value["attributes"]?.object ?? ObjectValue(),
                relationships: value["relationships"]?.object ?? ObjectValue())
        }
        #expect(resources.count == report.written)
        return resources
    }

    @Test func anExportHoldsEachEntryAsItIs() async throws {
        let exported = try await exported()
        #expect(exported.count == 340)
        let given = Dictionary(uniqueKeysWithValues: file.resources.map { ([$0.type, $0.id], $0) })
        for resource in exported {
            let original = try #require(given[[resource.type, resource.id]])
            #expect(resource.relationships == original.relationships)
            #expect(known(resource.attributes) == known(original.attributes))
        }
        #expect(Set(exported.map { [$0.type, $0.id] }).count == 340)
    }

    /// The attributes that are not null, whatever their order.
    private func known(_ attributes: ObjectValue) -> [String: Value] {
        Dictionary(uniqueKeysWithValues: attributes.members.filter { !$0.1.isNull }.map { ($0.0, $0.1) })
    }

    @Test func aFilterChoosesEntriesAndWhatTheyAreRelatedTo() async throws {
        let exported = try await exported(filter: #"elements HAS "Si" AND nsites > 3"#)
        let chosen = exported.filter { $0.type == "structures" }
        #expect(!chosen.isEmpty && chosen.count < 300)
        for structure in chosen {
            #expect(structure.attributes["elements"]?.items?.contains(.string("Si")) == true)
        }
        let wanted = Set(chosen.flatMap { $0.relatedIDs("references") })
        let known = Set(file.resources.filter { $0.type == "references" }.map(\.id))
        #expect(Set(exported.filter { $0.type == "references" }.map(\.id)) == wanted.intersection(known))
    }

    @Test func whatIsRelatedToWhatIsRelatedIsThereToo() async throws {
        func related(_ id: String, to targets: [(type: String, id: String)]) -> Resource {
            var relationships = ObjectValue()
            for (type, target) in targets {
                let others = relationships[type]?["data"]?.items ?? []
                let link = Value.members(["type": .string(type), "id": .string(target)])
                relationships[type] = .members(["data": .list(others + [link])])
            }
            return Resource(
                type: "structures", id: id, attributes: ObjectValue([("nsites", .integer(id == "a" ? 1 : 2))]),
                relationships: relationships)
        }
        let rules = settings.parameterRules
        let structures = MemoryCollection(.structures, rules: rules)
        try await structures.insert([
            related("a", to: [("structures", "b"), ("structures", "gone")]), related("b", to: [("structures", "c")]),
            related("c", to: [("references", "r"), ("structures", "a")]), related("d", to: []),
        ])
        let references = MemoryCollection(.references, rules: rules)
        try await references.insert(["q", "r"].map { Resource(type: "references", id: $0) })
        let writer = ExchangeWriter(settings, types: [.structures, .references])
        let export = EntryExport(structures, related: [structures, references], writer: writer)
        func exported(_ filter: String?) async throws -> [String] {
            var bytes: [UInt8] = []
            _ = try await export.run(filter: filter) { bytes += $0 }
            return try bytes.split(separator: UInt8(ascii: "\n")).compactMap { line in
                let value = try Value(json: Array(line))
                return value["type"]?.text == "info" ? nil : value["id"]?.text
            }
        }
        let chosen = try await exported("nsites=1")
        #expect(chosen == ["a", "b", "c", "r"])
        let all = try await exported(nil)
        #expect(all == ["a", "b", "c", "d", "q", "r"])
    }

    @Test func whatIsOddAboutAFilterIsReported() async throws {
        let export = EntryExport(structures, writer: CSVWriter(fields: ["id"]))
        let report = try await export.run(filter: "_nobody_knows=1") { _ in }
        #expect(report.warnings.count == 1 && report.written == 0)
        #expect(try await export.run(filter: "nsites=1") { _ in }.warnings.isEmpty)
    }

    @Test func aWrongFilterIsRefusedBeforeAnythingIsWritten() async throws {
        let export = EntryExport(structures, writer: CSVWriter(fields: ["id"]))
        await #expect(throws: OptimadeProblem.self) {
            try await export.run(filter: "nonsense") { _ in Issue.record("something was written") }
        }
    }

    @Test func whatIsLostOfWhatIsWrittenIsReported() async throws {
        let heavy = MemoryCollection(.structures, rules: settings.parameterRules)
        let attributes = try Value(
            json: """
                {"lattice_vectors": [[4, 0, 0], [0, 4, 0], [0, 0, 4]], "dimension_types": [1, 1, 1], "nsites": 2,
                 "species": [{"name": "D", "chemical_symbols": ["H"], "concentration": [1], "mass": [2.014]},
                             {"name": "T", "chemical_symbols": ["H"], "concentration": [1], "mass": [3.016]}],
                 "species_at_sites": ["T", "D"], "cartesian_site_positions": [[0, 0, 0], [2, 2, 2]]}
                """)
        try await heavy.insert([
            Resource(type: "structures", id: "a", attributes: attributes.object ?? ObjectValue())
        ])
        let report = try await EntryExport(heavy, writer: POSCARWriter()).run { _ in }
        #expect(report.written == 1 && report.lossCount == 2)
        #expect(report.losses.map(\.loss) == ["D is written as H", "T is written as H"])
        #expect(try await EntryExport(heavy, writer: CIFWriter()).run { _ in }.losses.isEmpty)
    }

    @Test func whatAFormatCannotSayIsLeftOutAndReported() async throws {
        let single = EntryExport(structures, writer: POSCARWriter())
        let error = await #expect(throws: NotOneEntry.self) { try await single.run { _ in } }
        #expect(error?.count == 300)
        let none = await #expect(throws: NotOneEntry.self) {
            try await single.run(filter: "nsites<0") { _ in Issue.record("something was written") }
        }
        #expect(none?.count == 0)
        var files: [(id: String, bytes: [UInt8])] = []
        let packed = try await single.files(filter: "nelements=2") { files.append(($0, $1)) }
        #expect(packed.written == files.count && packed.written + packed.leftOutCount == 93)
        #expect(files.count > 1 && files.allSatisfy { $0.bytes.starts(with: Array($0.id.utf8)) })
        var bytes: [UInt8] = []
        let report = try await EntryExport(structures, writer: CIFWriter()).run { bytes += $0 }
        #expect(report.written + report.leftOutCount == 300)
        #expect(report.written > 0 && report.leftOutCount > 0)
        #expect(report.leftOut.count == report.leftOutCount)
        let blocks = String(decoding: bytes, as: UTF8.self).split(separator: "\n").count { $0.hasPrefix("data_") }
        #expect(blocks == report.written)
    }
}
