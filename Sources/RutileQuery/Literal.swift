import RutileJSON
public import RutileModel

/// A scalar value in a query, or of a property.
///
/// Strings are equal and ordered by their UTF-8 bytes. Integers and reals compare as numbers, exactly.
public enum Literal: Hashable, Sendable {
    case string(String)
    case integer(Int64)
    case real(Double)
    case boolean(Bool)
    case timestamp(Timestamp)

    /// Of one type, and strings of the same bytes.
    public static func == (left: Literal, right: Literal) -> Bool {
        switch (left, right) {
        case (.string(let left), .string(let right)): left.hasSameUTF8(as: right)
        case (.integer(let left), .integer(let right)): left == right
        case (.real(let left), .real(let right)): left == right
        case (.boolean(let left), .boolean(let right)): left == right
        case (.timestamp(let left), .timestamp(let right)): left == right
        default: false
        }
    }

    /// Hashes as `==` compares.
    public func hash(into hasher: inout Hasher) {
        switch self {
        case .string(let text): UTF8Key(text).hash(into: &hasher)
        case .integer(let number): hasher.combine(number)
        case .real(let number): hasher.combine(number)
        case .boolean(let flag): hasher.combine(flag)
        case .timestamp(let time): hasher.combine(time)
        }
    }

    /// Whether `relation` holds between this value and `operand`. False between values of different types, except
    /// between integers and reals.
    public func holds(_ relation: Relation, _ operand: Literal) -> Bool {
        switch (relation, self, operand) {
        case (.compares(let comparison), .string(let left), .string(let right)):
            comparison.holds(UTF8Key(left), UTF8Key(right))
        case (.compares(let comparison), .integer(let left), .integer(let right)): comparison.holds(left, right)
        case (.compares(let comparison), .real(let left), .real(let right)): comparison.holds(left, right)
        case (.compares(let comparison), .integer(let left), .real(let right)):
            comparison.holds(ExactNumber(left), ExactNumber(right))
        case (.compares(let comparison), .real(let left), .integer(let right)):
            comparison.holds(ExactNumber(left), ExactNumber(right))
        case (.compares(let comparison), .timestamp(let left), .timestamp(let right)): comparison.holds(left, right)
        case (.compares(.equal), .boolean(let left), .boolean(let right)): left == right
        case (.compares(.notEqual), .boolean(let left), .boolean(let right)): left != right
        case (.contains, .string(let left), .string(let right)): left.utf8.firstRange(of: right.utf8) != nil
        case (.startsWith, .string(let left), .string(let right)): left.utf8.starts(with: right.utf8)
        case (.endsWith, .string(let left), .string(let right)):
            left.utf8.reversed().starts(with: right.utf8.reversed())
        case (.matches(let match), .string(let left), .string(let right)): WordSearch(match, right).matches(left)
        default: false
        }
    }

    /// Whether this is the smaller of two values of one property; false stands before true.
    package func precedes(_ other: Literal) -> Bool {
        if case (.boolean(let left), .boolean(let right)) = (self, other) { return !left && right }
        return holds(.compares(.less), other)
    }
}
