package import RutileModel

/// Where archives are read from, by address.
///
/// Reads take a batch: who needs many archives asks once. An archive that cannot be read is a failure in the answer,
/// not an exception, so that the others are still worth having.
///
/// - Throws: `CancellationError` only.
package protocol ArchiveSource: Sendable {
    /// The archives at `addresses`, each with its own outcome. Nodes are lazy: only what is visited is read.
    func archives(
        _ addresses: Set<ArchiveAddress>
    ) async throws -> [ArchiveAddress: Result<ArchiveNode, ArchiveError>]
}
