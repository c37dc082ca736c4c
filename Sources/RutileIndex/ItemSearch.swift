import RutileQuery

/// Tests of the items of one list, or of several correlated ones, over all rows of a segment.
struct ItemSearch {
    private let columns: [ListColumn]
    private let tests: [[ItemTest]]
    /// The rows in which no list is absent.
    let known: RowSet

    /// The tests of `rows` on `columns`; every row has one test for each column.
    init(_ columns: [ListColumn], _ rows: [[ResolvedTest]], in segment: Segment) {
        self.columns = columns
        tests = rows.map { row in zip(columns, row).map { ItemTest($1, $0.table, in: segment) } }
        known = columns.reduce(into: RowSet(all: true, of: segment.rowCount)) {
            $0.formIntersection($1.lengths.known)
        }
    }

    /// The rows for which the test is true.
    func rows(_ quantifier: ItemsTest.Quantifier) -> RowSet {
        // Bitmaps say all there is to say about one list and literals. Otherwise they say which rows are worth a look.
        let isSettled = columns.count == 1 && tests.allSatisfy { $0.allSatisfy { $0.isLiteral } }
        switch quantifier {
        case .any:
            var rows = RowSet(all: false, of: known.universe)
            for test in tests { rows.formUnion(candidates(test)) }
            return isSettled ? rows : rows.filter { row in tests.contains { isMet($0, in: row) } }
        case .all:
            var rows = known
            for test in tests where !rows.isNone { rows.formIntersection(candidates(test)) }
            return isSettled ? rows : rows.filter { row in tests.allSatisfy { isMet($0, in: row) } }
        case .only:
            guard isSettled, let column = columns.first else { return known.filter(areAllItemsMet) }
            var allowed = Words(zeros: column.table.count)
            for case .codes(let set)? in tests.map(\.first) { allowed.formOr(set.words(column.table.count)) }
            var rows = known
            rows.subtract(column.postings.rows(outside: .some(allowed)))
            return rows
        }
    }

    /// Rows in which every list has an item that may meet its part of `test`, which is all rows that can meet it.
    private func candidates(_ test: [ItemTest]) -> RowSet {
        var rows = known
        for (column, test) in zip(columns, test) where !rows.isNone {
            if case .codes(let set) = test { rows.formIntersection(column.postings.rows(set)) }
        }
        return rows
    }

    private func isMet(_ test: [ItemTest], in row: Int) -> Bool {
        let ranges = columns.map { $0.range(of: row) }
        let count = ranges.map(\.count).min() ?? 0
        return (0..<count).contains { isMet(test, at: $0, ranges, row) }
    }

    private func areAllItemsMet(in row: Int) -> Bool {
        let ranges = columns.map { $0.range(of: row) }
        let count = ranges.map(\.count).min() ?? 0
        return (0..<count).allSatisfy { position in tests.contains { isMet($0, at: position, ranges, row) } }
    }

    private func isMet(_ test: [ItemTest], at position: Int, _ ranges: [Range<Int>], _ row: Int) -> Bool {
        for (index, test) in test.enumerated() {
            let code = columns[index].items[ranges[index].lowerBound + position]
            if code == Codes.missing || !test.isMet(Int(code), row: row) { return false }
        }
        return true
    }
}

/// A test of one item, for the codes of one column.
private enum ItemTest {
    /// Which items meet it.
    case codes(CodeSet)
    /// It depends on another property of the row.
    case pair(ValuePair)

    init(_ test: ResolvedTest, _ table: ValueTable, in segment: Segment) {
        switch test.operand {
        case .literal(let literal): self = .codes(table.codes(test.relation, literal))
        case .column(let number):
            self = segment.scalars(number).map { .pair(ValuePair(table, test.relation, $0)) } ?? .codes(.none)
        }
    }

    var isLiteral: Bool { if case .codes = self { true } else { false } }

    func isMet(_ code: Int, row: Int) -> Bool {
        switch self {
        case .codes(let set): set.contains(code)
        case .pair(let pair): pair.holds(code, row: row)
        }
    }
}
