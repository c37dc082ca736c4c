/// Numbers that look random and are the same for the same seed.
///
/// Source: G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom number generators", 2014 (SplitMix64).
package struct RandomSource: RandomNumberGenerator {
    private var state: UInt64

    /// The numbers of `seed`.
    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
        return bits ^ bits >> 31
    }

    /// A number in `range`.
    package mutating func int(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(next().multipliedFullWidth(by: UInt64(range.count)).high)
    }

    /// A number from 0 up to 1.
    package mutating func fraction() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// True once in `times`.
    package mutating func once(in times: Int) -> Bool { int(1...times) == 1 }

    /// One of `choices`, which are not empty.
    package mutating func pick<Choice>(_ choices: [Choice]) -> Choice { choices[int(0...choices.count - 1)] }
}
