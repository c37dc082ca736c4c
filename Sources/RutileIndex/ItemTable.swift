/// The items that the rows of a segment have in one table.
struct ItemTable: Sendable {
    /// All items, in parts that are no larger than segments.
    let parts: [ItemRows]
    /// Number of rows that items belong to.
    let universe: Int

    /// The rows that have an item.
    var known: RowSet { rows { $0.rowCount == 0 ? $0.none : RowSet(all: true, of: $0.rowCount) } }

    /// The rows that have one of the items that `items` finds in each part.
    func rows(_ items: (ItemRows) -> RowSet) -> RowSet {
        var words = Words(zeros: universe)
        for part in parts { items(part).forEach { words.set(Int(part.owners[$0])) } }
        return RowSet(words, of: universe)
    }
}

/// Items, each of which belongs to a row of the segment, or of the items, around them.
final class ItemRows: ColumnRows {
    /// The row that each item belongs to.
    let owners: [UInt16]
    let columns: [Column?]

    /// The items with these columns.
    init(owners: [UInt16], columns: [Column?]) {
        self.owners = owners
        self.columns = columns
    }

    var rowCount: Int { owners.count }
}
