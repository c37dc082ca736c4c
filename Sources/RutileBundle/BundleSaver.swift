import FoundationEssentials
import RutileArchive
import RutileJSON
package import RutileModel
package import RutileStore

/// Saves everything of a data directory as one bundle.
///
/// Two saves of one state are equal byte by byte: records are in the order of ids, raw files in that of paths.
package struct BundleSaver<Records: RecordCatalogue>: Sendable {
    private let directory: DataDirectory
    private let records: Records

    /// A saver of `directory`, whose records are `records`.
    package init(_ directory: DataDirectory, records: Records) {
        self.directory = directory
        self.records = records
    }

    /// Writes the bundle piece by piece to `output`; no more than one upload's records, one archive or one raw file is
    /// in memory at a time.
    ///
    /// - Returns: what was saved.
    /// - Throws: ``BundleError``, what `output` throws.
    package func save(to output: @escaping ([UInt8]) throws -> Void) async throws -> BundleSummary {
        do {
            // No segment that the snapshot knows may be swept before it is read.
            let lock = try DataLock(writing: directory)
            defer { withExtendedLifetime(lock) {} }
            let snapshot = try await records.snapshot()
            let uploads = try await snapshot.allUploads()
            var summary = BundleSummary()
            var pages = BundlePages(output: output)
            pages.begin()

            let users = try await snapshot.allUsers()
            try pages.list("users", users) { $0.write(&$1) }
            let groups = try await snapshot.allGroups()
            try pages.list("groups", groups) { $0.write(&$1) }
            try pages.list("uploads", uploads) { $0.write(&$1) }
            pages.beginList("entries")
            let archives = SegmentFolder(directory)
            for upload in uploads {
                let entries = try await snapshot.entries(of: upload.id)
                let documents = try await snapshot.searchDocuments(of: upload.id)
                for entry in entries {
                    let archive = try archive(of: entry, in: archives)
                    try pages.item { writer throws(BundleError) in
                        try entry.write(&writer, metadata: documents[entry.id], archive: archive)
                    }
                }
                archives.forget(upload.id)
                summary.entries += entries.count
            }
            pages.endList()
            let datasets = try await snapshot.allDatasets()
            try pages.list("datasets", datasets) { $0.write(&$1) }
            let packages = try await snapshot.allPackages()
            try pages.list("packages", packages) { $1.value($0) }
            pages.beginList("properties")
            for upload in uploads {
                for property in try await snapshot.properties(of: upload.id) {
                    try pages.item { property.write(&$0, upload: upload.id) }
                }
            }
            pages.endList()
            summary.rawFiles = try writeRawFiles(of: uploads, &pages)
            try pages.end()

            summary.users = users.count
            summary.groups = groups.count
            summary.uploads = uploads.count
            summary.datasets = datasets.count
            summary.packages = packages.count
            return summary
        } catch let error as StoreError {
            throw BundleError.store(error)
        }
    }

    private func archive(of entry: EntryRecord, in segments: SegmentFolder) throws(BundleError) -> ArchiveNode? {
        guard let address = entry.archive else { return nil }
        do {
            return try segments.archive(at: address)
        } catch {
            throw .archive(id: entry.id.text, error)
        }
    }

    private func writeRawFiles(of uploads: [UploadRecord], _ pages: inout BundlePages) throws -> Int {
        var count = 0
        pages.beginObject("raw_files")
        for upload in uploads {
            let folder = directory.rawFolder(of: upload.id)
            guard FileTree.kind(of: folder) == .folder else { continue }
            pages.beginObject(upload.id.text)
            for path in try FileTree.files(below: folder) {
                let bytes = try FileTree.read(folder + "/" + path)
                try pages.member(path) { writer in
                    if let text = String(validating: bytes, as: UTF8.self) {
                        writer.string(text)
                    } else {
                        writer.beginObject()
                        writer.key("$base64")
                        writer.string(Data(bytes).base64EncodedString())
                        writer.endObject()
                    }
                }
                count += 1
            }
            pages.endObject()
        }
        pages.endObject()
        return count
    }
}

/// A JSON writer whose output leaves memory after every item.
private struct BundlePages: ~Copyable {
    private var writer = JSONWriter(reserving: 1 << 20)
    private let output: ([UInt8]) throws -> Void

    init(output: @escaping ([UInt8]) throws -> Void) { self.output = output }

    mutating func begin() { writer.beginObject() }
    mutating func end() throws {
        writer.endObject()
        writer.endLine()
        try output(writer.takeBytes())
    }

    mutating func beginList(_ key: String) {
        writer.key(key)
        writer.beginList()
    }
    mutating func endList() { writer.endList() }

    mutating func beginObject(_ key: String) {
        writer.key(key)
        writer.beginObject()
    }
    mutating func endObject() { writer.endObject() }

    mutating func item(_ write: (inout JSONWriter) throws -> Void) throws {
        try write(&writer)
        if writer.byteCount >= 1 << 20 { try output(writer.takeBytes()) }
    }

    mutating func member(_ key: String, _ write: (inout JSONWriter) throws -> Void) throws {
        writer.key(key)
        try item(write)
    }

    mutating func list<Item>(
        _ key: String, _ items: [Item], _ write: (Item, inout JSONWriter) throws -> Void
    ) throws {
        beginList(key)
        for item in items { try self.item { try write(item, &$0) } }
        endList()
    }
}
