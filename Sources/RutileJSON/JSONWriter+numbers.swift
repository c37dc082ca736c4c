extension JSONWriter {
    /// Writes an integer.
    package mutating func integer(_ number: Int64) {
        beginValue(room: 20)
        if number < 0 { put(UInt8(ascii: "-")) }
        digits(number.magnitude)
    }

    /// Writes an integer that may lie above `Int64.max`.
    package mutating func unsigned(_ number: UInt64) {
        beginValue(room: 20)
        digits(number)
    }

    /// Writes the shortest decimal that reads back as `number`, in the form of Python's `repr`: `1.0`, `1e-05`.
    ///
    /// NaN and the infinities become `null`.
    package mutating func real(_ number: Double) {
        guard number.isFinite else { return null() }
        beginValue(room: 28)
        if number.sign == .minus { put(UInt8(ascii: "-")) }
        let magnitude = number.magnitude
        // Integers that are exact need no search. The comparison is false for all others.
        if magnitude < 0x1p53, Double(UInt64(magnitude)) == magnitude {
            digits(UInt64(magnitude))
            put(UInt8(ascii: "."))
            return put(UInt8(ascii: "0"))
        }
        let decimal = ShortestDecimal(magnitude, powers)
        let count = decimalLength(ofReal: decimal.digits)
        // Places before the point, were the number written without an exponent.
        let point = count + decimal.exponent
        if point < -3 || point > 16 {
            scientific(decimal.digits, count: count, exponent: point - 1)
        } else if point <= 0 {
            put(UInt8(ascii: "0"))
            put(UInt8(ascii: "."))
            zeros(-point)
            digits(decimal.digits, count: count)
        } else if point < count {
            digits(decimal.digits, count: count, point: point)
        } else {
            digits(decimal.digits, count: count)
            zeros(point - count)
            put(UInt8(ascii: "."))
            put(UInt8(ascii: "0"))
        }
    }

    // digit [ "." digits ] "e" sign 2*3digit
    private mutating func scientific(_ number: UInt64, count: Int, exponent: Int) {
        digits(number, count: count, point: 1)
        put(UInt8(ascii: "e"))
        put(exponent < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+"))
        if exponent.magnitude < 10 { put(UInt8(ascii: "0")) }
        digits(UInt64(exponent.magnitude))
    }

    private mutating func zeros(_ count: Int) {
        for _ in 0..<count { put(UInt8(ascii: "0")) }
    }

    private mutating func digits(_ number: UInt64) { digits(number, count: decimalLength(number)) }

    /// Writes the `count` digits of `number` with a point after the first `point` of them, if more follow.
    private mutating func digits(_ number: UInt64, count: Int, point: Int) {
        guard point < count else { return digits(number, count: count) }
        let start = byteCount
        byteCount += 1
        digits(number, count: count)
        // SAFETY: the digits were just written, one place behind `start`.
        for place in start..<start + point { unsafe self.start[place] = self.start[place + 1] }
        unsafe self.start[start + point] = UInt8(ascii: ".")
    }

    /// Writes the `count` digits of `number`, for which room is reserved.
    private mutating func digits(_ number: UInt64, count: Int) {
        var rest = number
        var end = byteCount + count
        while end - byteCount >= 8 {
            let (quotient, remainder) = rest.quotientAndRemainder(dividingBy: 100_000_000)
            end -= 8
            // SAFETY: `end` stays at or above `byteCount`, and `count` bytes are reserved from there.
            unsafe UnsafeMutableRawPointer(start + end).storeBytes(of: eightDigits(remainder), as: UInt64.self)
            rest = quotient
        }
        while end > byteCount {
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            end -= 1
            // SAFETY: as above.
            unsafe start[end] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit)
            rest = quotient
        }
        byteCount += count
    }
}

/// The eight decimal digits of a number below 10^8 as ASCII, the first in the lowest byte: halves are split in all
/// lanes of a word at once, into four digits, two, then one.
@inline(__always)
private func eightDigits(_ number: UInt64) -> UInt64 {
    let fours = number / 10_000 | (number % 10_000) << 32
    let hundreds = (fours &* 10_486) >> 20 & 0x0000_007F_0000_007F
    let twos = hundreds | (fours &- hundreds &* 100) << 16
    let tens = (twos &* 103) >> 10 & 0x000F_000F_000F_000F
    let ones = tens | (twos &- tens &* 10) << 8
    return (ones | 0x3030_3030_3030_3030).littleEndian
}

/// Number of decimal digits of `number`; 1 for 0.
private func decimalLength(_ number: UInt64) -> Int {
    var length = 1
    var power: UInt64 = 10
    while number >= power {
        length += 1
        if length == 20 { break }
        power *= 10
    }
    return length
}

/// The same for the digits of a real, of which most have 16 or 17.
@inline(__always)
private func decimalLength(ofReal number: UInt64) -> Int {
    if number >= 10_000_000_000_000_000 { return 17 }
    return number >= 1_000_000_000_000_000 ? 16 : decimalLength(number)
}
