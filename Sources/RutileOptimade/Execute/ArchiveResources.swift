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
        try await read(entries) { (entry, metadata) throws(ArchiveError) in
            try Resource(type, of: entry.text) { (key) throws(ArchiveError) in try metadata.child(key)?.value() }
        }
    }

    /// The same, with `fields` of their attributes as JSON: what is shown as it is stored is written from the archive's
    /// bytes, nothing is decoded.
    ///
    /// - Throws: as ``resources(_:of:)``.
    package func written(
        _ entries: [EntryID], of type: String, _ fields: ResponseFields
    ) async throws -> [EntryID: WrittenResource] {
        try await read(entries) { (entry, metadata) throws(ArchiveError) in
            try Self.written(type, of: entry, metadata, fields)
        }
    }

    private func read<Entry>(
        _ entries: [EntryID], _ entry: (EntryID, _ metadata: ArchiveNode) throws(ArchiveError) -> Entry?
    ) async throws -> [EntryID: Entry] {
        let addresses = try await records.archives(of: Set(entries))
        let archives = try await archives.archives(Set(addresses.values))
        var read: [EntryID: Entry] = [:]
        read.reserveCapacity(addresses.count)
        for (id, address) in addresses {
            guard let metadata = try archives[address]?.get().child("metadata") else { continue }
            read[id] = try entry(id, metadata)
        }
        return read
    }

    private static func written(
        _ type: String, of entry: EntryID, _ metadata: ArchiveNode, _ fields: ResponseFields
    ) throws(ArchiveError) -> WrittenResource? {
        var stored: [(key: String, node: ArchiveNode)] = []
        var isComplete = false
        // Of attributes only those are decoded from which others follow, and none where the file had all of them.
        let resource = try Resource(type, of: entry.text) { (key) throws(ArchiveError) -> Value? in
            guard let node = try metadata.child(key) else { return nil }
            let isObject = try node.kind == .object
            if key == Resource.ArchiveKeys.identity { isComplete = isObject }
            guard key == Resource.ArchiveKeys.attributes, isObject else { return try node.value() }
            stored = try node.members()
            guard !isComplete else { return .object(ObjectValue()) }
            let sources = Resource.sources(among: stored.map(\.key))
            var decoded = ObjectValue()
            for (name, node) in stored where sources.contains(where: { $0.hasSameUTF8(as: name) }) {
                decoded[name] = try node.value()
            }
            return .object(decoded)
        }
        guard let resource else { return nil }
        return try WrittenResource(resource, fields) { (name) throws(ArchiveError) -> ArchivedAttribute? in
            if let value = resource.attributes[name] { return .decoded(value) }
            return stored.first { $0.key.hasSameUTF8(as: name) }.map { .stored($0.node) }
        }
    }
}

/// A property of a resource that is read from an archive.
private enum ArchivedAttribute: WritableValue {
    case decoded(Value)
    case stored(ArchiveNode)

    var isNull: Bool {
        switch self {
        case .decoded(let value): value.isNull
        case .stored(let node): node.isNull
        }
    }

    var text: String? {
        switch self {
        case .decoded(let value): value.text
        case .stored(let node): node.text
        }
    }

    func writeJSON(to writer: inout JSONWriter) throws(ArchiveError) {
        switch self {
        case .decoded(let value): writer.value(value)
        case .stored(let node): try node.writeJSON(to: &writer)
        }
    }
}
