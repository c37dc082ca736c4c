import FoundationEssentials
import GRDB
import Glibc
package import RutileModel
package import RutileStore

/// Records in the SQLite file of a data directory: one writer at a time, across processes, and many readers.
///
/// Readers never wait for a writer (write-ahead log). A change is on the medium when ``apply(_:)`` returns.
/// All work runs on threads of the database pool, not on the cooperative pool.
package final class SQLiteRecords: Sendable {
    /// Where the records and their files are.
    package let directory: DataDirectory
    let pool: DatabasePool
    let now: @Sendable () -> Timestamp

    /// Opens the records of `directory`, brings their tables up to date, and finishes file changes that a killed
    /// process left. A missing data directory is made, for its owner only, unless `create` is off.
    ///
    /// Blocks its thread for some milliseconds.
    /// - Throws: ``StoreError/newerSchema(found:known:)``, ``StoreError/medium(_:)``.
    package init(
        _ directory: DataDirectory, create: Bool = true, now: @escaping @Sendable () -> Timestamp = Timestamp.now
    ) throws(StoreError) {
        if !create && FileTree.kind(of: directory.records) == nil {
            throw .medium("there are no records in \(directory.root)")
        }
        try FileTree.makeFolder(directory.root)
        self.directory = directory
        self.now = now
        // Two processes that open a new file at once would race for its journal mode.
        let opening = try OpeningLock(directory)
        defer { opening.release() }
        do {
            pool = try Self.openPool(directory)
            try pool.writeWithoutTransaction { database in
                try Schema.update(database)
                // GRDB's default for a write-ahead log loses the last changes when the power fails.
                try database.execute(sql: "PRAGMA synchronous = FULL")
            }
            try finishFileChanges()
        } catch {
            throw StoreError(storing: error)
        }
    }

    /// The 32 random bytes that tokens are signed with. They are made on first use and then stay.
    package func signingKey() async throws -> [UInt8] {
        try await write { database in
            var generator = SystemRandomNumberGenerator()
            let fresh = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
            try database.run("INSERT OR IGNORE INTO secret VALUES ('signing key', ?)", [Data(fresh).databaseValue])
            return try database.first("SELECT value FROM secret WHERE name = 'signing key'") { Array(try $0.data()) }
                ?? fresh
        }
    }

    private static func openPool(_ directory: DataDirectory) throws -> DatabasePool {
        // SQLite gives its other files the permissions of this one.
        let file = unsafe open(directory.records, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw StoreError.medium("cannot open \(directory.records)") }
        close(file)
        var configuration = Configuration()
        configuration.label = "records"
        configuration.busyMode = .timeout(60)
        configuration.maximumReaderCount = max(4, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        configuration.prepareDatabase { database in
            // Statements that fire triggers journal the pages that they change. By default that journal becomes a
            // file, and takes most of the time of a large change.
            try database.execute(sql: "PRAGMA cache_size = -8000; PRAGMA temp_store = MEMORY")
        }
        return try DatabasePool(path: directory.records, configuration: configuration)
    }
}

/// Held while records are opened; a lock on the data directory itself.
private struct OpeningLock {
    private let folder: Int32

    init(_ directory: DataDirectory) throws(StoreError) {
        folder = unsafe open(directory.root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw .medium("cannot open \(directory.root)") }
        while flock(folder, LOCK_EX) != 0 && errno == EINTR {}
    }

    func release() { close(folder) }
}
