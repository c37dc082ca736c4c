/// A set of rows of one segment, whose rows are `0..<universe`.
///
/// Sets that are operands of one operation belong to one segment.
struct RowSet: Equatable, Sendable {
    /// How the set is kept. ``some(_:)`` may be empty or full as well.
    enum Content: Equatable {
        case none, all
        /// A bit for each row; bits behind the last row are not set.
        case some(Words)
    }

    /// Number of rows of the segment.
    let universe: Int
    private(set) var content: Content

    /// The set `content` of `0..<universe`.
    init(_ content: Content, of universe: Int) {
        self.universe = universe
        self.content = content
    }

    /// All rows, or none.
    init(all: Bool, of universe: Int) { self.init(all ? .all : .none, of: universe) }

    /// The rows whose bits are set.
    init(_ words: Words, of universe: Int) { self.init(.some(words), of: universe) }

    /// The rows `range`.
    init(_ range: Range<Int>, of universe: Int) {
        if range.isEmpty {
            self.init(.none, of: universe)
        } else if range.count == universe {
            self.init(.all, of: universe)
        } else {
            var words = Words(zeros: universe)
            words.set(range)
            self.init(words, of: universe)
        }
    }

    /// Whether the set is known to be empty without a look at its bits.
    var isNone: Bool { if case .none = content { true } else { false } }

    /// Whether the set is known to be full without a look at its bits.
    var isAll: Bool { if case .all = content { true } else { false } }

    /// How many rows there are.
    var count: Int {
        switch content {
        case .none: 0
        case .all: universe
        case .some(let words): words.bitCount
        }
    }

    /// Whether `row` is one of them.
    func contains(_ row: Int) -> Bool {
        switch content {
        case .none: false
        case .all: true
        case .some(let words): words.has(row)
        }
    }

    /// The bits of all rows.
    var words: Words {
        switch content {
        case .none: return Words(zeros: universe)
        case .some(let words): return words
        case .all:
            var words = Words(zeros: universe)
            words.set(0..<universe)
            return words
        }
    }

    /// Keeps the rows that `other` has, too.
    mutating func formIntersection(_ other: RowSet) {
        switch (content, other.content) {
        case (.none, _), (_, .all): return
        case (_, .none): content = .none
        case (.all, _): content = other.content
        case (.some(var words), .some(let others)):
            content = .none
            if words.formAnd(others) { content = .some(words) }
        }
    }

    /// Adds the rows of `other`.
    mutating func formUnion(_ other: RowSet) {
        switch (content, other.content) {
        case (.all, _), (_, .none): return
        case (_, .all): content = .all
        case (.none, _): content = other.content
        case (.some(var words), .some(let others)):
            content = .none
            words.formOr(others)
            content = .some(words)
        }
    }

    /// Drops the rows of `other`.
    mutating func subtract(_ other: RowSet) {
        switch (content, other.content) {
        case (.none, _), (_, .none): return
        case (_, .all): content = .none
        case (_, .some(let others)):
            var words = words
            content = .none
            if words.formAndNot(others) { content = .some(words) }
        }
    }

    /// The other rows.
    var complement: RowSet {
        var others = RowSet(all: true, of: universe)
        others.subtract(self)
        return others
    }

    /// Calls `body` with each row, ascending.
    @inline(__always)
    func forEach(_ body: (Int) -> Void) {
        switch content {
        case .none: break
        case .all: for row in 0..<universe { body(row) }
        case .some(let words): words.forEachBit(body)
        }
    }

    /// The rows for which `isMember` is true.
    func filter(_ isMember: (Int) -> Bool) -> RowSet {
        var kept = Words(zeros: universe)
        forEach { row in if isMember(row) { kept.set(row) } }
        return RowSet(kept, of: universe)
    }
}
