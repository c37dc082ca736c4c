import RutileJSON

/// JSON read as slowly and plainly as possible: what the parser is compared with.
///
/// Recursive, over scalars of a String; knows no limits. Shares nothing with the code under test but `Value`.
struct ReferenceParser {
    private struct Refused: Error {}

    private var rest: Substring.UnicodeScalarView

    /// The value of `text`, `nil` when it is refused.
    static func value(of text: [UInt8]) -> Value? {
        guard let string = String(validating: text, as: UTF8.self) else { return nil }
        var parser = ReferenceParser(rest: Substring(string).unicodeScalars)
        guard let value = try? parser.value() else { return nil }
        parser.skipSpace()
        return parser.rest.isEmpty ? value : nil
    }

    private mutating func skipSpace() {
        while let scalar = rest.first, " \n\r\t".unicodeScalars.contains(scalar) { rest.removeFirst() }
    }

    private mutating func take(_ text: String) -> Bool {
        guard rest.starts(with: text.unicodeScalars) else { return false }
        rest.removeFirst(text.unicodeScalars.count)
        return true
    }

    private mutating func demand(_ text: String) throws {
        guard take(text) else { throw Refused() }
    }

    private mutating func value() throws -> Value {
        skipSpace()
        if take("null") { return .null }
        if take("true") { return .bool(true) }
        if take("false") { return .bool(false) }
        if rest.first == "\"" { return .string(try string()) }
        if take("[") { return .list(try items()) }
        if take("{") { return .object(try members()) }
        return try number()
    }

    private mutating func items() throws -> [Value] {
        var items: [Value] = []
        skipSpace()
        if take("]") { return [] }
        while true {
            items.append(try value())
            skipSpace()
            if take("]") { return items }
            try demand(",")
        }
    }

    private mutating func members() throws -> ObjectValue {
        var object = ObjectValue()
        skipSpace()
        if take("}") { return object }
        while true {
            skipSpace()
            let key = try string()
            skipSpace()
            try demand(":")
            object[key] = try value()
            skipSpace()
            if take("}") { return object }
            try demand(",")
        }
    }

    private mutating func digits() -> String {
        var digits = ""
        while let scalar = rest.first, ("0"..."9").contains(scalar) {
            digits.unicodeScalars.append(scalar)
            rest.removeFirst()
        }
        return digits
    }

    private mutating func number() throws -> Value {
        var text = take("-") ? "-" : ""
        let whole = digits()
        guard !whole.isEmpty, whole == "0" || !whole.hasPrefix("0") else { throw Refused() }
        text += whole
        var isReal = false
        if take(".") {
            let fraction = digits()
            guard !fraction.isEmpty else { throw Refused() }
            text += "." + fraction
            isReal = true
        }
        if take("e") || take("E") {
            text += "e"
            if take("-") { text += "-" } else { _ = take("+") }
            let exponent = digits()
            guard !exponent.isEmpty else { throw Refused() }
            text += exponent
            isReal = true
        }
        if !isReal, let number = Int64(text) { return .integer(number) }
        if !isReal, let number = UInt64(text) { return .unsigned(number) }
        guard let number = Double(text), number.isFinite else { throw Refused() }
        return .real(number)
    }

    private mutating func string() throws -> String {
        try demand("\"")
        var string = ""
        while let scalar = rest.popFirst() {
            if scalar == "\"" { return string }
            guard scalar.value >= 0x20 else { throw Refused() }
            string.unicodeScalars.append(scalar == "\\" ? try escaped() : scalar)
        }
        throw Refused()
    }

    private mutating func escaped() throws -> UnicodeScalar {
        let plain: [UnicodeScalar: UnicodeScalar] = [
            "\"": "\"", "\\": "\\", "/": "/", "b": "\u{8}", "f": "\u{C}", "n": "\n", "r": "\r", "t": "\t",
        ]
        guard let letter = rest.popFirst() else { throw Refused() }
        if let scalar = plain[letter] { return scalar }
        guard letter == "u" else { throw Refused() }
        let unit = try fourDigits()
        if let scalar = UnicodeScalar(unit) { return scalar }
        guard unit < 0xDC00, take("\\u") else { throw Refused() }
        let low = try fourDigits()
        guard (0xDC00..<0xE000).contains(low),
            let scalar = UnicodeScalar(0x10000 + (unit - 0xD800) << 10 + low - 0xDC00)
        else { throw Refused() }
        return scalar
    }

    private mutating func fourDigits() throws -> UInt32 {
        var number: UInt32 = 0
        for _ in 0..<4 {
            guard let scalar = rest.popFirst(), scalar.isASCII, let digit = Character(scalar).hexDigitValue else {
                throw Refused()
            }
            number = number * 16 + UInt32(digit)
        }
        return number
    }
}
