package import OptimadeAPI
package import RutileArchive
import RutileJSON
package import RutileModel
package import RutileStore

/// Resources read from the archives of their entries.
///
/// Of an archive only the members of `metadata` that a resource is made of are read. Entries without a record, without
/// an archive, or whose archive holds no resource are absent from an answer.
package struct ArchiveResources: ResourceSource {
    private let records: any RecordStore
    private let archives: any ArchiveSource

    /// Resources of entries of `records`, whose archives are in `archives`.
    package init(records: any RecordStore, archives: any ArchiveSource) {
        self.records = records
        self.archives = archives
    }

    /// The resources of `entries`: one question to the records, one to the archives.
    ///
    /// - Throws: ``StoreError``, ``ArchiveError`` for an archive that cannot be read, or `CancellationError`.
    package func resources(_ entries: [EntryID]) async throws -> [EntryID: Resource] {
        let addresses = try await records.entries(Set(entries)).compactMapValues(\.archive)
        let archives = try await archives.archives(Set(addresses.values))
        var resources: [EntryID: Resource] = [:]
        resources.reserveCapacity(addresses.count)
        for (entry, address) in addresses {
            guard let archive = try archives[address]?.get() else { continue }
            resources[entry] = try Self.resource(in: archive, of: entry)
        }
        return resources
    }

    /// The resource in the archive of `entry`; `nil` where it holds none.
    ///
    /// - Throws: ``ArchiveError``.
    package static func resource(in archive: ArchiveNode, of entry: EntryID) throws(ArchiveError) -> Resource? {
        guard let metadata = try archive.child("metadata") else { return nil }
        var members = ObjectValue()
        for key in Resource.ArchiveKeys.all { members[key] = try metadata.child(key)?.value() }
        return Resource(metadata: members, entry: entry.text)
    }
}
