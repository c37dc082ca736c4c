package import OptimadeAPI
package import RutileArchive
import RutileJSON
package import RutileModel
import RutileQuery
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
    /// bytes, nothing of it is decoded.
    ///
    /// - Throws: as ``resources(_:of:)``.
    package func written(
        _ entries: [EntryID], of type: String, _ fields: ResponseFields
    ) async throws -> [EntryID: WrittenResource] {
        let names = MemberNames(fields.names)
        let shapes = fields.fields.map { $0.type.map(ValueShape.init) ?? .any }
        return try await read(entries) { (entry, metadata) throws(ArchiveError) in
            try Self.written(type, of: entry, metadata, fields, names, shapes)
        }
    }

    /// Entries that are read by one task at least.
    private static let entriesAtOnce = 6

    private func read<Entry: Sendable>(
        _ entries: [EntryID],
        _ entry: @escaping @Sendable (EntryID, _ metadata: ArchiveNode) throws(ArchiveError) -> Entry?
    ) async throws -> [EntryID: Entry] {
        let addresses = try await records.archives(of: Set(entries))
        let archives = try await archives.archives(Set(addresses.values))
        let parts = try await sideBySide(Array(addresses), least: Self.entriesAtOnce) { part in
            try part.compactMap { id, address -> (EntryID, Entry)? in
                guard let metadata = try archives[address]?.get().child("metadata") else { return nil }
                return try entry(id, metadata).map { (id, $0) }
            }
        }
        return Dictionary(parts.joined()) { first, _ in first }
    }

    private static func written(
        _ type: String, of entry: EntryID, _ metadata: ArchiveNode, _ fields: ResponseFields, _ names: MemberNames,
        _ shapes: [ValueShape]
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
            if stored.hasValue(index), try stored.fits(index, shapes[index]) {
                writer.key(field.name)
                try stored.writeJSON(index, to: &writer)
            } else {
                field.write(try stored.value(index), to: &writer)
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

extension ValueShape {
    /// What a stored value of a property of `type` is where it is shown as it stands.
    fileprivate init(_ type: PropertyType) {
        switch type {
        case .string: self = .text
        case .integer: self = .whole
        case .float: self = .number
        case .boolean: self = .boolean
        case .timestamp: self = .none
        case .list(let item): self = .list(ValueShape(item))
        case .dictionary(let members), .table(let members):
            let object = ValueShape.object(members.map { Member($0.name, ValueShape($0.type)) })
            if case .table = type { self = .list(object) } else { self = object }
        case .opaque: self = .any
        }
    }
}
