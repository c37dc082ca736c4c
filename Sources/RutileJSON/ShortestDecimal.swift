/// The shortest decimal that reads back as a given double; of several the one closest to it.
///
/// Source: Raffaello Giulietti, "The Schubfach way to render doubles" (2021). Of the decimals at the coarsest power of
/// ten whose spacing fits into the double's rounding interval, at most four need to be looked at.
struct ShortestDecimal {
    /// All digits as a number, without zeros at the end; at most 17.
    let digits: UInt64
    /// The decimal is `digits · 10^exponent`.
    let exponent: Int

    /// The decimal of a `number` that is finite and not 0, found with `powers`. The sign is left aside.
    @inline(__always)
    init(_ number: Double, _ powers: PowersOfTen) {
        if let digits = Self.millionths(number) {
            self.init(digits: digits, exponent: -6)
            return
        }
        let fraction = number.significandBitPattern
        let biased = Int(number.exponentBitPattern)
        let isNormal = biased != 0
        let significand = isNormal ? fraction | 1 << 52 : fraction
        let binaryExponent = (isNormal ? biased : 1) - 1075
        // Below a power of two doubles are twice as dense.
        let isLowerBoundCloser = fraction == 0 && biased > 1

        // The interval of reals that round to `number`, in quarters of the last binary place; its bounds belong to it
        // when the significand is even.
        let middle = significand << 2
        let lower = middle - (isLowerBoundCloser ? 1 : 2)
        let upper = middle + 2
        let excluded: UInt64 = significand & 1

        // ⌊log₁₀ of the interval's width⌋: the power of ten to start with.
        let power = (binaryExponent * 1_262_611 - (isLowerBoundCloser ? 524_031 : 0)) >> 22
        let scale = powers[-power]
        let shift = UInt64(truncatingIfNeeded: binaryExponent + PowersOfTen.floorLog2(-power) + 1)  // 1 to 4
        let scaledLower = Self.roundedToOdd(scale, lower &<< shift) + excluded
        let scaledMiddle = Self.roundedToOdd(scale, middle &<< shift)
        let scaledUpper = Self.roundedToOdd(scale, upper &<< shift) - excluded

        let floor = scaledMiddle >> 2
        if floor >= 10 {
            // One digit less, if exactly one of the neighbours lies inside.
            let tens = floor / 10
            let isBelowInside = scaledLower <= 40 * tens
            let isAboveInside = 40 * tens + 40 <= scaledUpper
            if isBelowInside != isAboveInside {
                self.init(digits: isAboveInside ? tens + 1 : tens, exponent: power + 1)
                return
            }
        }
        let isBelowInside = scaledLower <= 4 * floor
        let isAboveInside = 4 * floor + 4 <= scaledUpper
        if isBelowInside != isAboveInside {
            self.init(digits: isAboveInside ? floor + 1 : floor, exponent: power)
        } else {
            let half = 4 * floor + 2
            let roundsUp = scaledMiddle > half || (scaledMiddle == half && floor & 1 == 1)
            self.init(digits: roundsUp ? floor + 1 : floor, exponent: power)
        }
    }

    /// How many millionths `number` is, where a decimal of at most six places and 15 digits reads back as it; `nil`
    /// else. That one is the shortest: no two decimals of up to 15 digits read back as the same double.
    ///
    /// Many numbers in files were written with few places, and need no search.
    @inline(__always)
    private static func millionths(_ number: Double) -> UInt64? {
        let scaled = number * 1e6
        let whole = scaled.rounded()
        // The product is off by half a place at most; most numbers with more places end here, before the division.
        guard whole >= 1, whole < 1e15, abs(scaled - whole) <= scaled * 0x1p-52, whole / 1e6 == number else {
            return nil
        }
        return UInt64(whole)
    }

    /// `digits · 10^exponent` without the zeros at the end of `digits`, which is not 0.
    @inline(__always)
    private init(digits: UInt64, exponent: Int) {
        var digits = digits
        var exponent = exponent
        while true {
            let (quotient, remainder) = digits.quotientAndRemainder(dividingBy: 10)
            guard remainder == 0 else { break }
            digits = quotient
            exponent += 1
        }
        self.digits = digits
        self.exponent = exponent
    }

    /// The integer part of `scale · number / 2^128`, with its last bit set when something was cut off.
    @inline(__always)
    private static func roundedToOdd(_ scale: PowersOfTen.Significand, _ number: UInt64) -> UInt64 {
        let carry = scale.low.multipliedFullWidth(by: number).high
        let product = scale.high.multipliedFullWidth(by: number)
        let (low, overflow) = product.low.addingReportingOverflow(carry)
        let high = product.high + (overflow ? 1 : 0)
        // `scale` is too large by less than 1, the product thus by less than 2 in the low word.
        return low > 1 ? high | 1 : high
    }
}
