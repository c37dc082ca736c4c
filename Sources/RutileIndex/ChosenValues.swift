import RutileJSON
import RutileQuery

extension Segment {
    /// The values that `key` orders the rows by; `nil` where no row has one.
    ///
    /// Cost: where they are of items, a look at each of the chosen items, unless they were asked for lately.
    func scalars(of key: ResolvedSort.Key) -> ScalarColumn? {
        guard let items = key.items else { return scalars(key.column) }
        if let known = chosen[key] { return known }
        let column = table(items.table)?.chosen(items, key.column, isDescending: key.isDescending)
        if let column { chosen.keep(column, for: key) }
        return column
    }
}

extension ItemTable {
    /// For each row the least value in column `number` of its items that `items` chooses, or the greatest; `nil` where no
    /// row has one.
    fileprivate func chosen(_ items: ResolvedSort.Items, _ number: Int?, isDescending: Bool) -> ScalarColumn? {
        /// A value of one part, in that part's own table.
        struct Value {
            let table: ValueTable
            let code: Int

            func compare(_ other: Value) -> Int { table.compare(code, other.table, other.code) }
        }
        var found: [Value?] = []
        for part in parts {
            guard let texts = part.scalars(items.member), let values = part.scalars(number) else { continue }
            texts.rows(texts.table.codes(.compares(.equal), .string(items.text.string))).forEach { item in
                let code = values[item]
                guard code != Codes.missing else { return }
                // Most names that are asked for in vain choose nothing.
                if found.isEmpty { found = [Value?](repeating: nil, count: universe) }
                let value = Value(table: values.table, code: Int(code))
                let owner = Int(part.owners[item])
                let order = found[owner].map(value.compare) ?? (isDescending ? 1 : -1)
                if isDescending ? order > 0 : order < 0 { found[owner] = value }
            }
        }
        let sorted = found.enumerated().compactMap { row, value in value.map { (row: row, value: $0) } }
            .sorted { $0.value.compare($1.value) < 0 }
        guard let first = sorted.first else { return nil }
        var distinct: [Literal] = []
        var codes = [UInt32](repeating: Codes.missing, count: universe)
        var last = first.value
        for (row, value) in sorted {
            if distinct.isEmpty || value.compare(last) != 0 { distinct.append(value.table.literal(value.code)) }
            last = value
            codes[row] = UInt32(distinct.count - 1)
        }
        return ScalarColumn(ValueTable(sorted: distinct, first.value.table.kind), codes)
    }
}

extension ValueTable {
    /// The table of `values`, which are of one kind, sorted, and differ.
    fileprivate init(sorted values: [Literal], _ kind: ScalarKind) {
        guard kind == .text else {
            self = .numbers(NumberTable(sorted: values.compactMap { ExactNumber($0, of: kind) }), kind)
            return
        }
        var list = TextList()
        for case .string(var text) in values { text.withUTF8 { unsafe list.append(UnsafeRawBufferPointer($0)) } }
        self = .text(TextTable(sorted: list))
    }
}
