extension JSONScanner {
    // number = [ "-" ] int [ frac ] [ exp ], or Python's NaN, Infinity and -Infinity
    /// Reads a number and notes what must change before simdjson can read it.
    mutating func number() throws(JSONError) {
        let start = offset
        for word: StaticString in ["NaN", "Infinity", "-Infinity"] where stands(word, at: offset) {
            offset += word.utf8CodeUnitCount
            return try replaceNonFinite(from: start)
        }
        let isNegative = byte == UInt8(ascii: "-")
        if isNegative { offset += 1 }
        let digits = offset
        guard skipDigits() > 0 else { throw unexpected(isNegative ? "a digit after “-”" : "a value") }
        if byte(at: digits) == UInt8(ascii: "0") && offset > digits + 1 {
            offset = digits + 1
            throw unexpected("no digit after a leading 0")
        }
        let integerEnd = offset
        if byte == UInt8(ascii: ".") {
            offset += 1
            guard skipDigits() > 0 else { throw unexpected("a digit after “.”") }
        }
        if byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") {
            offset += 1
            if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") { offset += 1 }
            guard skipDigits() > 0 else { throw unexpected("a digit of the exponent") }
        }

        let spelling = unsafe String(decoding: text[start..<offset], as: UTF8.self)
        let isInteger = offset == integerEnd
        if isInteger && (Int64(spelling) != nil || UInt64(spelling) != nil) { return }
        guard Double(spelling)?.isFinite == true else { return try replaceNonFinite(from: start) }
        // simdjson refuses integers beyond 64 bits, but reads them as doubles when they are spelled so.
        if isInteger { edits.append(Edit(range: offset..<offset, replacement: ".0")) }
    }

    private mutating func replaceNonFinite(from start: Int) throws(JSONError) {
        let spelling = unsafe String(decoding: text[start..<min(offset, start + 40)], as: UTF8.self)
        if nonFinite == .refuse { throw .nonFinite(offset: start, spelling: spelling) }
        replaced.append(spelling, at: start)
        edits.append(Edit(range: start..<offset, replacement: "null"))
    }

    /// Skips digits and returns how many there were.
    private mutating func skipDigits() -> Int {
        let start = offset
        while let byte, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { offset += 1 }
        return offset - start
    }
}
