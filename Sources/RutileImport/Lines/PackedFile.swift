import CLibArchive
import Glibc
import RutileStore

/// The content of one file, unpacked while it is read. For one thread at a time.
@safe
final class PackedFile {
    /// Most bytes that one read gives.
    static let readSize = 256 << 10

    private let archive: OpaquePointer
    private let packedSize: Int64
    private let limits: UnpackLimits
    private var size: Int64 = 0
    private let isEmpty: Bool

    init(path: String, limits: UnpackLimits) throws(SourceFailure) {
        guard let size = FileTree.size(of: path), let archive = unsafe archive_read_new() else {
            throw SourceFailure("cannot be read")
        }
        unsafe self.archive = archive
        self.limits = limits
        packedSize = Int64(size)
        isEmpty = size == 0
        // Raw: one file without a name, whatever it holds.
        unsafe archive_read_support_format_raw(archive)
        unsafe archive_read_support_filter_gzip(archive)
        unsafe archive_read_support_filter_bzip2(archive)
        guard !isEmpty else { return }
        var entry: OpaquePointer?
        guard unsafe archive_read_open_filename(archive, path, 1 << 18) == ARCHIVE_OK,
            unsafe archive_read_next_header(archive, &entry) == ARCHIVE_OK
        else { throw unsafe Self.failure(archive) }
    }

    deinit { unsafe archive_read_free(archive) }

    /// Whether the file at `path` is packed with gzip or bzip2, by how it begins.
    static func isPacked(_ path: String) -> Bool {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return false }
        defer { close(file) }
        var start = [UInt8](repeating: 0, count: 10)
        // SAFETY: the buffer has as many bytes as said.
        let count = unsafe start.withUnsafeMutableBytes { unsafe Glibc.read(file, $0.baseAddress, $0.count) }
        // A text may well begin with the three letters of bzip2, but not with the mark of a block behind them.
        return count >= 2 && start.starts(with: [0x1F, 0x8B])
            || count == 10 && start.starts(with: "BZh".utf8) && start[4...].elementsEqual("1AY&SY".utf8)
    }

    /// All of the file at `path`, unpacked where it is packed.
    ///
    /// - Throws: ``SourceFailure`` for a file that is damaged, or longer than `limit` bytes.
    static func content(of path: String, limit: Int) throws(SourceFailure) -> [UInt8] {
        let tooLong = SourceFailure("larger than the limit of \(limit >> 20) MiB for its format")
        guard isPacked(path) else {
            if let size = FileTree.size(of: path), size > limit { throw tooLong }
            do {
                return try FileTree.read(path)
            } catch {
                throw SourceFailure("cannot be read")
            }
        }
        let file = try PackedFile(path: path, limits: UnpackLimits())
        var bytes: [UInt8] = []
        while try file.read(into: &bytes) {
            guard bytes.count <= limit else { throw tooLong }
        }
        return bytes
    }

    /// Appends what comes next to `bytes`; `false` at the end.
    func read(into bytes: inout [UInt8]) throws(SourceFailure) -> Bool {
        guard !isEmpty else { return false }
        let start = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: Self.readSize))
        // SAFETY: the array has `readSize` bytes behind `start`.
        let count = unsafe bytes.withUnsafeMutableBytes { buffer in
            unsafe archive_read_data(archive, buffer.baseAddress.map { unsafe $0 + start }, Self.readSize)
        }
        guard count >= 0 else { throw unsafe Self.failure(archive) }
        bytes.removeLast(Self.readSize - count)
        size += Int64(count)
        guard size <= limits.size else { throw SourceFailure("more than \(limits.size) bytes unpacked") }
        guard size <= limits.harmlessSize || size / limits.ratio <= packedSize else {
            throw SourceFailure("unpacks to more than \(limits.ratio) times its size")
        }
        return count > 0
    }

    private static func failure(_ archive: OpaquePointer) -> SourceFailure {
        let message = unsafe archive_error_string(archive).map { unsafe String(cString: $0) }
        return SourceFailure("cannot be unpacked: \(message ?? "damaged")")
    }
}
