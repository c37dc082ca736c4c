import Synchronization

/// Some whole lines of a file.
struct LinePiece: Sendable {
    /// The lines with their ends; the last one of the file may have none.
    let bytes: [UInt8]
    /// Number of the first line, from 1.
    let firstLine: Int
    /// Number of a line that stood in front of these and was passed over, since it is longer than the limit.
    var tooLong: Int?
}

/// The lines of a file, plain or packed with gzip or bzip2, in pieces of about a mebibyte: memory does not grow with
/// the file.
final class LinePieces: Sendable {
    /// Bytes above which a line is passed over.
    static let longestLine = 64 << 20
    private static let pieceSize = 1 << 20

    private let state: Mutex<State>

    /// Opens the file at `path`.
    ///
    /// - Throws: ``SourceFailure``.
    init(path: String, limits: UnpackLimits = UnpackLimits()) throws(SourceFailure) {
        state = Mutex(State(file: try PackedFile(path: path, limits: limits)))
    }

    /// The next piece; `nil` after the last. Blocks its thread.
    ///
    /// - Throws: ``SourceFailure`` for a file that is damaged or breaks a limit.
    func next() throws(SourceFailure) -> LinePiece? {
        try state.withLock { (state) throws(SourceFailure) in try state.next() }
    }

    private struct State: ~Copyable {
        let file: PackedFile
        /// What was read of a line that has not ended.
        var rest: [UInt8] = []
        var line = 1
        var isAtEnd = false

        init(file: PackedFile) { self.file = file }

        mutating func next() throws(SourceFailure) -> LinePiece? {
            var tooLong: Int?
            var bytes = rest
            rest = []
            bytes.reserveCapacity(pieceSize + PackedFile.readSize)
            var searched = 0
            while true {
                if bytes.count >= pieceSize || isAtEnd {
                    if let end = bytes[searched...].lastIndex(of: UInt8(ascii: "\n")), !isAtEnd {
                        rest = Array(bytes[(end + 1)...])
                        bytes.removeSubrange((end + 1)...)
                        return piece(bytes, tooLong)
                    }
                    if isAtEnd { return bytes.isEmpty && tooLong == nil ? nil : piece(bytes, tooLong) }
                    searched = bytes.count
                }
                if bytes.count > longestLine {
                    tooLong = line
                    line += 1
                    bytes = try skipLine(bytes)
                    searched = 0
                    continue
                }
                isAtEnd = try !file.read(into: &bytes)
            }
        }

        private mutating func piece(_ bytes: [UInt8], _ tooLong: Int?) -> LinePiece {
            defer { line += bytes.count { $0 == UInt8(ascii: "\n") } }
            return LinePiece(bytes: bytes, firstLine: line, tooLong: tooLong)
        }

        /// Reads on to the end of a line whose beginning `bytes` are; what was read beyond it.
        private mutating func skipLine(_ bytes: [UInt8]) throws(SourceFailure) -> [UInt8] {
            var bytes = bytes
            while !isAtEnd {
                bytes.removeAll(keepingCapacity: true)
                isAtEnd = try !file.read(into: &bytes)
                if let end = bytes.firstIndex(of: UInt8(ascii: "\n")) { return Array(bytes[(end + 1)...]) }
            }
            return []
        }
    }
}
