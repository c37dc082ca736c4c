import RutileQuery

/// Makes columns of the rows that several segments, or items of several tables, still have.
struct ColumnMerge {
    /// Where rows come from.
    struct Source {
        let rows: any ColumnRows
        /// Those that are taken.
        let live: RowSet
    }

    private let sources: [Source]
    private let rows: [(source: Int, row: Int)]

    /// The merge of `sources`; `rows` are their live rows in the new order.
    init(_ sources: [Source], _ rows: [(source: Int, row: Int)]) {
        self.sources = sources
        self.rows = rows
    }

    /// All columns.
    var columns: [Column?] { (0..<(sources.map(\.rows.columns.count).max() ?? 0)).map(column) }

    private func column(_ number: Int) -> Column? {
        let columns = sources.map { $0.rows.column(number) }
        switch columns.lazy.compactMap({ $0 }).first {
        case nil: return nil
        case .known?:
            var known = Words(zeros: rows.count)
            for (position, (source, row)) in rows.enumerated() where columns[source]?.known.contains(row) ?? false {
                known.set(position)
            }
            return .known(RowSet(known, of: rows.count))
        case .scalars?:
            return scalars(sources.map { $0.rows.scalars(number) }).map { .scalars($0) }
        case .lists?:
            return lists(sources.map { $0.rows.lists(number) }).map { .lists($0) }
        case .table?:
            return table(sources.map { $0.rows.table(number) }).map { .table($0) }
        }
    }

    /// The items of all rows, in parts no larger than a segment.
    private func table(_ tables: [ItemTable?]) -> ItemTable? {
        var places = sources.map { [UInt32](repeating: Codes.missing, count: $0.rows.rowCount) }
        for (place, (source, row)) in rows.enumerated() { places[source][row] = UInt32(place) }
        let parts = tables.enumerated().flatMap { source, table in (table?.parts ?? []).map { (source, $0) } }
        var merged: [ItemRows] = []
        var items: [(source: Int, row: Int)] = []
        func finish() {
            if items.isEmpty { return }
            var live = parts.map { Words(zeros: $0.1.rowCount) }
            for (part, item) in items { live[part].set(item) }
            let sources = zip(parts, live).map { Source(rows: $0.1, live: RowSet($1, of: $0.1.rowCount)) }
            merged.append(
                ItemRows(
                    owners: items.map { part, item in
                        UInt16(places[parts[part].0][Int(parts[part].1.owners[item])])
                    }, columns: ColumnMerge(sources, items).columns))
            items = []
        }
        for (number, (source, part)) in parts.enumerated() {
            for item in 0..<part.rowCount where places[source][Int(part.owners[item])] != Codes.missing {
                items.append((number, item))
                if items.count == Segment.maximumRows { finish() }
            }
        }
        finish()
        return merged.isEmpty ? nil : ItemTable(parts: merged, universe: rows.count)
    }

    /// The column of these, one for each source; `nil` where there is none.
    func scalars(_ columns: [ScalarColumn?]) -> ScalarColumn? {
        let codes = columns.map { $0?.expanded }
        let (table, merged) = merge(
            columns.map { $0?.table },
            used: zip(codes, sources).map { codes, source in
                var used: [UInt32] = []
                if let codes { source.live.forEach { used.append(codes[$0]) } }
                return used
            })
        guard let table else { return nil }
        return ScalarColumn(
            table,
            rows.map { source, row in
                guard let code = codes[source]?[row], code != Codes.missing else { return Codes.missing }
                return merged[source][Int(code)]
            })
    }

    private func lists(_ columns: [ListColumn?]) -> ListColumn? {
        let lengths = columns.map { $0?.expandedLengths }
        let ranges = columns.enumerated().map { source, column in
            var starts: [Int] = []
            var position = 0
            for length in lengths[source] ?? [] {
                starts.append(position)
                if length != Codes.missing { position += Int(length) }
            }
            return starts
        }
        func items(_ source: Int, _ row: Int) -> Range<Int> {
            guard let length = lengths[source]?[row], length != Codes.missing else { return 0..<0 }
            return ranges[source][row]..<ranges[source][row] + Int(length)
        }
        let (table, merged) = merge(
            columns.map { $0?.table },
            used: sources.enumerated().map { source, rows in
                var used: [UInt32] = []
                if let column = columns[source] {
                    rows.live.forEach { row in for item in items(source, row) { used.append(column.items[item]) } }
                }
                return used
            })
        let newLengths = rows.map { lengths[$0.source]?[$0.row] ?? Codes.missing }
        guard let table, newLengths.contains(where: { $0 != Codes.missing }) else { return nil }
        var newItems: [UInt32] = []
        newItems.reserveCapacity(newLengths.reduce(0) { $1 == Codes.missing ? $0 : $0 + Int($1) })
        for (source, row) in rows {
            guard let column = columns[source] else { continue }
            for item in items(source, row) {
                let code = column.items[item]
                newItems.append(code == Codes.missing ? code : merged[source][Int(code)])
            }
        }
        return ListColumn(table, lengths: newLengths, items: Codes(newItems))
    }

    /// The table of the values with the codes `used` in `tables`, and by table the new code of each old one. `nil`
    /// when there are no tables.
    private func merge(_ tables: [ValueTable?], used: [[UInt32]]) -> (ValueTable?, [[UInt32]]) {
        var codes = tables.map { [UInt32](repeating: Codes.missing, count: $0?.count ?? 0) }
        var values: [(source: Int, code: Int)] = []
        for (source, used) in used.enumerated() {
            for code in used where code != Codes.missing { codes[source][Int(code)] = 0 }
            for (code, mark) in codes[source].enumerated() where mark == 0 { values.append((source, code)) }
        }
        func compare(_ left: (source: Int, code: Int), _ right: (source: Int, code: Int)) -> Int {
            guard let table = tables[left.source], let other = tables[right.source] else { return 0 }
            return table.compare(left.code, other, right.code)
        }
        values.sort { compare($0, $1) < 0 }
        var distinct: [(source: Int, code: Int)] = []
        for value in values {
            if distinct.last.map({ compare($0, value) != 0 }) ?? true { distinct.append(value) }
            codes[value.source][value.code] = UInt32(distinct.count - 1)
        }
        return (tables.lazy.compactMap { $0 }.first?.table(of: distinct.map { (tables[$0.source], $0.code) }), codes)
    }
}

extension ValueTable {
    /// A table of the values that are in `values`, which are sorted and of this table's kind.
    fileprivate func table(of values: [(ValueTable?, Int)]) -> ValueTable {
        switch self {
        case .text:
            var list = TextList()
            for case (.text(let table)?, let code) in values {
                unsafe table.list.withBytes(code) { unsafe list.append($0) }
            }
            return .text(TextTable(sorted: list.compact()))
        case .numbers(_, let kind):
            var numbers: [ExactNumber] = []
            for case (.numbers(let table, _)?, let code) in values { numbers.append(table[code]) }
            return .numbers(NumberTable(sorted: numbers), kind)
        }
    }
}
