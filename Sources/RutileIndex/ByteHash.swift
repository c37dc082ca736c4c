/// A hash of byte strings, the same for equal strings as long as the process runs.
struct ByteHash: Sendable {
    /// Drawn once per process, so that nobody can choose strings whose hashes collide.
    private static let processSeed = UInt64.random(in: .min ... .max)

    private let seed = processSeed

    /// The hash of `text`, eight bytes at a time.
    @inline(__always)
    func callAsFunction(_ text: UnsafeRawBufferPointer) -> UInt64 {
        var state = seed ^ UInt64(truncatingIfNeeded: text.count)
        var offset = 0
        // SAFETY: each load stays within the buffer.
        while text.count - offset >= 8 {
            state = unsafe mixed(state ^ text.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            offset += 8
        }
        var rest: UInt64 = 0
        while offset < text.count {
            rest = unsafe rest << 8 | UInt64(text[offset])
            offset += 1
        }
        return mixed(state ^ rest)
    }

    /// `bits` stirred: both halves of a product with a constant of irregular bits.
    @inline(__always)
    func mixed(_ bits: UInt64) -> UInt64 {
        let product = (bits ^ seed).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
        return product.high ^ product.low
    }
}
