import RutileStore

/// Writes raw files to a zip file, one after the other, piece by piece.
struct RawFileZip {
    /// A file that is being written.
    private struct Current {
        let file: OpenFile
        let size: Int
        var offset = 0
    }

    private let files: RawFolders
    let zip: ZipStream
    private var current: Current?
    /// Bytes of a file that are read at once.
    static let piece = 1 << 20

    /// An empty zip file of `files`; they are compressed where `compresses` says so.
    init(_ files: RawFolders, compresses: Bool) throws(ZipStream.Failure) {
        self.files = files
        zip = try ZipStream(compresses: compresses)
    }

    /// Whether a file was begun of which bytes are missing.
    var isWithinFile: Bool { current != nil }

    /// Begins the file at `place`, of `size` bytes, as `path`.
    mutating func begin(_ place: RawPlace, as path: String, size: Int) async throws {
        // One that has been deleted meanwhile is not there.
        guard let file = try await files.open(place) else { return }
        try zip.begin(path, size: size)
        current = size == 0 ? nil : Current(file: file, size: size)
    }

    /// Writes the next piece of the file that was begun.
    mutating func goOn() async throws {
        guard var current else { return }
        let count = min(Self.piece, current.size - current.offset)
        let bytes = try await files.bytes(of: current.file, at: current.offset, count: count)
        guard bytes.count == count else { throw StoreError.medium("a file has become shorter") }
        // Compression takes its time, on a thread where nobody else waits.
        try await blocking { [zip] in try zip.write(bytes) }
        current.offset += count
        self.current = current.offset == current.size ? nil : current
    }
}
