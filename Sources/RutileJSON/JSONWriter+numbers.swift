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
        beginValue(room: 40)
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
            realDigits(decimal.digits, count: count, point: 1)
            writeExponent(point - 1)
        } else if point <= 0 {
            put(UInt8(ascii: "0"))
            put(UInt8(ascii: "."))
            zeros(-point)
            realDigits(decimal.digits, count: count, point: count)
        } else {
            realDigits(decimal.digits, count: count, point: point)
            guard point >= count else { return }
            zeros(point - count)
            put(UInt8(ascii: "."))
            put(UInt8(ascii: "0"))
        }
    }

    // "e" sign 2*3digit
    @inline(__always)
    private mutating func writeExponent(_ exponent: Int) {
        put(UInt8(ascii: "e"))
        put(exponent < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+"))
        let magnitude = UInt16(truncatingIfNeeded: exponent.magnitude)  // at most 324
        if magnitude >= 100 { put(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: magnitude / 100)) }
        put(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: magnitude / 10 % 10))
        put(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: magnitude % 10))
    }

    private mutating func zeros(_ count: Int) {
        for _ in 0..<count { put(UInt8(ascii: "0")) }
    }

    private mutating func digits(_ number: UInt64) { digits(number, count: decimalLength(number)) }

    /// Writes the `count` digits of `number`, at most 17, with a point after the first `point` of them if more follow.
    ///
    /// Room for 18 bytes must be reserved: always 17 digits are written, since that takes no loop, and the zeros at
    /// their end are left out of the count.
    @inline(__always)
    private mutating func realDigits(_ number: UInt64, count: Int, point: Int) {
        var padded = count == 17 ? number : number &* 10
        for _ in min(count, 16)..<16 { padded = padded &* 10 }
        let (high, low) = padded.quotientAndRemainder(dividingBy: 100_000_000)
        let (first, middle) = high.quotientAndRemainder(dividingBy: 100_000_000)
        let hasPoint = point < count
        // Where there will be a point, the digits stand one place further back at first.
        // SAFETY: 18 bytes are reserved from `byteCount`, and no store goes beyond them.
        let place = unsafe start + byteCount + (hasPoint ? 1 : 0)
        unsafe place[0] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: first)
        unsafe UnsafeMutableRawPointer(place + 1).storeBytes(of: eightDigits(middle), as: UInt64.self)
        unsafe UnsafeMutableRawPointer(place + 9).storeBytes(of: eightDigits(low), as: UInt64.self)
        if hasPoint {
            for index in 0..<point { unsafe place[index - 1] = place[index] }
            unsafe place[point - 1] = UInt8(ascii: ".")
        }
        byteCount += count + (hasPoint ? 1 : 0)
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
