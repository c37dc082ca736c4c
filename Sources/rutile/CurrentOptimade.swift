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
    /// What somebody may see.
    struct View {
        let visible: VisibleUploads
        /// Entry types with the properties that visible uploads define.
        let types: [EntryTypeDefinition]
        /// With the licence of visible uploads, where the configuration names none.
        let settings: OptimadeSettings
    }

    /// Structures first.
    private static let types = [EntryTypeDefinition.structures, .references]

    private let installation: Installation
    private let policy: AccessPolicy
    private let settings: OptimadeSettings
    private let links: [DatabaseLink]
    private let feeds: [IndexFeed]
    private let uploads: CurrentUploads
    private let follower: Follower
    private let catalogue = Shared(UploadCatalogue(CurrentOptimade.types, [], properties: [:]))
    private let views = Mutex(CallerViews<View>())

    /// A service with all that is stored now.
    ///
    /// - Throws: `StoreError`.
    init(_ installation: Installation, uploads: CurrentUploads, settings: Settings) async throws {
        self.installation = installation
        self.uploads = uploads
        self.settings = settings.optimade.settings(version: Rutile.version)
        policy = AccessPolicy(embargoedMetadata: settings.visibility.embargoedMetadata)
        links = settings.optimade.links
        let feeds = Self.types.map {
            IndexFeed(BitmapIndex($0.documentCatalogue), of: $0.name, records: installation.records)
        }
        self.feeds = feeds
        follower = Follower(installation.records) { [records = installation.records, catalogue] in
            let found = try await Self.catalogue(of: records)
            for (type, feed) in zip(found.types, feeds) { try await feed.catchUp(as: type.documentCatalogue) }
            catalogue.value = found
        }
        try await follower.catchUp()
    }

    func answer(_ target: Route.Target, as caller: Caller) async throws -> OptimadeAnswer {
        let view = try await view(for: caller)
        let service = OptimadeService(view.settings, links: links) { [self] _ in collections(view) }
        return try await service.answer(OptimadeRequest(target, visible: view.visible))
    }

    /// The names of the indexes, with their sizes.
    var indexSizes: [(name: String, size: IndexSize)] {
        zip(Self.types, feeds).map { type, feed in (type.name, feed.index.size) }
    }

    func structures(as caller: Caller) async throws -> StructureRoutes.Structures {
        let view = try await view(for: caller)
        return StructureRoutes.Structures(collections(view)[0], settings: view.settings)
    }

    /// What `caller` may see now.
    private func view(for caller: Caller) async throws -> View {
        let (change, uploads) = try await caughtUp()
        // Read before the catalogue is, which is then no older.
        let reached = follower.reached
        return views.withLock { views in
            views.view(for: caller, at: change, reached: reached) { view(of: uploads, caller) }
        }
    }

    /// All that there is.
    var whole: View {
        let catalogue = catalogue.value
        return View(
            visible: .all, types: catalogue.types, settings: licensed(catalogue.license { _ in true }))
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

    private func view(of uploads: [UploadRecord], _ caller: Caller) -> View {
        let catalogue = catalogue.value
        let visible = Set(uploads.filter { policy.mayReadEntryDocuments(of: $0, as: caller) }.map(\.id))
        return View(
            visible: .only(visible), types: catalogue.types(where: visible.contains),
            settings: licensed(catalogue.license(where: visible.contains)))
    }

    /// The settings, with `license` where they name none.
    private func licensed(_ license: String?) -> OptimadeSettings {
        var settings = self.settings
        settings.license = settings.license ?? license
        return settings
    }

    /// The uploads as they are now, when the indexes have what was committed before the call.
    private func caughtUp() async throws -> (change: Int64, uploads: [UploadRecord]) {
        let current = try await uploads.now()
        try await follower.reach(current.change, within: CurrentUploads.patience)
        return current
    }

    /// The entry types with the properties that uploads have brought, and the licences.
    private static func catalogue(of records: SQLiteRecords) async throws -> UploadCatalogue {
        let uploads = try await records.snapshot().allUploads()
        var properties: [UploadID: [PropertyRecord]] = [:]
        // Most servers have none, and many uploads.
        if try await !records.propertyDefinitions().isEmpty {
            for upload in uploads { properties[upload.id] = try await records.properties(of: upload.id) }
        }
        return UploadCatalogue(types, uploads, properties: properties)
    }

    /// Looks for changes every second, until cancelled.
    func follow(logger: Logger) async throws { try await follower.follow(logger) }
}
