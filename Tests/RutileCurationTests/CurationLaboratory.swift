import RutileCuration
import RutileModel
import RutileStore
import RutileTestSupport

/// Users, groups, an upload of Ada's with two good entries and one that failed, over records in memory.
final class CurationLaboratory: Sendable {
    let folder: TemporaryDirectory
    let directory: DataDirectory
    let records: MemoryRecords
    let curation: Curation
    static let now = Timestamp(microseconds: 1_700_000_000_000_000)

    init(_ change: (inout UploadRecord) -> Void = { _ in }) async throws {
        folder = try TemporaryDirectory()
        directory = DataDirectory(folder.path + "/data")
        records = MemoryRecords(directory: directory)
        curation = Curation(records: records, directory: directory, now: { Self.now })
        var setup = RecordChange(existing: .refuse)
        setup.users = ["ada", "ben", "cyd", "eve"].map { UserRecord(id: UserID("u-\($0)"), username: $0) }
        var root = UserRecord(id: UserID("u-root"), username: "root")
        root.isAdmin = true
        setup.users.append(root)
        setup.groups = [
            GroupRecord(id: GroupID("g-lab"), name: "Lab", members: [.init(user: UserID("u-ada"), role: .owner)])
        ]
        var upload = UploadRecord(
            id: Self.upload, name: "Crystals", createTime: Timestamp(microseconds: 1), mainAuthor: UserID("u-ada"))
        upload.coauthors = [UserID("u-ben")]
        upload.process = ProcessRecord(current: "process_upload", status: .success)
        change(&upload)
        setup.uploads = [upload]
        setup.entries = ["e-1", "e-2", "e-3"].map { id in
            var entry = EntryRecord(
                id: EntryID(id), upload: Self.upload, mainfile: id + ".cif", parserName: "parsers/cif",
                createTime: Timestamp(microseconds: 2))
            entry.process = ProcessRecord(status: id == "e-3" ? .failure : .success)
            return .init(entry)
        }
        try await records.apply(setup)
        try FileTree.makeFolder(directory.rawFolder(of: Self.upload))
        try FileTree.write(Array("data".utf8), to: directory.rawFolder(of: Self.upload) + "/e-1.cif")
    }

    static let upload = UploadID("up-crystals")

    /// Puts a job for the upload where it waits.
    func addJob() throws {
        let folder = directory.root + "/incoming/" + Self.upload.text
        try FileTree.makeFolder(folder)
        try FileTree.write(Array(#"{"files": [], "folder": "", "publish": false}"#.utf8), to: folder + "/job.json")
    }

    /// The upload as it is recorded.
    var stored: UploadRecord? {
        get async throws { try await records.uploads([Self.upload])[Self.upload] }
    }

    func entry(_ id: String) async throws -> EntryRecord? { try await records.entries([EntryID(id)])[EntryID(id)] }

    static func caller(_ name: String, _ groups: Set<GroupID> = []) -> Caller {
        Caller(user: UserID("u-" + name), isAdmin: name == "root", groups: groups)
    }

    static let ada = caller("ada")
    static let ben = caller("ben")
    static let eve = caller("eve")
    static let root = caller("root")
}

/// What `body` throws; `nil` where it throws nothing.
func refusal(_ body: () async throws -> Void) async throws -> CurationError? {
    do {
        try await body()
        return nil
    } catch let error as CurationError {
        return error
    }
}
