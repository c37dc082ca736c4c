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
        #expect(Set(resources.keys) == [EntryID("with"), EntryID("crystal"), EntryID("published")])
        #expect(resources[EntryID("with")] == resource)
        #expect(resources[EntryID("crystal")]?.id == "crystal")
        #expect(try await source.resources([], of: "structures").isEmpty)
        let references = try await source.resources(ids, of: "references")
        #expect(Set(references.keys) == [EntryID("published"), EntryID("reference")])
        #expect(references[EntryID("reference")] == reference)
        #expect(references[EntryID("published")]?.attributes["title"] == .string("On crystals"))
        #expect(try await source.resources(ids, of: "files").isEmpty)
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
