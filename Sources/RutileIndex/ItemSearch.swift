import RutileQuery

/// Tests of the items of one list, or of several correlated ones, over all rows of a segment.
struct ItemSearch {
    private let columns: [ListColumn]
    private let tests: [[ItemTest]]
    /// The rows in which no list is absent.
    let known: RowSet

    /// The tests of `rows` on `columns`; every row has one test for each column.
    init(_ columns: [ListColumn], _ rows: [[ResolvedTest]], in segment: some ColumnRows) {
        self.columns = columns
        tests = rows.map { row in zip(columns, row).map { ItemTest($1, $0.table, in: segment) } }
        known = columns.reduce(into: RowSet(all: true, of: segment.rowCount)) {
            $0.formIntersection($1.lengths.known)
        }
    }

    /// The rows for which the test is true.
    func rows(_ quantifier: ItemsTest.Quantifier) -> RowSet {
        // Bitmaps say all there is to say about one list and literals. Otherwise they say which rows are worth a look.
        let isSettled = columns.count == 1 && tests.allSatisfy { $0.allSatisfy { $0.codes != nil } }
        switch quantifier {
        case .any:
            var rows = RowSet(all: false, of: known.universe)
            for test in tests { rows.formUnion(candidates(test)) }
            return isSettled ? rows : filter(rows) { items in tests.contains { isMet($0, in: items) } }
        case .all:
            var rows = known
            for test in tests where !rows.isNone { rows.formIntersection(candidates(test)) }
            return isSettled ? rows : filter(rows) { items in tests.allSatisfy { isMet($0, in: items) } }
        case .only:
            guard isSettled, let column = columns.first else { return filter(known, areAllItemsMet) }
            var allowed = Words(zeros: column.table.count)
            for case let set? in tests.map({ $0.first?.codes }) { allowed.formOr(set.words(column.table.count)) }
            var rows = known
            rows.subtract(column.postings.rows(outside: .some(allowed)))
            return rows
        }
    }

    /// Rows in which every list has an item that may meet its part of `test`, which is all rows that can meet it.
    private func candidates(_ test: [ItemTest]) -> RowSet {
        var rows = known
        for (column, test) in zip(columns, test) where !rows.isNone {
            if let set = test.codes { rows.formIntersection(column.postings.rows(set)) }
        }
        return rows
    }

    /// Those of `rows` for whose items `isMatch` is true.
    private func filter(_ rows: RowSet, _ isMatch: (ItemWindow) -> Bool) -> RowSet {
        let count = rows.count
        if count == 0 { return rows }
        let readers = columns.map { ListReader($0, rows: count) }
        var window = ItemWindow(row: 0, count: 0, readers: readers, starts: readers.map { _ in 0 })
        return rows.filter { row in
            window.move(to: row)
            return isMatch(window)
        }
    }

    private func isMet(_ test: [ItemTest], in window: ItemWindow) -> Bool {
        for position in 0..<window.count where isMet(test, in: window, at: position) { return true }
        return false
    }

    private func areAllItemsMet(in window: ItemWindow) -> Bool {
        for position in 0..<window.count where !tests.contains(where: { isMet($0, in: window, at: position) }) {
            return false
        }
        return true
    }

    private func isMet(_ test: [ItemTest], in window: ItemWindow, at position: Int) -> Bool {
        for list in test.indices {
            let code = window.code(list, position)
            if code == Codes.missing || !test[list].isMet(Int(code), row: window.row) { return false }
        }
        return true
    }
}

/// The items that the lists have in one row; where their lengths differ, the shortest counts.
private struct ItemWindow {
    private(set) var row: Int
    private(set) var count: Int
    fileprivate let readers: [ListReader]
    private var starts: [Int]

    init(row: Int, count: Int, readers: [ListReader], starts: [Int]) {
        self.row = row
        self.count = count
        self.readers = readers
        self.starts = starts
    }

    mutating func move(to row: Int) {
        self.row = row
        count = readers.isEmpty ? 0 : Int.max
        for list in readers.indices {
            let range = readers[list].range(of: row)
            starts[list] = range.lowerBound
            count = min(count, range.count)
        }
    }

    /// The code of the item at `position` of list `list`.
    @inline(__always)
    func code(_ list: Int, _ position: Int) -> UInt32 { readers[list].code(at: starts[list] + position) }
}

/// A list column as it is best read: unpacked where many rows are looked at.
private struct ListReader {
    private let column: ListColumn
    private let starts: [UInt32]
    private let items: [UInt32]

    init(_ column: ListColumn, rows: Int) {
        self.column = column
        let isWorthIt = rows * 24 > column.lengths.universe
        starts = isWorthIt ? column.expandedStarts : []
        items = isWorthIt ? column.items.expanded : []
    }

    func range(of row: Int) -> Range<Int> {
        starts.isEmpty ? column.range(of: row) : Int(starts[row])..<Int(starts[row + 1])
    }

    @inline(__always)
    func code(at position: Int) -> UInt32 { items.isEmpty ? column.items[position] : items[position] }
}

/// A test of one item, for the codes of one column.
///
/// A class, for values of it are looked at once for each item.
private final class ItemTest {
    /// Which items meet it; `nil` when that depends on another property of the row.
    let codes: CodeSet?
    private let pair: ValuePair?

    init(_ test: ResolvedTest, _ table: ValueTable, in segment: some ColumnRows) {
        switch test.operand {
        case .literal(let literal):
            codes = table.codes(test.relation, literal)
            pair = nil
        case .column(let number):
            pair = segment.scalars(number).map { ValuePair(table, test.relation, $0) }
            codes = pair == nil ? CodeSet.none : nil
        }
    }

    func isMet(_ code: Int, row: Int) -> Bool {
        if let codes { codes.contains(code) } else { pair?.holds(code, row: row) ?? false }
    }
}
