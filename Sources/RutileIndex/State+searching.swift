import RutileJSON
import RutileModel
import RutileQuery
import RutileStore

extension BitmapIndex.State {
    /// Segments that are searched by one task at least: each takes a tenth of a millisecond or more.
    private static let segmentsAtOnce = 4

    /// The answer to `search`.
    ///
    /// - Throws: `CancellationError`.
    func page(_ search: EntrySearch) async throws -> EntryPage {
        let question = SegmentQuestion(search, self)
        try Task.checkCancellation()
        // Without a predicate there is hardly anything to do in a segment.
        let least = question.isForAll ? segments.count : Self.segmentsAtOnce
        let found = try await sideBySide(segments, least: least) { part in
            try part.map { live in
                try Task.checkCancellation()
                return question.answer(in: live)
            }
        }
        var total = 0
        var merge = PageMerge(question.sort)
        for (live, answer) in zip(segments, found.joined()) {
            guard let answer else { continue }
            total += answer.count
            merge.add(live.segment, answer.order, answer.rows)
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
            var end = segment.place(of: row, question.sort)
            if let next, next.segment.place(of: next.row, question.sort).id.hasSameUTF8(as: end.id) {
                end.entry = segment.entries.ids.text(row)
            }
            page.end = end
        }
        return page
    }
}

/// What a search wants of each segment.
private struct SegmentQuestion: Sendable {
    private let predicate: ResolvedPredicate
    let sort: ResolvedSort
    private let visible: VisibleNumbers
    private let after: Cursor?
    /// Rows that a page may take from one segment: one more than asked for tells whether there is more.
    private let limit: Int

    /// `search` among the documents of `state`.
    init(_ search: EntrySearch, _ state: BitmapIndex.State) {
        predicate = ResolvedPredicate(search.predicate, state.schema)
        sort = ResolvedSort(search.sort, state.schema)
        visible = VisibleNumbers(search.visible, state.uploads)
        after = search.after
        let (behind, overflows) = search.skip.addingReportingOverflow(search.limit)
        limit = overflows || behind == .max ? Int.max : behind + 1
    }

    /// Whether all entries match that are visible.
    var isForAll: Bool { if case .constant = predicate { true } else { false } }

    /// How many rows of `live` match, and the first of them in order; `nil` where there are none.
    func answer(in live: LiveSegment) -> (count: Int, order: RowOrder, rows: [UInt16])? {
        let segment = live.segment
        var rows = segment.rows(visible)
        rows.formIntersection(live.live)
        if rows.isNone { return nil }
        rows.formIntersection(segment.rows(predicate))
        let count = rows.count
        if count == 0 { return nil }
        let order = RowOrder(segment, sort)
        return (count, order, order.rows(of: rows, count: count, after: after, limit: limit))
    }
}

extension Segment {
    /// The place of `row` in a list ordered by `sort`.
    fileprivate func place(of row: Int, _ sort: ResolvedSort) -> Cursor {
        let values = sort.keys.map { key -> Literal? in
            guard let column = scalars(of: key), column[row] != Codes.missing else { return nil }
            return column.table.literal(Int(column[row]))
        }
        guard case .string(let id) = ids.table.literal(Int(ids[row])) else { return Cursor(values: values, id: "") }
        return Cursor(values: values, id: id)
    }
}
