import RutileJSON
import RutileModel
import RutileQuery
import RutileStore

/// A segment while documents are read.
struct SegmentDraft: Sendable {
    private var columns: ColumnsDraft
    private var ids = TextDraft()
    private var idOfRow: [UInt32] = []
    private var entries = TextDraft(exact: true)
    /// The row that each entry has at last.
    private var rowOfEntry: [UInt32] = []
    private var entryOfRow: [UInt32] = []
    private var uploads: [UInt32] = []
    private var byteCount = 0

    /// A segment without rows.
    init(_ schema: Schema) {
        columns = ColumnsDraft(schema)
    }

    /// Whether `document` may be the next row.
    func hasRoom(for document: IndexChange.Document) -> Bool {
        idOfRow.count < Segment.maximumRows && byteCount + document.json.count <= Segment.maximumBytes
    }

    /// Whether there is a row of `entry`.
    func holds(_ entry: EntryID) -> Bool {
        var text = entry.text
        return text.withUTF8 { unsafe entries.contains(UnsafeRawBufferPointer($0)) }
    }

    /// Reads `document` of the upload with number `upload` as the next row. A former row of the same entry goes.
    ///
    /// - Throws: ``StoreError`` when it is no JSON object or lacks its `id`; the draft must not be used afterwards.
    mutating func append(_ document: IndexChange.Document, upload: UInt32) throws(StoreError) {
        let json: JSONDocument
        do {
            json = try JSONDocument(json: document.json, limits: .file)
        } catch {
            throw .medium("the document of entry \(document.entry) is no JSON: \(error)")
        }
        let row = idOfRow.count
        try json.withRoot { (root) throws(StoreError) in
            guard let id = root.member("id"), id.kind == .string else {
                throw .missing(kind: "id in the document of entry", id: document.entry.text)
            }
            unsafe idOfRow.append(ids.number(id.utf8))
            columns.read(root, row: row)
        }
        var text = document.entry.text
        let entry = text.withUTF8 { unsafe entries.number(UnsafeRawBufferPointer($0)) }
        if entry == rowOfEntry.count { rowOfEntry.append(0) }
        rowOfEntry[Int(entry)] = UInt32(row)
        entryOfRow.append(entry)
        uploads.append(upload)
        byteCount += document.json.count
    }

    /// The segment of what was read; `nil` when it is empty.
    func segment() -> Segment? {
        let (idTable, idCodes) = ids.sorted()
        func entryPrecedes(_ left: UInt32, _ right: UInt32) -> Bool {
            let (left, right) = (Int(entryOfRow[Int(left)]), Int(entryOfRow[Int(right)]))
            return unsafe self.entries.list.withBytes(right) { unsafe self.entries.list.compare(left, $0) < 0 }
        }
        let order = rowOfEntry.sorted { left, right in
            let (leftID, rightID) = (idCodes[Int(idOfRow[Int(left)])], idCodes[Int(idOfRow[Int(right)])])
            return leftID == rightID ? entryPrecedes(left, right) : leftID < rightID
        }
        if order.isEmpty { return nil }
        var entries = EntryList()
        entries.reserve(order.count, size: self.entries.list.bytes.count)
        for row in order {
            unsafe self.entries.list.withBytes(Int(entryOfRow[Int(row)])) { unsafe entries.append($0) }
        }
        return Segment(
            ids: ScalarColumn(.text(idTable), order.map { idCodes[Int(idOfRow[Int($0)])] }), entries: entries,
            uploads: UploadColumn(order.map { uploads[Int($0)] }),
            columns: columns.columns(in: order, of: idOfRow.count),
            byteCount: byteCount)
    }
}

extension JSONCursor {
    /// The last member `name` of an object; `nil` when this is no object or has no such member.
    fileprivate func member(_ name: StaticString) -> JSONCursor? {
        guard kind == .object else { return nil }
        // SAFETY: the static text has as many bytes as it says.
        let name = unsafe UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
        var found: JSONCursor?
        var next = first
        while let key = next {
            if unsafe compareBytes(key.utf8, name) == 0 { found = key.value }
            next = key.value.next(in: self)
        }
        return found
    }
}
