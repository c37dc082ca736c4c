package import RutileModel
package import RutileStore

/// What curation needs of records.
package typealias CurationRecords = RecordStore & RecordWriter & RecordCatalogue

/// What people do with uploads and datasets: each operation looks whether it is allowed and possible, and then makes one
/// change of the records, whole or not at all.
///
/// An operation is decided from records as they were read; where these change before the change is made, it is decided
/// anew. So nobody publishes what somebody else has just deleted, and of two edits none is lost.
///
/// - Throws: all operations ``CurationError``, `StoreError`, `CancellationError`.
package struct Curation: Sendable {
    let records: any CurationRecords
    let directory: DataDirectory
    package let policy: AccessPolicy
    let now: @Sendable () -> Timestamp

    /// Operations on `records`, whose files are in `directory`, as far as `policy` allows.
    package init(
        records: any CurationRecords, directory: DataDirectory, policy: AccessPolicy = AccessPolicy(),
        now: @escaping @Sendable () -> Timestamp = Timestamp.now
    ) {
        self.records = records
        self.directory = directory
        self.policy = policy
        self.now = now
    }

    /// Runs an operation, which reads, decides and changes, until nobody interferes.
    func deciding<Result>(_ operation: () async throws -> Result) async throws -> Result {
        for _ in 0..<Self.attempts {
            do {
                return try await operation()
            } catch let error as StoreError {
                switch error {
                // What is gone by now is missed in its place when the operation is decided anew.
                case .changed, .missing: try Task.checkCancellation()
                default: throw error
                }
            }
        }
        throw CurationError.contended
    }

    /// Somebody would have to change the same record so often within milliseconds.
    private static let attempts = 20

    /// The upload `id`, in which `caller` has `right`.
    func upload(_ id: UploadID, for caller: Caller, with right: UploadRight) async throws -> UploadRecord {
        guard let upload = try await records.uploads([id])[id] else { throw CurationError.noUpload(id) }
        guard policy.allows(.read, in: upload, for: caller) else {
            throw caller.user == nil ? CurationError.loginRequired : .hiddenUpload(id)
        }
        guard policy.allows(right, in: upload, for: caller) else { throw refusal(of: right, in: upload, for: caller) }
        return upload
    }

    /// - Throws: ``CurationError/processing(_:)`` where something is being made of the upload's files. A record that says
    ///   so without a job behind it, as bundles may bring it, stands in nobody's way.
    func checkIdle(_ upload: UploadRecord) async throws {
        guard upload.process.status.isRunning else { return }
        let job = IncomingFolder(of: upload.id, in: directory).job
        for look in 1...Self.looks {
            if try await blocking({ FileTree.kind(of: job) == .file }) { throw CurationError.processing(upload.id) }
            // The files of a job take their place right after the change of the records that says so.
            if look < Self.looks { try await Task.sleep(for: .milliseconds(100)) }
        }
    }

    private static let looks = 5

    /// Why a caller who may read `upload` has not `right` in it.
    func refusal(of right: UploadRight, in upload: UploadRecord, for caller: Caller) -> CurationError {
        if caller.user == nil { return .loginRequired }
        // Publication may be what stands in the way, rather than who asks.
        var unpublished = upload
        unpublished.publishTime = nil
        if upload.isPublished, policy.allows(right, in: unpublished, for: caller) { return .published(upload.id) }
        return .forbidden(right, upload.id)
    }
}
