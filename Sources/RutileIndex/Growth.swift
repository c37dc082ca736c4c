import RutileModel
import RutileQuery
import RutileStore

/// A state while it takes in changes. Documents gather in a draft until they fill a segment, however many changes
/// they come in.
struct Growth {
    /// Documents that are read without a pause for others.
    private static let documentsAtOnce = 256
    /// Full drafts that are made into segments at the same time: they take much memory.
    private static let sealsAtOnce = 2

    private var grown: BitmapIndex.State
    /// Full drafts on their way to be segments, in the order in which they were filled.
    private var sealing: [Task<Segment?, Never>] = []
    /// What came last; absent when there is nothing new.
    private var draft: SegmentDraft?
    private var latest: (upload: UploadID, number: UInt32)?

    /// The growth of `state`.
    init(of state: BitmapIndex.State) { grown = state }

    /// Makes `change`.
    ///
    /// - Throws: ``StoreError`` when a document is bad, `CancellationError`; then this must not be used any more.
    mutating func take(in change: IndexChange) async throws {
        if let catalogue = change.catalogue {
            await seal()
            grown.schema = Schema(catalogue, after: grown.schema)
        }
        if !change.removed.isEmpty {
            if let draft, change.removed.contains(where: draft.holds) { await seal() }
            await settle()
            grown.remove(change.removed)
        }
        for (position, document) in change.documents.enumerated() {
            if position % Self.documentsAtOnce == 0 {
                try Task.checkCancellation()
                await Task.yield()
            }
            if draft?.hasRoom(for: document) == false { await seal() }
            let upload = number(of: document.upload)
            if draft == nil { draft = SegmentDraft(grown.schema) }
            try draft?.append(document, upload: upload)
        }
    }

    /// The number of `upload`, which is as a rule that of the document before.
    private mutating func number(of upload: UploadID) -> UInt32 {
        if let latest, latest.upload == upload { return latest.number }
        let number = grown.uploads.add(upload)
        latest = (upload, number)
        return number
    }

    /// The state with all changes.
    ///
    /// - Throws: `CancellationError`.
    mutating func state() async throws -> BitmapIndex.State {
        await settle()
        if let segment = draft?.segment() { grown.add(segment) }
        draft = nil
        try await grown.merge()
        return grown
    }

    /// Begins to make a segment of the draft, while others are read.
    private mutating func seal() async {
        guard let draft else { return }
        self.draft = nil
        if sealing.count == Self.sealsAtOnce { await settle(1) }
        sealing.append(Task { draft.segment() })
    }

    /// Waits for the first `count` segments that are being made, or for all.
    private mutating func settle(_ count: Int = sealsAtOnce) async {
        for task in sealing.prefix(count) {
            if let segment = await task.value { grown.add(segment) }
        }
        sealing.removeFirst(min(count, sealing.count))
    }
}

extension BitmapIndex.State {
    /// Masks the rows of `entries`.
    fileprivate mutating func remove(_ entries: Set<EntryID>) {
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
    fileprivate mutating func add(_ segment: Segment) {
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
        // Where all is replaced, the old must not wait for the merge while the new comes.
        segments.removeAll { $0.count == 0 }
        segments.append(LiveSegment(segment))
    }

    /// Merges small segments.
    fileprivate mutating func merge() async throws {
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
