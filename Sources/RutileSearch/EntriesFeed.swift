import NomadAPI
import RutileJSON
package import RutileModel
package import RutileStore

/// The documents of ``NomadAPI/SearchIndexEntry/entryType`` with what uploads and datasets say added to them; those that
/// were given whole as they are shown now.
package struct EntriesFeed<Records: RecordStore & DocumentFeed>: DocumentFeed {
    private let records: Records

    /// The documents that `records` has.
    package init(_ records: Records) { self.records = records }

    package func documents(of type: String, after change: Int64, limit: Int) async throws -> DocumentBatch {
        var batch = try await records.documents(of: type, after: change, limit: limit)
        let uploads = try await records.uploads(Set(batch.documents.map(\.upload)))
        let users = try await records.users(Set(uploads.values.flatMap(SearchDocument.users)))
        let parts = uploads.mapValues { SearchDocument.uploadPart($0, users: users) }
        let members = parts.mapValues { SearchIndexEntry.members(of: [$0]) }
        let datasets = try await records.datasets(namedBy: Set(batch.documents.map(\.entry)))
        let known = try await records.datasets(Set(datasets.values.flatMap(\.self)))
        let whole = Set(batch.documents.lazy.filter { SearchIndexEntry.isWhole($0.json) }.map(\.entry))
        let given = try await records.searchDocuments(whole)
        let entries = try await records.entries(Set(given.keys))
        for (position, document) in batch.documents.enumerated() {
            let datasetPart = datasets[document.entry].map { SearchDocument.datasetPart($0, known) }
            let json: [UInt8]
            if whole.contains(document.entry) {
                // One that is gone by now comes in a later batch once more.
                guard let entry = entries[document.entry], let given = given[document.entry]?.object else { continue }
                let parts = [parts[document.upload], datasetPart, SearchDocument.referencePart(entry)]
                let shown = SearchDocument.shown(given: given, parts.compactMap(\.self))
                json = SearchIndexEntry.json(document.entry, given: shown)
            } else {
                json = SearchIndexEntry.json(
                    SearchIndexEntry.json(document.json, adding: members[document.upload] ?? []),
                    adding: datasetPart.map { SearchIndexEntry.members(of: [$0]) } ?? [])
            }
            batch.documents[position] = IndexChange.Document(
                entry: document.entry, upload: document.upload, json: json)
        }
        return batch
    }

    package func propertyDefinitions() async throws -> [PropertyRecord] { try await records.propertyDefinitions() }

    package func changeNumber() async throws -> Int64 { try await records.changeNumber() }
}
