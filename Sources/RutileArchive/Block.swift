/// One archive within a file: its data and its table of contents.
///
/// A version 3 file is one block, or a table of contents over blocks, which are complete files within the file. In a
/// file of version 1 or 2 each entry is a block.
///
/// A version 3 block, positions from its first byte:
///
///     0    30 bytes  zeros, then the ASCII text msglc-2024
///     30   10 bytes  where the table of contents begins, counted from byte 50
///     40   10 bytes  the length of the table of contents
///     50   …         the data: one value, or complete version 3 files
///     …    …         the table of contents: one object, the block's end
///
/// The two numbers are encoded integers. MessagePack is padded with zeros on the left, CBOR on the right; so byte 30
/// is zero in MessagePack files and not in CBOR files. A zero in MessagePack is all padding.
///
/// Source: the format of msglc as NOMAD 1.3.11 and later write it, from their files.
final class Block: Sendable {
    /// How the members of a node in the table of contents are called.
    enum Naming: Sendable {
        /// `p` and `t`, version 3.
        case short
        /// `pos` and `toc`, versions 1 and 2.
        case long
    }

    let bytes: ArchiveBytes
    let codec: ArchiveCodec
    let naming: Naming
    /// Whether each member of an object with children has a node. Not so in version 1.
    let isComplete: Bool
    /// Offset that positions in the table of contents count from: the first byte of the data.
    let origin: Int
    /// Offset of the end of the data.
    let dataEnd: Int
    /// Where the table of contents is.
    let contents: Range<Int>
    /// How many blocks are around this one.
    let embedding: Int

    /// A block at places that were checked to lie in `bytes`.
    init(
        _ bytes: ArchiveBytes, codec: ArchiveCodec, naming: Naming, isComplete: Bool, data: Range<Int>,
        contents: Range<Int>, embedding: Int
    ) {
        self.bytes = bytes
        self.codec = codec
        self.naming = naming
        self.isComplete = isComplete
        origin = data.lowerBound
        dataEnd = data.upperBound
        self.contents = contents
        self.embedding = embedding
    }

    /// Length of a version 3 header.
    static let headerSize = 50
    /// The 30 bytes a version 3 block begins with.
    static let magic = [UInt8](repeating: 0, count: 20) + Array("msglc-2024".utf8)

    /// The version 3 block that begins at `offset` and lies in front of `limit`.
    init(_ bytes: ArchiveBytes, at offset: Int, within limit: Int, embedding: Int = 0) throws(ArchiveError) {
        guard embedding <= ArchiveLimits.embedding else { throw .nestedTooDeeply(limit: ArchiveLimits.embedding) }
        var cursor = try Cursor(bytes, from: offset, to: limit, codec: .messagePack)
        let magic = try cursor.span(30)
        guard unsafe cursor.withBytes(magic, { unsafe $0.elementsEqual(Self.magic) }) else {
            throw .unknownFormat(offset: offset)
        }
        codec = try cursor.peek() == 0 ? .messagePack : .cbor
        let start = try Self.headerNumber(&cursor, bytes, codec)
        let length = try Self.headerNumber(&cursor, bytes, codec)
        let dataSize = limit - cursor.position
        guard start <= dataSize, length <= dataSize - start else {
            throw .truncated(offset: offset, end: limit)
        }
        self.bytes = bytes
        self.embedding = embedding
        naming = .short
        isComplete = true
        origin = cursor.position
        dataEnd = origin + start
        contents = dataEnd..<dataEnd + length
    }

    /// One of the two numbers of a header.
    private static func headerNumber(
        _ cursor: inout Cursor, _ bytes: ArchiveBytes, _ codec: ArchiveCodec
    ) throws(ArchiveError) -> Int {
        let field = try cursor.span(10)
        var digits = try Cursor(bytes, from: field.lowerBound, to: field.upperBound, codec: codec)
        if codec == .messagePack {
            while digits.left > 0, try digits.peek() == 0 { try digits.advance(1) }
            if digits.left == 0 { return 0 }
        }
        guard case .integer(let number) = try digits.next(), number >= 0, codec == .cbor || digits.left == 0 else {
            throw .unexpected(offset: field.lowerBound, expected: "a number in the header")
        }
        return Int(number)
    }

    /// A cursor in the table of contents.
    func contents(from offset: Int) throws(ArchiveError) -> Cursor {
        guard offset >= contents.lowerBound else {
            throw .positionOutOfBounds(start: offset, end: offset, limit: contents.upperBound)
        }
        return try Cursor(bytes, from: offset, to: contents.upperBound, codec: codec)
    }

    /// A cursor in the data.
    func data(from offset: Int, to end: Int) throws(ArchiveError) -> Cursor {
        guard offset >= origin, end <= dataEnd else {
            throw .positionOutOfBounds(start: offset, end: end, limit: dataEnd)
        }
        return try Cursor(bytes, from: offset, to: end, codec: codec)
    }
}
