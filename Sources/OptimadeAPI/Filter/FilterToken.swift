package import RutileQuery

/// One token of a filter, and where it stands.
package struct FilterToken: Hashable, Sendable {
    /// What a token is.
    package enum Kind: Hashable, Sendable {
        /// `[a-z_][a-z_0-9]*`
        case name
        /// In double quotes, which belong to the span.
        case string(hasEscapes: Bool)
        /// With its sign.
        case number(isInteger: Bool)
        case keyword(FilterKeyword)
        case comparison(Comparison)
        case openParenthesis, closeParenthesis, dot, comma, colon
        /// Behind the last one; its span is empty.
        case end
    }

    /// What it is.
    package let kind: Kind
    /// UTF-8 offsets into the filter.
    package let span: Range<Int>
}

/// The words of the language; upper case only, and no blanks are needed around them.
package enum FilterKeyword: String, Hashable, Sendable, CaseIterable {
    case all = "ALL"
    case and = "AND"
    case any = "ANY"
    case contains = "CONTAINS"
    case ends = "ENDS"
    case `false` = "FALSE"
    case has = "HAS"
    case `is` = "IS"
    case known = "KNOWN"
    case length = "LENGTH"
    case not = "NOT"
    case only = "ONLY"
    case or = "OR"
    case starts = "STARTS"
    case `true` = "TRUE"
    case unknown = "UNKNOWN"
    case with = "WITH"

    /// The keyword that `word` is in some mixture of cases.
    static func spelled(like word: String) -> FilterKeyword? { FilterKeyword(rawValue: word.uppercased()) }
}
