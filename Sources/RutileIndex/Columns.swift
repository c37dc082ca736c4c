/// The values of one property path in one segment.
enum Column: Sendable {
    /// Only whether there is a value: dictionaries and opaque properties.
    case known(RowSet)
    case scalars(ScalarColumn)
    case lists(ListColumn)
    /// Items with columns of their own.
    case table(ItemTable)

    /// The rows that have a value.
    var known: RowSet {
        switch self {
        case .known(let rows): rows
        case .scalars(let column): column.known
        case .lists(let column): column.lengths.known
        case .table(let table): table.known
        }
    }
}

extension [Column?] {
    /// These columns; those that are equal to each other, or to `first`, in one place in memory. Many databases have
    /// their ids under several names, and the symbols of elements in several lists.
    func sharing(with first: Column) -> [Column?] {
        var distinct = [first]
        return map { column in
            guard let column else { return nil }
            if let same = distinct.first(where: { $0.isSame(as: column) }) { return same }
            distinct.append(column)
            return column
        }
    }
}

extension Column {
    /// Whether both have the same values. Tables are not looked at.
    fileprivate func isSame(as other: Column) -> Bool {
        switch (self, other) {
        case (.known(let rows), .known(let others)): rows == others
        case (.scalars(let column), .scalars(let other)): column == other
        case (.lists(let column), .lists(let other)): column == other
        default: false
        }
    }
}

/// One scalar for each row, or none: a code into a sorted table.
struct ScalarColumn: Equatable, Sendable {
    private enum Layout: Equatable {
        /// A code for each row; the rows that have one.
        case dense(known: RowSet)
        /// A code for each of these rows, ascending; other rows have no value.
        case sparse([UInt16])
    }

    /// Where fewer than one in so many rows has a value, only those rows are kept.
    private static let sparseness = 16

    /// The distinct values.
    let table: ValueTable
    /// Number of rows of the segment.
    let universe: Int
    private let codes: Codes
    private let layout: Layout

    /// The column with a code of `table`, or ``Codes/missing``, for each row.
    init(_ table: ValueTable, _ codes: [UInt32]) {
        self.table = table
        universe = codes.count
        let known = codes.count { $0 != Codes.missing }
        if known == codes.count {
            layout = .dense(known: RowSet(all: true, of: codes.count))
            self.codes = Codes(codes)
        } else if known * Self.sparseness < codes.count {
            let rows = codes.indices.filter { codes[$0] != Codes.missing }
            layout = .sparse(rows.map(UInt16.init))
            self.codes = Codes(rows.map { codes[$0] })
        } else {
            var words = Words(zeros: codes.count)
            for (row, code) in codes.enumerated() where code != Codes.missing { words.set(row) }
            layout = .dense(known: RowSet(words, of: codes.count))
            self.codes = Codes(codes)
        }
    }

    /// The rows that have a value.
    var known: RowSet {
        switch layout {
        case .dense(let known): known
        case .sparse(let rows): RowSet(rows.bits(universe), of: universe)
        }
    }

    /// Where the code of `row` stands among the codes that are kept; `nil` where the row has no value.
    @inline(__always)
    private func position(of row: Int) -> Int? {
        switch layout {
        case .dense: return row
        case .sparse(let rows):
            let position = partitionPoint(rows.count) { rows[$0] >= row }
            return position < rows.count && rows[position] == row ? position : nil
        }
    }

    /// The code of `row`; ``Codes/missing`` where it has no value.
    @inline(__always)
    subscript(row: Int) -> UInt32 { position(of: row).map { codes[$0] } ?? Codes.missing }

    /// Calls `body` for each of `rows` with its code, or ``Codes/missing``.
    @inline(__always)
    func forEach(of rows: [UInt16], _ body: (Int, UInt32) -> Void) {
        switch layout {
        case .dense: codes.forEach(of: rows, body)
        case .sparse: for (index, row) in rows.enumerated() { body(index, self[Int(row)]) }
        }
    }

    /// The least code that a row of `rows` has, or the greatest; ``Codes/missing`` when none has one.
    func firstCode(in rows: RowSet, isDescending: Bool) -> UInt32 {
        switch layout {
        case .dense: codes.firstCode(at: rows, isDescending)
        case .sparse(let positions):
            codes.firstCode(
                at: RowSet(all: true, of: positions.count).filter { rows.contains(Int(positions[$0])) }, isDescending)
        }
    }

    /// Adds what the column takes.
    func measure(_ memory: inout MemoryCount) {
        table.measure(&memory)
        codes.measure(&memory)
        switch layout {
        case .dense(let known): known.measure(&memory)
        case .sparse(let rows): memory.add(rows)
        }
    }

    /// The codes of all rows.
    var expanded: [UInt32] {
        guard case .sparse(let rows) = layout else { return codes.expanded }
        var expanded = [UInt32](repeating: Codes.missing, count: universe)
        for (position, row) in rows.enumerated() { expanded[Int(row)] = codes[position] }
        return expanded
    }

    /// The rows whose value is one of `set`.
    func rows(_ set: CodeSet) -> RowSet {
        let positions: Words
        switch set {
        case .range(let range):
            if range.isEmpty { return RowSet(all: false, of: universe) }
            if range.count == table.count { return known }
            positions = codes.positions(in: range)
        case .outside(let range):
            var rows = known
            rows.subtract(self.rows(.range(range)))
            return rows
        case .some(let words):
            positions = codes.positions(in: words)
        }
        guard case .sparse(let rows) = layout else { return RowSet(positions, of: universe) }
        var words = Words(zeros: universe)
        positions.forEachBit { words.set(Int(rows[$0])) }
        return RowSet(words, of: universe)
    }
}

extension Sequence<UInt16> {
    /// These rows as bits.
    func bits(_ universe: Int) -> Words {
        var words = Words(zeros: universe)
        for row in self { words.set(Int(row)) }
        return words
    }
}
