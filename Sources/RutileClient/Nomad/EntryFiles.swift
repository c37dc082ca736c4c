import OptimadeAPI
public import RutileJSON

/// Raw files of entries: what was uploaded.
public struct EntryFiles: Sendable {
    /// One file.
    public struct File: Hashable, Sendable {
        /// Where it is in its upload.
        public let path: String
        /// Where it is seen from the folder of the entry's main file: what ``EntryFiles/read(_:of:receive:)`` takes.
        public let name: String
        /// Its size in bytes.
        public let size: Int
    }

    /// Which files of entries are packed.
    public struct Selection: Hashable, Sendable {
        /// Names that match, as `*.cif`; all where it is absent.
        public var glob: String?
        /// Names that match the regular expression; all where it is absent.
        public var expression: String?

        /// All files.
        public init() {}

        fileprivate var value: Value {
            var files = ObjectValue()
            if let glob { files["glob_pattern"] = .string(glob) }
            if let expression { files["re_pattern"] = .string(expression) }
            return .object(files)
        }
    }

    private let server: NomadServer

    /// The raw files of `server`.
    public init(_ server: NomadServer) { self.server = server }

    /// The files in the folder of the main file of `entry`.
    ///
    /// - Throws: ``ClientError``, or `CancellationError`.
    public func files(of entry: String) async throws -> [File] {
        let document = try await server.document("/entries/\(PercentCoding.encoded(entry))/rawdir")
        let data = document.root["data"]
        let mainFile = (data?["mainfile"]?.text ?? "").utf8
        let folder = mainFile.lastIndex(of: UInt8(ascii: "/")).map { mainFile[...$0] } ?? mainFile.prefix(0)
        return data?["files"]?.items.compactMap { item in
            guard let path = item["path"]?.text else { return nil }
            let isBelow = path.utf8.starts(with: folder)
            let name = isBelow ? String(decoding: path.utf8.dropFirst(folder.count), as: UTF8.self) : path
            return File(path: path, name: name, size: Int(item["size"]?.integer ?? 0))
        } ?? []
    }

    /// Gives the bytes of the file at `path`, seen from the folder of the main file of `entry`, to `receive`, piece by
    /// piece.
    ///
    /// - Throws: ``ClientError``, `CancellationError`, or what `receive` throws.
    public func read(
        _ path: String, of entry: String, receive: ([UInt8]) async throws -> Void
    ) async throws {
        let path = path.utf8.split(separator: UInt8(ascii: "/")).map { PercentCoding.encoded(String(Substring($0))) }
        try await server.bytes(
            "/entries/\(PercentCoding.encoded(entry))/raw/\(path.joined(separator: "/"))", nil, receive: receive)
    }

    /// Gives a zip file with the files of the entries that match to `receive`, piece by piece. It begins with one folder
    /// for each upload, and `manifest.json` lists the entries.
    ///
    /// - Throws: ``ClientError``, `CancellationError`, or what `receive` throws.
    public func zip(
        owner: ArchiveQuery.Owner = .visible, query: Value, selection: Selection = Selection(),
        receive: ([UInt8]) async throws -> Void
    ) async throws {
        try await server.bytes(
            "/entries/raw/query",
            .members(["owner": .string(owner.name), "query": query, "files": selection.value]), receive: receive)
    }
}
