import Glibc
import RutileArchive
import RutileModel

/// The archives that entries of an upload have by now, to tell which of them an import changes. For one thread at a time.
final class StoredArchives {
    private let folder: String
    /// By the name of the segment; -1 for one that cannot be opened.
    private var descriptors: [String: Int32] = [:]

    /// The archives of `upload`.
    init(of upload: UploadID, in directory: DataDirectory) { folder = directory.archiveFolder(of: upload) }

    deinit { for descriptor in descriptors.values where descriptor >= 0 { close(descriptor) } }

    /// Whether `entry` has `archive`, byte for byte. What cannot be read is another one.
    func isSame(_ archive: EncodedArchive, as entry: KnownEntry) -> Bool {
        let bytes = archive.bytes
        guard let place = entry.archive, place.length == bytes.count else { return false }
        let descriptor = self.descriptor(of: place.segment)
        guard descriptor >= 0 else { return false }
        var stored = [UInt8](repeating: 0, count: bytes.count)
        var done = 0
        while done < stored.count {
            // SAFETY: `done` is below the buffer's count, so the rest of it is valid.
            let count = unsafe stored.withUnsafeMutableBytes { buffer in
                unsafe pread(
                    descriptor, buffer.baseAddress.map { unsafe $0 + done }, buffer.count - done,
                    off_t(place.offset + done))
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return false }
            done += count
        }
        return stored == bytes
    }

    private func descriptor(of segment: String) -> Int32 {
        if let known = descriptors[segment] { return known }
        let opened = unsafe open(folder + "/" + segment, O_RDONLY | O_CLOEXEC)
        descriptors[segment] = opened
        return opened
    }
}
