import NomadAPI
package import RutileJSON
package import RutileModel
package import RutileStore

/// Raw files of an upload that the caller may read: that is for the caller of these to know.
extension EntriesService {
    /// What is at `place`; `nil` where nothing is.
    package func item(at place: RawPlace) async throws -> RawItem? {
        try await rawFiles.items(at: [place])[place]
    }

    /// The file at `place`.
    ///
    /// - Throws: ``EntryAbsence/noFile``.
    package func file(at place: RawPlace, _ part: FilePart) async throws -> any ByteSource {
        guard let file = try await rawFiles.open(place) else { throw EntryAbsence.noFile }
        return part.isUnpacked ? try UnpackedFile(file, part) : PlainFile(files: rawFiles, file: file, part: part)
    }

    /// A zip file of all files below the folder at `place`, with their paths from there on, or of the file there.
    package func zip(of place: RawPlace, _ selection: FileSelection) async throws -> any ByteSource {
        let names = place.path.names
        let all = try await page(of: place, depth: nil, positions: 0..<Int.max)?.items ?? []
        let files = all.compactMap { item -> FolderDownload.File? in
            guard let size = item.size, selection.admits(item.path) else { return nil }
            let isItself = item.path.names.count == names.count
            let rest = isItself ? item.path.names.suffix(1) : item.path.names.dropFirst(names.count)
            return .init(
                place: RawPlace(place.upload, item.path), path: rest.joined(separator: "/"), size: size)
        }
        return FolderDownload(zip: try RawFileZip(rawFiles, compresses: selection.compresses), files: files[...])
    }

    /// What is said of the file or folder `item` of `upload`: for a folder, those of its items that stand at `positions`,
    /// folders first, by name.
    ///
    /// - Parameter namesEntries: whether the entries of main files are named.
    /// - Returns: the document without its pagination, and how many items a folder has. Sizes of folders are those of all
    ///   files in them, absent where these are very many.
    package func folderDocument(
        of item: RawItem, in upload: UploadRecord, positions: Range<Int>, isDescending: Bool, namesEntries: Bool
    ) async throws -> (document: ObjectValue, total: Int?) {
        let access = !upload.isPublished ? "unpublished" : upload.isEmbargoed ? "embargoed" : "public"
        var document = ObjectValue([("path", .string(item.path.text)), ("access", .string(access))])
        let place = RawPlace(upload.id, item.path)
        guard item.isFolder else {
            let named = namesEntries ? try await entries(at: [item], in: upload.id) : [:]
            document["file_metadata"] = .object(Self.members(of: item, size: item.size, named[item.path]))
            return (document, nil)
        }
        let found = try await page(of: place, depth: 1, isDescending: isDescending, positions: positions)
        let shown = found ?? RawPage(total: 0, items: [])
        let sizes = try await folderSizes(in: place)
        let named = namesEntries ? try await entries(at: shown.items, in: upload.id) : [:]
        let content = shown.items.map { part -> Value in
            let name = part.path.names.last ?? ""
            var members = Self.members(
                of: part, size: part.size ?? sizes.map { $0[UTF8Key(name)] ?? 0 }, named[part.path])
            members["is_file"] = .bool(!part.isFolder)
            return .object(members)
        }
        var members = Self.members(of: item, size: sizes.map { $0.values.reduce(0, +) }, nil)
        members["content"] = .list(content)
        document["directory_metadata"] = .object(members)
        return (document, shown.total)
    }

    private static func members(of item: RawItem, size: Int?, _ entry: EntryRecord?) -> ObjectValue {
        var members = ObjectValue([("name", .string(item.path.names.last ?? ""))])
        members["size"] = size.map { .integer(Int64($0)) }
        members["entry_id"] = entry.map { .string($0.id.text) }
        members["parser_name"] = entry.map { .string($0.parserName) }
        return members
    }

    /// Bytes of all files in each file and folder of the folder at `place`, by name; `nil` where there are too many to
    /// count for a list.
    private func folderSizes(in place: RawPlace) async throws -> [UTF8Key: Int]? {
        let level = place.path.names.count
        do {
            let all = try await page(of: place, depth: nil, positions: 0..<Int.max, within: Self.mostCounted)
            var sizes: [UTF8Key: Int] = [:]
            for item in all?.items ?? [] where item.path.names.count > level {
                sizes[UTF8Key(item.path.names[level]), default: 0] += item.size ?? 0
            }
            return sizes
        } catch let problem as EntriesProblem where problem.status == 422 {
            return nil
        }
    }

    /// Files whose sizes are counted for a list.
    private static let mostCounted = 20_000

    /// The entries whose main files are among `items`.
    private func entries(at items: [RawItem], in upload: UploadID) async throws -> [RawPath: EntryRecord] {
        let places = Set(items.filter { !$0.isFolder }.map { MainfilePlace(upload: upload, path: $0.path.text) })
        let ids = try await records.entries(at: places)
        let entries = try await records.entries(Set(ids.values))
        var found: [RawPath: EntryRecord] = [:]
        for (place, id) in ids {
            found[RawPath(names: place.path.split(separator: "/").map(String.init))] = entries[id]
        }
        return found
    }

    private func page(
        of place: RawPlace, depth: Int?, isDescending: Bool = false, positions: Range<Int>,
        within limit: Int = EntriesService.mostFiles
    ) async throws -> RawPage? {
        let request = RawPageRequest(place: place, depth: depth, isDescending: isDescending, positions: positions)
        do {
            return try await rawFiles.pages([request], within: limit).pages[request]
        } catch is TooManyRawFiles {
            throw EntriesProblem(422, "the folder holds more than \(limit) files; ask for one below it")
        }
    }
}

/// Makes a zip file of some raw files.
private struct FolderDownload: ByteSource {
    struct File {
        let place: RawPlace
        /// Its path in the zip file.
        let path: String
        let size: Int
    }

    var zip: RawFileZip
    var files: ArraySlice<File>
    private var isDone = false

    init(zip: RawFileZip, files: ArraySlice<File>) {
        self.zip = zip
        self.files = files
    }

    mutating func next() async throws -> [UInt8]? {
        if isDone { return nil }
        if zip.isWithinFile {
            try await zip.goOn()
        } else if let file = files.popFirst() {
            try await zip.begin(file.place, as: file.path, size: file.size)
        } else {
            try zip.zip.finish()
            isDone = true
        }
        return zip.zip.take()
    }
}
