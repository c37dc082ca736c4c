import RutileQuery

extension FilterError: CustomStringConvertible {
    /// For people: what is wrong, at which bytes, counted from 0, and what would be right.
    package var description: String { text("bytes", span) }

    /// The same with the place in characters, counted from 1, of `filter`, in which the error is.
    package func description(in filter: String) -> String {
        let bytes = filter.utf8
        let start = bytes.index(bytes.startIndex, offsetBy: span.lowerBound, limitedBy: bytes.endIndex)
        let end = bytes.index(bytes.startIndex, offsetBy: span.upperBound, limitedBy: bytes.endIndex)
        guard let start, let end else { return description }
        let first = filter.unicodeScalars.distance(from: filter.startIndex, to: start) + 1
        return text("characters", first..<first + filter.unicodeScalars.distance(from: start, to: end))
    }

    private func text(_ unit: String, _ range: Range<Int>) -> String {
        let place =
            switch range.count {
            case 0: "at the end"
            case 1: "at \(unit.dropLast()) \(range.lowerBound)"
            default: "at \(unit) \(range.lowerBound)–\(range.upperBound - 1)"
            }
        let hint = suggestion.map { "; did you mean \($0)?" } ?? ""
        return "\(reason) (\(place))\(hint)"
    }
}

extension FilterError.Reason: CustomStringConvertible {
    /// For people: what is wrong.
    package var description: String {
        switch self {
        case .expected(let what, let found?): "expected \(what), found \(found)"
        case .expected(let what, nil): "expected \(what), but the filter ends"
        case .noToken(let text): "\(text) means nothing in a filter"
        case .unterminatedString: "the string has no closing quote"
        case .unknownEscape(let text): "\(text) is no escape; only \\\" and \\\\ are"
        case .nestedTooDeeply(let limit): "more than \(limit) parentheses inside each other"
        case .orderedBoolean(let comparison):
            "TRUE and FALSE can only be compared with = and !=, not with \(comparison.rawValue)"
        case .unequalCorrelation(let lists, let values):
            "each value list needs \(lists) values, one for each property before HAS; this one has \(values)"
        case .unknownProperty(let name): "there is no property \(name)"
        case .noPrefix(let name):
            "\(name) begins with an underscore, but no provider's prefix and another underscore follow"
        case .unknownMember(let name, let parent): "there is no \(name) in \(parent)"
        case .noMembers(let parent): "\(parent) has no members"
        case .invalidTimestamp(let text): "\"\(text)\" is no RFC 3339 timestamp such as 2024-05-31T12:00:00Z"
        case .notScalar(let name, let type): "\(name) is \(type.phrase) and cannot be compared as a whole"
        case .notList(let name, let type): "\(name) is \(type.phrase), no list"
        case .itemsNotScalar(let name, let type): "\(name) is \(type.phrase), whose items cannot be compared"
        case .notString(let name, let type): "CONTAINS, STARTS and ENDS need strings, but \(name) is \(type.phrase)"
        case .valueMismatch(let name, let type): "\(name) is \(type.phrase), which this value cannot be compared with"
        case .propertyMismatch(let left, let leftType, let right, let rightType):
            "\(left) is \(leftType.phrase) and \(right) is \(rightType.phrase): they cannot be compared"
        case .orderedProperty(let name, let comparison):
            "\(name) is a boolean, which can only be compared with = and !=, not with \(comparison.rawValue)"
        case .lengthNotInteger: "LENGTH is compared with integers only"
        case .substringOfBoolean: "CONTAINS, STARTS and ENDS need a string, not TRUE or FALSE"
        case .constantMismatch: "constants of different types cannot be compared"
        case .unsupported(let feature): "not supported: \(feature)"
        case .twoStrings: "two string constants cannot be compared with each other"
        case .numberOutOfRange(let text):
            "\(text) is out of range: integers go from \(Int64.min) to \(Int64.max), "
                + "others from ±\(Double.leastNonzeroMagnitude) to ±\(Double.greatestFiniteMagnitude)"
        }
    }
}

extension FilterError.Feature: CustomStringConvertible {
    /// For people: which part of the language it is.
    package var description: String {
        switch self {
        case .bareRelationship: "a relationship as such; ask for its .id, .description or .role"
        case .relationshipTarget: "properties of related entries (.target)"
        }
    }
}

extension PropertyType {
    /// The type in words, with its article.
    fileprivate var phrase: String {
        switch self {
        case .string: "a string"
        case .integer: "an integer"
        case .float: "a number"
        case .boolean: "a boolean"
        case .timestamp: "a timestamp"
        case .list(let item): "a list of \(item.plural)"
        case .dictionary: "a dictionary"
        case .table: "a list of dictionaries"
        case .opaque: "a value of no fixed type"
        }
    }

    private var plural: String {
        switch self {
        case .string: "strings"
        case .integer: "integers"
        case .float: "numbers"
        case .boolean: "booleans"
        case .timestamp: "timestamps"
        case .list(let item): "lists of \(item.plural)"
        case .dictionary: "dictionaries"
        case .table: "lists of dictionaries"
        case .opaque: "values of no fixed type"
        }
    }
}
