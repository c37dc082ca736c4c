import RutileJSON

/// Reads the fields of a `query` or `pagination` object, as leniently as NOMAD does.
struct ListFieldReader {
    /// JSON pointer of the object.
    let pointer: String
    /// What a wrong field is refused as.
    let kind: GraphProblem.Kind
    /// What the message of a refusal begins with.
    let what: String

    /// An integer; `nil` for null.
    func integer(_ name: String, _ value: Value, atLeast least: Int) throws(GraphProblem) -> Int? {
        if value.isNull { return nil }
        guard let number = lenientInteger(value), number >= least else {
            throw wrong(name, "an integer of at least \(least)")
        }
        return number
    }

    /// A string; `nil` for null.
    func text(_ name: String, _ value: Value) throws(GraphProblem) -> String? {
        guard value.isNull || value.text != nil else { throw wrong(name, "a string or null") }
        return value.text
    }

    /// A truth value; `nil` for null.
    func flag(_ name: String, _ value: Value) throws(GraphProblem) -> Bool? {
        if value.isNull { return nil }
        guard let flag = lenientFlag(value) else { throw wrong(name, "true or false") }
        return flag
    }

    /// Strings; one alone is a list of one; `nil` for null.
    func texts(_ name: String, _ value: Value) throws(GraphProblem) -> [String]? {
        if value.isNull { return nil }
        if let text = value.text { return [text] }
        let texts = value.items?.compactMap(\.text)
        guard let texts, texts.count == value.items?.count else { throw wrong(name, "a list of strings") }
        return texts
    }

    /// The refusal of a field that is not as `expected`.
    func wrong(_ name: String, _ expected: String, kind: GraphProblem.Kind? = nil) -> GraphProblem {
        GraphProblem(kind ?? self.kind, "\(what): '\(name)' must be \(expected).", at: pointer + "/" + escaped(name))
    }

    /// The refusal of the whole object.
    func problem(_ text: String) -> GraphProblem { GraphProblem(kind, "\(what): \(text).", at: pointer) }
}

/// An integer as NOMAD admits it: a number without fraction, the text of one, or a truth value.
func lenientInteger(_ value: Value) -> Int? {
    switch value {
    case .integer(let number): Int(exactly: number)
    case .real(let number): Int(exactly: number)
    case .string(let text): lenientInteger(text)
    case .bool(let flag): flag ? 1 : 0
    default: nil
    }
}

/// The integer that `text` is: digits with a sign, white space around them, a `_` between two of them, and zeros behind
/// a point. Source: Pydantic 2.14, measured.
func lenientInteger(_ text: String) -> Int? {
    var trimmed = text[...]
    while trimmed.first?.isWhitespace == true { trimmed.removeFirst() }
    while trimmed.last?.isWhitespace == true { trimmed.removeLast() }
    let parts = trimmed.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    if parts.count == 2, parts[1].isEmpty || !parts[1].utf8.allSatisfy({ $0 == UInt8(ascii: "0") }) { return nil }
    let groups = parts[0].split(separator: "_", omittingEmptySubsequences: false)
    // Each has digits of its own: one that has none, or only a sign, is no number.
    guard groups.allSatisfy({ Int($0) != nil }) else { return nil }
    return Int(groups.joined(separator: ""))
}

/// A truth value, in the spellings that NOMAD admits.
func lenientFlag(_ value: Value) -> Bool? {
    switch value {
    case .bool(let flag): return flag
    case .integer(0), .real(0): return false
    case .integer(1), .real(1): return true
    case .string(let text):
        switch text.lowercased() {
        case "true", "t", "yes", "y", "on", "1": return true
        case "false", "f", "no", "n", "off", "0": return false
        default: return nil
        }
    default: return nil
    }
}
