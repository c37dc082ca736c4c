import RutileQuery

extension ColumnRows {
    /// The rows for which `predicate` is true or, with `countingUnknown`, not false.
    ///
    /// Three-valued truth needs no third set: a predicate is false where it is not "not false", so `NOT` swaps the two
    /// questions and complements the answer, and every other case asks its operands the same question.
    func rows(_ predicate: ResolvedPredicate, countingUnknown: Bool = false) -> RowSet {
        switch predicate {
        case .constant(let truth):
            return RowSet(all: truth == .true || truth == .unknown && countingUnknown, of: rowCount)
        case .test(let number, let relation, .literal(let literal)):
            guard let column = scalars(number) else { return RowSet(all: countingUnknown, of: rowCount) }
            let rows = column.rows(column.table.codes(relation, literal))
            return countingUnknown ? rows.union(column.known.complement) : rows
        case .test(let number, let relation, .column(let other)):
            guard let left = scalars(number), let right = scalars(other) else {
                return RowSet(all: countingUnknown, of: rowCount)
            }
            let both = left.known.intersection(right.known)
            let rows = ValuePair(left.table, relation, right).rows(of: left, in: both)
            return countingUnknown ? rows.union(both.complement) : rows
        case .isKnown(let number): return column(number)?.known ?? none
        case .length(let number, let comparison, let count):
            guard let column = lists(number) else { return RowSet(all: countingUnknown, of: rowCount) }
            let rows = column.rows(length: comparison, count)
            return countingUnknown ? rows.union(column.lengths.known.complement) : rows
        case .lengthAs(let number, let comparison, let other):
            guard let lengths = lists(number)?.lengths, let operand = scalars(other) else {
                return RowSet(all: countingUnknown, of: rowCount)
            }
            let both = lengths.known.intersection(operand.known)
            let rows = ValuePair(lengths.table, .compares(comparison), operand).rows(of: lengths, in: both)
            return countingUnknown ? rows.union(both.complement) : rows
        case .items(let numbers, let quantifier, let tests):
            let columns = numbers.compactMap(lists)
            guard columns.count == numbers.count else { return RowSet(all: countingUnknown, of: rowCount) }
            let search = ItemSearch(columns, tests, in: self)
            let rows = search.rows(quantifier)
            return countingUnknown ? rows.union(search.known.complement) : rows
        case .someItem(let number, let predicate):
            return table(number)?.rows { $0.rows(predicate) } ?? none
        case .and(let operands):
            var rows = RowSet(all: true, of: rowCount)
            for operand in operands where !rows.isNone {
                rows.formIntersection(self.rows(operand, countingUnknown: countingUnknown))
            }
            return rows
        case .or(let operands):
            var rows = none
            for operand in operands where !rows.isAll {
                rows.formUnion(self.rows(operand, countingUnknown: countingUnknown))
            }
            return rows
        case .not(let operand): return rows(operand, countingUnknown: !countingUnknown).complement
        case .isTrue(let operand): return rows(operand)
        }
    }
}

extension RowSet {
    /// The rows of both.
    func union(_ other: RowSet) -> RowSet {
        var rows = self
        rows.formUnion(other)
        return rows
    }

    /// The rows that both have.
    func intersection(_ other: RowSet) -> RowSet {
        var rows = self
        rows.formIntersection(other)
        return rows
    }
}
