import FoundationEssentials
import NomadAPI
import OptimadeAPI
import RutileJSON
import RutileModel
import RutileStore

/// What a bundle file holds, checked by itself: types, names, paths, ids that occur twice.
///
/// Archives and raw files stay in the parsed text until they are written.
///
/// The format: one JSON object with the members `about` (text, for people), `users`, `groups`, `uploads`, `entries`,
/// `datasets`, `packages`, `properties` (all lists) and `raw_files` (`{upload_id: {path: content}}`), all optional. Times are
/// ISO 8601; without an offset they are UTC. A raw file's content is its text, or `{"$base64": "…"}` for bytes that
/// are not UTF-8.
/// An entry's `archive` is its archive, `metadata` its search document. A property is the definition of a property of
/// OPTIMADE entries that an upload of the bundle brought.
struct BundleContents {
    /// One entry and where it stands.
    struct Entry {
        let place: String
        var record: EntryRecord
        let metadata: Value?
        let archive: JSONView?
    }

    /// One raw file and where it stands.
    struct RawFile {
        let place: String
        let path: String
        let content: JSONView
    }

    private(set) var users: [UserRecord] = []
    private(set) var groups: [GroupRecord] = []
    private(set) var uploads: [UploadRecord] = []
    private(set) var entries: [Entry] = []
    private(set) var datasets: [DatasetRecord] = []
    private(set) var packages: [Value] = []
    private(set) var properties: [UploadID: [PropertyRecord]] = [:]
    private(set) var rawFiles: [UploadID: [RawFile]] = [:]
    /// Numbers that are no JSON (`NaN`, infinities) and were read as null.
    let replacedNumbers: Int

    /// Reads the bundle `text`.
    ///
    /// - Throws: ``BundleError``, or what `user` throws, which reads one.
    init(
        _ text: [UInt8], checkPackage: (_ package: Value, _ before: [Value]) throws -> Void,
        user: (JSONView, String) throws -> UserRecord
    ) throws {
        let document: JSONDocument
        do {
            document = try JSONDocument(json: text, limits: .bundle, nonFinite: .null)
        } catch {
            let (line, column) = error.place(in: text)
            throw BundleError.syntax(line: line, column: column, reason: error.reason)
        }
        replacedNumbers = document.replaced.count
        let root = try BundleObject(
            document.root, at: "",
            known: [
                "about", "users", "groups", "uploads", "entries", "datasets", "packages", "properties", "raw_files",
            ])
        _ = try root.text("about")
        users = try root.records("users", \.id, user)
        groups = try root.records("groups", \.id) { try GroupRecord($0, at: $1) }
        uploads = try root.records("uploads", \.id) { try UploadRecord($0, at: $1) }
        entries = try root.records("entries", \.record.id) { view, place in
            let object = try BundleObject(view, at: place, known: EntryRecord.members)
            for key in EntryRecord.documents {
                guard let view = object.view(key), view.kind != .object else { continue }
                throw BundleError.refused(place: place / key, reason: "is \(view.what), not an object")
            }
            var entry = Entry(
                place: place, record: try EntryRecord(object), metadata: object.value("metadata"),
                archive: object.view("archive"))
            if object.view("references") == nil { entry.record.references = entry.statedReferences }
            return entry
        }
        datasets = try root.records("datasets", \.id) { try DatasetRecord($0, at: $1) }
        var before: [Value] = []
        packages = try root.records("packages", { UTF8Key($0["name"]?.text ?? "") }) { view, place in
            guard view["name"]?.text != nil else {
                throw BundleError.refused(place: place, reason: "is no object with a name")
            }
            let package = view.value
            do {
                try checkPackage(package, before)
            } catch {
                throw BundleError.refused(place: place, reason: "\(error)")
            }
            before.append(package)
            return package
        }
        for (index, item) in try root.items("properties").enumerated() {
            try readProperty(item, at: "/properties" / "\(index)")
        }
        if let files = root.view("raw_files") { try readRawFiles(files) }
    }

    private mutating func readProperty(_ view: JSONView, at place: String) throws(BundleError) {
        let object = try BundleObject(view, at: place, known: ["upload_id", "entry_type", "name", "definition"])
        let upload = UploadID(try object.requiredText("upload_id"))
        guard uploads.contains(where: { $0.id == upload }) else {
            throw .refused(place: place / "upload_id", reason: "the bundle has no such upload")
        }
        properties[upload, default: []].append(
            PropertyRecord(
                entryType: try object.requiredText("entry_type"), name: try object.requiredText("name"),
                definition: object.value("definition") ?? .null))
    }

    private mutating func readRawFiles(_ view: JSONView) throws(BundleError) {
        guard view.kind == .object else {
            throw .refused(place: "/raw_files", reason: "is \(view.what), not an object")
        }
        let known = Set(uploads.map(\.id))
        for member in view.members {
            let upload = UploadID(member.key)
            let place = "/raw_files" / upload.text
            guard known.contains(upload) else { throw .refused(place: place, reason: "the bundle has no such upload") }
            guard member.value.kind == .object else {
                throw .refused(place: place, reason: "is \(member.value.what), not an object")
            }
            var files: [RawFile] = []
            for file in member.value.members {
                let place = place / file.key
                guard DataDirectory.isSafePath(file.key) else {
                    throw .refused(place: place, reason: "is no path within the upload")
                }
                guard file.value.kind == .string || file.value["$base64"]?.kind == .string else {
                    throw .refused(place: place, reason: "is \(file.value.what), not a text or {\"$base64\": …}")
                }
                files.append(RawFile(place: place, path: file.key, content: file.value))
            }
            try checkFolders(of: files)
            rawFiles[upload] = files
        }
    }

    /// No path can be a file and a folder.
    private func checkFolders(of files: [RawFile]) throws(BundleError) {
        let paths = Set(files.map { UTF8Key($0.path) })
        for file in files {
            var folder = file.path
            while folder.utf8.contains(UInt8(ascii: "/")) {
                folder = FileTree.parent(of: folder)
                if paths.contains(UTF8Key(folder)) {
                    throw .refused(place: file.place, reason: "lies in a folder that is a file, too")
                }
            }
        }
    }
}

extension BundleContents.Entry {
    /// What its documents say that it refers to, as in imports.
    fileprivate var statedReferences: [String] {
        let stated = metadata?["references"] ?? archive?["metadata"]?["references"]?.value
        return stated?.items?.compactMap(\.text) ?? []
    }

    /// What the indexes of entry types hold of the entry.
    var documents: [IndexDocument] {
        let archived = archive?["metadata"]
        let resources = Resource.all(of: record.id.text) { archived?[$0]?.value }
        let search: [UInt8]
        if let given = metadata?.object {
            search = SearchIndexEntry.json(record.id, given: given)
        } else {
            search = SearchIndexEntry.json(
                record, metadata: archived?.value.object, results: archive?["results"]?.value,
                optimade: resources.first { $0.type.hasSameUTF8(as: Resource.structures) }?.attributes)
        }
        return resources.map { IndexDocument(type: $0.type, json: $0.indexDocument()) }
            + [IndexDocument(type: SearchIndexEntry.entryType, json: search)]
    }
}

extension BundleContents.RawFile {
    /// The file's bytes.
    func bytes() throws(BundleError) -> [UInt8] {
        if let text = unsafe content.withUTF8({ unsafe Array($0) }) { return text }
        guard let encoded = content["$base64"]?.text, let data = Data(base64Encoded: encoded) else {
            throw .refused(place: place / "$base64", reason: "is not base64")
        }
        return Array(data)
    }
}

extension BundleObject {
    /// The records in the list `key`; no two may have one id.
    fileprivate func records<Record, ID: Hashable>(
        _ key: String, _ id: (Record) -> ID, _ read: (JSONView, String) throws -> Record
    ) throws -> [Record] {
        var records: [Record] = []
        var places: [ID: String] = [:]
        for (index, item) in try items(key).enumerated() {
            let place = place / key / "\(index)"
            let record = try read(item, place)
            if let other = places.updateValue(place, forKey: id(record)) {
                throw BundleError.refused(place: place, reason: "has the id of \(other)")
            }
            records.append(record)
        }
        return records
    }
}
