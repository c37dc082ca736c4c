import RutileQuery

/// A test of values of one table against the value that another column has in the same row.
struct ValuePair {
    private enum Method {
        case never
        /// Numbers that order the values of both tables among each other, by their codes.
        case ranks([UInt32], [UInt32], Comparison)
        case text(TextTable, Relation, TextTable)
    }

    private let method: Method
    private let operand: ScalarColumn

    /// The test of `relation` between values of `table` and those of `operand`.
    init(_ table: ValueTable, _ relation: Relation, _ operand: ScalarColumn) {
        self.operand = operand
        switch (table, relation, operand.table) {
        case _ where table.kind != operand.table.kind: method = .never
        case (_, .compares(let comparison), _):
            if table.kind == .boolean && comparison != .equal && comparison != .notEqual {
                method = .never
            } else {
                let (left, right) = ValuePair.ranks(table, operand.table)
                method = .ranks(left, right, comparison)
            }
        case (.text(let left), _, .text(let right)): method = .text(left, relation, right)
        default: method = .never
        }
    }

    /// Whether the value with `code` stands in the relation to what the operand has in `row`; false where it has
    /// nothing there.
    func holds(_ code: Int, row: Int) -> Bool {
        let other = operand[row]
        return other != Codes.missing && holds(code, Int(other))
    }

    private func holds(_ code: Int, _ other: Int) -> Bool {
        switch method {
        case .never: false
        case .ranks(let left, let right, let comparison): comparison.holds(left[code], right[other])
        case .text(let left, let relation, let right):
            unsafe right.list.withBytes(other) { operand in
                unsafe left.list.withBytes(code) { unsafe relation.holds($0, operand) }
            }
        }
    }

    /// Those of `rows`, in which both columns have a value, where the value of `column` stands in the relation.
    func rows(of column: ScalarColumn, in rows: RowSet) -> RowSet {
        let (codes, others) = (column.expanded, operand.expanded)
        guard case .ranks(let left, let right, let comparison) = method else {
            return rows.filter { holds(Int(codes[$0]), Int(others[$0])) }
        }
        let ranks = codes.map { $0 == Codes.missing ? 0 : left[Int($0)] }
        let otherRanks = others.map { $0 == Codes.missing ? 0 : right[Int($0)] }
        let words =
            switch comparison {
            case .equal: bits(ranks, otherRanks) { $0 == $1 }
            case .notEqual: bits(ranks, otherRanks) { $0 != $1 }
            case .less: bits(ranks, otherRanks) { $0 < $1 }
            case .lessOrEqual: bits(ranks, otherRanks) { $0 <= $1 }
            case .greater: bits(ranks, otherRanks) { $0 > $1 }
            case .greaterOrEqual: bits(ranks, otherRanks) { $0 >= $1 }
            }
        return RowSet(words, of: rows.universe).intersection(rows)
    }

    /// The place of each value in both tables merged; equal values share one.
    private static func ranks(_ left: ValueTable, _ right: ValueTable) -> ([UInt32], [UInt32]) {
        var ranks = ([UInt32](), [UInt32]())
        ranks.0.reserveCapacity(left.count)
        ranks.1.reserveCapacity(right.count)
        var rank: UInt32 = 0
        while ranks.0.count < left.count || ranks.1.count < right.count {
            let order =
                ranks.0.count == left.count
                ? 1 : ranks.1.count == right.count ? -1 : left.compare(ranks.0.count, right, ranks.1.count)
            if order <= 0 { ranks.0.append(rank) }
            if order >= 0 { ranks.1.append(rank) }
            rank += 1
        }
        return ranks
    }
}

/// A bit for each pair that meets the condition.
@inline(__always)
private func bits(_ left: [UInt32], _ right: [UInt32], _ isMet: (UInt32, UInt32) -> Bool) -> Words {
    var words = Words(zeros: left.count)
    for index in words.indices {
        var word: UInt64 = 0
        for place in index << 6..<min(left.count, (index + 1) << 6) {
            word |= (isMet(left[place], right[place]) ? 1 : 0) << UInt64(truncatingIfNeeded: place & 63)
        }
        words[index] = word
    }
    return words
}

extension Relation {
    /// Whether it holds between two strings.
    fileprivate func holds(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        switch self {
        case .compares(let comparison): return unsafe comparison.holds(compareBytes(left, right), 0)
        case .contains:
            guard let search = unsafe ByteSearch(right) else { return true }
            return unsafe search.isFound(in: left)
        case .startsWith:
            return unsafe left.count >= right.count
                && compareBytes(UnsafeRawBufferPointer(rebasing: left.prefix(right.count)), right) == 0
        case .endsWith:
            return unsafe left.count >= right.count
                && compareBytes(UnsafeRawBufferPointer(rebasing: left.suffix(right.count)), right) == 0
        case .matches(let match):
            return unsafe WordSearch(match, String(decoding: right, as: UTF8.self))
                .matches(String(decoding: left, as: UTF8.self))
        }
    }
}
