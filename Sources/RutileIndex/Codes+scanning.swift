extension Codes {
    /// The positions whose code is in `range`, a range of real codes.
    func positions(in range: Range<Int>) -> Words {
        var words = Words(zeros: count)
        switch storage {
        case .identity: words.set(range.clamped(to: 0..<count))
        case .constant(let code): if code != Self.missing && range.contains(Int(code)) { words.set(0..<count) }
        case .bytes(let codes):
            let (low, width) = (UInt8(range.lowerBound), UInt8(range.count))
            scan(codes, into: &words) { $0 &- low < width }
        case .halves(let codes):
            let (low, width) = (UInt16(range.lowerBound), UInt16(range.count))
            scan(codes, into: &words) { $0 &- low < width }
        case .words(let codes):
            let (low, width) = (UInt32(range.lowerBound), UInt32(range.count))
            scan(codes, into: &words) { $0 &- low < width }
        }
        return words
    }

    /// The positions whose code is one of those whose bits are set.
    func positions(in set: Words) -> Words {
        var words = Words(zeros: count)
        // Room for a code that stands for `missing`, so that every narrow code has a bit.
        let room = storage.bitsForAllCodes(atLeast: set.count * 64)
        var padded = set
        padded.append(contentsOf: repeatElement(0, count: (room + 63) / 64 - set.count))
        // SAFETY: `padded` has a bit for each code of one or two bytes; wider codes are compared.
        unsafe padded.withUnsafeBufferPointer { bits in
            switch storage {
            case .identity:
                for index in words.indices where index < set.count { words[index] = set[index] }
            case .constant(let code): if code != Self.missing && set.has(Int(code)) { words.set(0..<count) }
            case .bytes(let codes):
                scan(codes, into: &words) { unsafe bits[Int($0 >> 6)] >> UInt64($0 & 63) & 1 != 0 }
            case .halves(let codes):
                scan(codes, into: &words) { unsafe bits[Int($0 >> 6)] >> UInt64($0 & 63) & 1 != 0 }
            case .words(let codes):
                scan(codes, into: &words) { $0 < room && set.has(Int($0)) }
            }
        }
        return words
    }

    /// Calls `body` for each of `positions` with its code, or ``missing``.
    @inline(__always)
    func forEach(of positions: [UInt16], _ body: (Int, UInt32) -> Void) {
        switch storage {
        case .identity: for (index, position) in positions.enumerated() { body(index, UInt32(position)) }
        case .constant(let code): for index in positions.indices { body(index, code) }
        case .bytes(let codes):
            for (index, position) in positions.enumerated() {
                let code = codes[Int(position)]
                body(index, code == .max ? Self.missing : UInt32(code))
            }
        case .halves(let codes):
            for (index, position) in positions.enumerated() {
                let code = codes[Int(position)]
                body(index, code == .max ? Self.missing : UInt32(code))
            }
        case .words(let codes): for (index, position) in positions.enumerated() { body(index, codes[Int(position)]) }
        }
    }
}

extension Codes.Storage {
    /// How many bits a set needs so that each possible code has one, as far as that is few.
    fileprivate func bitsForAllCodes(atLeast count: Int) -> Int {
        switch self {
        case .bytes: max(count, 1 << 8)
        case .halves: max(count, 1 << 16)
        case .identity, .constant, .words: count
        }
    }
}

/// Sets the bits of the codes for which `isMember` is true, in words that are zero.
///
/// The hot loop of all comparisons, 64 codes at a time: first a byte for each, a loop that compilers vectorise, then
/// eight bytes to eight bits with a multiplication.
@inline(__always)
private func scan<Code: FixedWidthInteger>(_ codes: [Code], into words: inout Words, _ isMember: (Code) -> Bool) {
    let whole = codes.count / 64
    // SAFETY: blocks are whole and within `codes` and `words`; `flags` has 64 bytes.
    unsafe codes.withUnsafeBufferPointer { codes in
        unsafe words.withUnsafeMutableBufferPointer { words in
            unsafe withUnsafeTemporaryAllocation(byteCount: 64, alignment: 64) { flags in
                for block in 0..<whole {
                    for offset in 0..<64 {
                        unsafe flags[offset] = isMember(codes[block &* 64 &+ offset]) ? 1 : 0
                    }
                    var word: UInt64 = 0
                    for group in 0..<8 {
                        let bytes = unsafe flags.load(fromByteOffset: group &* 8, as: UInt64.self)
                        let bits = (bytes &* 0x0102_0408_1020_4080) >> 56
                        word |= bits << UInt64(truncatingIfNeeded: group &* 8)
                    }
                    unsafe words[block] = word
                }
            }
        }
    }
    for position in whole * 64..<codes.count where isMember(codes[position]) { words.set(position) }
}
