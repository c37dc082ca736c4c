import CLibArchive
import RutileStore

/// Which part of a file is wanted.
package struct FilePart: Hashable, Sendable {
    /// Bytes that are passed over.
    package var offset: Int
    /// Bytes that are sent at most; absent for all.
    package var length: Int?
    /// Whether the file is unpacked if it is compressed. Then the numbers count unpacked bytes.
    package var isUnpacked: Bool

    /// A part of a file.
    package init(offset: Int = 0, length: Int? = nil, isUnpacked: Bool = false) {
        self.offset = offset
        self.length = length
        self.isUnpacked = isUnpacked
    }
}

/// A part of a file as it is.
struct PlainFile: ByteSource {
    private let files: RawFolders
    private let file: OpenFile
    private var offset: Int
    private var rest: Int

    init(files: RawFolders, file: OpenFile, part: FilePart) {
        self.files = files
        self.file = file
        offset = part.offset
        rest = part.length ?? .max
    }

    mutating func next() async throws -> [UInt8]? {
        guard rest > 0 else { return nil }
        let bytes = try await files.bytes(of: file, at: offset, count: min(rest, RawFileZip.piece))
        guard !bytes.isEmpty else { return nil }
        offset += bytes.count
        rest -= bytes.count
        return bytes
    }
}

/// A part of what a compressed file unpacks to (gzip, bzip2, xz, zstd and others), or of the file itself where it is not
/// compressed.
struct UnpackedFile: ByteSource {
    private let reader: Reader
    private var skipped: Int
    private var rest: Int

    init(_ file: OpenFile, _ part: FilePart) throws {
        reader = try Reader(file)
        skipped = part.offset
        rest = part.length ?? .max
    }

    mutating func next() async throws -> [UInt8]? {
        guard rest > 0 else { return nil }
        let bytes = try await blocking { [reader] in try reader.read(RawFileZip.piece) }
        guard !bytes.isEmpty else { return nil }
        let wanted = bytes.dropFirst(skipped).prefix(rest)
        skipped -= min(skipped, bytes.count)
        rest -= wanted.count
        return Array(wanted)
    }

    /// Reads through libarchive, front to back.
    @safe
    private final class Reader: @unchecked Sendable {
        // One source owns it, which reads from one task at a time; it has no lock.
        private let archive: OpaquePointer
        private let file: OpenFile
        private var isEmpty = false

        struct Failure: Error {
            let reason: String
        }

        init(_ file: OpenFile) throws {
            guard let archive = unsafe archive_read_new() else { throw Failure(reason: "no memory") }
            unsafe self.archive = archive
            self.file = file
            unsafe archive_read_support_filter_all(archive)
            unsafe archive_read_support_format_raw(archive)
            unsafe archive_read_support_format_empty(archive)
            guard unsafe archive_read_open_fd(archive, file.number, 1 << 16) == ARCHIVE_OK else {
                throw unsafe Self.failure(archive)
            }
            var entry: OpaquePointer?
            let result = unsafe archive_read_next_header(archive, &entry)
            isEmpty = result == ARCHIVE_EOF
            guard isEmpty || result == ARCHIVE_OK || result == ARCHIVE_WARN else { throw unsafe Self.failure(archive) }
        }

        deinit { unsafe archive_read_free(archive) }

        func read(_ count: Int) throws -> [UInt8] {
            if isEmpty { return [] }
            var failure: Failure?
            let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
                // SAFETY: the buffer has as many bytes as said.
                let got = unsafe archive_read_data(archive, buffer.baseAddress, count)
                if got < 0 { failure = unsafe Self.failure(archive) }
                initialized = max(0, got)
            }
            if let failure { throw failure }
            return bytes
        }

        private static func failure(_ archive: OpaquePointer) -> Failure {
            unsafe Failure(reason: archive_error_string(archive).map { unsafe String(cString: $0) } ?? "damaged")
        }
    }
}
