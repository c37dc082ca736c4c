import FoundationEssentials
import NomadAPI
import RutileArchive
import RutileBundle
import RutileIndex
import RutileJSON
import RutileModel
import RutileSearch
import RutileStore
import RutileTestSupport
import Testing

/// A search over a bundle, with records in memory and archives in a folder of its own.
struct SearchLaboratory {
    let records: MemoryRecords
    let feed: IndexFeed
    private let policy: AccessPolicy
    private let archives: SegmentFolder
    private let folder: TemporaryDirectory

    init(bundle: [UInt8], policy: AccessPolicy = AccessPolicy(embargoedMetadata: .public)) async throws {
        folder = try TemporaryDirectory()
        let directory = DataDirectory(folder.path + "/data")
        let records = MemoryRecords(directory: directory)
        _ = try await BundleLoader(into: directory, records: records, checkHash: { _ in }, hash: { $0 }).load(bundle)
        self.records = records
        self.policy = policy
        archives = SegmentFolder(directory)
        feed = IndexFeed(
            BitmapIndex(SearchProperties.catalogue), of: SearchIndexEntry.entryType, records: EntriesFeed(records))
        try await feed.catchUp(as: SearchProperties.catalogue)
    }

    /// The searches of tests that only read, over the bundles of the shared material.
    static func reading(_ name: String) async throws -> SearchLaboratory {
        try await (name.hasPrefix("cases/graph") ? graph : archive).value
    }

    private static let graph = Task { try await SearchLaboratory(shared: "cases/graph/fixture.json") }
    private static let archive = Task { try await SearchLaboratory(shared: "cases/archive/bundle.json") }

    /// A search over the bundle `name` of the shared material.
    init(shared name: String, policy: AccessPolicy = AccessPolicy(embargoedMetadata: .public)) async throws {
        let data = try #require(FileManager.default.contents(atPath: try SharedMaterial.path(name)))
        try await self.init(bundle: Array(data), policy: policy)
    }

    var search: EntriesSearch { search(in: feed.index) }

    /// A search in `index`, which stands for the laboratory's own.
    func search(in index: any EntryIndex) -> EntriesSearch {
        EntriesSearch(index: index, records: records, archives: archives, policy: policy) { [records] in
            try await records.snapshot().allUploads()
        }
    }

    /// The page that the JSON text `question` asks for.
    func page(_ question: String, as user: String? = nil) async throws -> EntriesPage {
        try await search.page(
            EntriesQuery(Value(json: Array(question.utf8), limits: .request, nonFinite: .refuse)),
            as: await caller(user))
    }

    /// The ids of the entries that `query` finds, by the owner `all`.
    func find(_ query: String, as user: String? = nil) async throws -> [String] {
        try await page(#"{"owner": "all", "query": \#(query), "pagination": {"page_size": 1000}}"#, as: user)
            .entries.map(\.text)
    }

    func caller(_ user: String?) async -> Caller {
        guard let user, let caller = try? await records.caller(UserID(user)) else { return .anonymous }
        return caller
    }

    /// Writes `change` and lets the index follow.
    func apply(_ change: RecordChange) async throws {
        try await records.apply(change)
        try await feed.catchUp(as: SearchProperties.catalogue)
    }
}
