/// Writes JSON as UTF-8 bytes, one value after the other.
///
/// Commas, colons and, where wanted, line breaks are the writer's business; that lists and objects are closed and that
/// every member has a key and a value is the caller's. Two values in a row at the top level are a caller's bug, except
/// with ``endLine()`` between them.
@safe
package struct JSONWriter: ~Copyable, @unchecked Sendable {
    // The buffer is owned by this value alone, which cannot be copied.
    var start: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    /// Number of bytes written since the start, or since ``takeBytes()``.
    package internal(set) var byteCount = 0

    private enum Position { case first, afterValue, afterKey }
    private var position = Position.first
    private let isPretty: Bool
    private var depth = 0
    /// For ``real(_:)``.
    let powers = PowersOfTen.shared

    /// A writer with room for `reserving` bytes, which grows as needed.
    ///
    /// With `pretty`, members and items stand on lines of their own, indented by two spaces per level.
    package init(reserving: Int = 0, pretty: Bool = false) {
        capacity = max(reserving, 256)
        isPretty = pretty
        // SAFETY: the memory is freed in deinit only, and only `grow` replaces it.
        unsafe start = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
    }

    deinit { unsafe start.deallocate() }

    /// What was written, as a copy.
    package var bytes: [UInt8] {
        // SAFETY: the first `byteCount` bytes are written.
        unsafe Array(UnsafeBufferPointer(start: start, count: byteCount))
    }

    /// What was written, as text.
    package var text: String {
        // SAFETY: as above.
        unsafe String(decoding: UnsafeBufferPointer(start: start, count: byteCount), as: UTF8.self)
    }

    /// Gives what was written, without a copy, to `body`, which must not keep it.
    package func withBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        // SAFETY: as above.
        unsafe try body(UnsafeRawBufferPointer(start: start, count: byteCount))
    }

    /// What was written since the last call; the writer then goes on in the same list or object.
    package mutating func takeBytes() -> [UInt8] {
        defer { byteCount = 0 }
        return bytes
    }

    /// Opens an object: ``key(_:)`` and a value by turns, then ``endObject()``.
    package mutating func beginObject() { open(UInt8(ascii: "{")) }
    /// Closes the innermost object.
    package mutating func endObject() { close(UInt8(ascii: "}")) }
    /// Opens a list: values, then ``endList()``.
    package mutating func beginList() { open(UInt8(ascii: "[")) }
    /// Closes the innermost list.
    package mutating func endList() { close(UInt8(ascii: "]")) }

    /// Ends a line at the top level; the next value starts a text of its own (JSON Lines).
    package mutating func endLine() {
        reserve(1)
        put(UInt8(ascii: "\n"))
        position = .first
    }

    private mutating func open(_ bracket: UInt8) {
        beginValue(room: 1)
        put(bracket)
        position = .first
        depth += 1
    }

    private mutating func close(_ bracket: UInt8) {
        depth -= 1
        if isPretty && position == .afterValue { breakLine() }
        reserve(1)
        put(bracket)
        position = .afterValue
    }

    /// Separates what comes from what was before and makes sure that `room` bytes can be ``put(_:)``.
    @inline(__always)
    mutating func beginValue(room: Int) {
        reserve(room + 1)
        if position == .afterValue { put(UInt8(ascii: ",")) }
        if isPretty { beginPrettyValue(room: room) }
        position = .afterValue
    }

    @inline(never)
    private mutating func beginPrettyValue(room: Int) {
        guard position != .afterKey && depth > 0 else { return }
        breakLine()
        reserve(room)
    }

    /// Separates the key just written from its value.
    mutating func endKey() {
        reserve(2)
        put(UInt8(ascii: ":"))
        if isPretty { put(UInt8(ascii: " ")) }
        position = .afterKey
    }

    private mutating func breakLine() {
        reserve(1 + 2 * depth)
        put(UInt8(ascii: "\n"))
        for _ in 0..<2 * depth { put(UInt8(ascii: " ")) }
    }

    /// Appends `byte`, for which room was reserved.
    @inline(__always)
    mutating func put(_ byte: UInt8) {
        // SAFETY: each caller reserved room for what it puts.
        unsafe start[byteCount] = byte
        byteCount += 1
    }

    /// Makes sure that `room` more bytes can be written.
    @inline(__always)
    mutating func reserve(_ room: Int) {
        if room > capacity - byteCount { grow(room) }
    }

    @inline(never)
    private mutating func grow(_ room: Int) {
        let larger = max(2 * capacity, byteCount + room)
        // SAFETY: both regions hold `byteCount` bytes and do not overlap; the old one is not used again.
        let replacement = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        unsafe replacement.update(from: start, count: byteCount)
        unsafe start.deallocate()
        unsafe start = replacement
        capacity = larger
    }
}
