import NomadAPI
import RutileJSON
import RutileModel
import RutileQuery

/// What a value of a quantity must be, as tests of the index.
enum QuantityTest {
    /// The tests that a value meets that is, or has the words of, `value`: all of them. `nil` where no value can.
    ///
    /// - Throws: ``NomadAPI/EntriesProblem`` when `value` is none that the quantity could have.
    static func tests(of quantity: SearchQuantity, equalTo value: Value) throws(EntriesProblem) -> [Test]? {
        switch quantity.kind {
        case .section, .suggestion: return nil
        case .keyword: return [equal(.string(try Formula.normalised(text(value), for: quantity)))]
        case .text: return [Test(.matches(wordMatch(quantity)), .literal(.string(text(value))))]
        case .integer, .double: return [equal(try number(value, of: quantity))]
        case .boolean: return [equal(.boolean(try flag(value, of: quantity)))]
        case .date:
            let date = try date(value, of: quantity)
            return [
                Test(.compares(.greaterOrEqual), .literal(.timestamp(date.start))),
                Test(.compares(.less), .literal(.timestamp(date.end))),
            ]
        }
    }

    /// The tests that a value within `range` meets.
    ///
    /// A date without time is rounded as Elasticsearch rounds: `gt` is behind all of it, `lte` includes all of it.
    static func tests(of quantity: SearchQuantity, within range: QueryRange) throws(EntriesProblem) -> [Test]? {
        if quantity.kind == .section || quantity.kind == .suggestion { return nil }
        var tests: [Test] = []
        if let bound = range.lower {
            if quantity.kind == .date {
                let date = try date(bound.value, of: quantity)
                tests.append(
                    Test(.compares(.greaterOrEqual), .literal(.timestamp(bound.isInclusive ? date.start : date.end))))
            } else {
                let literal = try literal(bound.value, of: quantity)
                tests.append(Test(.compares(bound.isInclusive ? .greaterOrEqual : .greater), .literal(literal)))
            }
        }
        if let bound = range.upper {
            if quantity.kind == .date {
                let date = try date(bound.value, of: quantity)
                tests.append(Test(.compares(.less), .literal(.timestamp(bound.isInclusive ? date.end : date.start))))
            } else {
                let literal = try literal(bound.value, of: quantity)
                tests.append(Test(.compares(bound.isInclusive ? .lessOrEqual : .less), .literal(literal)))
            }
        }
        return tests
    }

    private static func equal(_ literal: Literal) -> Test { Test(.compares(.equal), .literal(literal)) }

    private static func literal(_ value: Value, of quantity: SearchQuantity) throws(EntriesProblem) -> Literal {
        switch quantity.kind {
        case .integer, .double: try number(value, of: quantity)
        case .boolean: .boolean(try flag(value, of: quantity))
        case .keyword, .text, .date, .section, .suggestion: .string(text(value))
        }
    }

    private static func wordMatch(_ quantity: SearchQuantity) -> WordMatch {
        if quantity.isPath { return .anyPathPart }
        if quantity.name.utf8.hasSuffix(".prefix".utf8) { return .phrasePrefix }
        return quantity.name.hasSameUTF8(as: "text_search_contents") ? .anyWordOrPrefix : .anyWord
    }

    /// Any operand as text.
    private static func text(_ value: Value) -> String {
        switch value {
        case .string(let text): text
        case .integer(let number): String(number)
        case .unsigned(let number): String(number)
        case .real(let number): "\(number)"
        case .bool(let flag): flag ? "true" : "false"
        case .null, .list, .object: ""
        }
    }

    private static func number(_ value: Value, of quantity: SearchQuantity) throws(EntriesProblem) -> Literal {
        switch value {
        case .integer(let number): return .integer(number)
        case .real(let number) where number.isFinite: return .real(number)
        case .unsigned(let number): return .real(Double(number))
        case .string(let text):
            if let number = Int64(text) { return .integer(number) }
            // Swift reads hexadecimal digits, too.
            let isDecimal = !text.utf8.contains { $0 == UInt8(ascii: "x") || $0 == UInt8(ascii: "X") }
            if isDecimal, let number = Double(text), number.isFinite { return .real(number) }
            throw unusable(value, of: quantity)
        default: throw unusable(value, of: quantity)
        }
    }

    private static func flag(_ value: Value, of quantity: SearchQuantity) throws(EntriesProblem) -> Bool {
        switch value {
        case .bool(let flag): return flag
        case .string("true"): return true
        case .string("false"), .string(""): return false
        default: throw unusable(value, of: quantity)
        }
    }

    private static func date(_ value: Value, of quantity: SearchQuantity) throws(EntriesProblem) -> SearchDate {
        let date: SearchDate? =
            switch value {
            case .string(let text): SearchDate(text)
            case .integer(let number): SearchDate(milliseconds: number)
            case .real(let number): Int64(exactly: number.rounded(.down)).flatMap { SearchDate(milliseconds: $0) }
            default: nil
            }
        guard let date else { throw unusable(value, of: quantity) }
        return date
    }

    private static func unusable(_ value: Value, of quantity: SearchQuantity) -> EntriesProblem {
        EntriesProblem(
            400, "Elasticsearch could not process your query: '\(text(value))' is no value of \(quantity.name)",
            at: ["query"])
    }
}
