import NomadAPI
package import RutileModel
package import RutileStore

/// The documents of ``NomadAPI/SearchIndexEntry/entryType`` with what uploads and datasets say added to them.
package struct EntriesFeed<Records: RecordStore & DocumentFeed>: DocumentFeed {
    private let records: Records

    /// The documents that `records` has.
    package init(_ records: Records) { self.records = records }

    package func documents(of type: String, after change: Int64, limit: Int) async throws -> DocumentBatch {
        var batch = try await records.documents(of: type, after: change, limit: limit)
        let uploads = try await records.uploads(Set(batch.documents.map(\.upload)))
        let users = try await records.users(Set(uploads.values.flatMap(SearchDocument.users)))
        let parts = uploads.mapValues { upload in
            SearchIndexEntry.members(of: [SearchDocument.uploadPart(upload, users: users)])
        }
        let datasets = try await records.datasets(namedBy: Set(batch.documents.map(\.entry)))
        let known = try await records.datasets(Set(datasets.values.flatMap(\.self)))
        for (position, document) in batch.documents.enumerated() {
            if SearchIndexEntry.isWhole(document.json) { continue }
            var json = SearchIndexEntry.json(document.json, adding: parts[document.upload] ?? [])
            if let datasets = datasets[document.entry] {
                let part = SearchDocument.datasetPart(datasets, known)
                json = SearchIndexEntry.json(json, adding: SearchIndexEntry.members(of: [part]))
            }
            batch.documents[position] = IndexChange.Document(
                entry: document.entry, upload: document.upload, json: json)
        }
        return batch
    }

    package func propertyDefinitions() async throws -> [PropertyRecord] { try await records.propertyDefinitions() }

    package func changeNumber() async throws -> Int64 { try await records.changeNumber() }
}
