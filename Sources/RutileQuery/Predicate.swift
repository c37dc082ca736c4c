/// A test on one entry.
///
/// Every query language becomes this tree; every index consumes it. Truth is three-valued (``Truth``): a test of an
/// absent value is *unknown*, and an entry matches only when the whole predicate is *true*. Absent, `null` and unknown
/// are one thing; an empty list is known.
///
/// Source: OPTIMADE 1.2, "Filtering on Properties with an unknown value".
public indirect enum Predicate: Hashable, Sendable {
    /// The same for every entry. A property of a foreign provider makes `.unknown`.
    case constant(Truth)
    /// Compares a scalar property. Unknown where either side is absent.
    case test(PropertyPath, Test)
    /// Whether the property has a value; never unknown.
    case isKnown(PropertyPath)
    /// Compares the number of items of a list. Unknown where the list is absent.
    case length(PropertyPath, Comparison, Int64)
    /// Compares the number of items of a list with the value of a number property. Unknown where either is absent.
    case lengthAs(PropertyPath, Comparison, PropertyPath)
    /// Tests the items of lists. Unknown where one of the lists is absent.
    case items(ItemsTest)
    /// Whether the predicate, whose paths begin in an item, is true for some item of a table; never unknown.
    case someItem(PropertyPath, Predicate)
    /// True where all are; false where one is; the empty one is true.
    case and([Predicate])
    /// True where one is; false where all are; the empty one is false.
    case or([Predicate])
    /// Swaps true and false; unknown stays.
    case not(Predicate)
    /// Unknown becomes false. NOMAD's `not` is `.not(.isTrue(p))`: it keeps entries that lack the quantity, while
    /// OPTIMADE's `NOT`, which is `.not(p)`, drops them.
    case isTrue(Predicate)
}

/// A relation to an operand, for one scalar.
public struct Test: Hashable, Sendable {
    /// What must hold between the value and the operand.
    public var relation: Relation
    /// What the value is compared with.
    public var operand: Operand

    /// The test of `relation` to `operand`.
    public init(_ relation: Relation, _ operand: Operand) {
        self.relation = relation
        self.operand = operand
    }
}

/// A relation between two scalars.
public enum Relation: Hashable, Sendable {
    /// Of two values of one type; booleans are only equal or not.
    case compares(Comparison)
    /// The string contains the operand, byte for byte.
    case contains
    /// The string begins with the operand.
    case startsWith
    /// The string ends with the operand.
    case endsWith
    /// Words of the operand are words of the string.
    case matches(WordMatch)
}

/// The six comparisons.
public enum Comparison: String, Hashable, Sendable, CaseIterable {
    case equal = "="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="

    /// The comparison that holds with its sides exchanged.
    public var reversed: Comparison {
        switch self {
        case .equal, .notEqual: self
        case .less: .greater
        case .lessOrEqual: .greaterOrEqual
        case .greater: .less
        case .greaterOrEqual: .lessOrEqual
        }
    }

    /// Whether it holds between two ordered values.
    @inlinable
    public func holds<T: Comparable>(_ left: T, _ right: T) -> Bool {
        switch self {
        case .equal: left == right
        case .notEqual: left != right
        case .less: left < right
        case .lessOrEqual: left <= right
        case .greater: left > right
        case .greaterOrEqual: left >= right
        }
    }
}

/// The right side of a test.
public enum Operand: Hashable, Sendable {
    case literal(Literal)
    /// The value of another property of the same entry.
    case property(PropertyPath)
}

/// A test of the items of one list, or of several correlated ones of equal length.
///
/// With several lists an item is the tuple of what stands at one position in each; where their lengths differ, the
/// shortest counts. An item that is `null` meets no test.
public struct ItemsTest: Hashable, Sendable {
    /// How many items must meet how many tests.
    public enum Quantifier: Hashable, Sendable {
        /// Some item meets some row.
        case any
        /// Every row is met by some item.
        case all
        /// Every item meets some row; true for the empty list.
        case only
    }

    /// The lists; more than one are correlated.
    public var lists: [PropertyPath]
    /// How many must meet how many.
    public var quantifier: Quantifier
    /// Alternatives; each has one test for each list.
    public var rows: [[Test]]

    /// The test of `rows` on `lists`; every row is as long as `lists`.
    public init(_ lists: [PropertyPath], _ quantifier: Quantifier, _ rows: [[Test]]) {
        precondition(rows.allSatisfy { $0.count == lists.count }, "a test for each list")
        self.lists = lists
        self.quantifier = quantifier
        self.rows = rows
    }
}
