extension Codes {
    /// The positions whose code is in `range`. Codes that occur nowhere may be in it.
    func positions(in range: Range<Int>) -> Words {
        var words = Words(zeros: count)
        switch storage {
        case .identity: words.set(range.clamped(to: 0..<count))
        case .constant(let code): if code != Self.missing && range.contains(Int(code)) { words.set(0..<count) }
        case .bytes(let codes):
            let range = range.clamped(to: 0..<Int(UInt8.max))
            let (low, width) = (UInt8(range.lowerBound), UInt8(range.count))
            scan(codes, into: &words) { $0 &- low < width }
        case .halves(let codes):
            let range = range.clamped(to: 0..<Int(UInt16.max))
            let (low, width) = (UInt16(range.lowerBound), UInt16(range.count))
            scan(codes, into: &words) { $0 &- low < width }
        case .words(let codes):
            let (low, width) = (UInt32(range.lowerBound), UInt32(range.count))
            scan(codes, into: &words) { $0 &- low < width }
        }
        return words
    }

    /// The positions whose code is one of those whose bits are set. Codes that occur nowhere may be among them.
    func positions(in set: Words) -> Words {
        var words = Words(zeros: count)
        switch storage {
        case .identity:
            for index in words.indices where index < set.count { words[index] = set[index] }
            words.clear(from: count)
        case .constant(let code): if code != Self.missing && set.has(Int(code)) { words.set(0..<count) }
        case .bytes(let codes):
            let set = set.resized(1 << 8, without: Int(UInt8.max))
            // SAFETY: the set has a bit for each code of one byte.
            unsafe set.withUnsafeBufferPointer { set in
                scan(codes, into: &words) { unsafe set[Int($0 >> 6)] >> UInt64($0 & 63) & 1 != 0 }
            }
        case .halves(let codes):
            let set = set.resized(1 << 16, without: Int(UInt16.max))
            // SAFETY: the set has a bit for each code of two bytes.
            unsafe set.withUnsafeBufferPointer { set in
                scan(codes, into: &words) { unsafe set[Int($0 >> 6)] >> UInt64($0 & 63) & 1 != 0 }
            }
        case .words(let codes):
            let bits = set.count * 64
            scan(codes, into: &words) { $0 < bits && set.has(Int($0)) }
        }
        return words
    }

    /// The least code at `positions`, or the greatest; ``missing`` when none has one.
    func firstCode(at positions: RowSet, _ isDescending: Bool) -> UInt32 {
        var least = Self.missing
        var greatest: UInt32?
        /// Rows of one segment are looked at by the ten thousand: one loop for each width.
        func look<Code: FixedWidthInteger & UnsignedInteger>(_ codes: [Code]) {
            var low = Code.max
            // One more than the greatest, so that ``missing`` wraps to 0.
            var high: Code = 0
            positions.forEach { position in
                low = Swift.min(low, codes[position])
                high = Swift.max(high, codes[position] &+ 1)
            }
            if low != .max { least = UInt32(low) }
            if high != 0 { greatest = UInt32(high - 1) }
        }
        switch storage {
        case .identity:
            positions.forEach { position in
                least = Swift.min(least, UInt32(position))
                greatest = UInt32(position)
            }
        case .constant(let code): return code
        case .bytes(let codes): look(codes)
        case .halves(let codes): look(codes)
        case .words(let codes): look(codes)
        }
        return isDescending ? greatest ?? Self.missing : least
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

extension Words {
    /// As many of these bits as `count` says, or more that are not set; bit `index` is not set either.
    fileprivate func resized(_ count: Int, without index: Int) -> Words {
        var words = Words(prefix(count / 64))
        words.append(contentsOf: repeatElement(0, count: count / 64 - words.count))
        words[index >> 6] &= ~(1 << UInt64(index & 63))
        return words
    }

    /// Clears the bits from `index` on.
    fileprivate mutating func clear(from index: Int) {
        if index & 63 != 0 { self[index >> 6] &= ~(.max << UInt64(index & 63)) }
    }
}

extension UnsafeMutableRawBufferPointer {
    /// A bit for each of the 64 bytes that this is of, each of them 0 or 1.
    @inline(__always)
    var bits: UInt64 {
        var bits: UInt64 = 0
        for group in 0..<8 {
            let bytes = unsafe load(fromByteOffset: group &* 8, as: UInt64.self)
            // The product's top byte gathers bit 0 of all eight bytes.
            bits |= ((bytes &* 0x0102_0408_1020_4080) >> 56) << UInt64(truncatingIfNeeded: group &* 8)
        }
        return bits
    }
}

/// Sets the bits of the codes for which `isMember` is true, in words that are zero.
///
/// The hot loop of all comparisons, 64 codes at a time: first a byte for each, a loop that compilers vectorise, then
/// a bit for each byte.
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
                    unsafe words[block] = flags.bits
                }
            }
        }
    }
    for position in whole * 64..<codes.count where isMember(codes[position]) { words.set(position) }
}
