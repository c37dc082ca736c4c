package import NomadAPI
package import RutileArchive
import RutileJSON
package import RutileModel
import RutileQuery
package import RutileStore

/// Answers questions about entries from the index, and shows the entries that were found.
package struct EntriesSearch: Sendable {
    let index: any EntryIndex
    let records: any RecordStore
    let archives: any ArchiveSource
    let policy: AccessPolicy
    private let catchingUp: @Sendable () async throws -> Void
    private let uploads: @Sendable () async throws -> [UploadRecord]

    /// A search in `index`, whose properties are ``NomadAPI/SearchProperties`` and whose documents come from an
    /// ``EntriesFeed``.
    ///
    /// - Parameters:
    ///   - catchUp: takes into the index all that was committed before, however long it takes; nothing where the index
    ///     does not follow the records by itself.
    ///   - uploads: all uploads, as they are when a question comes; whoever follows the records brings the index up to
    ///     date first, as far as there is time.
    package init(
        index: any EntryIndex, records: any RecordStore, archives: any ArchiveSource,
        policy: AccessPolicy = AccessPolicy(), catchUp: @escaping @Sendable () async throws -> Void = {},
        uploads: @escaping @Sendable () async throws -> [UploadRecord]
    ) {
        catchingUp = catchUp
        self.index = index
        self.records = records
        self.archives = archives
        self.policy = policy
        self.uploads = uploads
    }

    /// Waits until questions find all that was committed before the call.
    ///
    /// - Throws: `StoreError`, `CancellationError`.
    package func catchUp() async throws { try await catchingUp() }

    /// The page of entries that `question` asks for.
    ///
    /// - Throws: ``NomadAPI/EntriesProblem`` when the question cannot be answered to `caller`; `StoreError`,
    ///   `CancellationError`.
    package func page(_ question: EntriesQuery, as caller: Caller) async throws -> EntriesPage {
        let visible = try await visible(question.owner, caller)
        let predicate = try question.query.map { (query) throws(EntriesProblem) in try QueryLowering.predicate(query) }
        let order = try EntriesOrder(question.pagination)
        let page = try await index.entries(
            EntrySearch(
                predicate ?? .constant(.true), visible: visible, sort: order.sort, after: order.after,
                skip: question.pagination.skipped, limit: question.pagination.pageSize))
        // As NOMAD: a full last page has a next one, which is empty.
        let isFull = !page.entries.isEmpty && page.entries.count >= question.pagination.pageSize
        let next = isFull && page.entries.count < page.total ? page.end.map(order.text) : nil
        return EntriesPage(entries: page.entries, total: page.total, nextPageAfterValue: next)
    }

    /// The uploads whose entries the owner `owner` means, as far as `caller` may see them.
    func visible(_ owner: EntriesOwner, _ caller: Caller) async throws -> VisibleUploads {
        if owner.needsLogin, caller.user == nil {
            throw EntriesProblem(401, "Authentication required for owner='\(owner.rawValue)'.", at: ["owner"])
        }
        if owner == .admin, !caller.isAdmin {
            throw EntriesProblem(403, "This can only be used by the admin user.", at: ["owner"])
        }
        // Asked for whoever it is: the index has caught up then.
        let uploads = try await uploads()
        if owner == .admin { return .all }
        return .only(Set(uploads.filter { isMeant($0, by: owner, caller) }.map(\.id)))
    }

    private func isMeant(_ upload: UploadRecord, by owner: EntriesOwner, _ caller: Caller) -> Bool {
        switch owner {
        case .public: upload.isPublished && !upload.isEmbargoed
        case .visible: upload.isPublished && !upload.isEmbargoed || policy.isViewer(caller, of: upload)
        case .all: policy.isListed(upload) || policy.isViewer(caller, of: upload)
        case .shared: policy.isViewer(caller, of: upload)
        case .user: upload.mainAuthor == caller.user
        case .staging: !upload.isPublished && policy.isViewer(caller, of: upload)
        case .admin: caller.isAdmin
        }
    }
}

/// A page of entries.
package struct EntriesPage: Hashable, Sendable {
    /// In the order asked for.
    package var entries: [EntryID]
    /// How many entries there are on all pages.
    package var total: Int
    /// What `page_after_value` of the next page is; absent where NOMAD gives none.
    package var nextPageAfterValue: String?

    /// A page of `entries`.
    package init(entries: [EntryID], total: Int, nextPageAfterValue: String?) {
        self.entries = entries
        self.total = total
        self.nextPageAfterValue = nextPageAfterValue
    }
}
