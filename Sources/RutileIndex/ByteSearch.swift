import Glibc

/// Looks for a byte string in others.
///
/// A place is worth a look where the first byte and, as far behind it as it must be, the last byte agree; sixteen places
/// are tested at once. Words in natural text and formulas seldom pass that by chance.
@safe
struct ByteSearch {
    private let needle: UnsafeRawBufferPointer
    private let first: SIMD16<UInt8>
    private let last: SIMD16<UInt8>

    /// A search for `needle`, which must live as long; `nil` when it is empty.
    init?(_ needle: UnsafeRawBufferPointer) {
        guard let first = unsafe needle.first, let last = unsafe needle.last else { return nil }
        unsafe self.needle = needle
        self.first = SIMD16(repeating: first)
        self.last = SIMD16(repeating: last)
    }

    /// Where the needle first occurs in `bytes` at or behind `start`.
    func first(in bytes: UnsafeRawBufferPointer, from start: Int = 0) -> Int? {
        let toLast = unsafe needle.count - 1
        let weights = SIMD16<UInt8>(1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128)
        var position = start
        // SAFETY: the last of sixteen places is `position + 15`, and its last byte lies `toLast` behind it.
        while bytes.count - position >= 16 + toLast {
            let heads = unsafe bytes.loadUnaligned(fromByteOffset: position, as: SIMD16<UInt8>.self)
            let tails = unsafe bytes.loadUnaligned(fromByteOffset: position + toLast, as: SIMD16<UInt8>.self)
            let hits = SIMD16<UInt8>(repeating: 0).replacing(with: weights, where: heads .== first .& tails .== last)
            let halves = unsafe unsafeBitCast(hits, to: SIMD2<UInt64>.self)
            if halves[0] | halves[1] != 0 {
                for offset in 0..<16 where hits[offset] != 0 {
                    if unsafe isMatch(bytes, position + offset) { return position + offset }
                }
            }
            position += 16
        }
        while position + toLast < bytes.count {
            if unsafe isMatch(bytes, position) { return position }
            position += 1
        }
        return nil
    }

    /// Whether the needle stands at `position`, where there is room for it.
    private func isMatch(_ bytes: UnsafeRawBufferPointer, _ position: Int) -> Bool {
        guard let start = bytes.baseAddress, let needleStart = unsafe needle.baseAddress else { return false }
        // SAFETY: the caller looked after the room.
        return unsafe memcmp(start + position, needleStart, needle.count) == 0
    }
}
