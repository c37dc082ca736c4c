/// Reads a JSON text by the letter, slowly, when simdjson refused it: names what is wrong and where, or collects what
/// is to be rewritten before simdjson can read the text.
///
/// Needs no stack per level, so nesting of any depth ends in an error, not in a crash.
@safe
package struct JSONScanner {
    /// The text, into which the offsets of errors point.
    let text: UnsafeRawBufferPointer
    /// Limits; of these only the depth is looked at.
    let limits: JSONLimits
    /// What to do with numbers that are not finite.
    let nonFinite: NonFiniteNumbers
    /// What to do with halves of surrogate pairs.
    let loneSurrogates: LoneSurrogates
    /// The next byte to read.
    var offset: Int
    /// Numbers that become `null`.
    var replaced = ReplacedNumbers()
    /// How many halves of surrogate pairs become U+FFFD.
    var replacedSurrogates = 0
    /// What simdjson cannot read, in order.
    var edits: [Edit] = []
    private let start: Int
    /// The containers that are open, outermost first.
    private var open: [Container] = []

    private struct Container {
        let isObject: Bool
        let offset: Int
    }

    /// Bytes to be replaced by others.
    struct Edit {
        /// Where they stand.
        let range: Range<Int>
        /// What stands there instead.
        let replacement: StaticString
    }

    private enum Next { case value, firstItem, key, firstKey, separator, nothing }

    /// A scanner of `text` from `start` on. The text must outlive it.
    package init(
        _ text: UnsafeRawBufferPointer, start: Int, limits: JSONLimits, nonFinite: NonFiniteNumbers,
        loneSurrogates: LoneSurrogates = .refuse
    ) {
        unsafe self.text = text
        self.start = start
        self.limits = limits
        self.nonFinite = nonFinite
        self.loneSurrogates = loneSurrogates
        offset = start
    }

    /// The text after ``scan()``, with all that simdjson cannot read replaced; a byte order mark is left out.
    package func rewritten() -> [UInt8] {
        var rewritten: [UInt8] = []
        rewritten.reserveCapacity(unsafe text.count + 2 * edits.count)
        var copied = start
        for edit in edits {
            unsafe rewritten.append(contentsOf: text[copied..<edit.range.lowerBound])
            edit.replacement.withUTF8Buffer { unsafe rewritten.append(contentsOf: $0) }
            copied = edit.range.upperBound
        }
        unsafe rewritten.append(contentsOf: text[copied...])
        return rewritten
    }

    /// Reads the whole text.
    package mutating func scan() throws(JSONError) {
        var next = Next.value
        while next != .nothing {
            skipSpace()
            switch next {
            case .value: next = try value()
            case .key: next = try key()
            case .firstItem where byte == UInt8(ascii: "]"), .firstKey where byte == UInt8(ascii: "}"): next = close()
            case .firstItem:
                try checkDepth()
                next = try value()
            case .firstKey:
                try checkDepth()
                next = try key()
            case .separator: next = try separator()
            case .nothing: break
            }
        }
        skipSpace()
        if byte != nil { throw unexpected("the end of the text") }
    }

    // value = object / array / string / number / "true" / "false" / "null"
    private mutating func value() throws(JSONError) -> Next {
        switch byte {
        case UInt8(ascii: "{"):
            open.append(Container(isObject: true, offset: offset))
            offset += 1
            return .firstKey
        case UInt8(ascii: "["):
            open.append(Container(isObject: false, offset: offset))
            offset += 1
            return .firstItem
        case UInt8(ascii: "\""): try string()
        case UInt8(ascii: "t"): try word("true")
        case UInt8(ascii: "f"): try word("false")
        case UInt8(ascii: "n"): try word("null")
        default: try number()
        }
        return open.isEmpty ? .nothing : .separator
    }

    // member = string ":" value
    private mutating func key() throws(JSONError) -> Next {
        guard byte == UInt8(ascii: "\"") else { throw unexpected("a member's name in quotes") }
        try string()
        skipSpace()
        guard byte == UInt8(ascii: ":") else { throw unexpected("“:” after a member's name") }
        offset += 1
        return .value
    }

    private mutating func separator() throws(JSONError) -> Next {
        let isObject = open.last?.isObject == true
        switch byte {
        case UInt8(ascii: ","):
            offset += 1
            return isObject ? .key : .value
        case UInt8(ascii: "}") where isObject, UInt8(ascii: "]") where !isObject: return close()
        default:
            let opened = open.last.map { " (opened at byte \($0.offset))" } ?? ""
            throw unexpected((isObject ? "“,” or “}”" : "“,” or “]”") + opened)
        }
    }

    private mutating func close() -> Next {
        offset += 1
        open.removeLast()  // only called where a container is open
        return open.isEmpty ? .nothing : .separator
    }

    /// Refuses the innermost container when it is too deep. It is not empty: empty ones do not count.
    private func checkDepth() throws(JSONError) {
        if let innermost = open.last, open.count > limits.maximumDepth {
            throw .tooDeep(offset: innermost.offset, limit: limits.maximumDepth)
        }
    }

    private mutating func word(_ word: StaticString) throws(JSONError) {
        guard stands(word, at: offset) else { throw unexpected("a value") }
        offset += word.utf8CodeUnitCount
    }

    private mutating func skipSpace() {
        while let byte, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { offset += 1 }
    }
}
