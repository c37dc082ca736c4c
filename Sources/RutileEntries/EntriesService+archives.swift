package import NomadAPI
import RutileGraph
package import RutileJSON
package import RutileModel
import RutileSearch
import RutileStore

/// A question about entries, and what is wanted of the archive of each.
package struct ArchivesQuestion: Sendable {
    package let entries: EntriesQuery
    package let required: RequiredData

    /// Reads the body of `/entries/archive/query`.
    package init(_ body: Value) throws(EntriesProblem) {
        guard var members = body.object else {
            try self.init(EntriesQuery(body))
            return
        }
        let given = members["required"]
        // Here it says what is wanted of archives, and not which quantities of the search are shown.
        members["required"] = nil
        try self.init(EntriesQuery(.object(members)), RequiredData(given))
    }

    /// `required` of the archives of the entries that `entries` asks for.
    package init(_ entries: EntriesQuery, _ required: RequiredData = .everything) throws(EntriesProblem) {
        self.entries = try entries.ofReadableEntries()
        self.required = required
    }
}

extension EntriesQuery {
    /// The same question.
    ///
    /// - Throws: a refusal of one that finds entries whose archives and files the caller may not read.
    package func ofReadableEntries() throws(EntriesProblem) -> EntriesQuery {
        guard owner != .all else {
            throw EntriesProblem(
                403, "owner='all' finds entries whose archives and files are not open; ask with owner='visible'.")
        }
        return self
    }
}

extension EntriesService {
    /// The page that `question` asks for, with what is wanted of the archive of each entry. Entries without archive are
    /// left out; the total counts them.
    package func archives(
        _ question: ArchivesQuestion, links: PageLinks? = nil, as caller: Caller
    ) async throws -> any ByteSource {
        let page = try await search.page(question.entries, as: caller)
        var head = head(of: question.entries, page, links)
        head["required"] = question.required.given
        return ListDocument(
            head: head.openList("data"),
            ArchiveItems(service: self, required: question.required, caller: caller, entries: page.entries),
            tail: Array("]}".utf8))
    }

    /// What `required` picks of the archive of the entry `id`, in the frame of such an answer.
    ///
    /// - Parameter upload: where it has to be in; absent for any.
    /// - Throws: ``EntryAbsence``; `ArchiveError` where it cannot be read.
    package func archive(
        of id: EntryID, in upload: UploadID? = nil, _ required: RequiredData, as caller: Caller
    ) async throws -> [UInt8] {
        let (entry, archive) = try await read(id, in: upload, required, as: caller)
        var json = Array(#"{"entry_id":"#.utf8) + Value.string(id.text).json()
        json += Array(#","required":"#.utf8) + required.given.json() + Array(#","data":"#.utf8)
        json += Self.item(entry, archive)
        json.append(UInt8(ascii: "}"))
        return json
    }

    /// The whole archive of the entry of the main file at `path` in `upload`, in such a frame.
    package func archive(ofMainfile path: String, in upload: UploadID, as caller: Caller) async throws -> [UInt8] {
        let place = MainfilePlace(upload: upload, path: path)
        guard let id = try await records.entries(at: [place])[place] else { throw EntryAbsence.unreadableEntry }
        return try await archive(of: id, in: upload, .everything, as: caller)
    }

    /// The whole archive of the entry `id`, bare.
    package func bareArchive(of id: EntryID, as caller: Caller) async throws -> [UInt8] {
        try await read(id, in: nil, .everything, as: caller).archive
    }

    /// The archive of one entry that the caller may read.
    func read(
        _ id: EntryID, in upload: UploadID?, _ required: RequiredData, as caller: Caller
    ) async throws -> (entry: EntryRecord, archive: [UInt8]) {
        let (entry, uploads) = try await readable(id, in: upload, as: caller)
        switch try await graph.archives([entry], in: uploads, required, as: caller).first {
        case .json(let bytes): return (entry, bytes)
        case .damaged(let error): throw error
        case .absent, nil: throw EntryAbsence.noArchive
        }
    }

    /// The entry `id`, whose archive and files the caller may read, and its upload.
    func readable(
        _ id: EntryID, in upload: UploadID? = nil, as caller: Caller
    ) async throws -> (EntryRecord, [UploadID: UploadRecord]) {
        let (entries, uploads) = try await records.entriesWithUploads([id])
        guard let entry = entries[id], let record = uploads[entry.upload], policy.mayRead(record, as: caller),
            upload == nil || upload == entry.upload
        else { throw EntryAbsence.unreadableEntry }
        return (entry, uploads)
    }

    /// An entry with its archive, as answers show it.
    static func item(_ entry: EntryRecord, _ archive: [UInt8]) -> [UInt8] {
        var json = JSONWriter(reserving: archive.count + 256)
        json.beginObject()
        json.key("entry_id")
        json.string(entry.id.text)
        json.key("upload_id")
        json.string(entry.upload.text)
        json.key("parser_name")
        json.string(entry.parserName)
        json.key("archive")
        json.json(archive)
        json.endObject()
        return json.takeBytes()
    }
}

/// Entries of a page with what is wanted of their archives.
struct ArchiveItems: ItemBatches {
    private let service: EntriesService
    private let required: RequiredData
    private let caller: Caller
    private var rest: ArraySlice<EntryID>
    /// Entries that were looked up and wait for their archives to be read.
    private var waiting: ArraySlice<EntryRecord> = []
    private var uploads: [UploadID: UploadRecord] = [:]
    /// Entries that are looked up together.
    private static let size = 100
    /// Bytes of the whole archives that are read together; at least one is.
    private static let bytes = 4 << 20

    init(service: EntriesService, required: RequiredData, caller: Caller, entries: [EntryID]) {
        self.service = service
        self.required = required
        self.caller = caller
        rest = entries[...]
    }

    mutating func next() async throws -> [[UInt8]]? {
        try await nextArchives()?.map { EntriesService.item($0, $1) }
    }

    /// The next entries with what is wanted of their archives; `nil` behind the last ones.
    mutating func nextArchives() async throws -> [(EntryRecord, [UInt8])]? {
        if waiting.isEmpty {
            guard !rest.isEmpty else { return nil }
            let ids = rest.prefix(Self.size)
            rest = rest.dropFirst(Self.size)
            let (found, uploads) = try await service.records.entriesWithUploads(Set(ids))
            self.uploads = uploads
            waiting = ids.compactMap { found[$0] }[...]
        }
        var size = 0
        var count = 0
        for entry in waiting {
            // Of archives that are not wanted whole little is read, as a rule.
            size += required.isEverything ? entry.archive?.length ?? 0 : 0
            if count > 0, size > Self.bytes { break }
            count += 1
        }
        let batch = Array(waiting.prefix(count))
        waiting = waiting.dropFirst(count)
        let readings = try await service.graph.archives(batch, in: uploads, required, as: caller)
        return zip(batch, readings).compactMap { (entry, reading) -> (EntryRecord, [UInt8])? in
            guard case .json(let bytes) = reading else { return nil }
            return (entry, bytes)
        }
    }
}
