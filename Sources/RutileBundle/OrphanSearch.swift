import RutileArchive
import RutileModel
import RutileStore

/// Files of a data directory that no record needs.
struct OrphanSearch {
    /// Segments, temporary files, folders of uploads and of what was sent for them, by path.
    private(set) var orphans: [String] = []
    /// Segments that entries left so recently that a reader may be about to open them.
    private(set) var retiring: Set<SegmentName> = []

    /// A reader opens a segment within seconds of reading its address; this is a wide margin.
    private static let retirement: Int64 = 600 * 1_000_000

    /// Looks through the folders of all uploads.
    ///
    /// - Parameters:
    ///   - snapshot: must be taken while writers are locked out; else files of a running import are orphans too.
    ///   - retired: what ``RecordCatalogue/retiredSegments()`` says.
    init(
        _ directory: DataDirectory, _ snapshot: any RecordSnapshot, retired: [SegmentName: Timestamp], now: Timestamp
    ) async throws {
        retiring = Set(retired.filter { now.microseconds - $0.value.microseconds < Self.retirement }.keys)
        let known = Set(try await snapshot.allUploads().map(\.id))
        // What is received has its upload's id as a name from the moment in which that is recorded.
        for name in try FileTree.names(in: directory.incoming) where name.isStaged || !known.contains(UploadID(name)) {
            orphans.append(directory.incoming + "/" + name)
        }
        for prefix in try FileTree.names(in: directory.uploads) {
            for name in try FileTree.names(in: directory.uploads + "/" + prefix) {
                let upload = UploadID(name)
                let folder = directory.uploads + "/" + prefix + "/" + name
                if known.contains(upload) && folder.utf8.elementsEqual(directory.folder(of: upload).utf8) {
                    try await search(upload, in: directory, snapshot)
                } else if !retiring.contains(where: { $0.upload == upload }) {
                    orphans.append(folder)
                }
            }
        }
    }

    private mutating func search(
        _ upload: UploadID, in directory: DataDirectory, _ snapshot: any RecordSnapshot
    ) async throws {
        let folder = directory.folder(of: upload)
        for name in try FileTree.names(in: folder) where name.isStaged { orphans.append(folder + "/" + name) }
        let archives = directory.archiveFolder(of: upload)
        for name in try FileTree.names(in: archives) {
            let segment = SegmentName(upload: upload, segment: name)
            if retiring.contains(segment) { continue }
            if name.isStaged {
                orphans.append(archives + "/" + name)
            } else if try await !snapshot.holds(segment) {
                orphans.append(archives + "/" + name)
            }
        }
    }
}

extension String {
    /// Whether a file of this name was being written, or displaced by one that was.
    fileprivate var isStaged: Bool {
        hasSuffix(DataDirectory.stagingSuffix) || hasSuffix(DataDirectory.stagingSuffix + ".old")
            || hasSuffix(SegmentWriter.temporarySuffix)
    }
}
