import Glibc

/// Looks for a byte string in others.
///
/// A place is worth a look where the first byte and, as far behind it as it must be, the last byte agree; 64 places are
/// tested at once. Names and formulas seldom pass that by chance.
@safe
struct ByteSearch {
    private let needle: UnsafeRawBufferPointer
    private let first: UInt8
    private let last: UInt8

    /// A search for `needle`, which must live as long; `nil` when it is empty.
    init?(_ needle: UnsafeRawBufferPointer) {
        guard let first = unsafe needle.first, let last = unsafe needle.last else { return nil }
        unsafe self.needle = needle
        self.first = first
        self.last = last
    }

    /// Calls `body` with each place in `bytes` where the needle occurs, ascending; overlapping ones are all told.
    @inline(__always)
    func forEachMatch(in bytes: UnsafeRawBufferPointer, _ body: (Int) -> Void) {
        let toLast = unsafe needle.count - 1
        let places = bytes.count - toLast
        if places <= 0 { return }
        let (first, last) = (first, last)
        // Two bytes are compared already.
        let isSettled = toLast < 2
        // SAFETY: the last byte of the last place is the last of `bytes`; `flags` has 64 bytes.
        unsafe withUnsafeTemporaryAllocation(byteCount: 64, alignment: 64) { flags in
            for block in 0..<places / 64 {
                let start = block &* 64
                for offset in 0..<64 {
                    // Bits instead of `&&`, which would be a jump for each place.
                    let head: UInt8 = unsafe bytes[start &+ offset] == first ? 1 : 0
                    let tail: UInt8 = unsafe bytes[start &+ offset &+ toLast] == last ? 1 : 0
                    unsafe flags[offset] = head & tail
                }
                var hits = unsafe flags.bits
                while hits != 0 {
                    let place = start &+ hits.trailingZeroBitCount
                    if unsafe isSettled || isMatch(bytes, place) { body(place) }
                    hits &= hits &- 1
                }
            }
        }
        for place in places / 64 * 64..<places where unsafe isMatch(bytes, place) { body(place) }
    }

    /// Whether the needle occurs in `bytes`.
    func isFound(in bytes: UnsafeRawBufferPointer) -> Bool {
        var isFound = false
        unsafe forEachMatch(in: bytes) { _ in isFound = true }
        return isFound
    }

    /// Whether the needle stands at `place`, where there is room for it.
    private func isMatch(_ bytes: UnsafeRawBufferPointer, _ place: Int) -> Bool {
        guard let start = bytes.baseAddress, let needleStart = unsafe needle.baseAddress else { return false }
        // SAFETY: the caller looked after the room.
        return unsafe memcmp(start + place, needleStart, needle.count) == 0
    }
}
