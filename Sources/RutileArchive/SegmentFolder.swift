import RutileJSON
package import RutileModel
import Synchronization

/// The archive segments in a data directory.
///
/// Segments are mapped when they are first needed and stay so while they are among the most recently used. Nodes keep
/// the segments they look at alive, also when others pushed those out. Opening and mapping are quick; pages come in
/// while nodes are visited, and are let go when there are many.
package final class SegmentFolder: ArchiveSource {
    private let directory: DataDirectory
    private let capacity: Int
    private let open: Mutex<RecentSegments>
    private let residentFiles: ResidentFiles

    /// Segments of `directory`, of which up to `capacity` stay open. Their pages are let go when those of all mapped
    /// files of this process, some 50 MiB of which are the program, take more than `residentLimit` bytes.
    package init(_ directory: DataDirectory, capacity: Int = 128, residentLimit: Int = 128 << 20) {
        self.directory = directory
        residentFiles = ResidentFiles(limit: residentLimit)
        self.capacity = max(1, capacity)
        open = Mutex(RecentSegments())
    }

    package func archives(
        _ addresses: Set<ArchiveAddress>
    ) async throws -> [ArchiveAddress: Result<ArchiveNode, ArchiveError>] {
        try Task.checkCancellation()
        if residentFiles.areTooMany(afterOpening: addresses.count) {
            for bytes in open.withLock({ $0.all }) { bytes.release() }
        }
        var archives: [ArchiveAddress: Result<ArchiveNode, ArchiveError>] = [:]
        archives.reserveCapacity(addresses.count)
        // Many addresses of one batch lie in few segments.
        var last: (of: ArchiveAddress, bytes: ArchiveBytes)?
        for address in addresses {
            archives[address] = Result { () throws(ArchiveError) in
                if let last, last.of.segment.hasSameUTF8(as: address.segment),
                    last.of.upload == address.upload
                {
                    return try archive(at: address, in: last.bytes)
                }
                let bytes = try segment(of: address)
                last = (address, bytes)
                return try archive(at: address, in: bytes)
            }
        }
        return archives
    }

    /// The archive at `address`.
    package func archive(at address: ArchiveAddress) throws(ArchiveError) -> ArchiveNode {
        try archive(at: address, in: segment(of: address))
    }

    private func segment(of address: ArchiveAddress) throws(ArchiveError) -> ArchiveBytes {
        guard DataDirectory.isSafeName(address.segment) else { throw .unsafeName(address.segment) }
        guard DataDirectory.isSafeFolder(of: address.upload) else { throw .unsafeName(address.upload.text) }
        return try segment(directory.segment(of: address))
    }

    private func archive(at address: ArchiveAddress, in bytes: ArchiveBytes) throws(ArchiveError) -> ArchiveNode {
        guard address.offset >= 0, address.length >= 0, address.offset <= bytes.count,
            address.length <= bytes.count - address.offset
        else {
            throw .positionOutOfBounds(start: address.offset, end: address.length, limit: bytes.count)
        }
        let block = try Block(bytes, at: address.offset, within: address.offset + address.length)
        guard block.contents.upperBound == address.offset + address.length else {
            throw .lengthMismatch(
                offset: address.offset, stated: address.length, found: block.contents.upperBound - address.offset)
        }
        return try block.root()
    }

    /// Closes the segments of `upload`, whose files may be deleted then. Nodes on them stay valid.
    package func forget(_ upload: UploadID) {
        let folder = directory.archiveFolder(of: upload) + "/"
        open.withLock { $0.removeAll { $0.hasPrefix(folder) } }
    }

    private func segment(_ path: String) throws(ArchiveError) -> ArchiveBytes {
        if let bytes = open.withLock({ $0.use(path) }) { return bytes }
        // Mapped outside the lock; if two do it at once, the first one stays.
        let bytes = try ArchiveBytes(mapping: path)
        return open.withLock { $0.add(bytes, path, capacity: capacity) }
    }
}

/// Open segments, and which of them was used when.
private struct RecentSegments {
    private var segments: [String: (bytes: ArchiveBytes, lastUse: UInt64)] = [:]
    private var clock: UInt64 = 0

    mutating func use(_ path: String) -> ArchiveBytes? {
        clock += 1
        segments[path]?.lastUse = clock
        return segments[path]?.bytes
    }

    var all: [ArchiveBytes] { segments.values.map(\.bytes) }

    mutating func add(_ bytes: ArchiveBytes, _ path: String, capacity: Int) -> ArchiveBytes {
        if let known = use(path) { return known }
        if segments.count >= capacity, let oldest = segments.min(by: { $0.value.lastUse < $1.value.lastUse }) {
            segments[oldest.key] = nil
        }
        segments[path] = (bytes, clock)
        return bytes
    }

    mutating func removeAll(where isGone: (String) -> Bool) {
        segments = segments.filter { !isGone($0.key) }
    }
}
