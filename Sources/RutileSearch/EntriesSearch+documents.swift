package import NomadAPI
import RutileArchive
package import RutileJSON
package import RutileModel
import RutileStore

extension EntriesSearch {
    /// What is shown of each of `entries` as a hit or as its metadata. Those that do not exist or that `caller` may
    /// not see are absent; those whose archive cannot be read are shown as their records say.
    ///
    /// - Parameter required: what is to be picked of the documents afterwards. What it leaves out need not be there.
    /// - Throws: `StoreError`, `CancellationError`.
    package func documents(
        of entries: Set<EntryID>, showing required: RequiredQuantities? = nil, as caller: Caller
    ) async throws -> [EntryID: Value] {
        if entries.isEmpty { return [:] }
        let (found, uploads) = try await records.entriesWithUploads(entries)
        let seen = found.filter { _, entry in
            uploads[entry.upload].map { policy.mayReadEntryDocuments(of: $0, as: caller) } ?? false
        }
        if let include = required?.include, include.allSatisfy(SearchDocument.isOfRecord) {
            // Clients that only want ids ask for many.
            return seen.mapValues { .object(SearchDocument.recordPart($0)) }
        }
        let given = try await records.searchDocuments(Set(seen.keys))
        let composed = seen.filter { given[$0.key] == nil }
        let parts = try await uploadParts(of: seen.values.map(\.upload), uploads)
        let datasets = try await records.datasets(Set(seen.values.flatMap(\.datasets)))
        let nodes = try await archives.archives(Set(composed.values.compactMap(\.archive)))

        var documents: [EntryID: Value] = [:]
        documents.reserveCapacity(seen.count)
        for (id, document) in given {
            guard let entry = seen[id] else { continue }
            let shown = SearchDocument.shown(
                given: document.object ?? ObjectValue(),
                [
                    parts[entry.upload] ?? ObjectValue(), SearchDocument.datasetPart(entry.datasets, datasets),
                    SearchDocument.referencePart(entry),
                ])
            documents[id] = .object(SearchDocument.withData(shown))
        }
        for (id, entry) in composed {
            // One damaged archive must not make whole pages and exports unreadable; `rutile verify` tells of it.
            let (metadata, results) = (try? Self.parts(of: entry.archive.flatMap { nodes[$0] })) ?? (nil, nil)
            var members = SearchDocument.entryPart(entry, metadata: metadata, results: results)
            for (name, value) in parts[entry.upload]?.members ?? zip([], []) { members[name] = value }
            for (name, value) in SearchDocument.datasetPart(entry.datasets, datasets).members { members[name] = value }
            documents[id] = .object(SearchDocument.withData(members))
        }
        return documents
    }

    /// What `archive` says of its entry; nothing where there is none.
    private static func parts(
        of archive: Result<ArchiveNode, ArchiveError>?
    ) throws(ArchiveError) -> (metadata: ObjectValue?, results: Value?) {
        guard let node = try archive?.get() else { return (nil, nil) }
        return (try node.child("metadata")?.value().object, try node.child("results")?.value())
    }

    private func uploadParts(
        of ids: [UploadID], _ uploads: [UploadID: UploadRecord]
    ) async throws -> [UploadID: ObjectValue] {
        let wanted = Set(ids).compactMap { uploads[$0] }
        let users = try await records.users(Set(wanted.flatMap(SearchDocument.users)))
        return Dictionary(
            wanted.map { ($0.id, SearchDocument.uploadPart($0, users: users)) }, uniquingKeysWith: { first, _ in first }
        )
    }
}
