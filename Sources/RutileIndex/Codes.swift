/// A list of codes, each in as few bytes as the largest one needs. What has no code is ``missing``.
struct Codes: Equatable, Sendable {
    /// Narrow numbers; the largest of each width stands for ``missing``.
    enum Storage: Equatable {
        /// Code `i` at position `i`.
        case identity
        /// The same at all positions.
        case constant(UInt32)
        case bytes([UInt8])
        case halves([UInt16])
        case words([UInt32])
    }

    /// Stands where there is no code.
    static let missing = UInt32.max

    /// Number of positions.
    let count: Int
    /// The codes.
    let storage: Storage

    /// The same `code` at `count` positions.
    init(repeating code: UInt32, count: Int) {
        self.count = count
        storage = .constant(code)
    }

    /// The list `codes`.
    init(_ codes: [UInt32]) {
        count = codes.count
        let first = codes.first ?? Self.missing
        var largest: UInt32 = 0
        var isIdentity = true
        var isConstant = true
        for (position, code) in codes.enumerated() {
            if code != Self.missing { largest = max(largest, code) }
            if code != UInt32(truncatingIfNeeded: position) { isIdentity = false }
            if code != first { isConstant = false }
        }
        storage =
            if isConstant { .constant(first) } else if isIdentity { .identity } else if largest < UInt8.max {
                .bytes(codes.map(UInt8.init(truncatingIfNeeded:)))
            } else if largest < UInt16.max {
                .halves(codes.map(UInt16.init(truncatingIfNeeded:)))
            } else {
                .words(codes)
            }
    }

    /// The distinct `numbers` in ascending order, and for each number its place among them. ``missing`` is no number.
    static func ranking(_ numbers: [UInt32]) -> (distinct: [UInt32], ranks: [UInt32]) {
        let largest = numbers.reduce(0) { $1 == missing ? $0 : max($0, $1) }
        var ranks = [UInt32](repeating: missing, count: Int(largest) + 1)
        for number in numbers where number != missing { ranks[Int(number)] = 0 }
        var distinct: [UInt32] = []
        for number in ranks.indices where ranks[number] == 0 {
            ranks[number] = UInt32(distinct.count)
            distinct.append(UInt32(number))
        }
        return (distinct, numbers.map { $0 == missing ? missing : ranks[Int($0)] })
    }

    /// The code at `position`, or ``missing``.
    @inline(__always)
    subscript(position: Int) -> UInt32 {
        switch storage {
        case .identity: return UInt32(truncatingIfNeeded: position)
        case .constant(let code): return code
        case .bytes(let codes):
            let code = codes[position]
            return code == .max ? Self.missing : UInt32(code)
        case .halves(let codes):
            let code = codes[position]
            return code == .max ? Self.missing : UInt32(code)
        case .words(let codes): return codes[position]
        }
    }

    /// All codes, in order.
    var expanded: [UInt32] {
        switch storage {
        case .identity: (0..<UInt32(count)).map { $0 }
        case .constant(let code): Array(repeating: code, count: count)
        case .bytes(let codes): codes.map { $0 == .max ? Self.missing : UInt32($0) }
        case .halves(let codes): codes.map { $0 == .max ? Self.missing : UInt32($0) }
        case .words(let codes): codes
        }
    }
}
