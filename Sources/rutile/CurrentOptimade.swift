import Logging
import OptimadeAPI
import RutileIndex
import RutileJSON
import RutileModel
import RutileOptimade
import RutileQuery
import RutileSQLite
import RutileServer
import RutileStore
import Synchronization

/// The OPTIMADE service of a running server, with an index for each entry type that follows the records.
///
/// Everything that the service needs beside the indexes hangs on the records' change number: while it stands still,
/// a request reads no record but that number and those of the entries that it shows.
final class CurrentOptimade: OptimadeRoutes.Service {
    /// What callers may see at one change number; made when they first ask.
    private struct Visibility {
        var change: Int64 = -1
        var uploads: [Caller: VisibleUploads] = [:]
    }

    private static let types = [EntryTypeDefinition.structures, .references]
    /// Callers that are remembered at most.
    private static let mostCallers = 1_000

    private let installation: Installation
    private let policy: AccessPolicy
    let settings: OptimadeSettings
    private let feeds: [IndexFeed]
    private let uploads: CurrentUploads
    private let follower: Follower
    private let definitions = Shared([EntryTypeDefinition]())
    private let visibility = Mutex(Visibility())

    /// A service with all that is stored now.
    ///
    /// - Throws: `StoreError`.
    init(_ installation: Installation, uploads: CurrentUploads, settings: Settings) async throws {
        self.installation = installation
        self.uploads = uploads
        self.settings = settings.optimade.settings(version: Rutile.version)
        policy = AccessPolicy(embargoedMetadata: settings.visibility.embargoedMetadata)
        let feeds = Self.types.map {
            IndexFeed(BitmapIndex($0.documentCatalogue), of: $0.name, records: installation.records)
        }
        self.feeds = feeds
        follower = Follower(installation.records) { [records = installation.records, definitions] in
            let types = try await Self.present(in: records)
            for (type, feed) in zip(types, feeds) { try await feed.catchUp(as: type.documentCatalogue) }
            definitions.value = types
        }
        try await follower.catchUp()
    }

    var state: String {
        get async throws {
            let change = try await caughtUp().change
            // The indexes may be behind.
            return "\(change)-\(follower.reached)"
        }
    }

    func answer(_ target: Route.Target, as caller: Caller) async throws -> OptimadeAnswer {
        let (change, uploads) = try await caughtUp()
        let visible = visibility.withLock { known in
            if known.change != change || known.uploads.count >= Self.mostCallers { known = Visibility(change: change) }
            let visible = known.uploads[caller] ?? visibleUploads(uploads, caller)
            known.uploads[caller] = visible
            return visible
        }
        let service = OptimadeService(settings) { [self] in collections($0) }
        return try await service.answer(OptimadeRequest(target, visible: visible))
    }

    /// The collections of all entry types, with the entries of `visible` uploads.
    func collections(_ visible: VisibleUploads) -> [IndexedCollection] {
        let source = ArchiveResources(records: installation.records, archives: installation.archives)
        let rules = settings.parameterRules
        let newestFirst = Sort([SortKey("last_modified", isDescending: true)])
        return zip(definitions.value, feeds).map { type, feed in
            IndexedCollection(
                type, rules: rules, index: feed.index, source: source, visible: visible, defaultSort: newestFirst)
        }
    }

    private func visibleUploads(_ uploads: [UploadRecord], _ caller: Caller) -> VisibleUploads {
        .only(Set(uploads.filter { policy.mayReadEntryDocuments(of: $0, as: caller) }.map(\.id)))
    }

    /// The uploads as they are now, when the indexes have what was committed before the call.
    private func caughtUp() async throws -> (change: Int64, uploads: [UploadRecord]) {
        let current = try await uploads.now()
        try await follower.reach(current.change, within: CurrentUploads.patience)
        return current
    }

    /// The entry types with the properties that uploads have brought.
    private static func present(in records: SQLiteRecords) async throws -> [EntryTypeDefinition] {
        let brought = try await records.propertyDefinitions()
        return types.map { type in
            type.adding(
                brought.filter { $0.entryType.hasSameUTF8(as: type.name) }.compactMap { property in
                    // The import has refused definitions that cannot be read, and said so.
                    try? PropertyDefinition(property.name, of: type.name, json: property.definition)
                })
        }
    }

    /// Looks for changes every second, until cancelled.
    func follow(logger: Logger) async throws {
        while true {
            try await Task.sleep(for: .seconds(1))
            do {
                try await follower.catchUp()
            } catch let error as CancellationError {
                throw error
            } catch {
                logger.error("changes cannot be read", metadata: ["error": "\(error)"])
            }
        }
    }
}
