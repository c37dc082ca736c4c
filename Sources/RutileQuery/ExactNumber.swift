/// A number that orders integers and reals among each other without rounding either.
package struct ExactNumber: Hashable, Comparable, Sendable {
    /// The number rounded to a double.
    package let rounded: Double
    /// What an integer has on top of that; 0 for reals.
    package let rest: Int64

    /// The real `number`, which is not NaN.
    package init(_ number: Double) {
        rounded = number
        rest = 0
    }

    /// The integer `number`.
    package init(_ number: Int64) {
        rounded = Double(number)
        // 2^63 is no Int64, and the only double that an Int64 rounds to which is none.
        rest = rounded < 0x1p63 ? number - Int64(rounded) : number - Int64.max - 1
    }

    /// The number whose parts these are.
    package init(rounded: Double, rest: Int64) {
        self.rounded = rounded
        self.rest = rest
    }

    /// The integer that this is; `nil` where it is none of 64 bits.
    package var integer: Int64? {
        if rounded == 0x1p63 { return rest < 0 ? Int64.max + rest + 1 : nil }
        guard let whole = Int64(exactly: rounded) else { return nil }
        return whole + rest
    }

    /// By size.
    package static func < (left: ExactNumber, right: ExactNumber) -> Bool {
        left.rounded == right.rounded ? left.rest < right.rest : left.rounded < right.rounded
    }
}

extension Double {
    /// Whether this is an integer, of whatever size.
    package var isWhole: Bool { rounded(.towardZero) == self && isFinite }
}
