import NomadAPI
import RutileJSON
package import RutileModel

extension EntriesService {
    /// A zip file of the archives of all entries that `question` is about, on whatever page:
    /// `<upload>/<entry>.json` each, and `manifest.json`.
    package func download(_ question: ArchivesQuestion, as caller: Caller) throws -> any ByteSource {
        try ArchiveDownload(service: self, question: question, caller: caller)
    }
}

/// Makes such a zip file. Of what has gone out only the manifest stays: some hundred bytes for each entry.
private struct ArchiveDownload: ByteSource {
    private let service: EntriesService
    private let required: RequiredData
    private let caller: Caller
    private var pages: EntryPages
    private var archives: ArchiveItems?
    private let zip: ZipStream
    private var manifest = Manifest()
    private var isDone = false

    init(service: EntriesService, question: ArchivesQuestion, caller: Caller) throws {
        self.service = service
        self.caller = caller
        required = question.required
        pages = EntryPages(question.entries, search: service.search, caller: caller)
        zip = try ZipStream(compresses: true)
    }

    mutating func next() async throws -> [UInt8]? {
        if isDone { return nil }
        if let batch = try await archives?.nextArchives() {
            for (entry, archive) in batch { try add(entry, archive) }
        } else if let page = try await pages.next() {
            archives = ArchiveItems(service: service, required: required, caller: caller, entries: page)
        } else {
            try manifest.write(to: zip)
            isDone = true
        }
        return zip.take()
    }

    private mutating func add(_ entry: EntryRecord, _ archive: [UInt8]) throws {
        let path = "\(entry.upload)/\(entry.id).json"
        var json = JSONWriter(reserving: archive.count + 256)
        json.beginObject()
        json.key("entry_id")
        json.string(entry.id.text)
        json.key("parser_name")
        json.string(entry.parserName)
        json.key("archive")
        json.json(archive)
        json.endObject()
        let bytes = json.takeBytes()
        try zip.begin(path, size: bytes.count)
        try zip.write(bytes)
        manifest.add(entry, path: path)
    }
}

/// What a zip file of entries holds: `manifest.json` in it.
struct Manifest {
    private var items: [UInt8] = []

    /// Adds `entry`, whose file or folder is at `path`.
    mutating func add(_ entry: EntryRecord, path: String) {
        items += items.isEmpty ? [] : Array(",\n".utf8)
        items += Value.members([
            "path": .string(path), "entry_id": .string(entry.id.text), "upload_id": .string(entry.upload.text),
            "mainfile": .string(entry.mainfile), "parser_name": .string(entry.parserName),
        ]).json()
    }

    /// Writes it as the last file of `zip`.
    func write(to zip: ZipStream) throws {
        let bytes = Array("[".utf8) + items + Array("]\n".utf8)
        try zip.begin("manifest.json", size: bytes.count)
        try zip.write(bytes)
        try zip.finish()
    }
}
