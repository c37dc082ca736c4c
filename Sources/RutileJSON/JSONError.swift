/// Why a JSON text was refused, and where. Offsets are bytes from its start.
package enum JSONError: Error, Hashable, Sendable {
    /// The text has more bytes than the limit. Nothing was read.
    case tooLarge(bytes: Int, limit: Int)
    /// The list or object at `offset` lies deeper than the limit.
    case tooDeep(offset: Int, limit: Int)
    /// The byte at `offset` starts no well-formed UTF-8 sequence.
    case invalidUTF8(offset: Int)
    /// The escape at `offset` is half of a surrogate pair without the other half, which is no character.
    case loneSurrogate(offset: Int)
    /// A bare `NaN` or infinity, or a number that no double holds, where these are refused.
    case nonFinite(offset: Int, spelling: String)
    /// Something else stands where `expected` should.
    case syntax(offset: Int, expected: String, found: String)
    /// There is not enough memory for the parsed form.
    case outOfMemory(bytes: Int)
    /// simdjson refused a text that our scanner accepts: a bug of ours, reported instead of a crash.
    case parserDisagrees

    /// Where the trouble is; 0 for errors that concern the whole text.
    package var offset: Int {
        switch self {
        case .tooDeep(let offset, _), .invalidUTF8(let offset), .loneSurrogate(let offset), .nonFinite(let offset, _),
            .syntax(let offset, _, _):
            offset
        case .tooLarge, .outOfMemory, .parserDisagrees: 0
        }
    }

    /// Whether `text`, the text that was refused, may be the beginning of one that would not be: it ends too early.
    package func isEndTooEarly(of text: [UInt8]) -> Bool {
        switch self {
        case .syntax(let offset, _, _): offset >= text.count || isBegunWord(text[offset...])
        // The first bytes of a character, or the first of two escapes: the end of the string is not there either.
        case .invalidUTF8(let offset), .loneSurrogate(let offset): !text[offset...].contains(UInt8(ascii: "\""))
        case .tooLarge, .tooDeep, .nonFinite, .outOfMemory, .parserDisagrees: false
        }
    }

    private func isBegunWord(_ rest: ArraySlice<UInt8>) -> Bool {
        ["true", "false", "null"].contains { $0.utf8.starts(with: rest) }
    }

    /// Line and column of ``offset`` in `text`, the text that was refused, both counted from 1, columns in bytes.
    package func place(in text: [UInt8]) -> (line: Int, column: Int) {
        let before = text.prefix(offset)
        let line = before.count { $0 == UInt8(ascii: "\n") } + 1
        let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        return (line, offset - lineStart + 1)
    }
}

extension JSONError: CustomStringConvertible {
    /// The reason in one sentence without its place, for example `expected a value, found “}”`.
    package var reason: String {
        switch self {
        case .tooLarge(let bytes, let limit): "the text has \(bytes) bytes, more than the limit of \(limit)"
        case .tooDeep(_, let limit): "nested deeper than the limit of \(limit) levels"
        case .invalidUTF8: "not valid UTF-8"
        case .loneSurrogate: "half of a surrogate pair"
        case .nonFinite(_, let spelling): "\(spelling) is not a finite number"
        case .syntax(_, let expected, let found): "expected \(expected), found \(found)"
        case .outOfMemory(let bytes): "not enough memory to parse \(bytes) bytes"
        case .parserDisagrees: "refused by the parser for an unknown reason"
        }
    }

    package var description: String {
        switch self {
        case .tooLarge, .outOfMemory, .parserDisagrees: reason
        default: "byte \(offset): \(reason)"
        }
    }
}
