package import RutileModel

/// Documents that entries lack because an earlier version of this software wrote them.
///
/// - Throws: ``StoreError``, or `CancellationError`.
package protocol DocumentRenewal: Sendable {
    /// Up to `limit` entries behind `entry`, in the order of their ids, that have no document of `type`; none once
    /// ``finishRenewal(of:)`` was called, or where there was no earlier version.
    func entries(lacking type: String, after entry: EntryID?, limit: Int) async throws -> [EntryID]
    /// Notes that all entries have their documents of `type`.
    func finishRenewal(of type: String) async throws
}
