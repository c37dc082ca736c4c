import RutileModel
import RutileQuery
import RutileStore

extension BitmapIndex.State {
    /// Below so many documents a second thread does not pay.
    private static let documentsForTwo = 20_000
    /// Documents that are read without a pause for others.
    private static let documentsAtOnce = 256

    /// The state after `change`.
    ///
    /// - Throws: ``StoreError`` when a document is bad, `CancellationError`.
    func applying(_ change: IndexChange) async throws -> BitmapIndex.State {
        var next = self
        if let catalogue = change.catalogue { next.schema = Schema(catalogue, after: schema) }
        let numbers = change.documents.map { next.uploads.add($0.upload) }
        let segments = try await Self.segments(of: change.documents, numbers, next.schema)
        next.remove(change.removed)
        for segment in segments { next.add(segment) }
        try await next.merge()
        return next
    }

    /// Segments of `documents`, whose uploads have the numbers `uploads`, in their order.
    private static func segments(
        of documents: [IndexChange.Document], _ uploads: [UInt32], _ schema: Schema
    ) async throws -> [Segment] {
        let parts = parts(of: documents)
        return try await withThrowingTaskGroup(of: (Int, Segment?).self) { group in
            var segments = [Segment?](repeating: nil, count: parts.count)
            for (index, part) in parts.enumerated() {
                if index >= 2, let (done, segment) = try await group.next() { segments[done] = segment }
                group.addTask {
                    var draft = SegmentDraft(schema)
                    for position in part {
                        if position % documentsAtOnce == 0 {
                            try Task.checkCancellation()
                            await Task.yield()
                        }
                        try draft.append(documents[position], upload: uploads[position])
                    }
                    return (index, draft.segment())
                }
            }
            for try await (done, segment) in group { segments[done] = segment }
            return segments.compactMap { $0 }
        }
    }

    /// `documents` in parts of about equal size, each small enough for a segment.
    private static func parts(of documents: [IndexChange.Document]) -> [Range<Int>] {
        let least = documents.count < documentsForTwo ? 1 : 2
        let count = max(least, (documents.count + Segment.maximumRows - 1) / Segment.maximumRows)
        let size = (documents.count + count - 1) / count
        var parts: [Range<Int>] = []
        var start = 0
        var bytes = 0
        for (position, document) in documents.enumerated() {
            bytes += document.json.count
            if position > start && (position - start == size || bytes > Segment.maximumBytes) {
                parts.append(start..<position)
                start = position
                bytes = document.json.count
            }
        }
        if start < documents.count { parts.append(start..<documents.count) }
        return parts
    }

    /// Masks the rows of `entries`.
    private mutating func remove(_ entries: Set<EntryID>) {
        for entry in entries {
            var text = entry.text
            text.withUTF8 { bytes in
                let bytes = UnsafeRawBufferPointer(bytes)
                for (index, live) in segments.enumerated() {
                    guard let row = unsafe live.segment.entries.row(of: bytes, hash: EntryList.hash(of: bytes)),
                        live.live.contains(row)
                    else { continue }
                    segments[index] = live.without(RowSet(row..<row + 1, of: live.segment.rowCount))
                }
            }
        }
    }

    /// Adds `segment`, and masks the rows that its entries had.
    private mutating func add(_ segment: Segment) {
        var gone = [Words](repeating: [], count: segments.count)
        for row in 0..<segment.rowCount {
            unsafe segment.entries.ids.withBytes(row) { entry in
                let hash = unsafe EntryList.hash(of: entry)
                for (index, live) in segments.enumerated() {
                    guard let row = unsafe live.segment.entries.row(of: entry, hash: hash) else { continue }
                    if gone[index].isEmpty { gone[index] = Words(zeros: live.segment.rowCount) }
                    gone[index].set(row)
                }
            }
        }
        for (index, live) in segments.enumerated() where !gone[index].isEmpty {
            segments[index] = live.without(RowSet(gone[index], of: live.segment.rowCount))
        }
        segments.append(LiveSegment(segment))
    }

    /// Merges small segments.
    private mutating func merge() async throws {
        while true {
            let chosen = MergePolicy.next(
                segments.map {
                    MergePolicy.Size(live: $0.count, rows: $0.segment.rowCount, bytes: $0.segment.byteCount)
                })
            if chosen.isEmpty { return }
            try Task.checkCancellation()
            await Task.yield()
            let merged = SegmentMerge(chosen.map { segments[$0] }).segment()
            for index in chosen.sorted().reversed() { segments.remove(at: index) }
            if let merged { segments.append(LiveSegment(merged)) }
        }
    }
}

extension LiveSegment {
    /// The segment without the rows `gone`.
    fileprivate func without(_ gone: RowSet) -> LiveSegment {
        var rest = live
        rest.subtract(gone)
        return LiveSegment(segment, rest)
    }
}
