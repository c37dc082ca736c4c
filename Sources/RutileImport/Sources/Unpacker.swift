import CLibArchive
import Glibc
import RutileModel
import RutileStore

/// What was left out of an unpacked file.
package struct UnpackReport: Hashable, Sendable {
    /// One member that was left out.
    package struct Item: Hashable, Sendable {
        /// Its path as the file states it.
        package let path: String
        /// Why.
        package let reason: String
        /// Whether its content is missed: links are left out as a rule.
        package let isBad: Bool

        /// `path`, left out for `reason`.
        package init(path: String, reason: String, isBad: Bool) {
            self.path = path
            self.reason = reason
            self.isBad = isBad
        }
    }

    /// In the order of the file.
    package var leftOut: [Item] = []

    /// Nothing was left out.
    package init() {}
}

/// How much a packed file may ask of its reader.
package struct UnpackLimits: Hashable, Sendable {
    /// Most members.
    package var count = 1_000_000
    /// Most bytes of all files together.
    package var size: Int64 = 64 << 30
    /// Most bytes for each byte of the packed file, once ``harmlessSize`` is passed.
    package var ratio: Int64 = 200
    /// Size of all files, in bytes, up to which the ratio does not count.
    package var harmlessSize: Int64 = 256 << 20

    /// The limits that imports have.
    package init() {}
}

/// Unpacks zip files and tar files, compressed or not, through libarchive.
///
/// Members that are neither files nor folders are left out: links are never followed or made. So are members whose path
/// is absolute, or has `..`, an empty part or control characters, or, in tar files, is no UTF-8; zip files have such names in
/// code page 437. Of several members at one path the last counts, and the others are left out.
package enum Unpacker {
    /// Unpacks the file at `path` into the folder `destination`.
    ///
    /// - Throws: ``SourceFailure`` for a file that is damaged or breaks a limit.
    package static func unpack(
        _ path: String, into destination: String, limits: UnpackLimits = UnpackLimits()
    ) throws(SourceFailure) -> UnpackReport {
        guard (FileTree.size(of: path) ?? 0) > 0 else { throw SourceFailure("cannot be unpacked: the file is empty") }
        if isEmptyZip(path) { return UnpackReport() }
        guard let archive = unsafe archive_read_new() else { throw SourceFailure("no memory") }
        defer { unsafe archive_read_free(archive) }
        // Only with its directory: a zip file that was cut off must not pass for a smaller one.
        unsafe archive_read_support_format_zip_seekable(archive)
        unsafe archive_read_support_format_tar(archive)
        unsafe archive_read_support_format_gnutar(archive)
        unsafe archive_read_support_filter_gzip(archive)
        unsafe archive_read_support_filter_bzip2(archive)
        unsafe archive_read_support_filter_xz(archive)
        unsafe archive_read_support_filter_zstd(archive)
        guard unsafe archive_read_open_filename(archive, path, 1 << 16) == ARCHIVE_OK else {
            throw unsafe failure(archive)
        }
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { throw SourceFailure("cannot be read") }
        var run = UnpackRun(destination: destination, packedSize: Int64(status.st_size), limits: limits)
        while true {
            var entry: OpaquePointer?
            let result = unsafe archive_read_next_header(archive, &entry)
            if result == ARCHIVE_EOF { return run.report }
            guard result == ARCHIVE_OK || result == ARCHIVE_WARN, let entry = unsafe entry else {
                throw unsafe failure(archive)
            }
            try unsafe run.take(entry, of: archive)
        }
    }

    /// Whether the file at `path` is a zip file of no members, nothing but the end of its directory, which libarchive
    /// does not know. Source: APPNOTE.TXT 6.3.10, 4.3.16.
    private static func isEmptyZip(_ path: String) -> Bool {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return false }
        defer { close(file) }
        var end = [UInt8](repeating: 0, count: 22)
        // SAFETY: the buffer has as many bytes as said.
        let count = unsafe end.withUnsafeMutableBytes { unsafe read(file, $0.baseAddress, $0.count) }
        // Signature, then five numbers of the disk, members and their directory; the last is the comment's length.
        return count == end.count && end.starts(with: [0x50, 0x4B, 5, 6]) && end[4..<20].allSatisfy { $0 == 0 }
            && FileTree.size(of: path) == end.count + Int(end[20]) + Int(end[21]) << 8
    }

    fileprivate static func failure(_ archive: OpaquePointer) -> SourceFailure {
        let message = unsafe archive_error_string(archive).map { unsafe String(cString: $0) }
        return SourceFailure("cannot be unpacked: \(message ?? "damaged")")
    }
}

/// One file in the course of unpacking.
private struct UnpackRun {
    let destination: String
    let packedSize: Int64
    let limits: UnpackLimits
    var report = UnpackReport()
    private var count = 0
    private var size: Int64 = 0

    init(destination: String, packedSize: Int64, limits: UnpackLimits) {
        self.destination = destination
        self.packedSize = packedSize
        self.limits = limits
    }

    mutating func take(_ entry: OpaquePointer, of archive: OpaquePointer) throws(SourceFailure) {
        count += 1
        guard count <= limits.count else { throw SourceFailure("more than \(limits.count) files") }
        let name = unsafe Self.name(of: entry)
        let isZip = unsafe archive_format(archive) & ARCHIVE_FORMAT_BASE_MASK == ARCHIVE_FORMAT_ZIP
        // So names in zip files are written where nothing else is said (APPNOTE.TXT 6.3.10, appendix D).
        guard let path = String(validating: name, as: UTF8.self) ?? (isZip ? CodePage437.text(name) : nil) else {
            leaveOut(SafePath.escaped(name), "its name is no UTF-8", isBad: true)
            return
        }
        let type = unsafe archive_entry_filetype(entry)
        if type == S_IFDIR { return }
        guard type == S_IFREG, unsafe archive_entry_hardlink(entry) == nil else {
            leaveOut(path, "links and devices are not unpacked", isBad: false)
            return
        }
        guard unsafe archive_entry_is_encrypted(entry) == 0 else {
            leaveOut(path, "it is encrypted", isBad: true)
            return
        }
        guard path.utf8.count <= SafePath.longest else {
            leaveOut(path, "its path is too long", isBad: true)
            return
        }
        guard let parts = SafePath.parts(of: SafePath.normalized(path)) else {
            leaveOut(path, "its path leaves the upload or has a name that cannot be kept", isBad: true)
            return
        }
        try unsafe write(archive, to: parts, modified: modificationTime(of: entry))
    }

    /// The bytes of the path of `entry`; none where it has no path.
    private static func name(of entry: OpaquePointer) -> [UInt8] {
        guard let name = unsafe (archive_entry_pathname_utf8(entry) ?? archive_entry_pathname(entry)) else { return [] }
        // SAFETY: a C string, as long as strlen says.
        return unsafe UnsafeBufferPointer(start: name, count: strlen(name)).map { UInt8(bitPattern: $0) }
    }

    private mutating func leaveOut(_ path: String, _ reason: String, isBad: Bool) {
        report.leftOut.append(UnpackReport.Item(path: path, reason: reason, isBad: isBad))
    }

    /// Leaves out a member that has no place among the others; `code` is what the system said.
    ///
    /// - Throws: ``SourceFailure`` where the member is not to blame.
    private mutating func leaveOutUnwritable(_ path: String, _ code: Int32) throws(SourceFailure) {
        switch code {
        case ENOTDIR: leaveOut(path, "what would be its folder is a file", isBad: true)
        case EISDIR: leaveOut(path, "there is a folder of this name", isBad: true)
        case ENAMETOOLONG: leaveOut(path, "its path is too long", isBad: true)
        default: throw SourceFailure("'\(SafePath.shown(path))' cannot be written")
        }
    }

    private func modificationTime(of entry: OpaquePointer) -> timespec {
        unsafe timespec(tv_sec: archive_entry_mtime(entry), tv_nsec: Int(archive_entry_mtime_nsec(entry)))
    }

    private mutating func write(
        _ archive: OpaquePointer, to parts: [String], modified: timespec
    ) throws(SourceFailure) {
        var folder = destination
        for part in parts.dropLast() {
            folder += "/" + part
            guard unsafe mkdir(folder, 0o700) == 0 || errno == EEXIST else {
                return try leaveOutUnwritable(parts.joined(separator: "/"), errno)
            }
        }
        let path = folder + "/" + (parts.last ?? "")
        // Of two files at one path the last one counts, as with other programs.
        if FileTree.kind(of: path) == .file {
            leaveOut(parts.joined(separator: "/"), "another one with this path comes behind it", isBad: true)
            unsafe unlink(path)
        }
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            let code = errno == EEXIST && FileTree.kind(of: path) == .folder ? EISDIR : errno
            return try leaveOutUnwritable(parts.joined(separator: "/"), code)
        }
        defer { close(file) }
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            // SAFETY: the buffer has as many bytes as said.
            let got = unsafe buffer.withUnsafeMutableBytes {
                unsafe archive_read_data(archive, $0.baseAddress, $0.count)
            }
            if got == 0 { break }
            guard got > 0 else { throw unsafe Unpacker.failure(archive) }
            size += Int64(got)
            guard size <= limits.size else { throw SourceFailure("more than \(limits.size) bytes unpacked") }
            guard size <= limits.harmlessSize || size / limits.ratio <= packedSize else {
                throw SourceFailure("unpacks to more than \(limits.ratio) times its size")
            }
            var written = 0
            while written < got {
                // SAFETY: written < got <= buffer.count.
                let step = unsafe buffer.withUnsafeBytes { bytes in
                    unsafe Glibc.write(file, bytes.baseAddress.map { unsafe $0 + written }, got - written)
                }
                if step < 0 && errno == EINTR { continue }
                guard step > 0 else { throw SourceFailure("no room to unpack it") }
                written += step
            }
        }
        let times = [modified, modified]
        unsafe futimens(file, times)
    }
}
