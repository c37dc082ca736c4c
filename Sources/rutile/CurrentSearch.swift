import Logging
import NomadAPI
import RutileIndex
import RutileModel
import RutileSQLite
import RutileSearch
import RutileServer
import RutileStore
import Synchronization

/// The search for entries of a running server, with an index that follows the records.
final class CurrentSearch: Sendable {
    private let installation: Installation
    private let policy: AccessPolicy
    private let feed: IndexFeed
    /// What belongs to one change number.
    private let current = Mutex((change: Int64(-1), uploads: [UploadRecord]()))
    /// The last catching up that was asked for.
    private let latest = Mutex<Task<Void, any Error>?>(nil)

    /// A search in all that is stored now.
    ///
    /// - Throws: `StoreError`.
    init(_ installation: Installation, settings: Settings) async throws {
        self.installation = installation
        policy = AccessPolicy(embargoedMetadata: settings.visibility.embargoedMetadata)
        feed = IndexFeed(
            BitmapIndex(SearchProperties.catalogue), of: SearchIndexEntry.entryType,
            records: EntriesFeed(installation.records))
        try await catchUp()
    }

    /// The search itself.
    var search: EntriesSearch {
        EntriesSearch(
            index: feed.index, records: installation.records, archives: installation.archives, policy: policy
        ) { [self] in current.withLock { $0.uploads } }
    }

    /// Takes in what has changed in the records. What was committed before the call is found after it.
    func catchUp() async throws {
        let task = latest.withLock { latest in
            // The one that runs may have begun before the change.
            let former = latest
            let task = Task { [self] in
                _ = await former?.result
                try await takeIn()
            }
            latest = task
            return task
        }
        try await task.value
    }

    private func takeIn() async throws {
        // Read first: what is written meanwhile is taken in the next time.
        let change = try await installation.records.changeNumber()
        guard change != current.withLock({ $0.change }) else { return }
        try await feed.catchUp(as: SearchProperties.catalogue)
        let uploads = try await installation.records.snapshot().allUploads()
        current.withLock { $0 = (change, uploads) }
    }

    /// Makes the documents of entries that an earlier version stored, then looks for changes every second, until
    /// cancelled.
    func follow(logger: Logger) async throws {
        do {
            let count = try await EntriesRenewal(installation.records, archives: installation.archives).run()
            if count > 0 { logger.notice("entries made searchable", metadata: ["count": "\(count)"]) }
        } catch let error as CancellationError {
            throw error
        } catch {
            logger.error("entries cannot be made searchable", metadata: ["error": "\(error)"])
        }
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
