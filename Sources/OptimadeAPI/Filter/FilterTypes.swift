import RutileQuery

extension PropertyType {
    /// Whether scalars of both types can be compared; integers and floats are both numbers.
    func isComparable(with other: PropertyType) -> Bool {
        switch (self, other) {
        case (.integer, .float), (.float, .integer): true
        default: isScalar && self == other
        }
    }

    /// The names of the members of a dictionary, or of the dictionaries in a list.
    var innermostMembers: [String] {
        switch self {
        case .dictionary(let members): members.map(\.name)
        case .list(let item): item.innermostMembers
        case .string, .integer, .float, .boolean, .timestamp, .table, .opaque: []
        }
    }
}

extension Literal {
    /// Whether values of `type` can be compared with this one, timestamps being none of the literals of the language.
    func fits(_ type: PropertyType) -> Bool {
        switch (self, type) {
        case (.string, .string), (.boolean, .boolean): true
        case (.integer, .integer), (.integer, .float), (.real, .integer), (.real, .float): true
        default: false
        }
    }

    /// Whether both are numbers, or both booleans.
    func isComparable(with other: Literal) -> Bool {
        switch (self, other) {
        case (.boolean, .boolean): true
        case (.integer, .integer), (.integer, .real), (.real, .integer), (.real, .real): true
        default: false
        }
    }
}

extension String {
    /// As much of it as fits into some 40 bytes, for messages.
    var shortened: String {
        let limit = 40
        guard utf8.count > limit else { return self }
        var end = utf8.index(startIndex, offsetBy: limit)
        while end.samePosition(in: unicodeScalars) == nil { end = utf8.index(before: end) }
        return String(unicodeScalars[..<end]) + "…"
    }
}
