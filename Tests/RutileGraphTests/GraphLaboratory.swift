import NomadAPI
import RutileArchive
import RutileBundle
import RutileGraph
import RutileIndex
import RutileJSON
import RutileMetainfo
import RutileModel
import RutileSearch
import RutileStore
import RutileTestSupport

/// A graph service over a bundle, with records in memory and archives in a folder of its own.
struct GraphLaboratory {
    let records: MemoryRecords
    let service: GraphService
    private let folder: TemporaryDirectory

    /// A service over `bundle`, as open as NOMAD is unless stated otherwise.
    init(
        bundle: [UInt8], policy: AccessPolicy = AccessPolicy(embargoedMetadata: .public),
        userEmail: UserEmailVisibility = .public, foreign: any ForeignEntries = NoForeignEntries(),
        remote: any RemoteArchives = NoRemoteArchives(), limits: GraphLimits = GraphLimits(),
        longWork: LongWork = .shared
    ) async throws {
        folder = try TemporaryDirectory()
        let directory = DataDirectory(folder.path + "/data")
        records = MemoryRecords(directory: directory)
        _ = try await BundleLoader(into: directory, records: records, checkHash: { _ in }, hash: { $0 }).load(bundle)
        let feed = IndexFeed(
            BitmapIndex(SearchProperties.catalogue), of: SearchIndexEntry.entryType, records: EntriesFeed(records))
        try await feed.catchUp(as: SearchProperties.catalogue)
        let archives = SegmentFolder(directory)
        let search = EntriesSearch(index: feed.index, records: records, archives: archives, policy: policy) {
            [records] in try await records.snapshot().allUploads()
        }
        let definitions = DefinitionCatalogue(installed: try await records.installedPackages())
        service = GraphService(
            records: records, archives: archives, search: search, files: RawFolders(directory),
            definitions: definitions, foreign: foreign, remote: remote, policy: policy, userEmail: userEmail,
            limits: limits, longWork: longWork)
    }

    /// The answer to a body that was sent to `endpoint`, as ``ask(_:as:)`` gives it.
    func ask(_ request: Value, at endpoint: String, as user: String?) async throws -> (status: Int, answer: Value) {
        do {
            return try await ask(endpoint == "archive/query" ? ArchiveQuery.graphRequest(request) : request, as: user)
        } catch let problem as GraphProblem {
            return (problem.status, .string(problem.detail))
        }
    }

    /// The answer to `request`, or the refusal as `{"status": …, "detail": …}`.
    func ask(_ request: Value, as user: String? = nil) async throws -> (status: Int, answer: Value) {
        var writer = JSONWriter()
        writer.value(request)
        let caller = try await user.map(UserID.init).asyncMap(records.caller) ?? .anonymous
        do {
            let bytes = try await service.answer(writer.bytes, as: caller)
            return (200, try Value(json: bytes, limits: .file, nonFinite: .refuse))
        } catch let problem as GraphProblem {
            return (
                problem.status,
                .members([
                    "detail": .string(problem.detail), "code": .string(problem.code),
                    "location": problem.location.map(Value.string) ?? .null,
                ])
            )
        }
    }

    /// As ``ask(_:as:)``, from JSON text.
    func ask(_ request: String, as user: String? = nil) async throws -> (status: Int, answer: Value) {
        try await ask(Value(json: Array(request.utf8), limits: .request, nonFinite: .refuse), as: user)
    }
}

extension Optional {
    fileprivate func asyncMap<Mapped>(_ transform: (Wrapped) async throws -> Mapped?) async throws -> Mapped? {
        switch self {
        case .some(let wrapped): try await transform(wrapped)
        case .none: nil
        }
    }
}
