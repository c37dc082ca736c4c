import RutileJSON
package import RutileModel

/// Where indexes find what has changed.
///
/// Each document has the number of the change that wrote or removed it; numbers only grow. A reader asks for batches
/// after the last number that it knows, until one is empty, and has then seen the last state of each document.
///
/// - Throws: ``StoreError``, or `CancellationError`.
package protocol DocumentFeed: Sendable {
    /// Up to `limit` documents of the entry type `type` that were written or removed after change `change` (0: all
    /// that there are), in the order of their changes.
    func documents(of type: String, after change: Int64, limit: Int) async throws -> DocumentBatch
    /// The definitions of properties that uploads brought, in the order in which they were written. Of several with
    /// one entry type and name the last one counts.
    func propertyDefinitions() async throws -> [PropertyRecord]
    /// Number of the last change to anything that decides what searches find: documents, definitions of properties,
    /// uploads and groups. Cost: one row.
    func changeNumber() async throws -> Int64
}

/// Documents of one entry type that changed.
package struct DocumentBatch: Sendable {
    /// Those that were written, in the order of their changes.
    package var documents: [IndexChange.Document]
    /// Entries that have none any more.
    package var removed: Set<EntryID>
    /// Number of the last change in this batch: where the next one begins. That of the question when it is empty.
    package var last: Int64

    /// No change after `last`.
    package init(last: Int64) {
        documents = []
        removed = []
        self.last = last
    }

    /// Whether nothing was left to read.
    package var isEmpty: Bool { documents.isEmpty && removed.isEmpty }
}

/// What the index of one entry type holds of an entry.
package struct IndexDocument: Hashable, Sendable {
    /// The entry type, for example `structures`.
    package let type: String
    /// A JSON object of property values, among them the string `id`.
    package let json: [UInt8]

    /// Documents of this type are shown with what uploads, their users and datasets say: they count as written again
    /// when one of these changes. What an entry refers to stands in the member `references`, and follows its record.
    package static let composedType = "entries"

    /// The document `json` for the index of `type`.
    package init(type: String, json: [UInt8]) {
        self.type = type
        self.json = json
    }

    /// The document `json` of ``composedType``, of an entry that refers to `references` now.
    package static func json(_ json: [UInt8], referringTo references: [String]) -> [UInt8] {
        guard var members = (try? Value(json: json, limits: .file))?.object else { return json }
        members["references"] = references.isEmpty ? nil : .list(references.map(Value.string))
        return Value.object(members).json()
    }
}
