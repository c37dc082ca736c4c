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
/// a request reads no record but those of the entries that it shows.
final class CurrentOptimade: OptimadeRoutes.Service {
    /// What belongs to one change number.
    private struct State {
        var change: Int64 = -1
        var types: [EntryTypeDefinition] = []
        var uploads: [UploadRecord] = []
        /// What callers may see; made when they first ask.
        var visible: [Caller: VisibleUploads] = [:]
    }

    private static let types = [EntryTypeDefinition.structures, .references]
    /// Callers that are remembered at most.
    private static let mostCallers = 1_000

    private let installation: Installation
    private let policy: AccessPolicy
    let settings: OptimadeSettings
    private let feeds: [IndexFeed]
    private let current = Mutex(State())

    /// A service with all that is stored now.
    ///
    /// - Throws: `StoreError`.
    init(_ installation: Installation, settings: Settings) async throws {
        self.installation = installation
        self.settings = settings.optimade.settings(version: Rutile.version)
        policy = AccessPolicy(embargoedMetadata: settings.visibility.embargoedMetadata)
        feeds = Self.types.map {
            IndexFeed(BitmapIndex($0.documentCatalogue), of: $0.name, records: installation.records)
        }
        try await catchUp()
    }

    var state: String { String(current.withLock { $0.change }) }

    func answer(_ target: Route.Target, as caller: Caller) async throws -> OptimadeAnswer {
        let visible = current.withLock { state in
            if state.visible.count >= Self.mostCallers { state.visible = [:] }
            let visible = state.visible[caller] ?? visibleUploads(state.uploads, caller)
            state.visible[caller] = visible
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
        return zip(current.withLock { $0.types }, feeds).map { type, feed in
            IndexedCollection(
                type, rules: rules, index: feed.index, source: source, visible: visible, defaultSort: newestFirst)
        }
    }

    private func visibleUploads(_ uploads: [UploadRecord], _ caller: Caller) -> VisibleUploads {
        .only(Set(uploads.filter { policy.mayReadEntryDocuments(of: $0, as: caller) }.map(\.id)))
    }

    /// Takes in what has changed in the records.
    private func catchUp() async throws {
        // Read first: what is written meanwhile is taken in the next time.
        let change = try await installation.records.changeNumber()
        guard change != current.withLock({ $0.change }) else { return }
        let brought = try await installation.records.propertyDefinitions()
        let types = Self.types.map { type in
            type.adding(
                brought.filter { $0.entryType.hasSameUTF8(as: type.name) }.compactMap { property in
                    // The import has refused definitions that cannot be read, and said so.
                    try? PropertyDefinition(property.name, of: type.name, json: property.definition)
                })
        }
        for (type, feed) in zip(types, feeds) { try await feed.catchUp(as: type.documentCatalogue) }
        let uploads = try await installation.records.snapshot().allUploads()
        current.withLock { $0 = State(change: change, types: types, uploads: uploads) }
    }

    /// Looks for changes every second, until cancelled.
    func follow(logger: Logger) async throws {
        while true {
            try await Task.sleep(for: .seconds(1))
            do {
                try await catchUp()
            } catch let error as CancellationError {
                throw error
            } catch {
                logger.error("changes cannot be read", metadata: ["error": "\(error)"])
            }
        }
    }
}
