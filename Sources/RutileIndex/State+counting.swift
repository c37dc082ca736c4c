import RutileModel
import RutileQuery
import RutileStore

extension BitmapIndex.State {
    /// Segments that are counted by one task at least: each takes a tenth of a millisecond or more.
    private static let segmentsAtOnce = 4

    /// The answer to `question`, which threads of `longWork` help with that have nothing else to do.
    ///
    /// - Throws: `CancellationError`.
    func values(_ question: ValueQuestion, _ longWork: LongWork) async throws -> [Literal: ValueCount] {
        guard let question = ColumnQuestion(question, self) else { return [:] }
        try Task.checkCancellation()
        let parts = try await longWork.sideBySide(segments, least: Self.segmentsAtOnce) { part in
            var counts: [Literal: ValueCount] = [:]
            for live in part {
                try Task.checkCancellation()
                let rows = question.rows(of: live)
                if rows.count == 0 { continue }
                var counter = ValueCounter(column: question.column)
                counter.add(rows, of: live.segment, question.tables[...]) { $0 }
                counter.merge(into: &counts)
            }
            return counts
        }
        return parts.dropFirst().reduce(into: parts.first ?? [:]) { all, part in
            for (value, count) in part { all[value, default: ValueCount()].add(count) }
        }
    }

    /// The answer to `question` for each of `predicates`.
    ///
    /// - Throws: `CancellationError`.
    func values(
        _ question: ValueQuestion, for predicates: [Predicate], _ longWork: LongWork
    ) async throws -> [[Literal: ValueCount]] {
        let none = [[Literal: ValueCount]](repeating: [:], count: predicates.count)
        guard let question = ColumnQuestion(question, self) else { return none }
        let predicates = predicates.map { ResolvedPredicate($0, schema) }
        let parts = try await longWork.sideBySide(segments, least: 1) { part in
            var counts = none
            for live in part {
                let rows = question.rows(of: live)
                if rows.count == 0 { continue }
                for (number, predicate) in predicates.enumerated() {
                    try Task.checkCancellation()
                    let narrowed = rows.intersection(live.segment.rows(predicate))
                    if narrowed.count == 0 { continue }
                    var counter = ValueCounter(column: question.column)
                    counter.add(narrowed, of: live.segment, question.tables[...]) { $0 }
                    counter.merge(into: &counts[number])
                }
            }
            return counts
        }
        return parts.dropFirst().reduce(into: parts.first ?? none) { all, part in
            for (number, counts) in part.enumerated() {
                for (value, count) in counts { all[number][value, default: ValueCount()].add(count) }
            }
        }
    }

    /// How many different values the answers to `questions`, whose values are of one kind, have together.
    ///
    /// - Throws: `CancellationError`.
    func distinctValues(_ questions: [ValueQuestion], _ longWork: LongWork) async throws -> Int {
        var parts: [DistinctValues] = []
        for question in questions {
            guard let question = ColumnQuestion(question, self) else { continue }
            parts += try await longWork.sideBySide(segments, least: Self.segmentsAtOnce) { part in
                try DistinctValues.union(
                    of: part.map { live in
                        try Task.checkCancellation()
                        let rows = question.rows(of: live)
                        return DistinctValues(of: question.column, in: rows, of: live.segment, question.tables[...])
                    })
            }
        }
        return try DistinctValues.union(of: parts).count
    }
}

/// What a question about values wants of each segment.
private struct ColumnQuestion: Sendable {
    /// The number of the column, among those of the last of ``tables`` where there are any.
    let column: Int
    /// Numbers of the columns of the tables around it, outermost first.
    let tables: [Int]
    private let predicate: ResolvedPredicate
    private let visible: VisibleNumbers

    /// `question` to the documents of `state`; `nil` where they have no such property.
    init?(_ question: ValueQuestion, _ state: BitmapIndex.State) {
        var tables: [Int] = []
        var items = state.schema
        for path in question.tables {
            guard let column = items.column(path), let inner = items.tables[column] else { return nil }
            tables.append(column)
            items = inner
        }
        guard let column = items.column(question.path) else { return nil }
        self.column = column
        self.tables = tables
        predicate = ResolvedPredicate(question.predicate, state.schema)
        visible = VisibleNumbers(question.visible, state.uploads)
    }

    /// The rows of `live` that match.
    func rows(of live: LiveSegment) -> RowSet {
        var rows = live.segment.rows(visible)
        rows.formIntersection(live.live)
        if rows.isNone { return rows }
        rows.formIntersection(live.segment.rows(predicate))
        return rows
    }
}

/// Counts the values of one column in one segment.
private struct ValueCounter {
    let column: Int
    private var parts: [(table: ValueTable, counts: [ValueCount])] = []
    /// What few rows have of tables with more values than these.
    private var few: [Literal: ValueCount] = [:]
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
            if !areItems, rows.count < scalars.table.count / 8 {
                rows.forEach { row in
                    let code = scalars[row]
                    if code == Codes.missing { return }
                    few[scalars.table.literal(Int(code)), default: ValueCount()]
                        .add(ValueCount(entries: 1, items: 1))
                }
                return
            }
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
        for (value, count) in few { counts[value, default: ValueCount()].add(count) }
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
