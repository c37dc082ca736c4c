import Glibc
import RutileModel
import RutileStore

/// How much room a data directory takes, and how much is left. Sizes are those of files, in bytes.
struct DiskUsage: Hashable, Sendable {
    /// When it was measured.
    let time: Timestamp
    /// The database with its journals.
    let records: Int
    /// Raw files and archives of all uploads.
    let uploads: Content
    /// What was sent and is not yet imported.
    let incoming: Int
    /// What is left on the file system for this process; absent when the system does not tell.
    let free: Int?

    /// What is in a folder, at any depth.
    struct Content: Hashable, Sendable {
        /// All files.
        fileprivate(set) var files = 0
        /// Their bytes.
        fileprivate(set) var bytes = 0
        /// The files, and bytes, that hold archives.
        fileprivate(set) var archiveFiles = 0
        fileprivate(set) var archiveBytes = 0
    }

    /// Measures `directory` by walking over all of its files, which blocks.
    ///
    /// - Throws: `StoreError` for a folder that cannot be read.
    init(of directory: DataDirectory, at time: Timestamp = .now()) throws(StoreError) {
        self.time = time
        records = ["", "-wal", "-shm"].reduce(0) { $0 + (FileTree.size(of: directory.records + $1) ?? 0) }
        uploads = try Self.content(of: directory.uploads)
        incoming = try Self.content(of: directory.incoming).bytes
        free = Self.free(at: directory.root)
    }

    /// The regular files below `folder`. Files that come or go meanwhile may count or not.
    private static func content(of folder: String) throws(StoreError) -> Content {
        var content = Content()
        var waiting = [(folder, depth: 0)]
        while let (folder, depth) = waiting.popLast() {
            // `<2 characters>/<upload id>/archive`; raw files may lie in folders of that name farther down.
            let isArchive = depth == 3 && folder.hasSuffix("/archive")
            for name in try FileTree.names(in: folder) {
                let path = folder + "/" + name
                switch FileTree.kind(of: path) {
                case .file:
                    let size = FileTree.size(of: path) ?? 0
                    content.files += 1
                    content.bytes += size
                    if isArchive {
                        content.archiveFiles += 1
                        content.archiveBytes += size
                    }
                case .folder: waiting.append((path, depth + 1))
                default: break
                }
            }
        }
        return content
    }

    private static func free(at path: String) -> Int? {
        var status = statvfs()
        guard unsafe statvfs(path, &status) == 0 else { return nil }
        return Int(clamping: UInt64(status.f_bavail) &* UInt64(status.f_frsize))
    }
}

/// Measures a data directory, at most once a minute: a walk over millions of files takes its time.
actor DiskMeter {
    private let directory: DataDirectory
    private let now: @Sendable () -> ContinuousClock.Instant
    private var last: (usage: DiskUsage, time: ContinuousClock.Instant)?
    private var running: Task<DiskUsage, any Error>?

    /// A meter of `directory` that has not measured yet.
    init(_ directory: DataDirectory, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
        self.directory = directory
        self.now = now
    }

    /// The last measure, at most a minute old. Who comes while it is taken waits for that one.
    ///
    /// - Throws: `StoreError`.
    func usage() async throws -> DiskUsage {
        if let last, now() - last.time < .seconds(60) { return last.usage }
        if let running { return try await running.value }
        let task = Task { [directory] in try await blocking { try DiskUsage(of: directory) } }
        running = task
        defer { running = nil }
        let usage = try await task.value
        last = (usage, now())
        return usage
    }
}
