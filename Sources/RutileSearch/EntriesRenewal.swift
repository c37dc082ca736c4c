import NomadAPI
import OptimadeAPI
package import RutileArchive
import RutileJSON
import RutileModel
package import RutileStore

/// Makes the documents that searches need for entries that an earlier version of this software stored.
package struct EntriesRenewal<Records: RecordStore & RecordWriter & DocumentRenewal>: Sendable {
    /// Entries that are renewed in one change.
    private static var batch: Int { 500 }

    private let records: Records
    private let archives: any ArchiveSource

    /// The renewal of `records`, whose archives are in `archives`.
    package init(_ records: Records, archives: any ArchiveSource) {
        self.records = records
        self.archives = archives
    }

    /// Makes all documents that are missing; they are found as soon as an index has taken them in. Nothing to do, as a
    /// rule: then it costs one row. What was made is kept when it is interrupted.
    ///
    /// - Returns: how many there were.
    /// - Throws: `StoreError`, `CancellationError`.
    package func run() async throws -> Int {
        var count = 0
        var last: EntryID?
        while true {
            let ids = try await records.entries(
                lacking: SearchIndexEntry.entryType, after: last, limit: Self.batch)
            if ids.isEmpty { break }
            var change = RecordChange(existing: .replace)
            change.documents = try await documents(of: Set(ids))
            try await records.apply(change)
            count += change.documents.count
            last = ids.last
        }
        if count > 0 || last != nil { try await records.finishRenewal(of: SearchIndexEntry.entryType) }
        return count
    }

    private func documents(of ids: Set<EntryID>) async throws -> [EntryID: [IndexDocument]] {
        let entries = try await records.entries(ids)
        let given = try await records.searchDocuments(ids)
        let nodes = try await archives.archives(
            Set(entries.values.filter { given[$0.id] == nil }.compactMap(\.archive)))
        return entries.mapValues { entry in
            if let document = given[entry.id]?.object {
                return [Self.document(SearchIndexEntry.json(entry.id, given: document))]
            }
            // An entry whose archive is damaged is found by what its record says.
            let archive = try? entry.archive.flatMap { nodes[$0] }?.get()
            return [Self.document((try? Self.json(entry, archive)) ?? Self.json(entry))]
        }
    }

    private static func document(_ json: [UInt8]) -> IndexDocument {
        IndexDocument(type: SearchIndexEntry.entryType, json: json)
    }

    private static func json(_ entry: EntryRecord) -> [UInt8] {
        SearchIndexEntry.json(entry, metadata: nil, results: nil, optimade: nil)
    }

    private static func json(_ entry: EntryRecord, _ archive: ArchiveNode?) throws(ArchiveError) -> [UInt8] {
        let metadata = try archive?.child("metadata")?.value().object
        let structure = Resource(Resource.structures, of: entry.id.text) { metadata?[$0] }
        return SearchIndexEntry.json(
            entry, metadata: metadata, results: try archive?.child("results")?.value(),
            optimade: structure?.attributes)
    }
}
