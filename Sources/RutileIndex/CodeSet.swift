/// A set of codes: positions in a sorted table of values.
enum CodeSet: Sendable {
    case range(Range<Int>)
    /// All codes but these.
    case outside(Range<Int>)
    /// The codes whose bits are set.
    case some(Words)

    /// No code.
    static let none = CodeSet.range(0..<0)
    /// All codes.
    static let all = CodeSet.outside(0..<0)

    /// Whether `code`, one of the table's, belongs to the set.
    @inline(__always)
    func contains(_ code: Int) -> Bool {
        switch self {
        case .range(let range): range.contains(code)
        case .outside(let range): !range.contains(code)
        case .some(let words): words.has(code)
        }
    }

    /// The set as bits for `count` codes.
    func words(_ count: Int) -> Words {
        switch self {
        case .some(let words): return words
        case .range(let range):
            var words = Words(zeros: count)
            words.set(range)
            return words
        case .outside(let range):
            var words = Words(zeros: count)
            words.set(0..<range.lowerBound)
            words.set(range.upperBound..<Swift.max(count, range.upperBound))
            return words
        }
    }
}
