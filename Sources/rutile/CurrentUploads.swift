import RutileModel
import RutileSQLite
import RutileStore

/// The uploads of a running server, which say who may see what: as they are recorded at the moment, but read again only
/// when something was written.
final class CurrentUploads: Sendable {
    /// How long a request waits for an index that follows the records. What was deleted or hidden does not show
    /// meanwhile, since that is a matter of the uploads.
    static let patience = Duration.seconds(1)

    private let records: SQLiteRecords
    private let follower: Follower
    private let uploads = Shared([UploadRecord]())

    /// The uploads of `records`.
    init(_ records: SQLiteRecords) {
        self.records = records
        follower = Follower(records) { [uploads] in uploads.value = try await records.snapshot().allUploads() }
    }

    /// All uploads, and a change that they are no older than. Cost: one small read while nothing is written.
    ///
    /// - Throws: `StoreError`, `CancellationError`.
    func now() async throws -> (change: Int64, uploads: [UploadRecord]) {
        let change = try await records.changeNumber()
        if follower.reached < change { try await follower.catchUp() }
        return (change, uploads.value)
    }
}
