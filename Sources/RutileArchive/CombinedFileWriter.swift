import Glibc

/// Writes one combined version 3 file under a temporary name, then names it.
///
/// A combined file is a block whose data are complete files, one after another, and whose table of contents says where
/// each begins: `{"t": {name: int, …}}`. Its own header is known last.
struct CombinedFileWriter: ~Copyable {
    /// Ends the name of a file that is not complete. Such a file can be removed when no writer is at work.
    static let temporarySuffix = ".tmp"
    private static let bufferSize = 1 << 20

    private let path: String
    private var temporaryPath: String { path + Self.temporarySuffix }
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private var written = 0
    private var members: [(name: String, start: Int)] = []
    private enum State { case writing, finished, closed }
    private var state = State.writing

    /// Bytes so far, the table of contents not included.
    var size: Int { written + buffer.count }
    /// Whether nothing was appended.
    var isEmpty: Bool { size == Block.headerSize }

    /// Begins the file that will be at `path`.
    init(path: String) throws(ArchiveError) {
        self.path = path
        let temporary = path + Self.temporarySuffix
        descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .failedToWrite(temporary) }
        buffer.reserveCapacity(Self.bufferSize)
        buffer += Block.magic
        buffer += [UInt8](repeating: 0, count: Block.headerSize - Block.magic.count)
    }

    deinit {
        // Not named yet: nobody will miss it.
        if state != .closed {
            close(descriptor)
            unsafe unlink(path + Self.temporarySuffix)
        }
    }

    /// Adds a member; its offset in the file.
    mutating func append(_ name: String, _ archive: EncodedArchive) throws(ArchiveError) -> Int {
        let offset = size
        members.append((name, offset - Block.headerSize))
        buffer += archive.bytes
        if buffer.count >= Self.bufferSize { try flush() }
        return offset
    }

    /// Writes the table of contents and header and makes everything durable, still under the temporary name.
    mutating func finish() throws(ArchiveError) {
        guard state == .writing else { return }
        // Readers other than ours take a table of contents at 0 for none; a nil stands before it.
        if isEmpty { buffer.append(0xC0) }
        let start = size - Block.headerSize
        var contents = MessagePackWriter()
        contents.object(1)
        contents.text("t")
        contents.object(members.count)
        for member in members {
            contents.text(member.name)
            contents.integer(Int64(member.start))
        }
        buffer += contents.bytes
        members = []
        try flush()
        let numbers = ArchiveEncoder.headerNumbers(start: start, length: contents.bytes.count)
        try write(numbers, at: Block.magic.count)
        guard fsync(descriptor) == 0 else { throw failure() }
        state = .finished
    }

    /// Gives the finished file its name. The folder is not flushed yet.
    mutating func name() throws(ArchiveError) {
        precondition(state == .finished, "only a finished file is named")
        guard unsafe rename(temporaryPath, path) == 0 else { throw failure() }
        close(descriptor)
        state = .closed
    }

    private mutating func flush() throws(ArchiveError) {
        try write(buffer, at: written)
        written += buffer.count
        buffer.removeAll(keepingCapacity: true)
    }

    private func write(_ bytes: [UInt8], at offset: Int) throws(ArchiveError) {
        var done = 0
        while done < bytes.count {
            // SAFETY: `done` is below the buffer's count, so the rest of it is valid.
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe pwrite(descriptor, buffer.baseAddress! + done, buffer.count - done, off_t(offset + done))
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw failure() }
            done += count
        }
    }

    private func failure() -> ArchiveError { .failedToWrite(temporaryPath) }

    /// Makes renames in the folder `path` durable.
    static func flushFolder(_ path: String) throws(ArchiveError) {
        let descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .failedToWrite(path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .failedToWrite(path) }
    }

    /// Makes the folder `path` and those around it.
    static func makeFolder(_ path: String) throws(ArchiveError) {
        if unsafe mkdir(path, 0o755) == 0 { return }
        if errno == EEXIST { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
            throw .failedToWrite(path)
        }
        try makeFolder(String(path[..<slash]))
        guard unsafe mkdir(path, 0o755) == 0 || errno == EEXIST else {
            throw .failedToWrite(path)
        }
        // A new folder is durable once the one around it is.
        try flushFolder(String(path[..<slash]))
    }
}
