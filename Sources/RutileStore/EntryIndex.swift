package import RutileModel
package import RutileQuery

/// Finds entries of one type by their properties.
///
/// What ``apply(_:)`` was given is found as soon as it returns; a search sees one state. Implementations agree with
/// `RutileQuery.Evaluator`; `EntryIndexContract` in RutileTestSupport checks that they do.
package protocol EntryIndex: Sendable {
    /// The properties that can be tested.
    var catalogue: PropertyCatalogue { get }

    /// How large it is now. Cost: a look at each column of each segment, milliseconds for a million entries.
    var size: IndexSize { get }

    /// One page of the entries that match, and how many there are.
    ///
    /// - Throws: ``StoreError``, or `CancellationError` when the task was cancelled.
    func entries(_ search: EntrySearch) async throws -> EntryPage

    /// The values that matching entries have, and how often. Numbers that are whole are integers; empty where the
    /// catalogue has no such property.
    ///
    /// - Throws: ``StoreError``, or `CancellationError`.
    func values(_ question: ValueQuestion) async throws -> [Literal: ValueCount]

    /// The answer to `question` for each of `predicates`: the values that those of the entries have for which it is true
    /// as well. Cost: the question's own predicate is evaluated once.
    ///
    /// - Throws: ``StoreError``, or `CancellationError`.
    func values(_ question: ValueQuestion, for predicates: [Predicate]) async throws -> [[Literal: ValueCount]]

    /// How many different values the answers to `questions`, whose values are of one type, have together. Cost: no value is
    /// made that is not there already.
    ///
    /// - Throws: ``StoreError``, or `CancellationError`.
    func distinctValues(_ questions: [ValueQuestion]) async throws -> Int

    /// Does `work`, which counts what the entries have: where they are many, on a thread where nobody waits for it.
    ///
    /// - Throws: what `work` throws; `CancellationError`.
    func counting<Result>(_ work: () async throws -> Result) async throws -> Result

    /// Makes the changes that `next` gives, one after the other until it gives none. All of them are found when the
    /// call returns; when it throws, nothing has changed.
    ///
    /// - Throws: what `next` throws; ``StoreError`` when a document is no JSON object or lacks its `id`;
    ///   `CancellationError`.
    func apply(each next: () async throws -> IndexChange?) async throws
}

extension EntryIndex {
    /// Adds, replaces and removes documents, all or none.
    ///
    /// - Throws: ``StoreError`` when a document is no JSON object or lacks its `id`; `CancellationError`.
    package func apply(_ change: IndexChange) async throws {
        var changes = [change]
        try await apply(each: { changes.popLast() })
    }
}

/// How large an index is.
package struct IndexSize: Hashable, Sendable {
    /// Entries that can be found.
    package let entries: Int
    /// The parts that a search goes through one after the other.
    package let segments: Int
    /// Memory that its values take, in bytes, what is remembered for quicker searches left aside; absent where it is not
    /// counted.
    package let bytes: Int?

    /// These sizes.
    package init(entries: Int, segments: Int, bytes: Int?) {
        self.entries = entries
        self.segments = segments
        self.bytes = bytes
    }
}

/// A question to an ``EntryIndex``.
package struct EntrySearch: Sendable {
    /// Only entries for which this is true.
    package var predicate: Predicate
    /// Only entries of uploads that the caller may see.
    package var visible: VisibleUploads
    package var sort: Sort
    /// Begin behind this place.
    package var after: Cursor?
    /// Then leave out so many.
    package var skip: Int
    /// At most so many; 0 only counts.
    package var limit: Int

    /// The first `limit` of all visible entries, unless said otherwise.
    package init(
        _ predicate: Predicate = .constant(.true), visible: VisibleUploads = .all, sort: Sort = Sort(),
        after: Cursor? = nil, skip: Int = 0, limit: Int
    ) {
        self.predicate = predicate
        self.visible = visible
        self.sort = sort
        self.after = after
        self.skip = skip
        self.limit = limit
    }
}

/// Uploads whose entries a caller may see.
package enum VisibleUploads: Hashable, Sendable {
    case all
    case only(Set<UploadID>)
    case allBut(Set<UploadID>)
}

/// A page of entries.
package struct EntryPage: Hashable, Sendable {
    /// In the order asked for.
    package var entries: [EntryID]
    /// How many entries match, before paging.
    package var total: Int
    /// Whether entries follow this page.
    package var hasMore: Bool
    /// The place behind the last entry of the page; absent when the page is empty.
    package var end: Cursor?

    /// A page of `entries`.
    package init(entries: [EntryID], total: Int, hasMore: Bool, end: Cursor?) {
        self.entries = entries
        self.total = total
        self.hasMore = hasMore
        self.end = end
    }
}

/// Documents to add, replace and remove.
package struct IndexChange: Sendable {
    /// The document of one entry.
    package struct Document: Sendable {
        package let entry: EntryID
        /// Decides who sees it.
        package let upload: UploadID
        /// A JSON object of property values, among them the string `id`. Names that the catalogue lacks are ignored.
        package let json: [UInt8]

        /// The document `json` of `entry`.
        package init(entry: EntryID, upload: UploadID, json: [UInt8]) {
            self.entry = entry
            self.upload = upload
            self.json = json
        }
    }

    /// Replaces what its entry had. Of several for one entry the last one stays.
    package var documents: [Document]
    /// Removed before the documents are added. Removing what is not there is no error.
    package var removed: Set<EntryID>
    /// All properties from now on, where they change. Documents that are there already keep the values that were
    /// read when they came; who adds a property gives such documents again.
    package var catalogue: PropertyCatalogue?

    /// A change of `documents`.
    package init(documents: [Document] = [], removed: Set<EntryID> = [], catalogue: PropertyCatalogue? = nil) {
        self.documents = documents
        self.removed = removed
        self.catalogue = catalogue
    }
}
