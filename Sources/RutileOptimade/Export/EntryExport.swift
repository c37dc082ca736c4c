package import OptimadeAPI
import RutileJSON
import RutileQuery

/// Writes entries of collections to a file of some format, page by page: memory does not grow with their number.
package struct EntryExport: Sendable {
    private let entries: any EntryCollection
    private let related: [any EntryCollection]
    private let writer: any ResourceWriter

    /// An export of `entries` in the format of `writer`.
    ///
    /// Entries of `related` collections follow them: all, or, where a filter chooses, those that are related to what is
    /// written, and what these are related to in turn. The collection of `entries` itself may be among them. They are for
    /// formats that hold entries of any type.
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
        /// Entries that were written without something that the format has no way to say, with what that is; at most
        /// ``listed`` of them.
        package var losses: [(id: String, loss: String)] = []
        /// Number of such losses.
        package var lossCount = 0
        /// What the filter may not mean as it was meant.
        package var warnings: [OptimadeWarning] = []
        /// Entries that are kept in ``leftOut`` and ``losses``.
        package static let listed = 1_000

        mutating func leaveOut(_ resource: Resource, _ reason: ExportError) {
            leftOutCount += 1
            if leftOut.count < Self.listed { leftOut.append((resource.id, reason)) }
        }

        mutating func wrote(_ resource: Resource, without losses: [String]) {
            written += 1
            lossCount += losses.count
            self.losses += losses.prefix(max(0, Self.listed - self.losses.count)).map { (resource.id, $0) }
        }
    }

    /// Gives the file in pieces to `output`: the entries that match `filter`, or all, in the order of their ids.
    ///
    /// Entries that come or go meanwhile are in it or not.
    /// - Throws: `OptimadeProblem` for a filter that is wrong, before anything is written; ``NotOneEntry`` for a
    ///   format that holds one; what `output` and the collections throw.
    package func run(filter: String? = nil, to output: ([UInt8]) async throws -> Void) async throws -> Report {
        var report = Report()
        let predicate = try filter.map { try entries.predicate($0, &report.warnings) } ?? .constant(.true)
        if !writer.holdsSeveral {
            let count = try await entries.count(where: predicate)
            guard count == 1 else { throw NotOneEntry(count: count) }
        }
        var relations = Relations(types: filter == nil ? [] : related.map(\.type.name))
        if !writer.start.isEmpty { try await output(writer.start) }
        var pages = MatchingEntries(entries, where: predicate)
        while let resources = try await pages.next() {
            relations.follow(resources)
            try await output(write(resources, &report))
        }
        guard filter != nil else {
            for collection in related where !collection.type.name.hasSameUTF8(as: entries.type.name) {
                var pages = MatchingEntries(collection, where: .constant(.true))
                while let resources = try await pages.next() { try await output(write(resources, &report)) }
            }
            return report
        }
        while let (type, ids) = relations.next(MatchingEntries.pageSize) {
            guard let collection = related.first(where: { $0.type.name.hasSameUTF8(as: type) }) else { continue }
            let resources = try await collection.resources(ids: ids)
            relations.follow(resources)
            try await output(write(resources, &report))
        }
        return report
    }

    /// Gives each entry that matches `filter`, or all, as a file of its own to `output`, in the order of their ids.
    ///
    /// - Throws: as ``run(filter:to:)``, but any number of entries will do.
    package func files(
        filter: String? = nil, to output: (_ id: String, _ bytes: [UInt8]) async throws -> Void
    ) async throws -> Report {
        var report = Report()
        let predicate = try filter.map { try entries.predicate($0, &report.warnings) } ?? .constant(.true)
        var pages = MatchingEntries(entries, where: predicate)
        while let resources = try await pages.next() {
            for resource in resources {
                guard let bytes = bytes(of: resource, &report) else { continue }
                try await output(resource.id, writer.start + bytes)
            }
        }
        return report
    }

    /// Which entries are wanted since others are related to them, and which of these were written.
    private struct Relations {
        /// Entry types whose entries are wanted.
        let types: [String]
        private var written: [String: Set<UTF8Key>] = [:]
        private var wanted: [String: Set<UTF8Key>] = [:]
        private var waiting: [String: [UTF8Key]] = [:]

        init(types: [String]) { self.types = types }

        /// Takes what `resources`, which are written, are related to.
        mutating func follow(_ resources: [Resource]) {
            for type in types {
                for resource in resources {
                    if resource.type.hasSameUTF8(as: type) { written[type, default: []].insert(UTF8Key(resource.id)) }
                    for id in resource.relatedIDs(type).map({ UTF8Key($0) })
                    where wanted[type, default: []].insert(id).inserted { waiting[type, default: []].append(id) }
                }
            }
        }

        /// Up to `limit` ids of one type that are not written yet, each once; `nil` where there are none.
        mutating func next(_ limit: Int) -> (type: String, ids: [String])? {
            for type in types {
                var ids: [String] = []
                while ids.count < limit, let id = waiting[type]?.popLast() {
                    if written[type]?.contains(id) != true { ids.append(id.string) }
                }
                if !ids.isEmpty { return (type, ids) }
            }
            return nil
        }
    }

    private func write(_ resources: [Resource], _ report: inout Report) -> [UInt8] {
        resources.flatMap { bytes(of: $0, &report) ?? [] }
    }

    /// `resource` as the format has it; `nil` where it is left out.
    private func bytes(of resource: Resource, _ report: inout Report) -> [UInt8]? {
        do {
            let bytes = try writer.bytes(of: resource)
            report.wrote(resource, without: writer.losses(of: resource))
            return bytes
        } catch {
            report.leaveOut(resource, error)
            return nil
        }
    }
}

/// A format that holds one entry was asked to hold several, or none.
package struct NotOneEntry: Error, Hashable, Sendable, CustomStringConvertible {
    /// Number of entries that match.
    package let count: Int

    /// `count` entries match.
    package init(count: Int) { self.count = count }

    package var description: String {
        (count == 0 ? "no entry matches" : "\(count) entries match") + ", but a file of this format holds one"
            + (count > 1 ? "; a file whose name ends in .zip holds any number" : "")
    }
}
