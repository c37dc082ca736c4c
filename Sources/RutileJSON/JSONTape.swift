import CSimdJSON

/// The words and strings of a parsed document. `CSimdJSON.h` describes their layout.
///
/// Every index that the functions take is one of a value's first word, as ``rootIndex``, ``firstIndex(in:)`` and
/// ``index(after:)`` give it: simdjson wrote the tape, so it is trusted.
@safe
struct JSONTape {
    private let owner: OpaquePointer
    private let words: UnsafePointer<UInt64>
    private let strings: UnsafePointer<UInt8>

    /// Where the value of the whole text begins.
    static let rootIndex = 1

    /// Takes over what was parsed; `nil` when the text was refused.
    init?(_ parsed: rutile_json_parsed) {
        guard let owner = unsafe parsed.document, let words = unsafe parsed.tape, let strings = unsafe parsed.strings
        else { return nil }
        unsafe self.owner = owner
        unsafe self.words = words
        unsafe self.strings = strings
    }

    /// Ends the tape's life; it must not be used afterwards.
    func free() { unsafe rutile_json_free(owner) }

    /// The word at `index`.
    @inline(__always)
    func word(_ index: Int) -> UInt64 {
        // SAFETY: see the type's comment.
        unsafe words[index]
    }

    /// What begins at `index`.
    @inline(__always)
    func kind(_ index: Int) -> JSONKind {
        switch UInt8(truncatingIfNeeded: word(index) >> 56) {
        case UInt8(ascii: "{"): .object
        case UInt8(ascii: "["): .list
        case UInt8(ascii: "\""): .string
        case UInt8(ascii: "l"): .integer
        case UInt8(ascii: "u"): .unsigned
        case UInt8(ascii: "d"): .real
        case UInt8(ascii: "t"), UInt8(ascii: "f"): .bool
        default: .null
        }
    }

    /// Index of the value that follows the one at `index`; for the last value in a container that of ``end(of:)``.
    @inline(__always)
    func index(after index: Int) -> Int {
        switch kind(index) {
        case .object, .list: end(of: index) + 1
        case .integer, .unsigned, .real: index + 2
        default: index + 1
        }
    }

    /// Index of the first item or key of the container at `index`, or of its closing word.
    @inline(__always)
    func firstIndex(in index: Int) -> Int { index + 1 }

    /// Index of the closing word of the container at `index`.
    @inline(__always)
    func end(of index: Int) -> Int { Int(word(index) & 0xFFFF_FFFF) - 1 }

    /// Number of items, or of members as written, of the container at `index`.
    func count(_ index: Int) -> Int {
        let counted = Int(word(index) >> 32 & 0xFF_FFFF)
        guard counted == 0xFF_FFFF else { return counted }
        // The counter is saturated.
        var steps = 0
        var at = firstIndex(in: index)
        let end = end(of: index)
        while at < end {
            at = self.index(after: at)
            steps += 1
        }
        return kind(index) == .object ? steps / 2 : steps
    }

    /// Whether the bool at `index` is true.
    func bool(_ index: Int) -> Bool { word(index) >> 56 == UInt64(UInt8(ascii: "t")) }

    /// The bytes of the string at `index`, valid as long as the tape.
    @inline(__always)
    func utf8(_ index: Int) -> UnsafeRawBufferPointer {
        // SAFETY: simdjson wrote the length and that many bytes there.
        let start = unsafe UnsafeRawPointer(strings) + Int(word(index) & 0xFF_FFFF_FFFF_FFFF)
        let length = unsafe start.loadUnaligned(as: UInt32.self)
        return unsafe UnsafeRawBufferPointer(start: start + 4, count: Int(length))
    }

    /// The string at `index`.
    func text(_ index: Int) -> String { unsafe String(decoding: utf8(index), as: UTF8.self) }
}
