/// Bits, 64 to a word: bit `i` is bit `i % 64` of word `i / 64`.
typealias Words = [UInt64]

extension Words {
    /// Room for `bits` bits, none of them set.
    init(zeros bits: Int) { self.init(repeating: 0, count: (bits + 63) / 64) }

    /// Sets bit `index`, which must be within the array.
    @inline(__always)
    mutating func set(_ index: Int) { self[index >> 6] |= 1 << UInt64(truncatingIfNeeded: index & 63) }

    /// Sets the bits `range`.
    mutating func set(_ range: Range<Int>) {
        guard let last = range.last else { return }
        let first = range.lowerBound
        let head = UInt64.max << UInt64(first & 63)
        let tail = UInt64.max >> UInt64(63 - (last & 63))
        guard first >> 6 < last >> 6 else { return self[first >> 6] |= head & tail }
        self[first >> 6] |= head
        for word in first >> 6 + 1..<last >> 6 { self[word] = .max }
        self[last >> 6] |= tail
    }

    /// Whether bit `index` is set.
    @inline(__always)
    func has(_ index: Int) -> Bool { self[index >> 6] >> UInt64(truncatingIfNeeded: index & 63) & 1 != 0 }

    /// Keeps the bits that `other` has, too. Both have the same size. Whether any is left.
    mutating func formAnd(_ other: Words) -> Bool {
        combine(other) { $0 & $1 }
    }

    /// Adds the bits of `other`, which has the same size.
    mutating func formOr(_ other: Words) {
        _ = combine(other) { $0 | $1 }
    }

    /// Drops the bits of `other`, which has the same size. Whether any is left.
    mutating func formAndNot(_ other: Words) -> Bool {
        combine(other) { $0 & ~$1 }
    }

    @inline(__always)
    private mutating func combine(_ other: Words, _ operation: (UInt64, UInt64) -> UInt64) -> Bool {
        precondition(count == other.count, "sets of one segment")
        var any: UInt64 = 0
        // SAFETY: both buffers have `count` words.
        unsafe withUnsafeMutableBufferPointer { left in
            unsafe other.withUnsafeBufferPointer { right in
                for index in left.indices {
                    let word = unsafe operation(left[index], right[index])
                    unsafe left[index] = word
                    any |= word
                }
            }
        }
        return any != 0
    }

    /// How many bits are set.
    var bitCount: Int {
        var sum = 0
        // SAFETY: the indices are the buffer's own.
        unsafe withUnsafeBufferPointer { words in
            for index in words.indices { unsafe sum &+= words[index].nonzeroBitCount }
        }
        return sum
    }

    /// Calls `body` with the index of each set bit, ascending.
    @inline(__always)
    func forEachBit(_ body: (Int) -> Void) {
        for (index, word) in enumerated() {
            var rest = word
            while rest != 0 {
                body(index << 6 | rest.trailingZeroBitCount)
                rest &= rest &- 1
            }
        }
    }
}
