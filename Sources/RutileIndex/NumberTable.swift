import RutileModel
import RutileQuery

/// Distinct numbers in ascending order; timestamps are microseconds, booleans 0 and 1. A number's code is its position.
struct NumberTable: Equatable, Sendable {
    /// The numbers, rounded to doubles.
    private let rounded: [Double]
    /// What each has on top; empty where none has.
    private let rests: [Int64]

    /// The table of `numbers`, which are sorted and have no number twice.
    init(sorted numbers: [ExactNumber]) {
        rounded = numbers.map(\.rounded)
        rests = numbers.contains { $0.rest != 0 } ? numbers.map(\.rest) : []
    }

    /// How many there are.
    var count: Int { rounded.count }

    /// Adds what the numbers take.
    func measure(_ memory: inout MemoryCount) {
        memory.add(rounded)
        memory.add(rests)
    }

    /// The number with `code`.
    @inline(__always)
    subscript(code: Int) -> ExactNumber {
        ExactNumber(rounded: rounded[code], rest: rests.isEmpty ? 0 : rests[code])
    }

    /// The first code whose number is not smaller than `number`, and whether it is `number`.
    func place(of number: ExactNumber) -> (lower: Int, isFound: Bool) {
        let lower = partitionPoint(count) { !(self[$0] < number) }
        return (lower, lower < count && self[lower] == number)
    }
}
