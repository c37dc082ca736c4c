import FoundationEssentials
import GRDB
import Glibc
package import RutileModel
package import RutileStore

/// Records in the SQLite file of a data directory: one writer at a time, across processes, and many readers.
///
/// Readers never wait for a writer (write-ahead log). A change is on the medium when ``apply(_:)`` returns.
/// All work runs on threads of the database pool, not on the cooperative pool, but for the reading of the change
/// number and the beginning of a snapshot, which take a moment.
package final class SQLiteRecords: Sendable {
    /// Where the records and their files are.
    package let directory: DataDirectory
    let pool: DatabasePool
    /// A connection for the change number alone, which never waits for another process; absent where the file is only
    /// read.
    let watch: DatabaseQueue?
    /// What is kept of records as long as ``watch`` sees no change.
    let cache = RecordCache()
    let now: @Sendable () -> Timestamp

    /// Opens the records of `directory`, brings their tables up to date, and finishes file changes that a killed
    /// process left. A missing data directory is made, for its owner only, unless `create` is off. Then one that this
    /// process may not write to is opened for reading; all that would change it fails.
    ///
    /// Blocks its thread for some milliseconds.
    /// - Throws: ``StoreError/newerSchema(found:known:)``, ``StoreError/medium(_:)``.
    package init(
        _ directory: DataDirectory, create: Bool = true, now: @escaping @Sendable () -> Timestamp = Timestamp.now
    ) throws(StoreError) {
        if !create && FileTree.kind(of: directory.records) == nil {
            throw .medium("there are no records in \(directory.root)")
        }
        self.now = now
        self.directory = directory
        if !create && !Self.mayWrite(directory) {
            do {
                watch = nil
                pool = try Self.openForReading(directory)
            } catch {
                throw StoreError(storing: error)
            }
            return
        }
        try FileTree.makeFolder(directory.root)
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
            watch = try Self.openWatch(directory)
            try finishFileChanges()
        } catch {
            throw StoreError(storing: error)
        }
    }

    private static func openPool(_ directory: DataDirectory) throws -> DatabasePool {
        // SQLite gives its other files the permissions of this one.
        let file = unsafe open(directory.records, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw StoreError.failed("cannot open \(directory.records)") }
        close(file)
        return try DatabasePool(path: directory.records, configuration: configuration())
    }

    private static func openWatch(_ directory: DataDirectory) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.label = "change number"
        configuration.readonly = true
        configuration.busyMode = .immediateError
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA cache_size = -100") }
        return try DatabaseQueue(path: directory.records, configuration: configuration)
    }

    /// How much memory a connection may take for pages, in KiB.
    static let usualCache = "PRAGMA cache_size = -8000"

    private static func configuration() -> Configuration {
        var configuration = Configuration()
        configuration.label = "records"
        configuration.busyMode = .timeout(60)
        configuration.maximumReaderCount = max(4, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        configuration.prepareDatabase { database in
            // Statements that fire triggers journal the pages that they change. By default that journal becomes a
            // file, and takes most of the time of a large change.
            try database.execute(sql: "\(usualCache); PRAGMA temp_store = MEMORY")
        }
        return configuration
    }

    private static func mayWrite(_ directory: DataDirectory) -> Bool {
        unsafe access(directory.root, W_OK) == 0 && access(directory.records, W_OK) == 0
    }

    /// Opens records that cannot be brought up to date: they must be so, and no file change may be left to be done.
    private static func openForReading(_ directory: DataDirectory) throws -> DatabasePool {
        var configuration = configuration()
        configuration.readonly = true
        // While somebody writes, there is a log, and SQLite reads that too. Without one it would make one, which only
        // a file that is declared immutable spares it.
        let log = FileTree.size(of: directory.records + "-wal") ?? 0
        let path = log > 0 ? directory.records : "file:" + uriPath(directory.records) + "?immutable=1"
        let pool = try DatabasePool(path: path, configuration: configuration)
        try pool.read { database in
            try Schema.check(database)
            guard try database.first("SELECT 1 FROM pending_file", [], { _ in true }) == nil else {
                throw StoreError.medium("\(directory.root) holds an unfinished change, and cannot be written to")
            }
        }
        return pool
    }

    /// The path as a part of a URI.
    private static func uriPath(_ path: String) -> String {
        let digits = Array("0123456789ABCDEF")
        return path.utf8.reduce(into: "") { text, byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "-"),
                UInt8(ascii: "_"):
                text.unicodeScalars.append(Unicode.Scalar(byte))
            default: text += "%" + String(digits[Int(byte >> 4)]) + String(digits[Int(byte & 15)])
            }
        }
    }
}

/// Held while records are opened; a lock on the data directory itself.
private struct OpeningLock {
    private let folder: Int32

    init(_ directory: DataDirectory) throws(StoreError) {
        folder = unsafe open(directory.root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw .failed("cannot open \(directory.root)") }
        while flock(folder, LOCK_EX) != 0 && errno == EINTR {}
    }

    func release() { close(folder) }
}
