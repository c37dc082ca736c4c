import FoundationEssentials
import RutileArchive
import RutileImport
import RutileJSON
import RutileModel
import RutileStore
import RutileTestSupport
import Synchronization

/// Reads files in this process, after something else.
struct DelayedParser: FileParser {
    /// What is done before a file is read.
    let first: @Sendable () async throws -> Void

    func entries(of path: String, format: SourceFormat) async throws -> FileEntries {
        try await first()
        return try await InProcessParser().entries(of: path, format: format)
    }

    func unpack(_ path: String, into destination: String) async throws -> UnpackReport {
        try await InProcessParser().unpack(path, into: destination)
    }
}

/// A folder to import from, a data directory to import into, and records in memory.
final class ImportLaboratory: Sendable {
    private let folder: TemporaryDirectory
    let directory: DataDirectory
    let records: MemoryRecords
    private let clock = Atomic<Int64>(1_700_000_000_000_000)

    init() throws {
        folder = try TemporaryDirectory()
        directory = DataDirectory(folder.path + "/data")
        records = MemoryRecords(directory: directory)
        try FileTree.makeFolder(source)
    }

    /// The folder to import from.
    var source: String { folder.path + "/things" }
    /// Where other files can be put.
    var path: String { folder.path }

    /// Writes a file of the source.
    func write(_ path: String, _ text: String) throws { try write(path, Array(text.utf8)) }

    func write(_ path: String, _ bytes: [UInt8]) throws {
        let file = source + "/" + path
        try FileTree.makeFolder(FileTree.parent(of: file))
        try FileTree.remove(file)
        try FileTree.write(bytes, to: file)
    }

    func remove(_ path: String) throws { try FileTree.remove(source + "/" + path) }

    /// Gives a file of the source another time.
    func touch(_ path: String) throws {
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1_000_000_000)], ofItemAtPath: source + "/" + path)
    }

    /// Imports the source, or `paths`; each time is a second later than the one before.
    func run(
        _ paths: [String]? = nil, _ change: (inout ImportRequest) -> Void = { _ in }
    ) async throws -> [ImportReport] {
        var request = ImportRequest(paths: paths ?? [source])
        change(&request)
        return try await run(request)
    }

    /// Imports what `request` names, or the source.
    func run(
        _ request: ImportRequest? = nil, parser: any FileParser = InProcessParser(),
        progress: @escaping @Sendable (ImportProgress) -> Void = { _ in },
        finished: (ImportReport) -> Void = { _ in }
    ) async throws -> [ImportReport] {
        let now = clock.add(1_000_000, ordering: .relaxed).newValue
        let importer = Importer(
            records: records, directory: directory, parser: parser, surveyor: DefinitionSurveyor(),
            width: 2, now: { Timestamp(microseconds: now) })
        return try await importer.run(request ?? ImportRequest(paths: [source]), progress: progress, finished: finished)
    }

    /// Imports the source, or `paths`, into one upload.
    func runOne(
        _ paths: [String]? = nil, _ change: (inout ImportRequest) -> Void = { _ in }
    ) async throws -> ImportReport {
        try await run(paths, change)[0]
    }

    /// Entries of `upload` by main file, with the key behind it where there is one.
    func entries(of upload: UploadID) async throws -> [String: EntryRecord] {
        let entries = try await records.entries(of: upload)
        return Dictionary(
            uniqueKeysWithValues: entries.map { ($0.mainfile + ($0.mainfileKey.map { "#" + $0 } ?? ""), $0) })
    }

    /// The archive of `entry`, decoded.
    func archive(of entry: EntryRecord?) async throws -> Value? {
        guard let address = entry?.archive else { return nil }
        return try await SegmentFolder(directory).archives([address])[address]?.get().value()
    }

    /// The raw files of `upload` with their content.
    func raw(of upload: UploadID) throws -> [String: String] {
        let folder = directory.rawFolder(of: upload)
        var files: [String: String] = [:]
        for path in try FileTree.files(below: folder) {
            files[path] = String(decoding: try FileTree.read(folder + "/" + path), as: UTF8.self)
        }
        return files
    }

    /// Everything in the data directory's folder of uploads but raw files and segments.
    func leftovers() throws -> [String] {
        try FileTree.files(below: directory.uploads).filter { path in
            let parts = path.split(separator: "/")
            return !(parts.count > 3 && ["raw", "archive"].contains(parts[2]) && !path.hasSuffix(".tmp"))
        }
    }
}
