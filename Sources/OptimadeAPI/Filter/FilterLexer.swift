import RutileQuery

/// Splits a filter into tokens, one at a time.
///
/// Source: OPTIMADE 1.2, "The Filter Language EBNF Grammar". Between tokens may stand blanks, tabs, line feeds, carriage
/// returns, vertical tabs and form feeds; none are needed, so `nelements=3AND nsites=2` are seven tokens.
struct FilterLexer {
    /// The filter in UTF-8.
    let bytes: [UInt8]
    private var position = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    /// The next token; `end` again and again behind the last one.
    ///
    /// - Throws: ``FilterError`` for characters that begin no token, and for strings without end or with an escape
    ///   other than `\"` and `\\`.
    mutating func next() throws(FilterError) -> FilterToken {
        while position < bytes.count, bytes[position] == 0x20 || (0x09...0x0D).contains(bytes[position]) {
            position += 1
        }
        let start = position
        guard start < bytes.count else { return FilterToken(kind: .end, span: start..<start) }
        let kind = try scan()
        return FilterToken(kind: kind, span: start..<position)
    }

    private mutating func scan() throws(FilterError) -> FilterToken.Kind {
        let byte = bytes[position]
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"): return name()
        case UInt8(ascii: "0")...UInt8(ascii: "9"): return number()
        case UInt8(ascii: "\""): return try string()
        case UInt8(ascii: "("): return single(.openParenthesis)
        case UInt8(ascii: ")"): return single(.closeParenthesis)
        case UInt8(ascii: ","): return single(.comma)
        case UInt8(ascii: ":"): return single(.colon)
        case UInt8(ascii: "="): return single(.comparison(.equal))
        case UInt8(ascii: "<"):
            return peek(1) == UInt8(ascii: "=") ? double(.lessOrEqual) : single(.comparison(.less))
        case UInt8(ascii: ">"):
            return peek(1) == UInt8(ascii: "=") ? double(.greaterOrEqual) : single(.comparison(.greater))
        case UInt8(ascii: "!") where peek(1) == UInt8(ascii: "="): return double(.notEqual)
        case UInt8(ascii: "."):
            return isDigit(1) ? number() : single(.dot)
        case UInt8(ascii: "+"), UInt8(ascii: "-"):
            if isDigit(1) || (peek(1) == UInt8(ascii: ".") && isDigit(2)) { return number() }
        case UInt8(ascii: "A")...UInt8(ascii: "Z"):
            if let keyword = keyword() { return keyword }
        default: break
        }
        throw noToken()
    }

    private func peek(_ distance: Int) -> UInt8? {
        position + distance < bytes.count ? bytes[position + distance] : nil
    }

    private func isDigit(_ distance: Int) -> Bool { peek(distance).map { (0x30...0x39).contains($0) } ?? false }

    private mutating func single(_ kind: FilterToken.Kind) -> FilterToken.Kind {
        position += 1
        return kind
    }

    private mutating func double(_ comparison: Comparison) -> FilterToken.Kind {
        position += 2
        return .comparison(comparison)
    }

    private mutating func name() -> FilterToken.Kind {
        repeat { position += 1 } while position < bytes.count && Self.continuesName(bytes[position])
        return .name
    }

    /// Whether all of `text` is one name.
    static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, first > 0x39 else { return false }
        return text.utf8.allSatisfy(continuesName)
    }

    private static func continuesName(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || byte == UInt8(ascii: "_") || (0x30...0x39).contains(byte)
    }

    // number = [sign] ( digits [ "." [digits] ] | "." digits ) [ ("e" | "E") [sign] digits ]
    private mutating func number() -> FilterToken.Kind {
        var isInteger = true
        if bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-") { position += 1 }
        digits()
        if peek(0) == UInt8(ascii: ".") {
            isInteger = false
            position += 1
            digits()
        }
        if let mark = peek(0), mark | 0x20 == UInt8(ascii: "e") {
            let isSigned = peek(1) == UInt8(ascii: "+") || peek(1) == UInt8(ascii: "-")
            if isDigit(isSigned ? 2 : 1) {
                isInteger = false
                position += isSigned ? 2 : 1
                digits()
            }
        }
        return .number(isInteger: isInteger)
    }

    private mutating func digits() {
        while isDigit(0) { position += 1 }
    }

    private mutating func string() throws(FilterError) -> FilterToken.Kind {
        let start = position
        var hasEscapes = false
        position += 1
        while let byte = peek(0) {
            if byte == UInt8(ascii: "\"") {
                position += 1
                return .string(hasEscapes: hasEscapes)
            }
            guard byte == UInt8(ascii: "\\") else {
                position += 1
                continue
            }
            hasEscapes = true
            guard let escaped = peek(1) else { break }
            guard escaped == UInt8(ascii: "\"") || escaped == UInt8(ascii: "\\") else {
                let span = position..<position + 1 + scalarLength(at: position + 1)
                throw FilterError(.unknownEscape(excerpt(span)), span, suggestion: "\\" + excerpt(span))
            }
            position += 2
        }
        throw FilterError(.unterminatedString, start..<bytes.count)
    }

    /// The keyword that stands here, whatever follows it.
    private mutating func keyword() -> FilterToken.Kind? {
        for (keyword, spelling) in Self.keywords[Int(bytes[position] - UInt8(ascii: "A"))]
        where bytes[position...].starts(with: spelling) {
            position += spelling.count
            return .keyword(keyword)
        }
        return nil
    }

    /// The keywords with their bytes, by initial letter. None is the beginning of another.
    private static let keywords: [[(FilterKeyword, [UInt8])]] = {
        var table = [[(FilterKeyword, [UInt8])]](repeating: [], count: 26)
        for keyword in FilterKeyword.allCases {
            let spelling = Array(keyword.rawValue.utf8)
            table[Int(spelling[0] - UInt8(ascii: "A"))].append((keyword, spelling))
        }
        return table
    }()
}

// MARK: - What is wrong, and what was meant

extension FilterLexer {
    /// The text at `span`, shortened when it is long.
    func excerpt(_ span: Range<Int>) -> String { text(span).shortened }

    /// The text at `span`.
    func text(_ span: Range<Int>) -> String { String(decoding: bytes[span], as: UTF8.self) }

    /// The text that the string token at `span` stands for.
    func string(_ span: Range<Int>, hasEscapes: Bool) -> String {
        let inner = span.lowerBound + 1..<span.upperBound - 1
        guard hasEscapes else { return text(inner) }
        var decoded: [UInt8] = []
        decoded.reserveCapacity(inner.count)
        var index = inner.lowerBound
        while index < inner.upperBound {
            if bytes[index] == UInt8(ascii: "\\") { index += 1 }
            decoded.append(bytes[index])
            index += 1
        }
        return String(decoding: decoded, as: UTF8.self)
    }

    private func scalarLength(at index: Int) -> Int {
        var end = index + 1
        while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
        return end - index
    }

    private func noToken() -> FilterError {
        var end = position
        while end < bytes.count, Self.belongsToWord(bytes[end]) { end += 1 }
        guard end > position else {
            let span = position..<position + 1
            return FilterError(.noToken(excerpt(span)), span, suggestion: Self.meant(byPunctuation: bytes[position]))
        }
        // A capital within a name ends the token before it, but the client sees one word.
        var start = position
        while start > 0, Self.belongsToWord(bytes[start - 1]) { start -= 1 }
        let span = start..<end
        let word = excerpt(span)
        let suggestion = FilterKeyword.spelled(like: word)?.rawValue ?? (word == "NULL" ? "UNKNOWN" : nil)
        let front = front(of: start)
        let isValue = Self.beforeValues.contains { front.suffix($0.utf8.count).elementsEqual($0.utf8) }
        let isName = front.isEmpty || Self.beforeNames.contains { front.suffix($0.utf8.count).elementsEqual($0.utf8) }
        let meant = suggestion ?? (isValue ? "\"\(word)\"" : isName ? Self.lowerCaseName(word) : nil)
        return FilterError(.noToken(word), span, suggestion: meant)
    }

    /// What stands in front of `start`, without the blanks at its end.
    private func front(of start: Int) -> ArraySlice<UInt8> {
        var end = start
        while end > 0, bytes[end - 1] == 0x20 || (0x09...0x0D).contains(bytes[end - 1]) { end -= 1 }
        return bytes[..<end]
    }

    /// What a value follows, not a property's name.
    private static let beforeValues = [
        "=", "<", ">", ",", ":", "CONTAINS", "STARTS", "ENDS", "WITH", "HAS", "ALL", "ANY", "ONLY",
    ]
    /// What a property's name follows; behind such a name there is an operator.
    private static let beforeNames = ["(", ".", "NOT", "AND", "OR"]

    private static func belongsToWord(_ byte: UInt8) -> Bool {
        continuesName(byte) || (0x41...0x5A).contains(byte) || byte >= 0x80
    }

    private static func lowerCaseName(_ word: String) -> String? {
        let lower = word.lowercased()
        return isName(lower) ? lower : nil
    }

    private static func meant(byPunctuation byte: UInt8) -> String? {
        switch byte {
        case UInt8(ascii: "'"), UInt8(ascii: "`"): "\""
        case UInt8(ascii: "&"): FilterKeyword.and.rawValue
        case UInt8(ascii: "|"): FilterKeyword.or.rawValue
        case UInt8(ascii: "!"): FilterKeyword.not.rawValue
        case UInt8(ascii: "["): "("
        case UInt8(ascii: "]"): ")"
        default: nil
        }
    }
}
