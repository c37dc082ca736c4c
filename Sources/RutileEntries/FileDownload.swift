import NomadAPI
import RutileModel
import RutileStore

/// Makes a zip file of the files beside main files: each folder once, `<upload>/<path>`.
struct FileDownload: ByteSource {
    /// Which entries.
    enum Entries {
        case pages(EntryPages)
        case list([EntryID])

        /// The next ones; `nil` behind the last ones.
        mutating func next() async throws -> [EntryID]? {
            switch self {
            case .pages(var pages):
                defer { self = .pages(pages) }
                return try await pages.next()
            case .list(let ids):
                self = .list([])
                return ids.isEmpty ? nil : ids
            }
        }
    }

    private let service: EntriesService
    private let selection: FileSelection
    private let caller: Caller
    private var entries: Entries
    private var waiting: ArraySlice<EntryID> = []
    private var folders: Set<RawPlace> = []
    private var files: ArraySlice<(place: RawPlace, size: Int)> = []
    private var zip: RawFileZip
    private var manifest = Manifest()
    private var isDone = false
    /// Entries whose folders are listed together.
    private static let batch = 50

    init(service: EntriesService, selection: FileSelection, caller: Caller, entries: Entries) throws {
        self.service = service
        self.selection = selection
        self.caller = caller
        self.entries = entries
        zip = try RawFileZip(service.rawFiles, compresses: selection.compresses)
    }

    mutating func next() async throws -> [UInt8]? {
        if isDone { return nil }
        if zip.isWithinFile {
            try await zip.goOn()
        } else if let file = files.popFirst() {
            try await zip.begin(file.place, as: "\(file.place.upload)/\(file.place.path.text)", size: file.size)
        } else if !waiting.isEmpty {
            try await list()
        } else if let ids = try await entries.next() {
            waiting = ids[...]
        } else {
            try manifest.write(to: zip.zip)
            isDone = true
        }
        return zip.zip.take()
    }

    private mutating func list() async throws {
        let entries = try await service.readable(waiting.prefix(Self.batch), as: caller)
        waiting = waiting.dropFirst(Self.batch)
        let found = try await service.files(beside: entries)
        for entry in entries {
            let place = RawPlace(entry.upload, EntriesService.folder(of: entry))
            manifest.add(entry, path: "\(entry.upload)/\(entry.mainfile)")
            guard folders.insert(place).inserted else { continue }
            files += (found[place] ?? []).filter { selection.admits($0.path) }
                .map { (place: RawPlace(entry.upload, $0.path), size: $0.size ?? 0) }
        }
    }
}
