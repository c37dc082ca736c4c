import CSimdJSON

/// Whether bytes are UTF-8.
package enum UTF8Text {
    /// Whether `text` is valid UTF-8. Quickest where it is ASCII, as most texts are.
    @inline(__always)
    package static func isValid(_ text: UnsafeRawBufferPointer) -> Bool {
        unsafe isASCII(text) || isUTF8(text)
    }

    /// How many bytes of `text` are valid UTF-8 before something is not; all of them where nothing is wrong.
    package static func validLength(_ text: UnsafeRawBufferPointer) -> Int {
        var decoder = UTF8()
        var rest = unsafe Array(text).makeIterator()
        var length = 0
        while case .scalarValue(let scalar) = decoder.decode(&rest) { length += UTF8.width(scalar) }
        return length
    }
}

private func isASCII(_ text: UnsafeRawBufferPointer) -> Bool {
    guard let source = text.baseAddress else { return true }
    var index = 0
    var union: UInt64 = 0
    while text.count - index >= 8 {
        // SAFETY: index + 8 <= count.
        union |= unsafe source.loadUnaligned(fromByteOffset: index, as: UInt64.self)
        index += 8
    }
    while index < text.count {
        union |= UInt64(unsafe text[index])
        index += 1
    }
    return union & 0x8080_8080_8080_8080 == 0
}

private func isUTF8(_ text: UnsafeRawBufferPointer) -> Bool {
    // SAFETY: the bytes are there while the caller's pointer is valid.
    unsafe rutile_json_is_utf8(text.bindMemory(to: UInt8.self).baseAddress, text.count)
}
