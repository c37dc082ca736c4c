import CProcess
import Logging
import NomadAPI
import RutileIndex
import RutileModel
import RutileSQLite
import RutileSearch
import RutileServer
import RutileStore

/// The search for entries of a running server, with an index that follows the records.
final class CurrentSearch: Sendable {
    private let installation: Installation
    private let policy: AccessPolicy
    private let feed: IndexFeed
    private let uploads: CurrentUploads
    private let follower: Follower

    /// A search whose index is empty until somebody asks, or ``follow(logger:)`` runs.
    init(_ installation: Installation, uploads: CurrentUploads, settings: Settings) {
        self.installation = installation
        self.uploads = uploads
        policy = AccessPolicy(embargoedMetadata: settings.visibility.embargoedMetadata)
        let feed = IndexFeed(
            BitmapIndex(SearchProperties.catalogue), of: SearchIndexEntry.entryType,
            records: EntriesFeed(installation.records))
        self.feed = feed
        follower = Follower(installation.records) { try await feed.catchUp(as: SearchProperties.catalogue) }
    }

    /// The search itself: whoever asks finds what was committed before, unless the index needs long to take it in, and
    /// nothing that was taken from them.
    var search: EntriesSearch {
        EntriesSearch(
            index: feed.index, records: installation.records, archives: installation.archives, policy: policy,
            catchUp: { [follower] in try await follower.catchUp() },
            uploads: { [uploads, follower] in
                let (change, uploads) = try await uploads.now()
                try await follower.reach(change, within: CurrentUploads.patience)
                return uploads
            })
    }

    /// The name of the index, with its size.
    var indexSize: (name: String, size: IndexSize) { ("search", feed.index.size) }

    /// Fills the index, makes the documents of entries that an earlier version stored, then looks for changes every
    /// second, until cancelled.
    func follow(logger: Logger) async throws {
        try await follower.catchUp(logger)
        // What the index was made from is several times what it is.
        rutile_return_memory()
        do {
            let count = try await EntriesRenewal(installation.records, archives: installation.archives).run()
            if count > 0 { logger.notice("entries made searchable", metadata: ["count": "\(count)"]) }
        } catch let error as CancellationError {
            throw error
        } catch {
            logger.error("entries cannot be made searchable", metadata: ["error": "\(error)"])
        }
        try await follower.follow(logger)
    }
}
