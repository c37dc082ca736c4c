/// Different values of one kind in ascending order, each as a place in one of some tables: none is made as a literal.
struct DistinctValues: Sendable {
    private struct Place {
        let table: UInt32
        let code: UInt32
    }

    private let tables: [ValueTable]
    private let places: [Place]

    private init(tables: [ValueTable], places: [Place]) {
        self.tables = tables
        self.places = places
    }

    /// The values of `column` in `rows` of `part`, or in the items that these have in `tables`.
    init(of column: Int, in rows: RowSet, of part: some ColumnRows, _ tables: ArraySlice<Int>) {
        guard let table = tables.first else {
            self.init(of: part.column(column), in: rows)
            return
        }
        let parts = (part.table(table)?.parts ?? []).map { items in
            var found = Words(zeros: items.rowCount)
            for (item, row) in items.owners.enumerated() where rows.contains(Int(row)) { found.set(item) }
            return DistinctValues(
                of: column, in: RowSet(found, of: items.rowCount), of: items, tables.dropFirst())
        }
        self = Self.merged(parts[...])
    }

    private init(of column: Column?, in rows: RowSet) {
        var found: Words
        let table: ValueTable
        switch column {
        case .scalars(let scalars)?:
            table = scalars.table
            found = Words(zeros: table.count)
            rows.forEach { row in
                let code = scalars[row]
                if code != Codes.missing { found.set(Int(code)) }
            }
        case .lists(let lists)?:
            table = lists.table
            found = Words(zeros: table.count)
            rows.forEach { row in
                if lists.lengths[row] == Codes.missing { return }
                for position in lists.range(of: row) {
                    let code = lists.items[position]
                    if code != Codes.missing { found.set(Int(code)) }
                }
            }
        case .known?, .table?, nil:
            self.init(tables: [], places: [])
            return
        }
        var places: [Place] = []
        found.forEachBit { places.append(Place(table: 0, code: UInt32($0))) }
        self.init(tables: [table], places: places)
    }

    /// How many there are.
    var count: Int { places.count }

    /// The values that any of `parts` has.
    ///
    /// - Throws: `CancellationError`.
    static func union(of parts: [DistinctValues]) throws -> DistinctValues {
        try Task.checkCancellation()
        return merged(parts[...])
    }

    /// Halves first, so that each value is compared as often as `parts` can be halved.
    private static func merged(_ parts: ArraySlice<DistinctValues>) -> DistinctValues {
        guard let first = parts.first else { return DistinctValues(tables: [], places: []) }
        if parts.count == 1 { return first }
        let middle = parts.startIndex + parts.count / 2
        return merged(parts[..<middle]).merged(with: merged(parts[middle...]))
    }

    private func merged(with other: DistinctValues) -> DistinctValues {
        if places.isEmpty { return other }
        if other.places.isEmpty { return self }
        let shift = UInt32(tables.count)
        var all: [Place] = []
        all.reserveCapacity(max(places.count, other.places.count))
        var (left, right) = (0, 0)
        while left < places.count, right < other.places.count {
            let (place, otherPlace) = (places[left], other.places[right])
            let order = tables[Int(place.table)].compare(
                Int(place.code), other.tables[Int(otherPlace.table)], Int(otherPlace.code))
            if order <= 0 {
                all.append(place)
                left += 1
            } else {
                all.append(Place(table: otherPlace.table + shift, code: otherPlace.code))
            }
            if order >= 0 { right += 1 }
        }
        all += places[left...]
        all += other.places[right...].map { Place(table: $0.table + shift, code: $0.code) }
        return DistinctValues(tables: tables + other.tables, places: all)
    }
}
