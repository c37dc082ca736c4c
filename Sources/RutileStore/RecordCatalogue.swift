package import RutileJSON
package import RutileModel

/// Everything that is recorded, for whoever saves or checks all of it.
///
/// - Throws: ``StoreError``, or `CancellationError`.
package protocol RecordCatalogue: Sendable {
    /// One committed state; later changes do not show in it.
    func snapshot() async throws -> any RecordSnapshot
    /// Segments that entries left, with the time at which they did. A reader may still be about to open one.
    func retiredSegments() async throws -> [SegmentName: Timestamp]
    /// Forgets retired segments, whose files are gone.
    func forget(_ segments: Set<SegmentName>) async throws
}

/// One committed state of all records.
///
/// Lists are in the order of ids (UTF-8 bytes), packages in that of their installation.
package protocol RecordSnapshot: Sendable {
    /// All users.
    func allUsers() async throws -> [UserRecord]
    /// All groups.
    func allGroups() async throws -> [GroupRecord]
    /// All uploads.
    func allUploads() async throws -> [UploadRecord]
    /// All datasets.
    func allDatasets() async throws -> [DatasetRecord]
    /// All installed packages.
    func allPackages() async throws -> [Value]
    /// All entries of `upload`.
    func entries(of upload: UploadID) async throws -> [EntryRecord]
    /// The search documents that were given with entries of `upload`.
    func searchDocuments(of upload: UploadID) async throws -> [EntryID: Value]
    /// The definitions of properties that `upload` brought, in order.
    func properties(of upload: UploadID) async throws -> [PropertyRecord]
    /// Whether the archive of any entry lies in `segment`. Cost: one index look-up.
    func holds(_ segment: SegmentName) async throws -> Bool
    /// What the records themselves have to say against their own consistency, for people; empty when all is well.
    func inconsistencies() async throws -> [String]
}

/// A segment of an upload.
package struct SegmentName: Hashable, Sendable {
    package let upload: UploadID
    /// Its name within the upload, as in ``ArchiveAddress/segment``.
    package let segment: String

    /// `segment` of `upload`.
    package init(upload: UploadID, segment: String) {
        self.upload = upload
        self.segment = segment
    }
}
