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
        if other == Codes.missing { return false }
        switch method {
        case .never: return false
        case .ranks(let left, let right, let comparison): return comparison.holds(left[code], right[Int(other)])
        case .text(let left, let relation, let right):
            return unsafe right.list.withBytes(Int(other)) { operand in
                unsafe left.list.withBytes(code) { unsafe relation.holds($0, operand) }
            }
        }
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

extension Relation {
    /// Whether it holds between two strings.
    fileprivate func holds(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        switch self {
        case .compares(let comparison): return unsafe comparison.holds(compareBytes(left, right), 0)
        case .contains:
            guard let search = unsafe ByteSearch(right) else { return true }
            return unsafe search.first(in: left) != nil
        case .startsWith:
            return unsafe left.count >= right.count
                && compareBytes(UnsafeRawBufferPointer(rebasing: left.prefix(right.count)), right) == 0
        case .endsWith:
            return unsafe left.count >= right.count
                && compareBytes(UnsafeRawBufferPointer(rebasing: left.suffix(right.count)), right) == 0
        }
    }
}
