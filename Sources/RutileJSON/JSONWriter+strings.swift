extension JSONWriter {
    /// Writes a member's name; its value is next.
    package mutating func key(_ name: String) {
        quoted(name)
        endKey()
    }

    /// Writes a member's name from UTF-8 bytes, as ``stringUTF8(_:)`` does.
    package mutating func keyUTF8(_ name: UnsafeRawBufferPointer) {
        unsafe stringUTF8(name)
        endKey()
    }

    /// Writes a string.
    package mutating func string(_ text: String) { quoted(text) }

    /// Writes a string from UTF-8 bytes. Where they are no UTF-8, U+FFFD stands instead.
    package mutating func stringUTF8(_ text: UnsafeRawBufferPointer) {
        if unsafe UTF8Text.isValid(text) {
            unsafe quoted(text)
        } else {
            quoted(unsafe String(decoding: text, as: UTF8.self))
        }
    }

    private mutating func quoted(_ text: String) {
        var copy = text
        // SAFETY: a String's bytes are valid UTF-8 and live while `withUTF8` runs.
        copy.withUTF8 { (utf8: UnsafeBufferPointer<UInt8>) in unsafe quoted(UnsafeRawBufferPointer(utf8)) }
    }

    /// Writes valid UTF-8 between quotes, with the escapes that JSON demands and no others.
    mutating func quoted(_ text: UnsafeRawBufferPointer) {
        // Room for a text without escapes; each escape reserves its own.
        beginValue(room: text.count + 2)
        put(UInt8(ascii: "\""))
        guard let source = text.baseAddress else { return put(UInt8(ascii: "\"")) }
        var index = 0
        while index < text.count {
            // Eight bytes at a time while none of them needs an escape.
            while text.count - index >= 8 {
                // SAFETY: index + 8 <= count; room for the rest of the text is reserved.
                let word = unsafe source.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                if needsEscape(word) { break }
                unsafe UnsafeMutableRawPointer(start + byteCount).storeBytes(of: word, as: UInt64.self)
                byteCount += 8
                index += 8
            }
            // Then byte by byte, as far as the word that stopped the loop above reaches.
            let end = min(index + 8, text.count)
            while index < end {
                let byte = unsafe text[index]
                index += 1
                if byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\") {
                    put(byte)
                } else {
                    escape(byte, remaining: text.count - index + 1)
                }
            }
        }
        put(UInt8(ascii: "\""))
    }

    private mutating func escape(_ byte: UInt8, remaining: Int) {
        reserve(6 + remaining)
        put(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): put(byte)
        case 0x08: put(UInt8(ascii: "b"))
        case 0x09: put(UInt8(ascii: "t"))
        case 0x0A: put(UInt8(ascii: "n"))
        case 0x0C: put(UInt8(ascii: "f"))
        case 0x0D: put(UInt8(ascii: "r"))
        default:
            put(UInt8(ascii: "u"))
            put(UInt8(ascii: "0"))
            put(UInt8(ascii: "0"))
            put(byte >> 4 + UInt8(ascii: "0"))  // below 0x20: the digit is 0 or 1
            put(hexDigit(byte & 0xF))
        }
    }
}

/// Whether any of the eight bytes is a control character, a quote or a backslash.
///
/// For each byte the highest bit of a sum or difference tells; bytes from 0x80 on are none of these.
@inline(__always)
private func needsEscape(_ word: UInt64) -> Bool {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let highs: UInt64 = 0x8080_8080_8080_8080
    let quotes = word ^ (ones &* 0x22)
    let backslashes = word ^ (ones &* 0x5C)
    let controls = (word &- ones &* 0x20) & ~word
    let hits = controls | ((quotes &- ones) & ~quotes) | ((backslashes &- ones) & ~backslashes)
    return hits & highs != 0
}

private func hexDigit(_ digit: UInt8) -> UInt8 {
    digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
}
