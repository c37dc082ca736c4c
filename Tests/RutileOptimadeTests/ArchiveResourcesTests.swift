import OptimadeAPI
import RutileArchive
import RutileIndex
import RutileJSON
import RutileModel
import RutileOptimade
import RutileStore
import RutileTestSupport
import Testing

struct ArchiveResourcesTests {
    private let folder: TemporaryDirectory
    private let records = MemoryRecords()
    private var directory: DataDirectory { DataDirectory(folder.path) }
    private let resource = Resource(
        type: "structures", id: "exmpl/1", attributes: ObjectValue([("nsites", .integer(2))]))
    private let reference = Resource(
        type: "references", id: "exmpl/r", attributes: ObjectValue([("title", .string("Own"))]))

    init() async throws {
        folder = try TemporaryDirectory()
        var change = RecordChange(existing: .refuse)
        let upload = UploadRecord(
            id: UploadID("up"), name: nil, createTime: Timestamp(microseconds: 0), mainAuthor: UserID("u"))
        change.users = [UserRecord(id: UserID("u"), username: "u")]
        change.uploads = [upload]
        let archives: KeyValuePairs<String, Value?> = [
            "with": .members(["metadata": .object(resource.archiveMetadata), "data": .members(["x": .integer(1)])]),
            "crystal": .members(["metadata": .members(["optimade": .members(["nsites": .integer(1)])])]),
            "published": .members([
                "metadata": .members([
                    "optimade": .members(["nsites": .integer(3)]),
                    "optimade_reference": .members(["title": .string("On crystals")]),
                ])
            ]),
            "nomad": .members([
                "metadata": .members([
                    "last_processing_time": .string("2024-05-01T10:00:00.25+02:00"),
                    "optimade": .members([
                        "elements": .list([.string("Fe")]), "dimension_types": .list([.integer(1), .integer(1)]),
                        "cartesian_site_positions": .list([.list([.real(0.1), .integer(2), .real(.nan)])]),
                        "species": .list([
                            .members([
                                "name": .string("a\u{301}\n"), "chemical_symbols": .list([.string("Fe")]),
                                "mass": .real(55.8),
                            ])
                        ]),
                        "nelements": .null, "chemical_formula_hill": .null, "_x_y": .members(["z": .unsigned(.max)]),
                        "immutable_id": .string("i"), "last_modified": .string("2024-05-31T12:00:00+02:00"),
                    ]),
                ])
            ]),
            "odd": .members([
                "metadata": .members([
                    "optimade": .members([
                        "nelements": .real(2.5), "nsites": .string("2"), "dimension_types": .integer(1),
                        "elements": .list([.string("Fe"), .integer(1)]), "nperiodic_dimensions": .real(2),
                        "lattice_vectors": .list([.list([.real(1), .string("x"), .real(2)]), .string("y")]),
                        "assemblies": .list([.members(["group_probabilities": .list([.bool(true)])])]),
                        "cartesian_site_positions": .list([.list([.real(1), .real(0.5), .null]), .null]),
                        "species": .list([.members(["name": .integer(1)]), .integer(7)]),
                        "chemical_formula_hill": .list([]), "last_modified": .string("2024-05-31t12:00:00.5+02:00"),
                    ]),
                    "optimade_resource": .members(["type": .string("structures"), "id": .string("odd")]),
                ])
            ]),
            "broken": .members(["metadata": .members(["optimade": .list([.integer(1)])])]),
            "reference": .members(["metadata": .object(reference.archiveMetadata)]),
            "without": .members(["data": .members(["x": .integer(1)])]),
            "none": nil,
        ]
        var writer = try SegmentWriter(directory: directory, upload: upload.id)
        for (id, archive) in archives {
            if let archive { try writer.append(EntryID(id), try ArchiveEncoder().encode(archive)) }
        }
        let addresses = try writer.commit()
        for (id, _) in archives {
            var entry = EntryRecord(
                id: EntryID(id), upload: upload.id, mainfile: id, parserName: "p", createTime: upload.createTime)
            entry.archive = addresses[entry.id]
            change.entries.append(.init(entry))
        }
        try await records.apply(change)
    }

    @Test func resourcesAreReadForThoseThatHaveOne() async throws {
        let source = ArchiveResources(records: records, archives: SegmentFolder(directory))
        let ids = ["with", "crystal", "published", "reference", "without", "none", "unknown"].map { EntryID($0) }
        let resources = try await source.resources(ids, of: "structures")
        #expect(Set(resources.keys) == Set(["with", "crystal", "published"].map { EntryID($0) }))
        #expect(resources[EntryID("with")] == resource)
        #expect(resources[EntryID("crystal")]?.id == "crystal")
        #expect(try await source.resources([], of: "structures").isEmpty)
        let references = try await source.resources(ids, of: "references")
        #expect(Set(references.keys) == [EntryID("published"), EntryID("reference")])
        #expect(references[EntryID("reference")] == reference)
        #expect(references[EntryID("published")]?.attributes["title"] == .string("On crystals"))
        #expect(try await source.resources(ids, of: "files").isEmpty)
    }

    @Test(arguments: ["structures", "references", "files"])
    func whatIsWrittenFromTheBytesIsWhatIsRead(type: String) async throws {
        let source = ArchiveResources(records: records, archives: SegmentFolder(directory))
        let ids = try await records.entries(of: UploadID("up")).map(\.id)
        let definition = type == "references" ? EntryTypeDefinition.references : .structures
        let read = try await source.resources(ids, of: type)
        #expect(read.count == ["structures": 5, "references": 2][type, default: 0])
        for fields in [
            ResponseFields(usual: definition), ResponseFields(["title", "_x_y", "nsites", "_o_none"], of: definition),
        ] {
            let written = try await source.written(ids, of: type, fields)
            #expect(written == read.mapValues { WrittenResource($0, fields) })
        }
    }

    @Test func whatIsNotOfItsTypeIsNull() async throws {
        let source = ArchiveResources(records: records, archives: SegmentFolder(directory))
        let entry = EntryID("odd")
        let written = try #require(
            try await source.written([entry], of: "structures", ResponseFields(usual: .structures))[entry])
        let attributes = try Value(json: written.attributes)
        for name in ["nelements", "nsites", "dimension_types"] { #expect(attributes[name] == .null, "\(name)") }
        #expect(attributes["elements"] == .list([.string("Fe"), .null]))
        #expect(attributes["lattice_vectors"] == (try Value(json: "[[1.0, null, 2.0], null]")))
        #expect(attributes["assemblies"] == (try Value(json: #"[{"group_probabilities": [null]}]"#)))
        #expect(attributes["species"] == (try Value(json: #"[{"name": null}, null]"#)))
        #expect(attributes["last_modified"] == .string("2024-05-31T10:00:00Z"))
    }

    @Test func propertiesThatFollowFromOthersAreWritten() async throws {
        let source = ArchiveResources(records: records, archives: SegmentFolder(directory))
        let entry = EntryID("nomad")
        let written = try #require(
            try await source.written([entry], of: "structures", ResponseFields(usual: .structures))[entry])
        let attributes = try Value(json: written.attributes)
        #expect(attributes["nelements"] == .integer(1) && attributes["nsites"] == .integer(1))
        #expect(attributes["nperiodic_dimensions"] == .integer(2))
        #expect(attributes["species"]?.items?[0]["mass"] == .list([.real(55.8)]))
        #expect(attributes["last_modified"] == .string("2024-05-31T10:00:00Z"))
        #expect(attributes["cartesian_site_positions"] == .list([.list([.real(0.1), .integer(2), .null])]))
    }

    /// One entry answers as a structure, as its publication, and as both.
    @Test func aPublicationIsIncludedAndFound() async throws {
        let source = ArchiveResources(records: records, archives: SegmentFolder(directory))
        let settings = OptimadeSettings(
            provider: .init(prefix: "exmpl", name: "Example", description: "Data", homepage: nil),
            implementation: .init(name: "Rutile", version: "1"))
        var collections: [IndexedCollection] = []
        for type in [EntryTypeDefinition.structures, .references] {
            let index = BitmapIndex(type.documentCatalogue)
            let ids = ["with", "crystal", "published", "reference"].map { EntryID($0) }
            let documents = try await source.resources(ids, of: type.name).map { entry, resource in
                IndexChange.Document(entry: entry, upload: UploadID("up"), json: resource.indexDocument())
            }
            try await index.apply(IndexChange(documents: documents))
            collections.append(
                IndexedCollection(
                    type, rules: settings.parameterRules, index: index, source: source, visible: .all))
        }
        let service = OptimadeService(settings, now: { Timestamp(microseconds: 0) }) { [collections] _ in collections }
        let list = try await service.reply("/v1/structures?include=references&filter=references.id HAS \"published\"")
        #expect(list.ids == ["published"])
        #expect(list["/included/0/type"] == .string("references"))
        #expect(list["/included/0/id"] == .string("published"))
        #expect(list["/included/0/attributes/title"] == .string("On crystals"))
        #expect(list["/data/0/relationships/references/data/0/id"] == .string("published"))
        let single = try await service.reply("/v1/references/published")
        #expect(single["/data/attributes/title"] == .string("On crystals"))
        #expect(try await service.reply("/v1/references").ids == ["exmpl/r", "published"])
    }
}
