package import RutileQuery
import Synchronization

/// Keeps the index of one entry type up to date with the records.
package final class IndexFeed: Sendable {
    /// Documents that are taken at once: enough to be quick, few enough to be small.
    private static let batch = 2_000

    /// The index.
    package let index: any EntryIndex
    private let type: String
    private let records: any DocumentFeed
    /// The last change that the index has.
    private let last = Mutex<Int64>(0)

    /// An empty index, to be filled from `records`.
    package init(_ index: any EntryIndex, of type: String, records: any DocumentFeed) {
        self.index = index
        self.type = type
        self.records = records
    }

    /// Takes in all changes; documents are read as those of `properties`. Not twice at the same time.
    ///
    /// - Throws: ``StoreError``, or `CancellationError`.
    package func catchUp(as properties: PropertyCatalogue) async throws {
        var reached = last.withLock { $0 }
        var catalogue: PropertyCatalogue? = properties
        if index.catalogue == catalogue {
            catalogue = nil
        } else {
            // Documents that came before their properties were known are read again.
            reached = 0
        }
        try await index.apply(each: {
            let batch = try await records.documents(of: type, after: reached, limit: Self.batch)
            if batch.isEmpty && catalogue == nil { return nil }
            defer { catalogue = nil }
            reached = batch.last
            return IndexChange(documents: batch.documents, removed: batch.removed, catalogue: catalogue)
        })
        last.withLock { $0 = reached }
    }
}
