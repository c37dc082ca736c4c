import RutileQuery

/// Makes one segment of the rows that several still have.
struct SegmentMerge {
    private let sources: [LiveSegment]
    /// The new segment's rows in order: where each comes from.
    private let rows: [(source: Int, row: Int)]

    /// The merge of `sources`.
    init(_ sources: [LiveSegment]) {
        self.sources = sources
        var rows: [(source: Int, row: Int)] = []
        for (source, segment) in sources.enumerated() { segment.live.forEach { rows.append((source, $0)) } }
        // Each source is in order already, which the standard library's sort makes use of.
        self.rows = rows.sorted { left, right in
            let (segment, other) = (sources[left.source].segment, sources[right.source].segment)
            let order = segment.ids.table.compare(
                Int(segment.ids[left.row]), other.ids.table, Int(other.ids[right.row]))
            if order != 0 { return order < 0 }
            return unsafe other.entries.ids.withBytes(right.row) {
                unsafe segment.entries.ids.compare(left.row, $0) < 0
            }
        }
    }

    /// The segment; `nil` when it would be empty.
    func segment() -> Segment? {
        let merge = ColumnMerge(sources.map { ColumnMerge.Source(rows: $0.segment, live: $0.live) }, rows)
        guard !rows.isEmpty, let ids = merge.scalars(sources.map(\.segment.ids)) else { return nil }
        var entries = EntryList()
        entries.reserve(rows.count, size: sources.reduce(0) { $0 + $1.segment.entries.ids.bytes.count })
        for (source, row) in rows {
            unsafe sources[source].segment.entries.ids.withBytes(row) { unsafe entries.append($0) }
        }
        return Segment(
            ids: ids, entries: entries, uploads: UploadColumn(rows.map { sources[$0.source].segment.uploads[$0.row] }),
            columns: merge.columns,
            byteCount: sources.reduce(0) { $0 + $1.segment.byteCount * $1.count / max(1, $1.segment.rowCount) })
    }
}
