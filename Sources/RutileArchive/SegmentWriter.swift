package import RutileModel

/// Writes archives of one upload as segments: combined version 3 files of at most about 256 MiB.
///
/// Nothing is visible before ``commit()``: segments are written under temporary names, flushed, renamed, and the folder
/// is flushed. Only then do addresses exist, and a record may hold them. A crash leaves temporary files or segments
/// that no record knows; both can be swept when no writer is at work. A writer that goes away without a commit removes
/// its files.
package struct SegmentWriter: ~Copyable {
    /// Ends the name of a segment that is not complete.
    package static let temporarySuffix = CombinedFileWriter.temporarySuffix
    /// Size at which a segment is closed and another begun; one archive is never cut.
    package static let segmentSize = 256 << 20

    private let directory: DataDirectory
    private let upload: UploadID
    private let segmentSize: Int
    private var segments: [ArchiveSegment] = []
    private var addresses: [EntryID: ArchiveAddress] = [:]
    /// Paths of the segments that were committed: who cannot use them removes them.
    package private(set) var committed: [String] = []

    /// A writer of segments of `upload`. Makes no file before the first archive.
    ///
    /// - Throws: ``ArchiveError/unsafeName(_:)`` when the upload's id can be no folder.
    package init(
        directory: DataDirectory, upload: UploadID, segmentSize: Int = SegmentWriter.segmentSize
    ) throws(ArchiveError) {
        guard DataDirectory.isSafeFolder(of: upload) else { throw .unsafeName(upload.text) }
        self.directory = directory
        self.upload = upload
        self.segmentSize = segmentSize
    }

    /// Number of archives that wait for the commit, but for those of ``place(_:_:)``.
    package var count: Int { addresses.count }

    /// Adds the archive of `entry`.
    ///
    /// - Throws: ``ArchiveError/duplicateEntry(_:)``, or ``ArchiveError/cannotWrite(path:reason:)``; the writer can
    ///   only be aborted then.
    package mutating func append(_ entry: EntryID, _ archive: EncodedArchive) throws(ArchiveError) {
        guard addresses[entry] == nil else { throw .duplicateEntry(entry.text) }
        addresses[entry] = try place(entry, archive)
    }

    /// Adds the archive of `entry`, and says where it is once ``commit()`` has returned, which does not repeat it: for
    /// those who have too many entries for a list. That no entry comes twice is the caller's business.
    ///
    /// - Throws: ``ArchiveError/cannotWrite(path:reason:)``; the writer can only be aborted then.
    package mutating func place(_ entry: EntryID, _ archive: EncodedArchive) throws(ArchiveError) -> ArchiveAddress {
        let segment: ArchiveSegment
        if let last = segments.last, last.hasRoom(for: archive.bytes.count, limit: segmentSize) {
            segment = last
        } else {
            try segments.last?.finish()
            segment = try makeSegment()
        }
        return ArchiveAddress(
            upload: upload, segment: segment.name, offset: try segment.append(entry.text, archive),
            length: archive.bytes.count)
    }

    /// Makes all segments durable and names them; where the archives that were appended are. The writer is empty then and can go on.
    package mutating func commit() throws(ArchiveError) -> [EntryID: ArchiveAddress] {
        guard !segments.isEmpty else { return [:] }
        try segments.last?.finish()
        for segment in segments { try segment.giveName() }
        try CombinedFileWriter.flushFolder(directory.archiveFolder(of: upload))
        committed += segments.map { directory.archiveFolder(of: upload) + "/" + $0.name }
        let appended = addresses
        segments = []
        addresses = [:]
        return appended
    }

    /// Removes what was not committed.
    package mutating func abort() {
        segments = []
        addresses = [:]
    }

    private mutating func makeSegment() throws(ArchiveError) -> ArchiveSegment {
        let folder = directory.archiveFolder(of: upload)
        try CombinedFileWriter.makeFolder(folder)
        let number = String(segments.count + 1)
        // Segments of earlier commits stay beside these: chance keeps the names apart, and an open that insists on a
        // new file makes sure.
        let alphabet = "abcdefghijkmnpqrstuvwxyz23456789"
        let suffix = String((0..<8).map { _ in alphabet.randomElement() ?? "a" })
        let name = String(repeating: "0", count: max(0, 4 - number.count)) + number + "-" + suffix + ".msg"
        let segment = ArchiveSegment(name, try CombinedFileWriter(path: folder + "/" + name))
        segments.append(segment)
        return segment
    }
}

/// One segment in the making. A class, because arrays hold no values that cannot be copied.
private final class ArchiveSegment {
    let name: String
    private var file: CombinedFileWriter

    init(_ name: String, _ file: consuming CombinedFileWriter) {
        self.name = name
        self.file = file
    }

    func hasRoom(for size: Int, limit: Int) -> Bool { file.isEmpty || file.size + size <= limit }
    func append(_ name: String, _ archive: EncodedArchive) throws(ArchiveError) -> Int {
        try file.append(name, archive)
    }
    func finish() throws(ArchiveError) { try file.finish() }
    func giveName() throws(ArchiveError) { try file.name() }
}
