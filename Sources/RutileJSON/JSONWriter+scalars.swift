extension JSONWriter {
    /// Writes `null`.
    package mutating func null() { literal("null") }

    /// Writes `true` or `false`.
    package mutating func bool(_ flag: Bool) { literal(flag ? "true" : "false") }

    private mutating func literal(_ text: StaticString) {
        let count = text.utf8CodeUnitCount
        beginValue(room: count)
        // SAFETY: the static text has `count` bytes, and room for them is reserved.
        unsafe (start + byteCount).update(from: text.utf8Start, count: count)
        byteCount += count
    }
}

extension JSONWriter {
    /// Writes one value that is JSON already, as a writer without line breaks made it.
    package mutating func json(_ value: [UInt8]) {
        beginValue(room: value.count)
        unsafe value.withUnsafeBufferPointer { source in
            guard let first = source.baseAddress else { return }
            // SAFETY: room for as many bytes as there are is reserved.
            unsafe (start + byteCount).update(from: first, count: source.count)
        }
        byteCount += value.count
    }
}
