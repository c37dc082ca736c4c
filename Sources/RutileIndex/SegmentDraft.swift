import RutileJSON
import RutileModel
import RutileQuery
import RutileStore

/// A segment while documents are read.
struct SegmentDraft {
    private let schema: Schema
    private let columns: [ColumnDraft]
    private var ids = TextDraft()
    private var idOfRow: [UInt32] = []
    private var entries = TextDraft()
    /// The row that each entry has at last.
    private var rowOfEntry: [UInt32] = []
    private var entryOfRow: [UInt32] = []
    private var uploads: [UInt32] = []
    private var byteCount = 0

    /// A segment without rows.
    init(_ schema: Schema) {
        self.schema = schema
        columns = schema.kinds.map(ColumnDraft.init)
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
        guard let id = unsafe json.root["id"]?.withUTF8({ unsafe ids.number($0) }) else {
            throw .missing(kind: "id in the document of entry", id: document.entry.text)
        }
        idOfRow.append(id)
        var text = document.entry.text
        let entry = text.withUTF8 { unsafe entries.number(UnsafeRawBufferPointer($0)) }
        if entry == rowOfEntry.count { rowOfEntry.append(0) }
        rowOfEntry[Int(entry)] = UInt32(row)
        entryOfRow.append(entry)
        uploads.append(upload)
        byteCount += document.json.count
        read(json.root, schema.root, row)
    }

    /// Reads what lies in `object` and has a place below `node`.
    private func read(_ object: JSONView, _ node: SchemaNode, _ row: Int) {
        for (child, value) in zip(node.children, members(object, node)) {
            guard let value, let column = child.column else { continue }
            columns[column].set(value, row: row)
            if child.children.isEmpty { continue }
            switch value.kind {
            case .object: read(value, child, row)
            case .list:
                beginLists(child, row)
                for item in value.items { readItem(item, child) }
            default: break
            }
        }
    }

    /// The members of `object` that have a place below `node`, by that place. Of repeated names the last one counts.
    private func members(_ object: JSONView, _ node: SchemaNode) -> [JSONView?] {
        var members = [JSONView?](repeating: nil, count: node.children.count)
        for member in object.members {
            guard let child = unsafe member.name.withUTF8({ unsafe node.child($0) }) ?? nil else { continue }
            members[child] = member.value
        }
        return members
    }

    /// Below a list all that has a place is a list.
    private func beginLists(_ node: SchemaNode, _ row: Int) {
        for child in node.children {
            if let column = child.column, columns[column].isList { columns[column].beginList(row) }
            beginLists(child, row)
        }
    }

    /// Adds what lies in one item of a list to the lists below `node`: a list in a list is as good as its items.
    private func readItem(_ item: JSONView, _ node: SchemaNode) {
        if item.kind == .list {
            for inner in item.items { readItem(inner, node) }
            return
        }
        for (child, value) in zip(node.children, members(item, node)) {
            if let value, value.kind == .list {
                for inner in value.items { addItem(inner, child) }
            } else {
                addItem(value, child)
            }
        }
    }

    private func addItem(_ item: JSONView?, _ node: SchemaNode) {
        if let column = node.column, columns[column].isList { columns[column].append(item) }
        if node.children.isEmpty { return }
        if let item {
            readItem(item, node)
        } else {
            for child in node.children { addItem(nil, child) }
        }
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
            uploads: UploadColumn(order.map { uploads[Int($0)] }), columns: columns.map { $0.column(in: order) },
            byteCount: byteCount)
    }
}
