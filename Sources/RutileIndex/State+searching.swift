import RutileJSON
import RutileModel
import RutileQuery
import RutileStore

extension BitmapIndex.State {
    /// The answer to `search`.
    ///
    /// - Throws: `CancellationError`.
    func page(_ search: EntrySearch) throws -> EntryPage {
        let predicate = ResolvedPredicate(search.predicate, schema)
        let sort = ResolvedSort(search.sort, schema)
        let visible = VisibleNumbers(search.visible, uploads)
        let (behind, overflows) = search.skip.addingReportingOverflow(search.limit)
        // One more than asked for tells whether there is more.
        let wanted = overflows || behind == .max ? Int.max : behind + 1
        var total = 0
        var merge = PageMerge(sort)
        try Task.checkCancellation()
        for live in segments {
            try Task.checkCancellation()
            let segment = live.segment
            var rows = segment.rows(visible)
            rows.formIntersection(live.live)
            if rows.isNone { continue }
            rows.formIntersection(segment.rows(predicate))
            let count = rows.count
            if count == 0 { continue }
            total += count
            let order = RowOrder(segment, sort)
            merge.add(segment, order, order.rows(of: rows, count: count, after: search.after, limit: wanted))
        }
        var page = EntryPage(entries: [], total: total, hasMore: false, end: nil)
        merge.begin(at: search.skip)
        var last: (segment: Segment, row: Int)?
        while page.entries.count < search.limit, let (segment, row) = merge.next() {
            page.entries.append(EntryID(segment.entries.ids.text(row)))
            last = (segment, row)
        }
        let next = merge.next()
        page.hasMore = next != nil
        if let (segment, row) = last {
            var end = segment.place(of: row, sort)
            if let next, next.segment.place(of: next.row, sort).id.hasSameUTF8(as: end.id) {
                end.entry = segment.entries.ids.text(row)
            }
            page.end = end
        }
        return page
    }
}

extension Segment {
    /// The place of `row` in a list ordered by `sort`.
    fileprivate func place(of row: Int, _ sort: ResolvedSort) -> Cursor {
        let values = sort.keys.map { key -> Literal? in
            guard let column = scalars(key.column), column[row] != Codes.missing else { return nil }
            return column.table.literal(Int(column[row]))
        }
        guard case .string(let id) = ids.table.literal(Int(ids[row])) else { return Cursor(values: values, id: "") }
        return Cursor(values: values, id: id)
    }
}
