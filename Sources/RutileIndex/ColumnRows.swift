/// Rows with columns: those of a segment, or the items of a table.
protocol ColumnRows: Sendable {
    /// Number of rows.
    var rowCount: Int { get }
    /// By the schema's column numbers; `nil`, or too few, where no row has a value.
    var columns: [Column?] { get }
}

extension ColumnRows {
    /// No rows.
    var none: RowSet { RowSet(all: false, of: rowCount) }

    /// Column `number`; `nil` where no row has a value.
    func column(_ number: Int?) -> Column? {
        guard let number, number < columns.count else { return nil }
        return columns[number]
    }

    /// Column `number`, if it is one of scalars.
    func scalars(_ number: Int?) -> ScalarColumn? {
        if case .scalars(let column)? = column(number) { column } else { nil }
    }

    /// Column `number`, if it is one of lists.
    func lists(_ number: Int?) -> ListColumn? {
        if case .lists(let column)? = column(number) { column } else { nil }
    }

    /// Column `number`, if it is a table.
    func table(_ number: Int?) -> ItemTable? {
        if case .table(let table)? = column(number) { table } else { nil }
    }
}
