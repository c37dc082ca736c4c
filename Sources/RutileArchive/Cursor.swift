/// How values are encoded in an archive file.
package enum ArchiveCodec: Sendable {
    /// MessagePack, as NOMAD writes.
    case messagePack
    /// CBOR (RFC 8949), which version 3 files of others may use.
    case cbor
}

/// One step through encoded values: a scalar, or the beginning of a container.
enum Token: Equatable {
    case null
    case bool(Bool)
    case integer(Int64)
    /// An integer above `Int64.max`.
    case unsigned(UInt64)
    case real(Double)
    /// UTF-8 text, not validated, at these offsets.
    case text(Range<Int>)
    /// Bytes at these offsets.
    case binary(Range<Int>)
    /// Text (or else bytes) in chunks, CBOR only: the offsets hold the chunks with their headers, without the break.
    case chunks(Range<Int>, isText: Bool)
    /// A list of so many items, which follow.
    case list(Int)
    /// An object of so many members, which follow: key, value, key, value …
    case object(Int)
    /// A list that ends at a ``stop``, CBOR only.
    case openList
    /// An object that ends at a ``stop``, CBOR only.
    case openObject
    /// The end of an open container.
    case stop
}

/// A reading position in the bytes of an archive; the only place that loads from them.
///
/// Must not outlive the `ArchiveBytes` it was made from. It is made and used up within one call on a node, which
/// holds them.
@safe
struct Cursor {
    /// First byte of the file.
    let base: UnsafeRawPointer
    /// Offset of the next byte to read; at least 0 and at most ``end``, by every method of this type.
    var position: Int
    /// Where reading must stop; at most the size of the file.
    let end: Int
    let codec: ArchiveCodec

    /// Reads `bytes` from `position` up to `end`.
    ///
    /// - Throws: ``ArchiveError/positionOutOfBounds(start:end:limit:)``.
    init(_ bytes: ArchiveBytes, from position: Int, to end: Int, codec: ArchiveCodec) throws(ArchiveError) {
        guard position >= 0, position <= end, end <= bytes.count else {
            throw .positionOutOfBounds(start: position, end: end, limit: bytes.count)
        }
        unsafe base = bytes.base
        self.position = position
        self.end = end
        self.codec = codec
    }

    /// Reads MessagePack from the start of `bytes`, which must stay as long as the cursor is used.
    init(_ bytes: UnsafeRawBufferPointer) {
        // SAFETY: an empty buffer may have no address; nothing is loaded from this one then, since `end` is 0.
        unsafe base = bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 1)!  // 1 is no null pointer
        position = 0
        end = bytes.count
        codec = .messagePack
    }

    /// A cursor as `other` is, but at `offset`.
    init(_ other: Cursor, at offset: Int) throws(ArchiveError) {
        self = other
        try seek(offset)
    }

    /// Bytes left to read.
    @inline(__always) var left: Int { end - position }

    /// The error for a value that does not end in time.
    var truncated: ArchiveError { .truncated(offset: position, end: end) }

    /// Moves on by `count` bytes.
    @inline(__always)
    mutating func advance(_ count: Int) throws(ArchiveError) {
        guard count >= 0, count <= left else { throw truncated }
        position += count
    }

    /// Goes to `offset`, which may be before or after the current position.
    mutating func seek(_ offset: Int) throws(ArchiveError) {
        guard offset >= 0, offset <= end else { throw .positionOutOfBounds(start: offset, end: offset, limit: end) }
        position = offset
    }

    /// The next byte, without moving.
    @inline(__always)
    func peek() throws(ArchiveError) -> UInt8 {
        guard position < end else { throw truncated }
        // SAFETY: 0 <= position < end <= size of the file, by init and advance.
        return unsafe base.load(fromByteOffset: position, as: UInt8.self)
    }

    /// The next byte.
    @inline(__always)
    mutating func byte() throws(ArchiveError) -> UInt8 {
        let byte = try peek()
        position += 1
        return byte
    }

    /// The next big-endian number.
    @inline(__always)
    mutating func bigEndian<Number: FixedWidthInteger>(_: Number.Type) throws(ArchiveError) -> Number {
        guard left >= Number.bitWidth / 8 else { throw truncated }
        // SAFETY: the bytes are in front of `end`, checked above; loadUnaligned has no alignment to keep.
        let number = unsafe base.loadUnaligned(fromByteOffset: position, as: Number.self)
        position += Number.bitWidth / 8
        return Number(bigEndian: number)
    }

    /// The next `count` bytes as offsets.
    @inline(__always)
    mutating func span(_ count: Int) throws(ArchiveError) -> Range<Int> {
        let start = position
        try advance(count)
        return start..<position
    }

    /// The next five bytes as a little-endian number (the positions of versions 1 and 2).
    mutating func littleEndian40() throws(ArchiveError) -> Int {
        var value = 0
        for index in 0..<5 { value |= Int(try byte()) << (8 * index) }
        return value
    }

    /// Reads the break of a container of unstated length, if that comes next.
    @inline(__always)
    mutating func stop() throws(ArchiveError) -> Bool {
        guard try peek() == 0xFF else { return false }
        position += 1
        return true
    }

    /// Whether the bytes from here on are `expected`; does not move.
    func isNext(_ expected: StaticString) -> Bool {
        guard expected.utf8CodeUnitCount <= left else { return false }
        for index in 0..<expected.utf8CodeUnitCount {
            // SAFETY: index is below the static string's length and position + index below `end`, checked above.
            let (one, other) = unsafe (
                expected.utf8Start[index], base.load(fromByteOffset: position + index, as: UInt8.self)
            )
            if one != other { return false }
        }
        return true
    }

    /// Runs `body` on the bytes at `range`, which came from this cursor's tokens.
    @inline(__always)
    func withBytes<Result>(_ range: Range<Int>, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        precondition(range.lowerBound >= 0 && range.upperBound <= end, "a token's range lies within its cursor")
        // SAFETY: checked above; `end` is at most the size of the file.
        return unsafe body(UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count))
    }

    /// Reads one scalar, or steps into a container.
    @inline(__always)
    mutating func next() throws(ArchiveError) -> Token {
        switch codec {
        case .messagePack: try nextMessagePack()
        case .cbor: try nextCBOR()
        }
    }

    /// Steps over `count` whole values.
    @inline(__always)
    mutating func skip(_ count: Int = 1) throws(ArchiveError) {
        switch codec {
        case .messagePack: try skipMessagePack(count)
        case .cbor: try skipCBOR(count)
        }
    }

    /// A container's token with its number of parts, after a check that so many can be there at all.
    @inline(__always)
    func counted(_ token: Token, _ count: Int, each: Int) throws(ArchiveError) -> Token {
        // Every item takes a byte at least. Checked here, nobody reserves memory for items that cannot exist.
        guard count <= left / each else { throw truncated }
        return token
    }
}
