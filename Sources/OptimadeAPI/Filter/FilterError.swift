package import RutileQuery

/// Why a filter was refused, and where.
package struct FilterError: Error, Hashable, Sendable {
    /// The kinds of refusal, which HTTP tells apart.
    package enum Kind: Hashable, Sendable, CaseIterable {
        /// The text is no filter.
        case syntax
        /// A property or member that we ought to know and do not.
        case unknownName
        /// A string compared with a timestamp that is none.
        case invalidTimestamp
        /// Operator, property and value do not fit each other.
        case typeMismatch
        /// Part of the language that is optional, and not offered.
        case unsupported
        /// Two string constants compared with each other.
        case twoStrings
        /// A number that we cannot represent.
        case numberOutOfRange
    }

    /// What exactly is wrong. Associated texts are the client's own, shortened where they are long.
    package enum Reason: Hashable, Sendable {
        /// Something else had to stand here; `found` is `nil` at the end of the filter.
        case expected(String, found: String?)
        /// Characters that begin no token.
        case noToken(String)
        /// No quote closes the string.
        case unterminatedString
        /// A backslash before something other than a quote or a backslash.
        case unknownEscape(String)
        /// More parentheses inside each other than we follow.
        case nestedTooDeeply(limit: Int)
        /// `TRUE` and `FALSE` are only equal or not.
        case orderedBoolean(Comparison)
        /// A row of values is longer or shorter than the row of lists.
        case unequalCorrelation(lists: Int, values: Int)

        /// No property of this name, which has no prefix or one of ours.
        case unknownProperty(String)
        /// Begins with `_` but with no prefix between two of them.
        case noPrefix(String)
        /// No member of this name in the dictionary `of`.
        case unknownMember(String, of: String)
        /// A dotted name continues behind something that has no members.
        case noMembers(of: String)

        /// No RFC 3339 timestamp.
        case invalidTimestamp(String)

        /// A scalar comparison with a list, a dictionary or the like.
        case notScalar(String, PropertyType)
        /// `HAS` or `LENGTH` of something else than a list.
        case notList(String, PropertyType)
        /// `HAS` on a list whose items are no scalars.
        case itemsNotScalar(String, PropertyType)
        /// A substring operator on something else than strings.
        case notString(String, PropertyType)
        /// The value is not of the property's type.
        case valueMismatch(String, PropertyType)
        /// The two properties are of different types.
        case propertyMismatch(String, PropertyType, String, PropertyType)
        /// Booleans have no order.
        case orderedProperty(String, Comparison)
        /// A length is compared with something that is no integer.
        case lengthNotInteger
        /// A substring operator with `TRUE` or `FALSE`.
        case substringOfBoolean
        /// Two constants of different types.
        case constantMismatch

        /// Which one.
        case unsupported(Feature)
        /// Two string constants.
        case twoStrings
        /// Not in the range of 64-bit integers or of doubles.
        case numberOutOfRange(String)
    }

    /// Optional parts of the language that are not offered.
    package enum Feature: Hashable, Sendable, CaseIterable {
        /// The name of a relationship without `.id`, `.description` or `.role`.
        case bareRelationship
        /// `<entry type>.target.…`
        case relationshipTarget
    }

    /// What is wrong.
    package let reason: Reason
    /// UTF-8 offsets into the filter as the client sent it; empty at its end when something is missing there.
    package let span: Range<Int>
    /// What the client probably meant instead of the text at ``span``; absent where nobody can tell.
    package let suggestion: String?

    init(_ reason: Reason, _ span: Range<Int>, suggestion: String? = nil) {
        self.reason = reason
        self.span = span
        self.suggestion = suggestion
    }

    /// What kind of refusal it is.
    package var kind: Kind {
        switch reason {
        case .expected, .noToken, .unterminatedString, .unknownEscape, .nestedTooDeeply, .orderedBoolean,
            .unequalCorrelation:
            .syntax
        case .unknownProperty, .noPrefix, .unknownMember, .noMembers: .unknownName
        case .invalidTimestamp: .invalidTimestamp
        case .notScalar, .notList, .itemsNotScalar, .notString, .valueMismatch, .propertyMismatch, .orderedProperty,
            .lengthNotInteger, .substringOfBoolean, .constantMismatch:
            .typeMismatch
        case .unsupported: .unsupported
        case .twoStrings: .twoStrings
        case .numberOutOfRange: .numberOutOfRange
        }
    }
}
