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
        var catalogue = UploadCatalogue(CurrentOptimade.types, [], properties: [:])
        var uploads: [UploadRecord] = []
        /// What callers may see; made when they first ask.
        var views: [Caller: View] = [:]
    }

    /// What somebody may see.
    struct View {
        let visible: VisibleUploads
        /// Entry types with the properties that visible uploads define.
        let types: [EntryTypeDefinition]
        /// With the licence of visible uploads, where the configuration names none.
        let settings: OptimadeSettings
    }

    private static let types = [EntryTypeDefinition.structures, .references]
    /// Callers that are remembered at most.
    private static let mostCallers = 1_000

    private let installation: Installation
    private let policy: AccessPolicy
    private let settings: OptimadeSettings
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
        let view = current.withLock { state in
            if state.views.count >= Self.mostCallers { state.views = [:] }
            let view = state.views[caller] ?? self.view(of: state, caller)
            state.views[caller] = view
            return view
        }
        let service = OptimadeService(view.settings) { [self] _ in collections(view) }
        return try await service.answer(OptimadeRequest(target, visible: view.visible))
    }

    /// All that there is.
    var whole: View {
        current.withLock { state in
            View(
                visible: .all, types: state.catalogue.types,
                settings: licensed(state.catalogue.license { _ in true }))
        }
    }

    /// The collections of all entry types, with the entries that are in `view`.
    func collections(_ view: View) -> [IndexedCollection] {
        let source = ArchiveResources(records: installation.records, archives: installation.archives)
        let rules = settings.parameterRules
        let newestFirst = Sort([SortKey("last_modified", isDescending: true)])
        return zip(view.types, feeds).map { type, feed in
            IndexedCollection(
                type, rules: rules, index: feed.index, source: source, visible: view.visible,
                defaultSort: newestFirst)
        }
    }

    private func view(of state: State, _ caller: Caller) -> View {
        let visible = Set(state.uploads.filter { policy.mayReadEntryDocuments(of: $0, as: caller) }.map(\.id))
        return View(
            visible: .only(visible), types: state.catalogue.types(where: visible.contains),
            settings: licensed(state.catalogue.license(where: visible.contains)))
    }

    /// The settings, with `license` where they name none.
    private func licensed(_ license: String?) -> OptimadeSettings {
        var settings = self.settings
        settings.license = settings.license ?? license
        return settings
    }

    /// Takes in what has changed in the records.
    private func catchUp() async throws {
        // Read first: what is written meanwhile is taken in the next time.
        let change = try await installation.records.changeNumber()
        guard change != current.withLock({ $0.change }) else { return }
        let uploads = try await installation.records.snapshot().allUploads()
        var properties: [UploadID: [PropertyRecord]] = [:]
        // Most servers have none, and many uploads.
        if try await !installation.records.propertyDefinitions().isEmpty {
            for upload in uploads {
                properties[upload.id] = try await installation.records.properties(of: upload.id)
            }
        }
        let catalogue = UploadCatalogue(Self.types, uploads, properties: properties)
        for (type, feed) in zip(catalogue.types, feeds) { try await feed.catchUp(as: type.documentCatalogue) }
        current.withLock { $0 = State(change: change, catalogue: catalogue, uploads: uploads) }
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
