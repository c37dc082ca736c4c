import Glibc
import RutileArchive
import RutileJSON
import RutileModel
import RutileStore

/// Writes the files of a bundle where nobody reads them yet, and removes them when the load fails.
struct BundleStaging {
    private let directory: DataDirectory
    private var written: [String] = []
    private var touched: Set<UploadID> = []

    /// Stages in `directory`.
    init(_ directory: DataDirectory) { self.directory = directory }

    /// Writes segments and raw files, and gives the change that makes them part of the records.
    ///
    /// Of the uploads in `replaced`, nothing stays: neither entries nor raw files.
    mutating func change(for contents: BundleContents, replacing replaced: Set<UploadID>) throws -> RecordChange {
        var change = RecordChange(existing: .refuse)
        change.users = contents.users
        change.groups = contents.groups
        change.uploads = contents.uploads
        change.datasets = contents.datasets
        change.packages = contents.packages
        change.properties = contents.properties
        change.removedUploads = replaced
        let addresses = try writeArchives(contents.entries)
        change.entries = contents.entries.map { entry in
            var record = entry.record
            record.archive = addresses[record.id]
            return RecordChange.EntryWrite(record, metadata: entry.metadata, documents: entry.documents)
        }
        for upload in contents.uploads {
            if let files = contents.rawFiles[upload.id] {
                change.files.append(try write(files, of: upload.id))
            } else if FileTree.kind(of: directory.rawFolder(of: upload.id)) != nil {
                change.files.append(.remove(directory.relative(directory.rawFolder(of: upload.id))))
            }
        }
        return change
    }

    /// Removes what was written.
    func discard() {
        // Whatever cannot be removed now is an orphan, and the next sweep's.
        for path in written { try? FileTree.remove(path) }
        // A folder that holds something stays.
        for upload in touched {
            unsafe rmdir(directory.archiveFolder(of: upload))
            unsafe rmdir(directory.folder(of: upload))
        }
    }

    private mutating func writeArchives(
        _ entries: [BundleContents.Entry]
    ) throws(BundleError) -> [EntryID: ArchiveAddress] {
        let encoder = ArchiveEncoder()
        var addresses: [EntryID: ArchiveAddress] = [:]
        let uploads = Dictionary(grouping: entries.filter { $0.archive != nil }, by: \.record.upload)
        for (upload, entries) in uploads.sorted(by: { $0.key < $1.key }) {
            touched.insert(upload)
            var current = EntryID("")
            do throws(ArchiveError) {
                var writer = try SegmentWriter(directory: directory, upload: upload)
                for entry in entries {
                    guard let archive = entry.archive else { continue }
                    current = entry.record.id
                    try writer.append(current, try encoder.encode(archive))
                }
                for (id, address) in try writer.commit() {
                    addresses[id] = address
                    written.append(directory.segment(of: address))
                }
            } catch {
                throw .archive(id: current.text, error)
            }
        }
        return addresses
    }

    private mutating func write(_ files: [BundleContents.RawFile], of upload: UploadID) throws -> FileChange {
        let folder = directory.folder(of: upload) + "/raw-" + randomToken() + DataDirectory.stagingSuffix
        touched.insert(upload)
        written.append(folder)
        try FileTree.makeFolder(folder)
        var folders: Set<UTF8Key> = [UTF8Key(folder)]
        for file in files {
            let path = folder + "/" + file.path
            let parent = FileTree.parent(of: path)
            if folders.insert(UTF8Key(parent)).inserted { try FileTree.makeFolder(parent) }
            try FileTree.write(try file.bytes(), to: path)
        }
        for folder in folders { try FileTree.synchronizeFolder(folder.string) }
        return .move(from: directory.relative(folder), to: directory.relative(directory.rawFolder(of: upload)))
    }
}

/// Eight characters that make a name of its own.
private func randomToken() -> String {
    let alphabet = "abcdefghijkmnpqrstuvwxyz23456789"
    return String((0..<8).map { _ in alphabet.randomElement() ?? "a" })
}
