extension Codes {
    /// The positions whose code is in `range`, a range of real codes.
    func positions(in range: Range<Int>) -> Words {
        switch storage {
        case .identity:
            var words = Words(zeros: count)
            words.set(range.clamped(to: 0..<count))
            return words
        case .constant(let code):
            var words = Words(zeros: count)
            if code != Self.missing && range.contains(Int(code)) { words.set(0..<count) }
            return words
        case .bytes(let codes):
            return scan(codes, UInt8(range.lowerBound), UInt8(range.count))
        case .halves(let codes):
            return scan(codes, UInt16(range.lowerBound), UInt16(range.count))
        case .words(let codes):
            var words = Words(zeros: count)
            for (position, code) in codes.enumerated() where range.contains(Int(code)) { words.set(position) }
            return words
        }
    }

    /// The positions whose code is one of those whose bits are set.
    func positions(in set: Words) -> Words {
        var words = Words(zeros: count)
        for block in words.indices {
            var word: UInt64 = 0
            for position in block << 6..<min(count, (block + 1) << 6) {
                let code = self[position]
                guard code != Self.missing else { continue }
                word |= (set[Int(code >> 6)] >> UInt64(code & 63) & 1) << UInt64(truncatingIfNeeded: position & 63)
            }
            words[block] = word
        }
        return words
    }
}

/// The positions of codes in `low..<low + width`. Sixteen at a time: the hot loop of comparisons.
private func scan(_ codes: [UInt8], _ low: UInt8, _ width: UInt8) -> Words {
    var words = Words(zeros: codes.count)
    let weights = SIMD16<UInt8>(1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128)
    let whole = codes.count / 16
    // SAFETY: 16 codes are read from each of the `whole` blocks of 16.
    unsafe codes.withUnsafeBytes { bytes in
        for block in 0..<whole {
            let values = unsafe bytes.loadUnaligned(fromByteOffset: block &* 16, as: SIMD16<UInt8>.self)
            let hits = SIMD16<UInt8>(repeating: 0).replacing(with: weights, where: values &- low .< width)
            // Distinct bits add up to a byte without a carry; the product's top byte is the sum of all eight.
            let halves = unsafe unsafeBitCast(hits, to: SIMD2<UInt64>.self)
            let low = (halves[0] &* 0x0101_0101_0101_0101) >> 56
            let high = (halves[1] &* 0x0101_0101_0101_0101) >> 56
            let bits = low | high << 8
            words[block >> 2] |= bits << UInt64(truncatingIfNeeded: (block & 3) &* 16)
        }
    }
    for position in whole * 16..<codes.count where codes[position] &- low < width { words.set(position) }
    return words
}

/// The positions of codes in `low..<low + width`, eight at a time.
private func scan(_ codes: [UInt16], _ low: UInt16, _ width: UInt16) -> Words {
    var words = Words(zeros: codes.count)
    let weights = SIMD8<UInt16>(1, 2, 4, 8, 16, 32, 64, 128)
    let whole = codes.count / 8
    // SAFETY: 8 codes are read from each of the `whole` blocks of 8.
    unsafe codes.withUnsafeBytes { bytes in
        for block in 0..<whole {
            let values = unsafe bytes.loadUnaligned(fromByteOffset: block &* 16, as: SIMD8<UInt16>.self)
            let hits = SIMD8<UInt16>(repeating: 0).replacing(with: weights, where: values &- low .< width)
            // As above, with four lanes of 16 bits in each half.
            let halves = unsafe unsafeBitCast(hits, to: SIMD2<UInt64>.self)
            let bits = ((halves[0] | halves[1]) &* 0x0001_0001_0001_0001) >> 48
            words[block >> 3] |= bits << UInt64(truncatingIfNeeded: (block & 7) &* 8)
        }
    }
    for position in whole * 8..<codes.count where codes[position] &- low < width { words.set(position) }
    return words
}
