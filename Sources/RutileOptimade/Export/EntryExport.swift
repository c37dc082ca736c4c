package import OptimadeAPI
import RutileJSON
import RutileQuery

/// Writes entries of collections to a file of some format, page by page: memory does not grow with their number.
package struct EntryExport: Sendable {
    /// Entries that are read at once.
    private static let pageSize = 500

    private let entries: any EntryCollection
    private let related: [any EntryCollection]
    private let writer: any ResourceWriter

    /// An export of `entries` in the format of `writer`.
    ///
    /// Entries of `related` collections, which are of other types, follow them: all, or those that the written entries
    /// are related to where a filter chooses among these. They are for formats that hold entries of any type.
    package init(_ entries: any EntryCollection, related: [any EntryCollection] = [], writer: any ResourceWriter) {
        self.entries = entries
        self.related = related
        self.writer = writer
    }

    /// What was written.
    package struct Report: Sendable {
        /// Number of entries that were written.
        package var written = 0
        /// Entries that the format has no way to say, with the reason; at most ``listed`` of them.
        package var leftOut: [(id: String, reason: ExportError)] = []
        /// Number of entries that were left out.
        package var leftOutCount = 0
        /// Entries that are kept in ``leftOut``.
        package static let listed = 1_000

        mutating func leaveOut(_ resource: Resource, _ reason: ExportError) {
            leftOutCount += 1
            if leftOut.count < Self.listed { leftOut.append((resource.id, reason)) }
        }
    }

    /// Gives the file in pieces to `output`: the entries that match `filter`, or all, in the order of their ids.
    ///
    /// Entries that come or go meanwhile are in it or not.
    /// - Throws: `OptimadeProblem` for a filter that is wrong, before anything is written; ``SeveralEntries`` for a
    ///   format that holds one; what `output` and the collections throw.
    package func run(filter: String? = nil, to output: ([UInt8]) async throws -> Void) async throws -> Report {
        let predicate = try filter.map { try entries.predicate($0) } ?? .constant(.true)
        if !writer.holdsSeveral {
            let count = try await entries.count(where: predicate)
            guard count <= 1 else { throw SeveralEntries(count: count) }
        }
        var report = Report()
        var wanted: [String: Set<UTF8Key>] = [:]
        if !writer.start.isEmpty { try await output(writer.start) }
        try await pages(of: entries, where: predicate) { resources in
            for resource in resources where filter != nil {
                for type in related.map(\.type.name) {
                    wanted[type, default: []].formUnion(resource.relatedIDs(type).map { UTF8Key($0) })
                }
            }
            try await output(write(resources, &report))
        }
        for collection in related {
            guard filter != nil else {
                try await pages(of: collection, where: .constant(.true)) { try await output(write($0, &report)) }
                continue
            }
            let ids = (wanted[collection.type.name] ?? []).sorted().map(\.string)
            for start in stride(from: 0, to: ids.count, by: Self.pageSize) {
                let page = Array(ids[start..<min(start + Self.pageSize, ids.count)])
                try await output(write(try await collection.resources(ids: page), &report))
            }
        }
        return report
    }

    private func pages(
        of collection: any EntryCollection, where predicate: Predicate, _ body: ([Resource]) async throws -> Void
    ) async throws {
        var query = EntryQuery(predicate, limit: Self.pageSize)
        while true {
            try Task.checkCancellation()
            let page = try await collection.matches(query)
            if !page.resources.isEmpty { try await body(page.resources) }
            guard page.hasMore, let end = page.end else { return }
            query.after = end
        }
    }

    private func write(_ resources: [Resource], _ report: inout Report) -> [UInt8] {
        var bytes: [UInt8] = []
        for resource in resources {
            do {
                bytes += try writer.bytes(of: resource)
                report.written += 1
            } catch {
                report.leaveOut(resource, error)
            }
        }
        return bytes
    }
}

/// A format that holds one entry was asked to hold several.
package struct SeveralEntries: Error, Hashable, Sendable, CustomStringConvertible {
    /// Number of entries that match.
    package let count: Int

    /// `count` entries match.
    package init(count: Int) { self.count = count }

    package var description: String { "\(count) entries match, but a file of this format holds one" }
}
