/// The first 128 bits of the powers of ten that shortest decimals need, rounded up.
///
/// Computed exactly when the first real is written (617 powers, about 0.1 ms): shorter than a table in the source, and
/// nothing to mistype.
///
/// A writer keeps them, since asking a global for them costs more than the search for a decimal's end.
struct PowersOfTen {
    /// The significand `g` of `10^exponent = g · 2^(floorLog2(exponent) - 127)`, with the highest bit of `g` set.
    struct Significand {
        let high: UInt64
        let low: UInt64
    }

    /// The powers, computed once.
    static let shared = PowersOfTen()

    // Doubles lead to exponents from -292 to 324.
    private static var lowest: Int { -292 }
    private static var highest: Int { 324 }
    private let significands = negativePowers() + nonNegativePowers()

    /// The significand of `10^exponent`, where -292 ≤ `exponent` ≤ 324.
    @inline(__always)
    subscript(exponent: Int) -> Significand { significands[exponent - Self.lowest] }

    /// ⌊log₂ 10^exponent⌋, for up to 1233 on either side of 0.
    @inline(__always)
    static func floorLog2(_ exponent: Int) -> Int { (exponent * 1_741_647) >> 19 }

    private static func nonNegativePowers() -> [Significand] {
        var power = [UInt64](repeating: 0, count: 18)  // 10^324 has 1077 bits
        power[0] = 1
        return (0...highest).map { exponent in
            if exponent > 0 { multiplyByTen(&power) }
            return top(power)
        }
    }

    private static func negativePowers() -> [Significand] {
        // ⌊2^1152 / 10^n⌋ has at least 182 bits; dividing step by step gives the same floor.
        var quotient = [UInt64](repeating: 0, count: 19)
        quotient[18] = 1
        let falling = (1 ... -lowest).map { _ in
            divideByTen(&quotient)
            return top(quotient, isInexact: true)
        }
        return falling.reversed()
    }

    private static func multiplyByTen(_ words: inout [UInt64]) {
        var carry: UInt64 = 0
        for index in words.indices {
            let product = words[index].multipliedFullWidth(by: 10)
            let (low, overflow) = product.low.addingReportingOverflow(carry)
            words[index] = low
            carry = product.high + (overflow ? 1 : 0)
        }
    }

    private static func divideByTen(_ words: inout [UInt64]) {
        var remainder: UInt64 = 0
        for index in words.indices.reversed() {
            (words[index], remainder) = (10 as UInt64).dividingFullWidth((remainder, words[index]))
        }
    }

    /// The first 128 bits of a number of little-endian words, plus 1 when any bit after them is set or `isInexact`.
    private static func top(_ words: [UInt64], isInexact: Bool = false) -> Significand {
        let last = words.lastIndex { $0 != 0 } ?? 0
        func word(_ index: Int) -> UInt64 { index >= 0 ? words[index] : 0 }
        let shift = UInt64(word(last).leadingZeroBitCount)
        func shifted(_ index: Int) -> UInt64 {
            shift == 0 ? word(index) : word(index) << shift | word(index - 1) >> (64 - shift)
        }
        let hasRest = isInexact || shifted(last - 2) != 0 || words[..<max(last - 2, 0)].contains { $0 != 0 }
        let (low, overflow) = shifted(last - 1).addingReportingOverflow(hasRest ? 1 : 0)
        return Significand(high: shifted(last) + (overflow ? 1 : 0), low: low)
    }
}
