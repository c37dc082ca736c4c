package import RutileModel

/// Why a predicate cannot be written as a filter.
package enum FilterTextError: Error, Hashable, Sendable {
    /// `isTrue`: the language cannot make unknown false.
    case isTrue
    /// A constant that is unknown. `TRUE` and `FALSE` can be written as comparisons of numbers.
    case unknownConstant
    /// A test of no lists, or of none of their items.
    case emptyItemsTest
    /// A component of a path that is no identifier (`[a-z_][a-z_0-9]*`).
    case noIdentifier(String)
    /// An infinity, or not a number.
    case notFinite(Double)
    /// Not within the years 1 to 9999.
    case timestampOutOfRange(Timestamp)
    /// An order of booleans, or a substring operator with something else than a string.
    case relationNotInLanguage
    /// It would need more parentheses inside each other than ``FilterSyntax/nestingLimit``.
    case nestedTooDeeply
}
