package import OptimadeAPI
package import RutileArchive
import RutileJSON
package import RutileModel
package import RutileStore

/// Resources read from the archives of their entries.
///
/// Of an archive only the members of `metadata` that a resource is made of are read. Entries without a record, without
/// an archive, or whose archive holds no resource of the type are absent from an answer.
package struct ArchiveResources: ResourceSource {
    private let records: any RecordStore
    private let archives: any ArchiveSource

    /// Resources of entries of `records`, whose archives are in `archives`.
    package init(records: any RecordStore, archives: any ArchiveSource) {
        self.records = records
        self.archives = archives
    }

    /// The resources of `type` that `entries` have: one question to the records, one to the archives.
    ///
    /// - Throws: ``StoreError``, ``ArchiveError`` for an archive that cannot be read, or `CancellationError`.
    package func resources(_ entries: [EntryID], of type: String) async throws -> [EntryID: Resource] {
        let addresses = try await records.archives(of: Set(entries))
        let archives = try await archives.archives(Set(addresses.values))
        var resources: [EntryID: Resource] = [:]
        resources.reserveCapacity(addresses.count)
        for (entry, address) in addresses {
            guard let archive = try archives[address]?.get() else { continue }
            resources[entry] = try Self.resource(type, in: archive, of: entry)
        }
        return resources
    }

    private static func resource(
        _ type: String, in archive: ArchiveNode, of entry: EntryID
    ) throws(ArchiveError) -> Resource? {
        guard let metadata = try archive.child("metadata") else { return nil }
        return try Resource(type, of: entry.text) { (key) throws(ArchiveError) in try metadata.child(key)?.value() }
    }
}
