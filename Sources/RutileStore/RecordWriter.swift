package import RutileJSON
package import RutileModel

/// Where records are written to: one change at a time, whole or not at all.
///
/// - Throws: ``StoreError``, or `CancellationError` (then nothing was written).
package protocol RecordWriter: Sendable {
    /// Writes `change` in one transaction. When the call returns it is durable and visible to every reader, and its files
    /// are in their places.
    ///
    /// - Throws: ``StoreError/unfinished(_:)`` where the change is durable and only its files are not in their places yet;
    ///   after any other error nothing has changed.
    func apply(_ change: RecordChange) async throws
    /// Brings to their places what files earlier changes have left ``StoreError/unfinished(_:)``, if any. When the call
    /// returns, those of every change that was applied before it are there.
    ///
    /// - Throws: ``StoreError``, when they still cannot take them.
    func finishFiles() async throws
    /// What `summary` makes of each entry of `upload`, by main file and key. Of entries by the million so only what is
    /// wanted is kept.
    func entries<Summary: Sendable>(
        of upload: UploadID, as summary: @Sendable @escaping (EntryRecord) -> Summary
    ) async throws -> [Summary]
    /// The definitions of properties that `upload` brought, in order.
    func properties(of upload: UploadID) async throws -> [PropertyRecord]
}

extension RecordWriter {
    /// All entries of `upload`, by main file and key.
    package func entries(of upload: UploadID) async throws -> [EntryRecord] { try await entries(of: upload) { $0 } }
}

/// Records to write together, and the files that belong to them. Its parts act in this order:
///
/// 1. What is not as ``expected`` says refuses the change.
/// 2. ``removedGroups``, ``removedEntries``, ``removedUploads`` (with their entries) and ``removedDatasets`` go. So an
///    upload in both ``removedUploads`` and ``uploads`` is replaced with all its entries.
/// 3. What a record refers to must be stored or part of the change: an entry's upload; an upload's main author,
///    coauthors, reviewers and their groups; a group's members; a dataset's owner; the uploads of ``processes``,
///    ``publications`` and ``licenses``. The links between entries and datasets may dangle, for entries
///    and datasets of other installations.
/// 4. ``users``, ``groups`` and ``uploads`` are written, then ``processes``, ``publications`` and ``licenses``, which so
///    also count for uploads of this change.
/// 5. ``entries`` are written, then ``laterEntries``. They may have ids that were removed.
/// 6. ``links``, ``properties``, ``datasets`` and ``packages`` are written. The links are also those of entries of this
///    change.
/// 7. ``documents`` are written, those of entries that are there by now.
/// 8. The transaction is committed: all of the above is durable, or nothing is.
/// 9. ``files`` take their places. Where that fails, ``RecordWriter/apply(_:)`` throws ``StoreError/unfinished(_:)``, and
///    it is done later.
///
/// User names are unique. The archive of an entry lies in a segment of the entry's own upload.
package struct RecordChange: Sendable {
    /// What happens when a record to write exists already.
    package enum Existing: Hashable, Sendable {
        /// The change is refused with ``StoreError/alreadyExists(kind:id:)``.
        case refuse
        /// The record is replaced.
        case replace
    }

    /// One entry and its documents.
    package struct EntryWrite: Sendable {
        package var record: EntryRecord
        /// The document that searches see, as far as later changes leave it (``GivenDocument``); absent when it is to be
        /// made from the archive.
        package var metadata: Value?
        /// What the indexes of entry types hold of the entry, at most one document for each type.
        package var documents: [IndexDocument]

        /// `record` with its documents.
        package init(_ record: EntryRecord, metadata: Value? = nil, documents: [IndexDocument] = []) {
            self.record = record
            self.metadata = metadata
            self.documents = documents
        }
    }

    /// Gives entries to the closure that it is called with, one after the other; throws what that throws.
    package typealias EntryStream = @Sendable (_ write: (EntryWrite) throws -> Void) throws -> Void

    /// What a change was made from.
    package struct Expected: Sendable {
        package var uploads: [UploadRecord] = []
        package var datasets: [DatasetRecord] = []
        /// Datasets whose owners have none of these names.
        package var newDatasets: [DatasetRecord] = []
        package var users: [UserRecord] = []
        package var groups: [GroupRecord] = []

        /// Nothing in particular.
        package init() {}
    }

    /// What changes of the links of an entry: of the datasets that it is in, and of what it refers to.
    package struct LinkEdit: Hashable, Sendable {
        /// Datasets that it is in from now on, in order, after those that it is in already.
        package var addedDatasets: [DatasetID] = []
        package var removedDatasets: Set<DatasetID> = []
        /// Addresses of publications and the like; absent where they stay.
        package var references: [String]?

        /// Nothing changes.
        package init() {}

        /// Makes the change.
        package func apply(to entry: inout EntryRecord) {
            entry.datasets.removeAll { removedDatasets.contains($0) }
            for dataset in addedDatasets where !entry.datasets.contains(dataset) { entry.datasets.append(dataset) }
            if let references { entry.references = references }
        }
    }

    package var existing: Existing
    /// Whether entries of other uploads may be taken from them. Otherwise an entry whose id one of them has is refused
    /// with ``StoreError/alreadyExists(kind:id:)``, also under ``Existing/replace``.
    package var movesEntries = false
    package var users: [UserRecord] = []
    package var groups: [GroupRecord] = []
    package var uploads: [UploadRecord] = []
    /// For uploads that are stored, where their last process stands now. Nothing else of them changes, so that what
    /// others write meanwhile is not lost.
    package var processes: [UploadID: ProcessRecord] = [:]
    /// Uploads that are published at a time; one that is published already keeps its own.
    package var publications: [UploadID: Timestamp] = [:]
    /// For uploads that are stored, the licence that they have from now on; `nil` where none is stated.
    package var licenses: [UploadID: String?] = [:]
    package var entries: [EntryWrite] = []
    /// More entries, written after ``entries``, for those that are too many to be in memory at once; their uploads are
    /// among ``uploads`` or ``processes``. Called once, within the transaction.
    package var laterEntries: EntryStream?
    /// For entries, what changes of their links. Nothing else of them changes; those that are not stored are passed over.
    package var links: [EntryID: LinkEdit] = [:]
    package var datasets: [DatasetRecord] = []
    /// For uploads of this change, all definitions of properties that they bring from now on, in order.
    package var properties: [UploadID: [PropertyRecord]] = [:]
    /// Metainfo packages in NOMAD's JSON form; one of the same name is replaced under ``Existing/replace``.
    package var packages: [Value] = []
    /// Documents of entries that are stored, each in place of the entry's one of the same type. Those of entries that
    /// are not are ignored.
    package var documents: [EntryID: [IndexDocument]] = [:]
    /// Entries to delete. Deleting what is not there is no error.
    package var removedEntries: Set<EntryID> = []
    /// Uploads to delete, with their entries.
    package var removedUploads: Set<UploadID> = []
    /// Groups to delete. They are taken off the uploads that name them, so that no later group of the same id is let in.
    package var removedGroups: Set<GroupID> = []
    /// Datasets to delete. Their entries keep their links, unless ``links`` takes them away.
    package var removedDatasets: Set<DatasetID> = []
    /// Records as whoever made the change has read them. Where one has changed since, or is gone, the change
    /// is refused with ``StoreError/changed(kind:id:)``, to be made again from what is there now.
    package var expected = Expected()
    /// Staged files that take their places once the records are durable.
    ///
    /// The list is part of the transaction: when a move fails, or the process dies before the last one, the next change
    /// with files, or the next process that opens the records, finishes the moves before anything else.
    package var files: [FileChange] = []

    /// No records yet.
    package init(existing: Existing) { self.existing = existing }
}
