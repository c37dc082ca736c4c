import Glibc
package import RutileJSON
package import RutileModel

/// Where records are read from.
///
/// Every read takes a batch: who needs many records asks once. Ids that name nothing are absent from the answer; no
/// read fails because of them. One call sees one committed state. Implementations run `RecordStoreContract`.
///
/// - Throws: ``StoreError``, or `CancellationError`.
package protocol RecordStore: Sendable {
    /// Uploads by id.
    func uploads(_ ids: Set<UploadID>) async throws -> [UploadID: UploadRecord]
    /// Entries by id.
    func entries(_ ids: Set<EntryID>) async throws -> [EntryID: EntryRecord]
    /// Entries by id, and the uploads that they are in, with one look where two would be needed otherwise.
    func entriesWithUploads(
        _ ids: Set<EntryID>
    ) async throws -> (entries: [EntryID: EntryRecord], uploads: [UploadID: UploadRecord])
    /// Where the archives of entries are; those that have none are absent.
    func archives(of entries: Set<EntryID>) async throws -> [EntryID: ArchiveAddress]
    /// The search documents that were given with entries; those whose document is made from the archive are absent.
    func searchDocuments(_ ids: Set<EntryID>) async throws -> [EntryID: Value]
    /// For each upload that exists, how many entries it has and how they ended.
    func entryCounts(_ uploads: Set<UploadID>) async throws -> [UploadID: EntryCounts]
    /// The first entry (by id) whose main file is at each place, whatever its `mainfile_key`.
    func entries(at places: Set<MainfilePlace>) async throws -> [MainfilePlace: EntryID]
    /// The main files of other uploads than `upload` whose entry, or first entry (by id), `parser` made.
    ///
    /// Cost: one step for each main file, however many entries it has; at most `limit` main files are looked at.
    func mainfiles(
        parsedBy parser: String, outside upload: UploadID, lookingAt limit: Int
    ) async throws -> [MainfilePlace]
    /// Users by id.
    func users(_ ids: Set<UserID>) async throws -> [UserID: UserRecord]
    /// The user who is called `username`; `nil` when nobody is.
    func user(named username: String) async throws -> UserRecord?
    /// The user who asks, with the groups they are in; `nil` when there is no such user.
    func caller(_ user: UserID) async throws -> Caller?
    /// Groups by id.
    func groups(_ ids: Set<GroupID>) async throws -> [GroupID: GroupRecord]
    /// Datasets by id.
    func datasets(_ ids: Set<DatasetID>) async throws -> [DatasetID: DatasetRecord]
    /// Uploads in which `member` has a role, alone or by a group, in the order of ids. An administrator has none by being
    /// one. Cost: in proportion to those uploads and to all that have members.
    func uploads(of member: Caller) async throws -> [UploadRecord]
    /// The entries that `listing` shows; `nil` when it begins behind an entry that is not listed.
    ///
    /// Cost: without a filter, in proportion to the page and what is skipped before it, for orders by time of creation
    /// and by main file; else to all entries of the uploads. Only entries of the page are read whole.
    func entries(_ listing: EntryListing) async throws -> RecordPage<EntryRecord>?
    /// The entries that name each dataset, in the order of ids.
    func entries(naming datasets: Set<DatasetID>) async throws -> [DatasetID: [EntryID]]
    /// The datasets that each entry names, as its record lists them; entries that name none are absent.
    func datasets(namedBy entries: Set<EntryID>) async throws -> [EntryID: [DatasetID]]
    /// The datasets that the entries of `upload` name.
    func datasets(ofEntriesIn upload: UploadID) async throws -> Set<DatasetID>
    /// The datasets of `owner`, in the order of ids.
    func datasets(of owner: UserID) async throws -> [DatasetRecord]
    /// All groups, in the order of ids.
    func groups() async throws -> [GroupRecord]
    /// Metainfo packages that `rutile schema add` installed, each as given, in the order of installation.
    func installedPackages() async throws -> [Value]
}

/// How many entries an upload has.
package struct EntryCounts: Hashable, Sendable {
    /// All entries.
    package var total: Int
    /// Those whose processing has ended, well or not.
    package var processed: Int
    /// Those whose processing failed.
    package var failed: Int

    /// The three numbers.
    package init(total: Int = 0, processed: Int = 0, failed: Int = 0) {
        self.total = total
        self.processed = processed
        self.failed = failed
    }

    /// Counts one more entry, which stands at `status`.
    package mutating func add(_ status: ProcessStatus) {
        total += 1
        if status.isProcessed { processed += 1 }
        if status == .failure { failed += 1 }
    }
}

/// A path in the raw files of an upload.
package struct MainfilePlace: Hashable, Sendable {
    package let upload: UploadID
    /// Relative to the upload's raw folder.
    package let path: String

    /// `path` in `upload`.
    package init(upload: UploadID, path: String) {
        self.upload = upload
        self.path = path
    }

    package static func == (left: MainfilePlace, right: MainfilePlace) -> Bool {
        left.upload == right.upload && UTF8Key(left.path) == UTF8Key(right.path)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(upload)
        hasher.combine(UTF8Key(path))
    }
}

/// Why records could not be read or written.
package enum StoreError: Error, Equatable {
    /// The data directory holds records of a later version of this software.
    case newerSchema(found: Int, known: Int)
    /// An id that must be new exists already.
    case alreadyExists(kind: String, id: String)
    /// A record that others refer to is missing.
    case missing(kind: String, id: String)
    /// A record is no longer what a change expects it to be.
    case changed(kind: String, id: String)
    /// The medium failed: no permission, a damaged file, a writer who keeps others waiting. Nothing was changed.
    case medium(String)
    /// The medium, or what the system lets us have of it, is full. Nothing was changed.
    case full(String)
    /// The change is durable, or may be, but not all of its files have taken their places. They do with the next change
    /// that has files, and when the records are opened again: whoever staged them leaves them where they are.
    case unfinished(String)

    /// The last call of the system failed: `action` says at what.
    package static func failed(_ action: String) -> StoreError { failed(action, code: errno) }

    /// A call of the system failed: `action` says at what, `code` why.
    package static func failed(_ action: String, code: Int32) -> StoreError {
        let reason = "\(action): \(unsafe String(cString: strerror(code)))"
        return FileTree.isFull(code) ? .full(reason) : .medium(reason)
    }
}
