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
        let names = MemberNames(fields.names)
        return try await read(entries) { (entry, metadata) throws(ArchiveError) in
            try Self.written(type, of: entry, metadata, fields, names)
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
        _ type: String, of entry: EntryID, _ metadata: ArchiveNode, _ fields: ResponseFields, _ names: MemberNames
    ) throws(ArchiveError) -> WrittenResource? {
        var stored: MemberPlaces?
        var isComplete = false
        // Of attributes only those are decoded from which others follow, and none where the file had all of them.
        let resource = try Resource(type, of: entry.text) { (key) throws(ArchiveError) -> Value? in
            guard let node = try metadata.child(key) else { return nil }
            let isObject = try node.kind == .object
            if key == Resource.ArchiveKeys.identity { isComplete = isObject }
            guard key == Resource.ArchiveKeys.attributes, isObject else { return try node.value() }
            stored = try MemberPlaces(names, in: node)
            return .object(isComplete ? ObjectValue() : try sources(in: node))
        }
        guard let resource else { return nil }
        guard let stored else { return WrittenResource(resource, fields) }
        var writer = JSONWriter(reserving: 4096)
        writer.beginObject()
        for (index, field) in fields.fields.enumerated() {
            if let value = resource.attributes[field.name] {
                field.write(value, to: &writer)
                continue
            }
            switch stored.hasValue(index) ? field.shown(stored.text(index)) : .nothing {
            case .nothing: field.write(nil, to: &writer)
            case .time(let text):
                writer.key(field.name)
                writer.string(text)
            case .asStored:
                writer.key(field.name)
                try stored.writeJSON(index, to: &writer)
            }
        }
        writer.endObject()
        return WrittenResource(resource, attributes: writer.bytes)
    }

    /// The stored properties of a structure that have to be decoded.
    private static func sources(in attributes: ArchiveNode) throws(ArchiveError) -> ObjectValue {
        let members = try attributes.members()
        let names = Resource.sources(among: members.map(\.key))
        var decoded = ObjectValue()
        for (name, node) in members where names.contains(where: { $0.hasSameUTF8(as: name) }) {
            decoded[name] = try node.value()
        }
        return decoded
    }
}
