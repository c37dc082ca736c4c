/// CBOR, as far as archives can mean something by it.
///
/// A head byte is three bits of major type and five of argument: the argument itself below 24; 24…27 for an argument in
/// the next 1, 2, 4, 8 bytes; 31 for an indefinite length. Tags are ignored, but for big integers (2, 3), which are
/// read as the nearest real. Undefined is read as null. Other simple values are refused.
///
/// Source: RFC 8949 §3.
extension Cursor {
    /// See ``next()``.
    mutating func nextCBOR() throws(ArchiveError) -> Token {
        var tag: UInt64?
        while true {
            let start = position
            let head = try byte()
            let (major, info) = (head >> 5, head & 31)
            switch major {
            case 0:
                let number = try argument(info, at: start)
                return Int64(exactly: number).map { .integer($0) } ?? .unsigned(number)
            case 1:
                let number = try argument(info, at: start)
                return Int64(exactly: number).map { .integer(-1 - $0) } ?? .real(-1 - Double(number))
            case 2: return bigInteger(try string(major, info, at: start), tag: tag)
            case 3: return try string(major, info, at: start)
            case 4:
                if info == 31 { return .openList }
                let count = try length(info, at: start)
                return try counted(.list(count), count, each: 1)
            case 5:
                if info == 31 { return .openObject }
                let count = try length(info, at: start)
                return try counted(.object(count), count, each: 2)
            case 6: tag = try argument(info, at: start)
            default: return try simple(info, at: start)
            }
        }
    }

    private mutating func simple(_ info: UInt8, at start: Int) throws(ArchiveError) -> Token {
        switch info {
        case 20: return .bool(false)
        case 21: return .bool(true)
        case 22, 23: return .null
        case 25: return .real(Double(Float16(bitPattern: try bigEndian(UInt16.self))))
        case 26: return .real(Double(Float(bitPattern: try bigEndian(UInt32.self))))
        case 27: return .real(Double(bitPattern: try bigEndian(UInt64.self)))
        case 31: return .stop
        default: throw .unexpected(offset: start, expected: "a CBOR value")
        }
    }

    private mutating func argument(_ info: UInt8, at start: Int) throws(ArchiveError) -> UInt64 {
        switch info {
        case 0...23: return UInt64(info)
        case 24: return UInt64(try bigEndian(UInt8.self))
        case 25: return UInt64(try bigEndian(UInt16.self))
        case 26: return UInt64(try bigEndian(UInt32.self))
        case 27: return try bigEndian(UInt64.self)
        default: throw .unexpected(offset: start, expected: "a CBOR value")
        }
    }

    private mutating func length(_ info: UInt8, at start: Int) throws(ArchiveError) -> Int {
        guard let length = Int(exactly: try argument(info, at: start)), length <= end else { throw truncated }
        return length
    }

    /// Text or bytes. Chunks are walked here, so that a token always stands for all of its bytes.
    private mutating func string(_ major: UInt8, _ info: UInt8, at start: Int) throws(ArchiveError) -> Token {
        if info != 31 {
            let range = try span(try length(info, at: start))
            return major == 3 ? .text(range) : .binary(range)
        }
        let first = position
        while true {
            let chunk = position
            let head = try byte()
            if head == 0xFF { return .chunks(first..<chunk, isText: major == 3) }
            guard head >> 5 == major, head & 31 != 31 else {
                throw .unexpected(offset: chunk, expected: "a chunk of a CBOR string")
            }
            try advance(try length(head & 31, at: chunk))
        }
    }

    /// The bytes of a string given in chunks, joined.
    func joined(_ chunks: Range<Int>) -> [UInt8] {
        var bytes: [UInt8] = []
        var cursor = self
        do throws(ArchiveError) {
            try cursor.seek(chunks.lowerBound)
            while cursor.position < chunks.upperBound {
                let head = try cursor.byte()
                let range = try cursor.span(try cursor.length(head & 31, at: cursor.position))
                unsafe cursor.withBytes(range) { unsafe bytes.append(contentsOf: $0) }
            }
        } catch {
            preconditionFailure("the chunks were walked when their token was read")
        }
        return bytes
    }

    private func bigInteger(_ token: Token, tag: UInt64?) -> Token {
        guard tag == 2 || tag == 3 else { return token }
        var magnitude = 0.0
        switch token {
        case .binary(let range):
            for byte in unsafe withBytes(range, Array.init) { magnitude = magnitude * 256 + Double(byte) }
        case .chunks(let range, _): for byte in joined(range) { magnitude = magnitude * 256 + Double(byte) }
        default: return token
        }
        return .real(tag == 2 ? magnitude : -1 - magnitude)
    }

    /// See ``skip(_:)``. A counter of values still to come, and those of the open containers around.
    mutating func skipCBOR(_ count: Int) throws(ArchiveError) {
        guard count > 0 else { return }
        var remaining = count
        // In an open container the counter is 0 between its parts: how many there are is not known.
        var outer: [Int] = []
        repeat {
            let start = position
            let token = try nextCBOR()
            if token == .stop {
                guard remaining == 0, let count = outer.popLast() else {
                    throw .unexpected(offset: start, expected: "a CBOR value")
                }
                remaining = count
                continue
            }
            remaining = max(0, remaining - 1)
            switch token {
            case .list(let count): remaining += count
            case .object(let count): remaining += 2 * count
            case .openList, .openObject:
                guard outer.count < ArchiveLimits.depth else { throw .nestedTooDeeply(limit: ArchiveLimits.depth) }
                outer.append(remaining)
                remaining = 0
            default: break
            }
            guard remaining <= left else { throw truncated }
        } while remaining > 0 || !outer.isEmpty
    }
}
