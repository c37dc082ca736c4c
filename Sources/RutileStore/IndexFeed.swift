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
        var batches = Batches(after: reached) { [records, type] in
            try await records.documents(of: type, after: $0, limit: Self.batch)
        }
        defer { batches.stop() }
        try await index.apply(each: {
            let batch = try await batches.next()
            if batch.isEmpty && catalogue == nil { return nil }
            defer { catalogue = nil }
            return IndexChange(documents: batch.documents, removed: batch.removed, catalogue: catalogue)
        })
        last.withLock { $0 = batches.reached }
    }
}

/// Batches one after the other, of which the next is read while the last is taken in.
private struct Batches {
    /// The last change that was handed on.
    private(set) var reached: Int64
    private let read: @Sendable (Int64) async throws -> DocumentBatch
    private var coming: Task<DocumentBatch, any Error>?

    /// Those after the change `reached`, which `read` reads.
    init(after reached: Int64, _ read: @escaping @Sendable (Int64) async throws -> DocumentBatch) {
        self.reached = reached
        self.read = read
    }

    /// The next one, which is empty when there is none. Whoever got one that is not calls ``stop()`` in the end.
    mutating func next() async throws -> DocumentBatch {
        let task = coming ?? begin()
        coming = nil
        let batch = try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
        reached = batch.last
        if !batch.isEmpty { coming = begin() }
        return batch
    }

    /// Nobody wants the next one.
    func stop() { coming?.cancel() }

    // A group would have to end within `next()`.
    private func begin() -> Task<DocumentBatch, any Error> { Task { [read, reached] in try await read(reached) } }
}
