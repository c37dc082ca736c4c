import OptimadeAPI
import RutileArchive
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
        let ids = ["with", "crystal", "without", "none", "unknown"].map { EntryID($0) }
        let resources = try await source.resources(ids)
        #expect(Set(resources.keys) == [EntryID("with"), EntryID("crystal")])
        #expect(resources[EntryID("with")] == resource)
        #expect(resources[EntryID("crystal")]?.id == "crystal")
        #expect(try await source.resources([]).isEmpty)
    }
}
