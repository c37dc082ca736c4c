/// A shell pattern over one key: `*`, `?`, `[abc]`, `[a-z]`, `[!abc]`; anchored at both ends, case-sensitive.
///
/// Any other character stands for itself, and so does a `[` without its `]`. Matching takes at most
/// (pattern length × key length) steps.
package struct Glob: Hashable, Sendable {
    /// One piece of a pattern.
    private enum Piece: Hashable, Sendable {
        case anything
        case anyOne
        case one(Unicode.Scalar)
        case set([ClosedRange<UInt32>], inverted: Bool)

        func matches(_ scalar: Unicode.Scalar) -> Bool {
            switch self {
            case .anything, .anyOne: true
            case .one(let wanted): wanted == scalar
            case .set(let ranges, let inverted): ranges.contains { $0.contains(scalar.value) } != inverted
            }
        }
    }

    /// The pattern as the client wrote it.
    package let pattern: String
    private let pieces: [Piece]

    /// Reads `pattern`; every text is a pattern.
    package init(_ pattern: String) {
        self.pattern = pattern
        pieces = Self.parse(Array(pattern.unicodeScalars))
    }

    /// The pattern that every key matches.
    package static let everything = Glob("*")

    /// Whether the whole of `key` matches.
    package func matches(_ key: String) -> Bool {
        if pieces == [.anything] { return true }
        let scalars = Array(key.unicodeScalars)
        var piece = 0
        var position = 0
        // Where to go on when the text after the last `*` does not fit: that `*` takes one more character.
        var retry: (piece: Int, position: Int)?
        while position < scalars.count {
            if piece < pieces.count, pieces[piece] == .anything {
                retry = (piece + 1, position)
                piece += 1
            } else if piece < pieces.count, pieces[piece].matches(scalars[position]) {
                piece += 1
                position += 1
            } else if let last = retry {
                retry = (last.piece, last.position + 1)
                piece = last.piece
                position = last.position + 1
            } else {
                return false
            }
        }
        return pieces[piece...].allSatisfy { $0 == .anything }
    }

    private static func parse(_ scalars: [Unicode.Scalar]) -> [Piece] {
        var pieces: [Piece] = []
        var index = 0
        while index < scalars.count {
            switch scalars[index] {
            case "*":
                if pieces.last != .anything { pieces.append(.anything) }
                index += 1
            case "?":
                pieces.append(.anyOne)
                index += 1
            case "[":
                if let (set, next) = parseSet(scalars, from: index + 1) {
                    pieces.append(set)
                    index = next
                } else {
                    pieces.append(.one("["))
                    index += 1
                }
            case let other:
                pieces.append(.one(other))
                index += 1
            }
        }
        return pieces
    }

    /// Reads `abc]` or `!a-z]` from `start`; `nil` when the bracket is never closed.
    private static func parseSet(_ scalars: [Unicode.Scalar], from start: Int) -> (Piece, next: Int)? {
        var index = start
        let inverted = index < scalars.count && scalars[index] == "!"
        if inverted { index += 1 }
        let first = index
        var ranges: [ClosedRange<UInt32>] = []
        while index < scalars.count {
            let scalar = scalars[index]
            // A bracket right after the opening one stands for itself.
            if scalar == "]", index > first { return (.set(ranges, inverted: inverted), index + 1) }
            if index + 2 < scalars.count, scalars[index + 1] == "-", scalars[index + 2] != "]" {
                let last = scalars[index + 2].value
                if scalar.value <= last { ranges.append(scalar.value...last) }
                index += 3
            } else {
                ranges.append(scalar.value...scalar.value)
                index += 1
            }
        }
        return nil
    }
}
