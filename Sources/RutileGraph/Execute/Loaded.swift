import NomadAPI
import RutileArchive
import RutileJSON
import RutileMetainfo
import RutileModel
import RutileSearch
import RutileStore

/// What a walk found that it has to read, collected so that it is read in batches.
struct Needs {
    var uploads: Set<UploadID> = []
    var entryCounts: Set<UploadID> = []
    var entries: Set<EntryID> = []
    var places: Set<MainfilePlace> = []
    var users: Set<UserID> = []
    var datasets: Set<DatasetID> = []
    var groups: Set<GroupID> = []
    /// Search documents, by entry.
    var metadata: Set<EntryID> = []
    var lists: Set<ListQuestion> = []
    /// Archives, by entry. The entry and its upload are read with them.
    var archives: Set<EntryID> = []
    /// Files and folders.
    var rawItems: Set<RawPlace> = []
    var rawPages: Set<RawPageRequest> = []
    /// Questions to gateways.
    var foreign: Set<ForeignQuestion> = []
    /// Archives of other installations.
    var remote: Set<RemoteEntry> = []

    var isEmpty: Bool {
        uploads.isEmpty && entryCounts.isEmpty && entries.isEmpty && places.isEmpty && users.isEmpty && datasets.isEmpty
            && groups.isEmpty && metadata.isEmpty && lists.isEmpty && archives.isEmpty && rawItems.isEmpty
            && rawPages.isEmpty && foreign.isEmpty && remote.isEmpty
    }
}

/// The archive of an entry, as far as the caller is concerned.
enum ArchiveState {
    case open(ArchiveNode)
    /// There is no such entry, or it has no archive.
    case absent
    /// The caller may not read the upload.
    case hidden
    /// Its stored bytes cannot be read.
    case damaged(ArchiveError)
}

/// A record that is handed on many times: one reference, where the record has many fields to copy.
final class Kept<Record: Sendable>: Sendable {
    /// The record.
    let record: Record

    init(_ record: Record) { self.record = record }
}

/// Everything that has been read for one request so far. What was looked for and is not there is known to be absent.
struct Loaded {
    private(set) var uploads: [UploadID: Kept<UploadRecord>?] = [:]
    private(set) var entryCounts: [UploadID: EntryCounts] = [:]
    private(set) var entries: [EntryID: Kept<EntryRecord>?] = [:]
    private(set) var places: [MainfilePlace: EntryID?] = [:]
    private(set) var users: [UserID: UserRecord?] = [:]
    private(set) var datasets: [DatasetID: DatasetRecord?] = [:]
    private(set) var groups: [GroupID: GroupRecord?] = [:]
    /// Search documents, of entries that the caller may see.
    private(set) var metadata: [EntryID: ObjectValue?] = [:]
    private(set) var lists: [ListQuestion: ListAnswer] = [:]
    var listSources = ListSources()
    private(set) var archives: [EntryID: ArchiveState] = [:]
    private(set) var rawItems: [RawPlace: RawItem?] = [:]
    private(set) var rawPages: [RawPageRequest: RawPage?] = [:]
    private(set) var foreign: [ForeignQuestion: ForeignAnswer] = [:]
    private(set) var remote: [RemoteEntry: RemoteArchive] = [:]
    /// How many files and folders were looked through for pages.
    private var rawEffort = 0

    /// How many archives there are once `needs` has been read.
    func archiveCount(with needs: Needs) -> Int {
        archives.count + needs.archives.count { archives[$0] == nil }
    }

    /// As ``archiveCount(with:)``, of archives on other installations.
    func remoteCount(with needs: Needs) -> Int { remote.count + needs.remote.count { remote[$0] == nil } }

    /// The root of an archive that is open; `nil` of any other.
    func root(of archive: ArchiveKey) -> ArchiveNode? {
        if let installation = archive.installation {
            let entry = RemoteEntry(archive.entry, of: installation)
            if case .open(let root, _)? = remote[entry] { return root }
        } else if case .open(let root)? = archives[archive.entry] {
            return root
        }
        return nil
    }

    /// Reads `needs`, every kind of record in one batch.
    mutating func load(_ needs: Needs, with reader: BatchReader) async throws {
        // Most often one of both sets is empty: then nothing is hashed again.
        let ids = needs.entries.isEmpty ? needs.archives : needs.archives.union(needs.entries)
        try await loadEntries(ids, with: reader)
        var wanted = needs.uploads
        var last: UploadID?
        for id in ids {
            // Nor where entries belong to few uploads.
            guard let upload = (entries[id] ?? nil)?.record.upload, upload != last else { continue }
            wanted.insert(upload)
            last = upload
        }
        let missing = wanted.filter { uploads[$0] == nil }
        if !missing.isEmpty {
            let found = try await reader.records.uploads(missing)
            for id in missing { uploads[id] = .some(found[id].map(Kept.init)) }
        }
        if !needs.entryCounts.isEmpty {
            let found = try await reader.records.entryCounts(needs.entryCounts)
            for id in needs.entryCounts { entryCounts[id] = found[id] ?? EntryCounts() }
        }
        if !needs.places.isEmpty {
            let found = try await reader.records.entries(at: needs.places)
            for place in needs.places { places[place] = .some(found[place]) }
        }
        if !needs.users.isEmpty {
            let found = try await reader.records.users(needs.users)
            for id in needs.users { users[id] = .some(found[id]) }
        }
        if !needs.datasets.isEmpty {
            let found = try await reader.records.datasets(needs.datasets)
            for id in needs.datasets { datasets[id] = .some(found[id]) }
        }
        if !needs.groups.isEmpty {
            let found = try await reader.records.groups(needs.groups)
            for id in needs.groups { groups[id] = .some(found[id]) }
        }
        if !needs.metadata.isEmpty {
            let found = try await reader.search.documents(of: needs.metadata, as: reader.caller)
            for id in needs.metadata { metadata[id] = .some(found[id]?.object.map(Document.metadataFields)) }
        }
        for question in needs.lists where lists[question] == nil {
            lists[question] = try await answer(question, with: reader)
        }
        try await loadArchives(needs.archives, with: reader)
        try await loadFiles(needs, with: reader)
        if !needs.foreign.isEmpty {
            foreign.merge(try await reader.foreign.answers(to: needs.foreign.filter { foreign[$0] == nil })) { $1 }
        }
        if !needs.remote.isEmpty {
            remote.merge(try await reader.remote.archives(of: needs.remote.filter { remote[$0] == nil })) { $1 }
        }
    }

    private mutating func loadFiles(_ needs: Needs, with reader: BatchReader) async throws {
        if !needs.rawItems.isEmpty {
            let found = try await reader.files.items(at: needs.rawItems)
            for place in needs.rawItems { rawItems[place] = .some(found[place]) }
        }
        guard !needs.rawPages.isEmpty else { return }
        do {
            let limit = reader.limits.answerNodes - rawEffort
            let found = try await reader.files.pages(needs.rawPages, within: limit)
            rawEffort += found.effort
            for request in needs.rawPages { rawPages[request] = .some(found.pages[request]) }
        } catch is TooManyRawFiles {
            throw GraphProblem(
                .limitExceeded,
                "The request looks through more files than limits.answer_nodes (\(reader.limits.answerNodes)); set depth, or name a folder."
            )
        }
    }

    /// Keeps records that a list showed, so that they are not looked up again.
    mutating func keep(_ records: [UploadRecord]) {
        for record in records { uploads[record.id] = Kept(record) }
    }
    /// As for uploads.
    mutating func keep(_ records: [EntryRecord]) {
        entries.reserveCapacity(entries.count + records.count)
        for record in records { entries[record.id] = Kept(record) }
    }
    /// As for uploads.
    mutating func keep(_ records: [DatasetRecord]) { for record in records { datasets[record.id] = .some(record) } }
    /// As for uploads.
    mutating func keep(_ records: [GroupRecord]) { for record in records { groups[record.id] = .some(record) } }

    /// Reads the uploads of `entries` that have not been read.
    mutating func loadUploads(of entries: [EntryRecord], with reader: BatchReader) async throws {
        var missing: Set<UploadID> = []
        var last: UploadID?
        // Those of a list are most often of one upload: not each of them is hashed.
        for entry in entries where entry.upload != last {
            last = entry.upload
            if uploads[entry.upload] == nil { missing.insert(entry.upload) }
        }
        guard !missing.isEmpty else { return }
        let found = try await reader.records.uploads(missing)
        for id in missing { uploads[id] = .some(found[id].map(Kept.init)) }
    }

    private mutating func loadEntries(_ ids: Set<EntryID>, with reader: BatchReader) async throws {
        let missing = ids.filter { entries[$0] == nil }
        guard !missing.isEmpty else { return }
        let (found, uploads) = try await reader.records.entriesWithUploads(missing)
        for (id, upload) in uploads { self.uploads[id] = Kept(upload) }
        var read: [EntryID: Kept<EntryRecord>?] = found.mapValues { Kept($0) }
        if found.count < missing.count {
            for id in missing where found[id] == nil { read[id] = .some(nil) }
        }
        if entries.isEmpty { entries = read } else { entries.merge(read) { $1 } }
    }

    private mutating func loadArchives(_ ids: Set<EntryID>, with reader: BatchReader) async throws {
        var addresses: [(id: EntryID, address: ArchiveAddress)] = []
        var last: (id: UploadID, isHidden: Bool)?
        for id in ids where archives[id] == nil {
            guard let entry = entries[id] ?? nil else {
                archives[id] = .absent
                continue
            }
            if entry.record.upload != last?.id {
                guard let upload = uploads[entry.record.upload] ?? nil else {
                    archives[id] = .absent
                    continue
                }
                last = (upload.record.id, !reader.policy.mayRead(upload.record, as: reader.caller))
            }
            guard last?.isHidden == false else {
                archives[id] = .hidden
                continue
            }
            guard let address = entry.record.archive else {
                archives[id] = .absent
                continue
            }
            addresses.append((id, address))
        }
        guard !addresses.isEmpty else { return }
        let opened = try await reader.archives.archives(Set(addresses.map(\.address)))
        archives.reserveCapacity(archives.count + addresses.count)
        for (id, address) in addresses {
            switch opened[address] {
            case .success(let node): archives[id] = .open(node)
            case .failure(let error): archives[id] = .damaged(error)
            case nil: archives[id] = .absent
            }
        }
    }
}

/// Where batches are read from, and for whom.
struct BatchReader {
    let records: any RecordStore
    let archives: any ArchiveSource
    let search: EntriesSearch
    let files: any RawFiles
    let foreign: any ForeignEntries
    let remote: any RemoteReading
    let limits: GraphLimits
    let policy: AccessPolicy
    let caller: Caller
}
