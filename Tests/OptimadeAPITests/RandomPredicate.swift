import RutileModel
import RutileQuery

/// Random predicates that fit ``sampleVocabulary`` and that a filter can say.
struct RandomPredicate<Generator: RandomNumberGenerator> {
    var generator: Generator

    /// A predicate with groups and negations down to `depth`.
    mutating func predicate(depth: Int) -> Predicate {
        switch Int.random(in: 0..<10, using: &generator) {
        case 0..<2 where depth > 0: .and(operands(depth))
        case 2..<4 where depth > 0: .or(operands(depth))
        case 4..<6 where depth > 0: .not(predicate(depth: depth - 1))
        case 6: .items(items())
        case 7 where Bool.random(using: &generator):
            .lengthAs(
                pick(lists).0, pick(Comparison.allCases), pick(scalars.filter { $0.1 == .integer || $0.1 == .float }).0)
        case 7: .length(pick(lists).0, pick(Comparison.allCases), Int64.random(in: -3...9, using: &generator))
        case 8: pick([.isKnown(pick(scalars).0), .isKnown(pick(lists).0), .constant(.true), .constant(.false)])
        default: scalar()
        }
    }

    private mutating func operands(_ depth: Int) -> [Predicate] {
        (0..<Int.random(in: 2...4, using: &generator)).map { _ in predicate(depth: depth - 1) }
    }

    private mutating func scalar() -> Predicate {
        let (path, type) = pick(scalars)
        return .test(path, test(type))
    }

    private mutating func items() -> ItemsTest {
        let columns = (0..<pick([1, 1, 1, 2, 3])).map { _ in pick(lists) }
        let rows = (0..<Int.random(in: 1...3, using: &generator)).map { _ in columns.map { test($0.1) } }
        return ItemsTest(columns.map(\.0), pick([.any, .all, .only]), rows)
    }

    private mutating func test(_ type: PropertyType) -> Test {
        let isProperty = Int.random(in: 0..<8, using: &generator) == 0
        let others = scalars.filter { $0.1 == type }
        let operand: Operand = isProperty ? .property(pick(others).0) : .literal(literal(type))
        switch type {
        case .boolean: return Test(.compares(pick([.equal, .notEqual])), operand)
        case .string where Bool.random(using: &generator):
            return Test(pick([.contains, .startsWith, .endsWith]), operand)
        default: return Test(.compares(pick(Comparison.allCases)), operand)
        }
    }

    private mutating func literal(_ type: PropertyType) -> Literal {
        switch type {
        case .boolean: .boolean(Bool.random(using: &generator))
        case .timestamp:
            // Somewhere in the years 5 to 9987.
            .timestamp(
                Timestamp(
                    microseconds: Int64.random(
                        in: -62_000_000_000_000_000...253_000_000_000_000_000, using: &generator)))
        case .string: .string(string())
        default: Bool.random(using: &generator) ? .integer(integer()) : .real(real())
        }
    }

    private mutating func string() -> String {
        let letters = ["\"", "\\", "a", " ", "\n", "é", "e\u{301}", "漢", "🧪", "\u{0}", "(", "'", "\\\"", "AND", "\r\n"]
        return (0..<Int.random(in: 0...6, using: &generator)).map { _ in pick(letters) }.joined()
    }

    private mutating func integer() -> Int64 {
        pick([0, -1, .min, .max, Int64.random(in: .min ... .max, using: &generator)])
    }

    private mutating func real() -> Double {
        let number = Double(bitPattern: UInt64.random(in: .min ... .max, using: &generator))
        return pick([0, -0.5, 1e16, .leastNonzeroMagnitude, .greatestFiniteMagnitude, number.isFinite ? number : 3])
    }

    private mutating func pick<T>(_ choices: [T]) -> T {
        choices[Int.random(in: 0..<choices.count, using: &generator)]
    }
}

private let scalars: [(PropertyPath, PropertyType)] = [
    ("id", .string), ("formula", .string), ("_exmpl_calc.code", .string), ("nelements", .integer),
    ("_exmpl_band_gap", .float), ("_exmpl_stable", .boolean), ("_exmpl_calc.converged", .boolean),
    ("last_modified", .timestamp), ("_exmpl_calc.when", .timestamp),
]

private let lists: [(PropertyPath, PropertyType)] = [
    ("elements", .string), ("species.name", .string), ("references.id", .string), ("elements_ratios", .float),
    ("_exmpl_counts", .integer), ("_exmpl_flags", .boolean), ("_exmpl_times", .timestamp),
    ("_exmpl_calc.parts.weight", .float),
]

/// Numbers that are the same in each run (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }
}
