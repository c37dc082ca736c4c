import NomadAPI
import RutileJSON
import RutileModel
import RutileQuery
import RutileStore

/// The values that entries have of a quantity.
struct QuantityValues {
    /// How often each occurs.
    let counts: [Literal: ValueCount]
    /// Whether they are those of items of a nested section.
    let isNested: Bool

    /// Numbers in ascending order, instants as milliseconds since 1970, each with the entries that have it.
    var numbers: [(value: Double, count: Int)] {
        counts.compactMap { value, count in value.number.map { ($0, count.entries) } }.sorted { $0.value < $1.value }
    }

    /// As ``numbers``, each with the items of a nested section that have it.
    var numbersOfItems: [(value: Double, count: Int)] {
        counts.compactMap { value, count in value.number.map { ($0, count.items) } }.sorted { $0.value < $1.value }
    }

    /// All values in their order.
    var ordered: [(value: Literal, count: ValueCount)] {
        counts.map { ($0.key, $0.value) }.sorted { $0.value.precedes($1.value) }
    }

    /// The most frequent values, `limit` at most; of equally frequent ones the smaller first.
    func frequent(_ limit: Int) -> [(value: Value, count: ValueCount)] {
        ordered.enumerated().sorted { left, right in
            (right.element.count.entries, left.offset) < (left.element.count.entries, right.offset)
        }.prefix(limit).map { ($0.element.value.json, $0.element.count) }
    }

    /// These, and those of `values` that no entry has.
    func filled(with values: [String]) -> QuantityValues {
        var all = counts
        for value in values where all[.string(value)] == nil { all[.string(value)] = ValueCount() }
        return QuantityValues(counts: all, isNested: isNested)
    }

    /// Those that `filter` lets through.
    func filtered(_ filter: TermsAggregation.Filter) -> QuantityValues {
        let kept = counts.filter { value, _ in
            switch filter {
            case .containing(let text): value.text.utf8.firstRange(of: text.utf8) != nil
            case .resembling(let text): value.text.lowercased().utf8.firstRange(of: text.lowercased().utf8) != nil
            case .values(let texts): texts.contains { $0.hasSameUTF8(as: value.text) }
            }
        }
        return QuantityValues(counts: kept, isNested: isNested)
    }

    /// The sum of all numbers.
    var sum: Double { counts.reduce(0) { $0 + ($1.key.number ?? 0) * Double($1.value.items) } }
}

extension Literal {
    /// A number, an instant as milliseconds since 1970.
    fileprivate var number: Double? {
        switch self {
        case .integer(let number): Double(number)
        case .real(let number): number
        case .timestamp(let time): (Double(time.microseconds) / 1_000).rounded(.down)
        case .string, .boolean: nil
        }
    }
}

extension Literal {
    /// The value as answers show it; instants as milliseconds since 1970.
    var json: Value {
        switch self {
        case .string(let text): .string(text)
        case .integer(let number): .integer(number)
        case .real(let number): .real(number)
        case .boolean(let flag): .bool(flag)
        case .timestamp: .integer(Int64(number ?? 0))
        }
    }

    /// The value as places in lists show it.
    var text: String {
        switch self {
        case .string(let text): text
        case .integer(let number): String(number)
        case .real(let number): "\(number)"
        case .boolean(let flag): flag ? "true" : "false"
        case .timestamp: String(Int64(number ?? 0))
        }
    }
}
