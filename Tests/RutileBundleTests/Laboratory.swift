import RutileBundle
import RutileJSON
import RutileModel
import RutileSQLite
import RutileStore
import RutileTestSupport

/// A data directory of its own, with what tests do to it.
struct Laboratory {
    let folder: TemporaryDirectory
    let directory: DataDirectory
    let records: SQLiteRecords

    /// An empty one; `now` is the time at which segments retire.
    init(now: @escaping @Sendable () -> Timestamp = Timestamp.now) throws {
        folder = try TemporaryDirectory()
        directory = DataDirectory(folder.path + "/data")
        records = try SQLiteRecords(directory, now: now)
    }

    /// Loads a bundle. The hash of a password is the password in brackets.
    @discardableResult
    func load(_ text: String, replace: Bool = false) async throws -> BundleSummary {
        try await load(Array(text.utf8), replace: replace)
    }

    @discardableResult
    func load(_ text: [UInt8], replace: Bool = false) async throws -> BundleSummary {
        let loader = BundleLoader(
            into: directory, records: records,
            checkPackage: { package, before in
                let isMisplaced = package["after"].map { $0 != before.last?["name"] } ?? false
                if package["name"]?.text == "bad" || isMisplaced { throw BadPackage() }
            },
            checkHash: { if !$0.hasPrefix("<") { throw BadHash() } },
            checkPassword: { $0.isEmpty ? "a password must have 1 byte" : nil }, hash: { "<\($0)>" })
        return try await loader.load(text, replace: replace)
    }

    func save() async throws -> [UInt8] {
        let pages = Pages()
        _ = try await BundleSaver(directory, records: records).save { pages.bytes += $0 }
        return pages.bytes
    }

    /// All files below the uploads, relative to there.
    func files() throws -> [String] { try FileTree.files(below: directory.uploads) }

    func check(deep: Bool = true) async throws -> DataReport {
        try await DataCheck(directory, records: records).run(deep: deep)
    }

    /// A bundle of one user, one upload, one entry and one raw file.
    static let small = """
        {"users": [{"user_id": "u", "username": "ada", "password": "secret"}],
         "uploads": [{"upload_id": "upl", "main_author": "u", "upload_create_time": "2024-01-01T10:00:00"}],
         "entries": [{"entry_id": "e", "upload_id": "upl", "mainfile": "a/m.json", "parser_name": "p",
                      "entry_create_time": "2024-01-01T12:00:00+02:00", "archive": {"data": {"x": [1, 2.5, null]}}}],
         "raw_files": {"upl": {"a/m.json": "{}"}}}
        """

    private struct BadPackage: Error {}
    private struct BadHash: Error {}

    private final class Pages {
        var bytes: [UInt8] = []
    }
}
