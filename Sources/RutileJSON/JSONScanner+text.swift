extension JSONScanner {
    /// The byte at ``offset``, `nil` at the end.
    var byte: UInt8? { byte(at: offset) }

    /// The byte at `place`, `nil` behind the end.
    func byte(at place: Int) -> UInt8? {
        // SAFETY: compared with the count here, once for all.
        unsafe place < text.count ? text[place] : nil
    }

    /// Whether `spelling` stands at `place`.
    func stands(_ spelling: StaticString, at place: Int) -> Bool {
        spelling.withUTF8Buffer { (wanted: UnsafeBufferPointer<UInt8>) in
            wanted.indices.allSatisfy { index in unsafe byte(at: place + index) == wanted[index] }
        }
    }

    /// The error that something else than `expected` is at ``offset``, or that what is there is no UTF-8.
    func unexpected(_ expected: String) -> JSONError {
        guard let byte else { return .syntax(offset: offset, expected: expected, found: "the end of the text") }
        guard let length = sequenceLength(at: offset) else { return .invalidUTF8(offset: offset) }
        let character = unsafe String(decoding: text[offset..<offset + length], as: UTF8.self)
        let found = byte < 0x20 || byte == 0x7F ? "the control character \(byte)" : "“\(character)”"
        return .syntax(offset: offset, expected: expected, found: found)
    }

    /// Length of the well-formed UTF-8 sequence at `place`, `nil` when there is none (Unicode 15, table 3-7).
    func sequenceLength(at place: Int) -> Int? {
        guard let lead = byte(at: place) else { return nil }
        let length: Int
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch lead {
        case 0x00...0x7F: return 1
        case 0xC2...0xDF: length = 2
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: length = 3
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: length = 4
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: return nil
        }
        for index in 1..<length {
            guard let byte = byte(at: place + index) else { return nil }
            guard index == 1 ? second.contains(byte) : (0x80...0xBF).contains(byte) else { return nil }
        }
        return length
    }

    // string = %x22 *( %x20-21 / %x23-5B / %x5D-10FFFF / escape ) %x22
    /// Reads a string, from its first quote to behind its last.
    mutating func string() throws(JSONError) {
        offset += 1
        while true {
            switch byte {
            case nil: throw unexpected("the rest of a string")
            case let byte? where byte < 0x20: throw unexpected("the rest of a string")
            case UInt8(ascii: "\""):
                offset += 1
                return
            case UInt8(ascii: "\\"): try escape()
            default:
                guard let length = sequenceLength(at: offset) else { throw .invalidUTF8(offset: offset) }
                offset += length
            }
        }
    }

    private mutating func escape() throws(JSONError) {
        switch byte(at: offset + 1) {
        case UInt8(ascii: "u"): break
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            offset += 2
            return
        default:
            offset += 1
            throw unexpected("one of \" \\ / b f n r t u after “\\”")
        }
        let start = offset
        let unit = try escapedUnit()
        guard (0xD800...0xDFFF).contains(unit) else { return }
        let end = offset
        if unit < 0xDC00, stands("\\u", at: end), (0xDC00...0xDFFF).contains(try escapedUnit()) { return }
        if loneSurrogates == .refuse { throw .loneSurrogate(offset: start) }
        // What follows it is read on its own: it may be the first half of a pair.
        offset = end
        edits.append(Edit(range: start..<end, replacement: "\\ufffd"))
        replacedSurrogates += 1
    }

    private mutating func escapedUnit() throws(JSONError) -> UInt16 {
        var unit: UInt16 = 0
        offset += 2
        for _ in 0..<4 {
            guard let digit = byte.flatMap({ Character(UnicodeScalar($0)).hexDigitValue }) else {
                throw unexpected("four hexadecimal digits after “\\u”")
            }
            unit = unit << 4 | UInt16(digit)
            offset += 1
        }
        return unit
    }
}
