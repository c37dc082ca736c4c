import OptimadeAPI
import RutileClient
import RutileJSON
import RutileModel
import RutileQuery

/// The order of a merged list: by the keys of its sort; without any, one database after the other. What is equal stands in
/// the order of the databases, and of one database as it gives it.
///
/// Entries without a value come last, whatever the direction.
struct MergeOrder: Sendable {
    /// One key.
    private struct Key: Sendable {
        let name: String
        let isDescending: Bool
        let isTimestamp: Bool
    }

    private let keys: [Key]

    /// The order that `terms` ask for.
    init(_ terms: [SortTerm], of type: EntryTypeDefinition) {
        keys = terms.map {
            Key(name: $0.name, isDescending: $0.isDescending, isTimestamp: type[$0.name]?.property.type == .timestamp)
        }
    }

    /// Whether there are keys.
    var sorts: Bool { !keys.isEmpty }

    /// The names of the keys.
    var names: [String] { keys.map(\.name) }

    /// The value of each key of `entry`, which is called `name` in the merged list.
    func values(of entry: ForeignEntry, named name: @autoclosure () -> String) -> [Literal?] {
        keys.map { key in
            if key.name.hasSameUTF8(as: "id") { return .string(name()) }
            guard let value = entry.attributes?[key.name] else { return nil }
            switch value.kind {
            case .integer: return value.integer.map { .integer($0) }
            case .real, .unsigned: return value.real.map { .real($0) }
            case .bool: return value.bool.map { .boolean($0) }
            case .string:
                guard let text = value.text else { return nil }
                return key.isTimestamp ? Timestamp(text).map { .timestamp($0) } ?? .string(text) : .string(text)
            case .null, .list, .object: return nil
            }
        }
    }

    /// Whether `left` stands before `right`; false where both are equal.
    func places(_ left: [Literal?], before right: [Literal?]) -> Bool {
        for (key, (left, right)) in zip(keys, zip(left, right)) {
            switch (left, right) {
            case (nil, nil): continue
            case (nil, _): return false
            case (_, nil): return true
            case (let left?, let right?):
                if Self.precedes(left, right) { return !key.isDescending }
                if Self.precedes(right, left) { return key.isDescending }
            }
        }
        return false
    }

    /// Whether entries with these `values` stand in this order.
    func keeps(_ values: [[Literal?]]) -> Bool {
        !sorts || zip(values, values.dropFirst()).allSatisfy { !places($1, before: $0) }
    }

    /// Whether the first of entries with these `values` has none of the first key.
    func putsUnknownFirst(_ values: [[Literal?]]) -> Bool { sorts && values.first.map { $0[0] == nil } ?? false }

    /// Whether one of entries with these `values` has none of the first key.
    func hasUnknown(_ values: [[Literal?]]) -> Bool { sorts && values.contains { $0[0] == nil } }

    private static func precedes(_ left: Literal, _ right: Literal) -> Bool {
        if case (.boolean(let left), .boolean(let right)) = (left, right) { return !left && right }
        let (leftRank, rightRank) = (rank(left), rank(right))
        return leftRank == rightRank ? left.holds(.compares(.less), right) : leftRank < rightRank
    }

    /// Databases disagree about types, too: numbers come before texts, texts before all else.
    private static func rank(_ literal: Literal) -> Int {
        switch literal {
        case .integer, .real: 0
        case .string: 1
        case .timestamp: 2
        case .boolean: 3
        }
    }
}
