package import NomadAPI
import RutileJSON
package import RutileModel
import RutileSearch
import RutileStore

extension EntriesService {
    /// A zip file of the files beside the main file of each entry that `question` is about, on whatever page, and
    /// `manifest.json`. Those in folders further down are not among them.
    package func files(
        _ question: EntriesQuery, _ selection: FileSelection, as caller: Caller
    ) throws -> any ByteSource {
        try FileDownload(
            service: self, selection: selection, caller: caller,
            entries: .pages(EntryPages(question.ofReadableEntries(), search: search, caller: caller)))
    }

    /// The same of the entry `id`.
    ///
    /// - Throws: ``EntryAbsence``.
    package func files(of id: EntryID, _ selection: FileSelection, as caller: Caller) async throws -> any ByteSource {
        _ = try await readable(id, as: caller)
        return try FileDownload(service: self, selection: selection, caller: caller, entries: .list([id]))
    }

    /// The file at `path`, as seen from the main file of the entry `id`.
    ///
    /// - Throws: ``EntryAbsence``.
    package func file(
        _ path: String, of id: EntryID, _ part: FilePart, as caller: Caller
    ) async throws -> any ByteSource {
        let (entry, _) = try await readable(id, as: caller)
        let names = Self.folder(of: entry).names + RawPath(names: [path]).names
        return try await file(at: RawPlace(entry.upload, RawPath(names: names)), part)
    }

    /// The page that `question` asks for, with the files beside the main file of each entry.
    package func folders(
        _ question: EntriesQuery, links: PageLinks? = nil, as caller: Caller
    ) async throws -> any ByteSource {
        let question = try question.ofReadableEntries()
        let page = try await search.page(question, as: caller)
        return ListDocument(
            head: head(of: question, page, links).openList("data"),
            FolderItems(service: self, caller: caller, entries: page.entries), tail: Array("]}".utf8))
    }

    /// The files beside the main file of the entry `id`.
    ///
    /// - Throws: ``EntryAbsence``.
    package func folder(of id: EntryID, as caller: Caller) async throws -> [UInt8] {
        let (entry, _) = try await readable(id, as: caller)
        let found = try await files(beside: [entry])
        return Value.members([
            "entry_id": .string(id.text),
            "data": Self.folderItem(entry, found[RawPlace(entry.upload, Self.folder(of: entry))] ?? []),
        ]).json()
    }

    /// The folder of an entry's main file.
    static func folder(of entry: EntryRecord) -> RawPath {
        RawPath(names: RawPath(names: [entry.mainfile]).names.dropLast())
    }

    /// Files of the folders in which the main files of `entries` are, in the order of their paths.
    func files(beside entries: [EntryRecord]) async throws -> [RawPlace: [RawItem]] {
        let requests = Set(
            entries.map { entry in
                RawPageRequest(
                    place: RawPlace(entry.upload, Self.folder(of: entry)), depth: 1, isDescending: false,
                    positions: 0..<Self.mostFiles)
            })
        do {
            let found = try await rawFiles.pages(requests, within: Self.mostFiles)
            return Dictionary(
                found.pages.map { ($0.place, $1.items.filter { !$0.isFolder }) },
                uniquingKeysWith: { first, _ in first })
        } catch is TooManyRawFiles {
            throw EntriesProblem(422, "these folders hold more than \(Self.mostFiles) files; ask for fewer entries")
        }
    }

    /// Files that are listed together.
    static let mostFiles = 2_000_000

    static func folderItem(_ entry: EntryRecord, _ files: [RawItem]) -> Value {
        .members([
            "entry_id": .string(entry.id.text), "upload_id": .string(entry.upload.text),
            "mainfile": .string(entry.mainfile),
            "files": .list(
                files.map { .members(["path": .string($0.path.text), "size": .integer(Int64($0.size ?? 0))]) }),
        ])
    }

    /// Those of `ids` that exist and whose files the caller may read, in order.
    func readable(_ ids: some Collection<EntryID>, as caller: Caller) async throws -> [EntryRecord] {
        let (entries, uploads) = try await records.entriesWithUploads(Set(ids))
        return ids.compactMap { id in
            guard let entry = entries[id], let upload = uploads[entry.upload] else { return nil }
            return policy.mayRead(upload, as: caller) ? entry : nil
        }
    }
}

/// Entries of a page with the files beside their main files.
private struct FolderItems: ItemBatches {
    private let service: EntriesService
    private let caller: Caller
    private var rest: ArraySlice<EntryID>
    private static let size = 50

    init(service: EntriesService, caller: Caller, entries: [EntryID]) {
        self.service = service
        self.caller = caller
        rest = entries[...]
    }

    mutating func next() async throws -> [ListItem]? {
        guard !rest.isEmpty else { return nil }
        let entries = try await service.readable(rest.prefix(Self.size), as: caller)
        rest = rest.dropFirst(Self.size)
        let files = try await service.files(beside: entries)
        return entries.map { entry in
            let place = RawPlace(entry.upload, EntriesService.folder(of: entry))
            return .bytes(EntriesService.folderItem(entry, files[place] ?? []).json())
        }
    }
}
