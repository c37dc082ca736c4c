import CLibArchive

/// Writes a zip file (APPNOTE 6.3, with its extensions for large files where they are needed) piece by piece, through
/// libarchive: ``begin(_:size:)``, ``write(_:)`` as often as needed, and so on, then ``finish()``.
@safe
package final class ZipStream: @unchecked Sendable {
    // One source owns it and uses it from one task at a time; it has no lock.
    private let archive: OpaquePointer
    private let entry: OpaquePointer
    private let output: Output

    /// libarchive's `AE_IFREG`, which Swift does not see.
    private static let regularFile: UInt32 = 0o100000

    /// A zip file could not be written.
    package struct Failure: Error {
        let reason: String
    }

    /// What libarchive has written and nobody has taken.
    private final class Output {
        var bytes: [UInt8] = []
    }

    /// An empty zip file. Files are compressed where `compresses` says so, else stored as they are.
    package init(compresses: Bool) throws(Failure) {
        guard let archive = unsafe archive_write_new() else { throw Failure(reason: "no memory") }
        guard let entry = unsafe archive_entry_new() else {
            unsafe archive_write_free(archive)
            throw Failure(reason: "no memory")
        }
        unsafe self.archive = archive
        unsafe self.entry = entry
        output = Output()
        unsafe archive_write_set_format_zip(archive)
        if compresses {
            unsafe archive_write_zip_set_compression_deflate(archive)
        } else {
            unsafe archive_write_zip_set_compression_store(archive)
        }
        unsafe archive_write_set_bytes_per_block(archive, 0)
        // SAFETY: the output lives as long as this object, which frees the archive when it goes.
        let context = unsafe Unmanaged.passUnretained(output).toOpaque()
        let opened = unsafe archive_write_open(
            archive, context, nil,
            { _, context, bytes, count in
                guard let context = unsafe context, let bytes = unsafe bytes else { return 0 }
                let output = unsafe Unmanaged<Output>.fromOpaque(context).takeUnretainedValue()
                unsafe output.bytes += UnsafeRawBufferPointer(start: bytes, count: count)
                return count
            }, nil)
        try check(opened)
    }

    deinit {
        unsafe archive_entry_free(entry)
        unsafe archive_write_free(archive)
    }

    /// Begins the file at `path`, of `size` bytes, or of as many as will be written.
    package func begin(_ path: String, size: Int?) throws(Failure) {
        unsafe archive_entry_clear(entry)
        unsafe archive_entry_update_pathname_utf8(entry, path)
        unsafe archive_entry_set_filetype(entry, Self.regularFile)
        unsafe archive_entry_set_perm(entry, 0o644)
        if let size { unsafe archive_entry_set_size(entry, Int64(size)) }
        // A fixed one: the same question has the same answer.
        unsafe archive_entry_set_mtime(entry, 315_532_800, 0)
        try unsafe check(archive_write_header(archive, entry))
    }

    /// Adds `bytes` to the file that was begun.
    package func write(_ bytes: [UInt8]) throws(Failure) {
        // SAFETY: as many bytes as there are, and they are not kept.
        let written = unsafe bytes.withUnsafeBytes { unsafe archive_write_data(archive, $0.baseAddress, $0.count) }
        guard written == bytes.count else { throw failure() }
    }

    /// Ends the zip file.
    package func finish() throws(Failure) { try unsafe check(archive_write_close(archive)) }

    /// What has been written since the last call.
    package func take() -> [UInt8] {
        defer { output.bytes = [] }
        return output.bytes
    }

    private func check(_ result: Int32) throws(Failure) {
        guard result == ARCHIVE_OK || result == ARCHIVE_WARN else { throw failure() }
    }

    private func failure() -> Failure {
        unsafe Failure(reason: archive_error_string(archive).map { unsafe String(cString: $0) } ?? "unknown")
    }
}
