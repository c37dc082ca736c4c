package import RutileJSON
package import RutileModel
import Synchronization

/// Records in memory: the reference that other stores are compared with, and what tests use.
///
/// Nothing is kept when the process ends. Staged files of a change are moved when there is a data directory.
package final class MemoryRecords: RecordStore, RecordWriter, RecordCatalogue, DocumentFeed {
    private let contents = Mutex(MemoryContents())
    /// Changes of files that are still to be done.
    private let pending = Mutex<[FileChange]>([])
    private let directory: DataDirectory?
    private let now: @Sendable () -> Timestamp

    /// No records. Files of changes are moved within `directory`; without one they are ignored.
    package init(directory: DataDirectory? = nil, now: @escaping @Sendable () -> Timestamp = Timestamp.now) {
        self.directory = directory
        self.now = now
    }

    /// Runs `body` over the present contents.
    func read<Result>(_ body: (MemoryContents) throws -> Result) rethrows -> Result {
        try body(contents.withLock { $0 })
    }

    /// Runs `body`, whose changes stay unless it throws.
    func write<Result: Sendable>(_ body: (inout MemoryContents) throws -> Result) throws -> Result {
        try contents.withLock { contents in
            var next = contents
            let result = try body(&next)
            contents = next
            return result
        }
    }

    package func uploads(_ ids: Set<UploadID>) async throws -> [UploadID: UploadRecord] {
        contents.withLock { contents in contents.uploads.filter { ids.contains($0.key) } }
    }

    package func entries(_ ids: Set<EntryID>) async throws -> [EntryID: EntryRecord] {
        contents.withLock { contents in contents.entries.filter { ids.contains($0.key) }.mapValues(\.record) }
    }

    package func archives(of entries: Set<EntryID>) async throws -> [EntryID: ArchiveAddress] {
        try await self.entries(entries).compactMapValues(\.archive)
    }

    package func searchDocuments(_ ids: Set<EntryID>) async throws -> [EntryID: Value] {
        contents.withLock { contents in
            contents.entries.filter { ids.contains($0.key) }.compactMapValues(\.metadata)
        }
    }

    package func entryCounts(_ uploads: Set<UploadID>) async throws -> [UploadID: EntryCounts] {
        contents.withLock { contents in
            var counts: [UploadID: EntryCounts] = [:]
            for id in uploads where contents.uploads[id] != nil { counts[id] = EntryCounts() }
            for entry in contents.entries.values { counts[entry.record.upload]?.add(entry.record.process.status) }
            return counts
        }
    }

    package func entriesWithUploads(
        _ ids: Set<EntryID>
    ) async throws -> (entries: [EntryID: EntryRecord], uploads: [UploadID: UploadRecord]) {
        contents.withLock { contents in
            let entries = contents.entries.filter { ids.contains($0.key) }.mapValues(\.record)
            let uploads = Set(entries.values.map(\.upload))
            return (entries, contents.uploads.filter { uploads.contains($0.key) })
        }
    }

    package func entries(at places: Set<MainfilePlace>) async throws -> [MainfilePlace: EntryID] {
        contents.withLock { contents in
            var found: [MainfilePlace: EntryID] = [:]
            for entry in contents.entries.values {
                let place = MainfilePlace(upload: entry.record.upload, path: entry.record.mainfile)
                guard places.contains(place) else { continue }
                found[place] = found[place].map { min($0, entry.record.id) } ?? entry.record.id
            }
            return found
        }
    }

    package func mainfiles(
        parsedBy parser: String, outside upload: UploadID, lookingAt limit: Int
    ) async throws -> [MainfilePlace] {
        contents.withLock { contents in
            var first: [MainfilePlace: EntryRecord] = [:]
            for entry in contents.entries.values.map(\.record) where entry.upload != upload {
                let place = MainfilePlace(upload: entry.upload, path: entry.mainfile)
                if let known = first[place], known.id < entry.id { continue }
                first[place] = entry
            }
            return first.prefix(max(0, limit)).filter { $0.value.parserName.hasSameUTF8(as: parser) }.map(\.key)
        }
    }

    package func users(_ ids: Set<UserID>) async throws -> [UserID: UserRecord] {
        contents.withLock { contents in contents.users.filter { ids.contains($0.key) } }
    }

    package func user(named username: String) async throws -> UserRecord? {
        contents.withLock { contents in
            contents.users.values.first { UTF8Key($0.username) == UTF8Key(username) }
        }
    }

    package func caller(_ user: UserID) async throws -> Caller? { read { $0.caller(user) } }

    package func groups(_ ids: Set<GroupID>) async throws -> [GroupID: GroupRecord] {
        contents.withLock { contents in contents.groups.filter { ids.contains($0.key) } }
    }

    package func datasets(_ ids: Set<DatasetID>) async throws -> [DatasetID: DatasetRecord] {
        contents.withLock { contents in contents.datasets.filter { ids.contains($0.key) } }
    }

    package func uploads(of member: Caller) async throws -> [UploadRecord] {
        contents.withLock { $0.uploads.values.filter(member.hasRole).sorted { $0.id < $1.id } }
    }

    package func entries(_ listing: EntryListing) async throws -> RecordPage<EntryRecord>? {
        let entries = contents.withLock { $0.entries.values.map(\.record) }
        return listing.page(of: entries.filter { listing.uploads.contains($0.upload) })
    }

    package func entries(naming datasets: Set<DatasetID>) async throws -> [DatasetID: [EntryID]] {
        contents.withLock { contents in
            var naming: [DatasetID: [EntryID]] = [:]
            for entry in contents.entries.values.map(\.record).sorted(by: { $0.id < $1.id }) {
                for dataset in Set(entry.datasets) where datasets.contains(dataset) {
                    naming[dataset, default: []].append(entry.id)
                }
            }
            return naming
        }
    }

    package func datasets(namedBy entries: Set<EntryID>) async throws -> [EntryID: [DatasetID]] {
        contents.withLock { contents in
            var named: [EntryID: [DatasetID]] = [:]
            for id in entries {
                if let datasets = contents.entries[id]?.record.datasets, !datasets.isEmpty { named[id] = datasets }
            }
            return named
        }
    }

    package func datasets(of owner: UserID) async throws -> [DatasetRecord] {
        contents.withLock { contents in
            contents.datasets.values.filter { $0.owner == owner }.sorted { $0.id < $1.id }
        }
    }

    package func groups() async throws -> [GroupRecord] {
        contents.withLock { contents in contents.groups.values.sorted { $0.id < $1.id } }
    }

    package func installedPackages() async throws -> [Value] {
        contents.withLock { contents in contents.packages }
    }

    package func apply(_ change: RecordChange) async throws {
        try Task.checkCancellation()
        let time = now()
        try contents.withLock { contents in
            var next = contents
            try next.apply(change, at: time)
            contents = next
        }
        guard !change.files.isEmpty else { return }
        pending.withLock { $0 += change.files }
        do {
            try await finishFiles()
        } catch {
            throw StoreError.unfinished("\(error)")
        }
    }

    package func finishFiles() async throws {
        guard let directory else { return }
        let displaced = try pending.withLock { changes in
            let displaced = try FileChange.perform(changes, in: directory)
            changes = []
            return displaced
        }
        // What cannot be removed is in nobody's way.
        for path in displaced { try? FileTree.remove(path) }
    }

    package func entries<Summary: Sendable>(
        of upload: UploadID, as summary: @Sendable @escaping (EntryRecord) -> Summary
    ) async throws -> [Summary] {
        let entries = contents.withLock { contents in
            contents.entries.values.map(\.record).filter { $0.upload == upload }.sorted { left, right in
                left.placeKey.lexicographicallyPrecedes(right.placeKey)
            }
        }
        return entries.map(summary)
    }

    package func properties(of upload: UploadID) async throws -> [PropertyRecord] {
        try await contents.withLock { $0 }.properties(of: upload)
    }

    package func datasets(ofEntriesIn upload: UploadID) async throws -> Set<DatasetID> {
        Set(try await entries(of: upload).flatMap(\.datasets))
    }

    package func snapshot() async throws -> any RecordSnapshot {
        contents.withLock { contents in contents }
    }

    package func retiredSegments() async throws -> [SegmentName: Timestamp] {
        contents.withLock { contents in contents.retired }
    }

    package func documents(of type: String, after change: Int64, limit: Int) async throws -> DocumentBatch {
        contents.withLock { contents in contents.documents(of: type, after: change, limit: limit) }
    }

    package func propertyDefinitions() async throws -> [PropertyRecord] {
        contents.withLock { contents in contents.properties.map(\.property) }
    }

    package func changeNumber() async throws -> Int64 {
        contents.withLock { contents in contents.changeNumber }
    }

    package func forget(_ segments: Set<SegmentName>) async throws {
        contents.withLock { contents in
            contents.retired = contents.retired.filter { !segments.contains($0.key) }
        }
    }
}

extension EntryRecord {
    /// What entries of an upload are ordered by: main file, then key (none before any).
    fileprivate var placeKey: [UTF8Key] {
        [UTF8Key(mainfile)] + (mainfileKey.map { [UTF8Key($0)] } ?? []) + [UTF8Key(id.text)]
    }
}
