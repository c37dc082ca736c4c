import RutileModel
import RutileQuery
import RutileStore

extension BitmapIndex.State {
    /// The answer to `question`.
    ///
    /// - Throws: `CancellationError`.
    func values(_ question: ValueQuestion) throws -> [Literal: ValueCount] {
        let predicate = ResolvedPredicate(question.predicate, schema)
        let visible = VisibleNumbers(question.visible, uploads)
        var tables: [Int] = []
        var items = schema
        for path in question.tables {
            guard let column = items.column(path), let inner = items.tables[column] else { return [:] }
            tables.append(column)
            items = inner
        }
        guard let column = items.column(question.path) else { return [:] }
        var counts: [Literal: ValueCount] = [:]
        for live in segments {
            try Task.checkCancellation()
            let segment = live.segment
            var rows = segment.rows(visible)
            rows.formIntersection(live.live)
            rows.formIntersection(segment.rows(predicate))
            if rows.count == 0 { continue }
            var counter = ValueCounter(column: column)
            counter.add(rows, of: segment, tables[...]) { $0 }
            counter.merge(into: &counts)
        }
        return counts
    }
}

/// Counts the values of one column in one segment.
private struct ValueCounter {
    let column: Int
    private var parts: [(table: ValueTable, counts: [ValueCount])] = []
    /// Values of items, of which several may belong to one row: the number of the value, and the row.
    private var pairs: [UInt64] = []
    private var numbers: [Literal: UInt32] = [:]
    private var occurrences: [Int] = []

    init(column: Int) { self.column = column }

    /// Adds the values that `rows` of `part`, or the items in their tables, have. `owner` gives the row of the segment
    /// that a row belongs to.
    mutating func add(_ rows: RowSet, of part: some ColumnRows, _ tables: ArraySlice<Int>, _ owner: (Int) -> Int) {
        guard let table = tables.first else { return count(rows, of: part, owner, areItems: !(part is Segment)) }
        for items in part.table(table)?.parts ?? [] {
            var found = Words(zeros: items.rowCount)
            for (item, row) in items.owners.enumerated() where rows.contains(Int(row)) { found.set(item) }
            add(RowSet(found, of: items.rowCount), of: items, tables.dropFirst()) { owner(Int(items.owners[$0])) }
        }
    }

    private mutating func count(_ rows: RowSet, of part: some ColumnRows, _ owner: (Int) -> Int, areItems: Bool) {
        switch part.column(column) {
        case .scalars(let scalars)?:
            var counts = [Int](repeating: 0, count: scalars.table.count)
            if areItems {
                let numbers = numbers(of: scalars.table)
                rows.forEach { row in
                    let code = scalars[row]
                    if code != Codes.missing { add(numbers[Int(code)], of: owner(row)) }
                }
                return
            }
            rows.forEach { row in
                let code = scalars[row]
                if code != Codes.missing { counts[Int(code)] += 1 }
            }
            parts.append((scalars.table, counts.map { ValueCount(entries: $0, items: $0) }))
        case .lists(let lists)?:
            let numbers = numbers(of: lists.table)
            rows.forEach { row in
                if lists.lengths[row] == Codes.missing { return }
                for position in lists.range(of: row) {
                    let code = lists.items[position]
                    if code != Codes.missing { add(numbers[Int(code)], of: owner(row)) }
                }
            }
        case .known?, .table?, nil: return
        }
    }

    private mutating func numbers(of table: ValueTable) -> [UInt32] {
        (0..<table.count).map { code in
            let value = table.literal(code)
            if let number = numbers[value] { return number }
            let number = UInt32(numbers.count)
            numbers[value] = number
            occurrences.append(0)
            return number
        }
    }

    private mutating func add(_ number: UInt32, of row: Int) {
        occurrences[Int(number)] += 1
        pairs.append(UInt64(number) << 32 | UInt64(row))
    }

    /// Adds what was counted to `counts`.
    mutating func merge(into counts: inout [Literal: ValueCount]) {
        for (table, found) in parts {
            for (code, count) in found.enumerated() where count.entries > 0 {
                counts[table.literal(code), default: ValueCount()].add(count)
            }
        }
        if pairs.isEmpty { return }
        pairs.sort()
        var entries = [Int](repeating: 0, count: numbers.count)
        for (position, pair) in pairs.enumerated() where position == 0 || pairs[position - 1] != pair {
            entries[Int(pair >> 32)] += 1
        }
        for (value, number) in numbers where entries[Int(number)] > 0 {
            counts[value, default: ValueCount()].add(
                ValueCount(entries: entries[Int(number)], items: occurrences[Int(number)]))
        }
    }
}
