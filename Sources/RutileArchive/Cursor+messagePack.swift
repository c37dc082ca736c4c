/// MessagePack, as far as archives use it. Extension types are read as the bytes they hold.
///
/// | first byte | value |
/// |---|---|
/// | `00…7F`, `E0…FF` | the integer itself, 0…127 and −32…−1 |
/// | `80…8F`, `90…9F`, `A0…BF` | object, list, text of so many members, items, bytes |
/// | `C0`, `C2`, `C3` | null, false, true |
/// | `C4…C6`, `D9…DB` | binary, text with a length of 1, 2, 4 bytes |
/// | `CA`, `CB` | real of 4, 8 bytes |
/// | `CC…CF`, `D0…D3` | unsigned, signed integer of 1, 2, 4, 8 bytes |
/// | `C7…C9`, `D4…D8` | extension with a length of 1, 2, 4 bytes; of 1, 2, 4, 8, 16 bytes |
/// | `DC`, `DD`; `DE`, `DF` | list; object with a count of 2, 4 bytes |
///
/// Numbers are big-endian. Source: MessagePack specification (2013-04-21 and later).
extension Cursor {
    /// See ``next()``.
    @inline(__always)
    mutating func nextMessagePack() throws(ArchiveError) -> Token {
        let start = position
        let head = try byte()
        // The commonest first; comparisons, since a switch over ranges is slow in unoptimised builds.
        if head == 0xCB { return .real(Double(bitPattern: try bigEndian(UInt64.self))) }
        if head < 0x80 { return .integer(Int64(head)) }
        if head < 0x90 { return try counted(.object(Int(head & 15)), Int(head & 15), each: 2) }
        if head < 0xA0 { return try counted(.list(Int(head & 15)), Int(head & 15), each: 1) }
        if head < 0xC0 { return .text(try span(Int(head & 31))) }
        if head >= 0xE0 { return .integer(Int64(Int8(bitPattern: head))) }
        return try nextRare(head, at: start)
    }

    /// The values that begin with `C0…DF`, but for reals of 64 bits.
    private mutating func nextRare(_ head: UInt8, at start: Int) throws(ArchiveError) -> Token {
        switch head {
        case 0xC0: return .null
        case 0xC2: return .bool(false)
        case 0xC3: return .bool(true)
        case 0xD9: return .text(try span(Int(try bigEndian(UInt8.self))))
        case 0xDA: return .text(try span(Int(try bigEndian(UInt16.self))))
        case 0xDB: return .text(try span(Int(try bigEndian(UInt32.self))))
        case 0xCA: return .real(Double(Float(bitPattern: try bigEndian(UInt32.self))))
        case 0xCC: return .integer(Int64(try bigEndian(UInt8.self)))
        case 0xCD: return .integer(Int64(try bigEndian(UInt16.self)))
        case 0xCE: return .integer(Int64(try bigEndian(UInt32.self)))
        case 0xCF:
            let number = try bigEndian(UInt64.self)
            return Int64(exactly: number).map { .integer($0) } ?? .unsigned(number)
        case 0xD0: return .integer(Int64(try bigEndian(Int8.self)))
        case 0xD1: return .integer(Int64(try bigEndian(Int16.self)))
        case 0xD2: return .integer(Int64(try bigEndian(Int32.self)))
        case 0xD3: return .integer(try bigEndian(Int64.self))
        case 0xDC:
            let count = Int(try bigEndian(UInt16.self))
            return try counted(.list(count), count, each: 1)
        case 0xDD:
            let count = Int(try bigEndian(UInt32.self))
            return try counted(.list(count), count, each: 1)
        case 0xDE:
            let count = Int(try bigEndian(UInt16.self))
            return try counted(.object(count), count, each: 2)
        case 0xDF:
            let count = Int(try bigEndian(UInt32.self))
            return try counted(.object(count), count, each: 2)
        case 0xC4: return .binary(try span(Int(try bigEndian(UInt8.self))))
        case 0xC5: return .binary(try span(Int(try bigEndian(UInt16.self))))
        case 0xC6: return .binary(try span(Int(try bigEndian(UInt32.self))))
        case 0xC7: return .binary(try extended(Int(try bigEndian(UInt8.self))))
        case 0xC8: return .binary(try extended(Int(try bigEndian(UInt16.self))))
        case 0xC9: return .binary(try extended(Int(try bigEndian(UInt32.self))))
        case 0xD4...0xD8: return .binary(try extended(1 << Int(head - 0xD4)))
        default: throw .unexpected(offset: start, expected: "a MessagePack value")
        }
    }

    /// The bytes of an extension, after its type byte.
    private mutating func extended(_ count: Int) throws(ArchiveError) -> Range<Int> {
        try advance(1)
        return try span(count)
    }

    /// See ``skip(_:)``. No recursion and no stack: a counter of values still to come is enough.
    mutating func skipMessagePack(_ count: Int) throws(ArchiveError) {
        var remaining = count
        var place = position
        while remaining > 0 {
            guard place < end else { throw .truncated(offset: place, end: end) }
            // SAFETY: 0 <= place < end <= size of the file.
            let head = unsafe base.load(fromByteOffset: place, as: UInt8.self)
            remaining -= 1
            if head == 0xCB {
                place += 9
            } else if head < 0x80 || head >= 0xE0 {
                place += 1
            } else if head >= 0xA0 && head < 0xC0 {
                place += 1 + Int(head & 31)
            } else if head == 0x81, let leaf = contentsLeafSize(at: place) {
                // The commonest value in a table of contents, {"p": [a, b]}, in one step.
                place += leaf
            } else {
                let (size, parts) =
                    if head < 0x90 {
                        (1, 2 * Int(head & 15))
                    } else if head < 0xA0 {
                        (1, Int(head & 15))
                    } else {
                        try rareSize(head, at: place)
                    }
                place += size
                remaining += parts
                // Each value to come takes a byte at least; this also keeps the counter from overflowing.
                guard remaining <= end - place else { throw .truncated(offset: place, end: end) }
            }
        }
        guard place <= end else { throw .truncated(offset: position, end: end) }
        position = place
    }

    /// For what begins with `C0…DF`: its bytes but for parts that are values themselves, and how many those are.
    @inline(__always)
    private func rareSize(_ head: UInt8, at place: Int) throws(ArchiveError) -> (size: Int, parts: Int) {
        switch head {
        case 0xC0, 0xC2, 0xC3: (1, 0)
        case 0xCC, 0xD0: (2, 0)
        case 0xCD, 0xD1: (3, 0)
        case 0xCE, 0xD2, 0xCA: (5, 0)
        case 0xCF, 0xD3: (9, 0)
        case 0xD9, 0xC4: (2 + (try number(1, at: place)), 0)
        case 0xDA, 0xC5: (3 + (try number(2, at: place)), 0)
        case 0xDB, 0xC6: (5 + (try number(4, at: place)), 0)
        case 0xDC: (3, try number(2, at: place))
        case 0xDD: (5, try number(4, at: place))
        case 0xDE: (3, 2 * (try number(2, at: place)))
        case 0xDF: (5, 2 * (try number(4, at: place)))
        case 0xC7: (3 + (try number(1, at: place)), 0)
        case 0xC8: (4 + (try number(2, at: place)), 0)
        case 0xC9: (6 + (try number(4, at: place)), 0)
        case 0xD4...0xD8: (2 + 1 << Int(head - 0xD4), 0)
        default: throw .unexpected(offset: place, expected: "a MessagePack value")
        }
    }

    /// The big-endian number of `width` bytes after the byte at `place`.
    @inline(__always)
    private func number(_ width: Int, at place: Int) throws(ArchiveError) -> Int {
        guard end - place > width else { throw .truncated(offset: place, end: end) }
        var value = 0
        for index in 1...width {
            // SAFETY: place + width < end, checked above.
            value = value << 8 | Int(unsafe base.load(fromByteOffset: place + index, as: UInt8.self))
        }
        return value
    }

    /// The size of `{"p": [a, b]}` if that is at `place`, with whole numbers a and b of at most 8 bytes.
    @inline(__always)
    private func contentsLeafSize(at place: Int) -> Int? {
        // 4 bytes, then two numbers of at most 9 bytes: no further check of the end is needed below.
        guard end - place >= 4 + 9 + 9 else { return nil }
        // SAFETY: 22 bytes are in front of `end`, checked above; offsets below stay within them.
        let start = unsafe base.loadUnaligned(fromByteOffset: place, as: UInt32.self)
        guard UInt32(bigEndian: start) == 0x81A1_7092 else { return nil }
        var size = 4
        for _ in 0..<2 {
            let head = unsafe base.load(fromByteOffset: place + size, as: UInt8.self)
            if head < 0x80 {
                size += 1
            } else if head >= 0xCC && head <= 0xCF {
                size += 1 + 1 << Int(head - 0xCC)
            } else {
                return nil
            }
        }
        return size
    }
}
