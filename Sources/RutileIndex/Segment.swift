import RutileQuery
import Synchronization

/// Some tens of thousands of documents, column by column. Nothing of it changes; what is deleted is masked by
/// ``LiveSegment``.
///
/// Rows stand in the order of the entries' `id` properties, ties by entry id.
final class Segment: ColumnRows {
    /// Rows that a segment may have: their numbers, and codes of as many values, fit in 16 bits with one to spare.
    static let maximumRows = 65_535
    /// Bytes of JSON that the documents of a segment may have had together, so that offsets fit in 32 bits.
    static let maximumBytes = 1 << 30
    /// Eight kilobytes each.
    private static let rememberedVisibilities = 8

    /// The `id` property of each row.
    let ids: ScalarColumn
    /// Whose document each row is.
    let entries: EntryList
    /// The upload of each row.
    let uploads: UploadColumn
    /// By the schema's column numbers; `nil`, or too few, where no row has a value.
    let columns: [Column?]
    /// About how many bytes of JSON the documents had.
    let byteCount: Int
    /// Orders of the rows that were asked for: two bytes for each row.
    let orders = RecentCache<ResolvedSort, [UInt16]>(capacity: 12)
    /// Values of items that rows were ordered by: two bytes or more for each row that has one.
    let chosen = RecentCache<ResolvedSort.Key, ScalarColumn>(capacity: 8)
    private let seen = Mutex<[Words: RowSet]>([:])

    /// The segment of these columns, which have the same rows.
    init(ids: ScalarColumn, entries: EntryList, uploads: UploadColumn, columns: [Column?], byteCount: Int) {
        self.ids = ids
        self.entries = entries.sharing(ids.table)
        self.uploads = uploads
        self.columns = columns.sharing(with: .scalars(ids))
        self.byteCount = byteCount
    }

    /// Number of rows.
    var rowCount: Int { ids.universe }

    /// The rows of uploads that may be seen. Cost: a look at each upload of the segment; the rows are remembered.
    func rows(_ visible: VisibleNumbers) -> RowSet {
        let codes = uploads.codes(visible)
        let count = codes.bitCount
        if count == 0 || count == uploads.numbers.count { return RowSet(all: count > 0, of: rowCount) }
        if let rows = seen.withLock({ $0[codes] }) { return rows }
        let rows = RowSet(uploads.codes.positions(in: codes), of: rowCount)
        seen.withLock { seen in
            if seen.count == Self.rememberedVisibilities { seen.removeAll() }
            seen[codes] = rows
        }
        return rows
    }
}

/// The upload that each row of a segment belongs to.
struct UploadColumn: Sendable {
    /// The numbers of the uploads that occur, ascending.
    let numbers: [UInt32]
    /// For each row a position in ``numbers``.
    let codes: Codes

    /// The column with the number of an upload for each row.
    init(_ uploads: [UInt32]) {
        let (distinct, codes) = Codes.ranking(uploads)
        numbers = distinct
        self.codes = Codes(codes)
    }

    /// The number of the upload of `row`.
    subscript(row: Int) -> UInt32 { numbers[Int(codes[row])] }

    /// The codes of uploads that may be seen, as bits.
    func codes(_ visible: VisibleNumbers) -> Words {
        var seen = Words(zeros: numbers.count)
        for (code, number) in numbers.enumerated() where visible.contains(number) { seen.set(code) }
        return seen
    }
}

/// A segment and which of its rows are there.
struct LiveSegment: Sendable {
    let segment: Segment
    /// The rows that were not deleted.
    let live: RowSet
    /// How many there are.
    let count: Int

    /// The rows `live` of `segment`.
    init(_ segment: Segment, _ live: RowSet) {
        self.segment = segment
        self.live = live
        count = live.count
    }

    /// All rows of `segment`.
    init(_ segment: Segment) { self.init(segment, RowSet(all: true, of: segment.rowCount)) }
}
