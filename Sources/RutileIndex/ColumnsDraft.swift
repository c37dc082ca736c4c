import RutileJSON
import RutileQuery

/// The columns of a segment, or of the items of a table, while documents are read.
struct ColumnsDraft: Sendable {
    private let tree: SchemaTree
    private var columns: [ColumnDraft]
    /// What the object at hand has for each node.
    private var values: [JSONCursor?]
    /// The items of tables, by the tables' columns.
    private var items: [Int: ItemsDraft]

    /// Columns of `schema` without values.
    init(_ schema: Schema) {
        tree = schema.tree
        columns = schema.kinds.map { ColumnDraft($0, schema.catalogue.reading) }
        values = Array(repeating: nil, count: tree.columns.count)
        items = schema.tables.mapValues(ItemsDraft.init)
    }

    /// Reads `object` as row `row`. Rows come in ascending order.
    mutating func read(_ object: JSONCursor, row: Int) { read(object, SchemaTree.root, row) }

    /// The columns with their rows in the order `order`, which names some of `count` rows as they came.
    func columns(in order: [UInt32], of count: Int) -> [Column?] {
        var columns = columns.map { $0.column(in: order) }
        if items.isEmpty { return columns }
        var places = [UInt32](repeating: Codes.missing, count: count)
        for (place, row) in order.enumerated() { places[Int(row)] = UInt32(place) }
        for (column, draft) in items { columns[column] = draft.table(places, of: order.count).map { .table($0) } }
        return columns
    }

    /// Reads what lies in `object` and has a place below `node`.
    private mutating func read(_ object: JSONCursor, _ node: Int, _ row: Int) {
        findMembers(of: object, node)
        for child in tree.children[node] {
            guard let value = values[child] else { continue }
            let column = tree.columns[child]
            if columns[column].isTable {
                items[column]?.append(value, owner: row)
                continue
            }
            columns[column].set(value, row: row)
            if tree.children[child].isEmpty { continue }
            if tree.depths[child] == 0 {
                if value.kind == .object { read(value, child, row) }
            } else if value.kind == .list {
                beginLists(child, row)
                addItems(of: value, tree.depths[child], child, areNested: false)
            }
        }
    }

    /// Puts the members of `object` that have a place below `node` into ``values``. Of repeated names the last one
    /// counts. What is no object has none.
    private mutating func findMembers(of object: JSONCursor?, _ node: Int) {
        for child in tree.children[node] { values[child] = nil }
        guard let object, object.kind == .object else { return }
        var next = object.first
        while let key = next {
            let value = key.value
            if let child = unsafe tree.child(key.utf8, of: node) { values[child] = value }
            next = value.next(in: object)
        }
    }

    /// Below a list all that has a place is a list.
    private mutating func beginLists(_ node: Int, _ row: Int) {
        for child in tree.children[node] {
            if columns[tree.columns[child]].isList { columns[tree.columns[child]].beginList(row) }
            beginLists(child, row)
        }
    }

    /// Adds what lies in `value`, in which `depth` lists should lie in each other, to the lists below `node`; where names
    /// lead to `value` through a list, the items are added to that of `node` itself, too. What is no list where one
    /// should be, or one where none should be, is null.
    private mutating func addItems(of value: JSONCursor?, _ depth: Int, _ node: Int, areNested: Bool) {
        if depth > 0, let value, value.kind == .list {
            var next = value.first
            while let item = next {
                addItems(of: item, depth - 1, node, areNested: areNested)
                next = item.next(in: value)
            }
            return
        }
        let item = depth > 0 || value?.kind == .list ? nil : value
        if areNested, columns[tree.columns[node]].isList { columns[tree.columns[node]].append(item) }
        if tree.children[node].isEmpty { return }
        findMembers(of: item, node)
        for child in tree.children[node] { addItems(of: values[child], tree.depths[child], child, areNested: true) }
    }
}

/// The items of one table while documents are read.
struct ItemsDraft {
    private let schema: Schema
    private var parts: [Part] = []

    private struct Part {
        /// The row that each item belongs to.
        var owners: [UInt32] = []
        var columns: ColumnsDraft
    }

    /// No items of `schema`.
    init(_ schema: Schema) { self.schema = schema }

    /// Adds the objects in the list `value` as items of row `owner`.
    mutating func append(_ value: JSONCursor, owner: Int) {
        guard value.kind == .list else { return }
        var next = value.first
        while let item = next {
            if item.kind == .object { add(item, owner: owner) }
            next = item.next(in: value)
        }
    }

    private mutating func add(_ item: JSONCursor, owner: Int) {
        if parts.last.map({ $0.owners.count == Segment.maximumRows }) ?? true {
            parts.append(Part(columns: ColumnsDraft(schema)))
        }
        let last = parts.count - 1
        parts[last].columns.read(item, row: parts[last].owners.count)
        parts[last].owners.append(UInt32(owner))
    }

    /// The table for `universe` rows, of which `places` says where each has gone, or ``Codes/missing``.
    func table(_ places: [UInt32], of universe: Int) -> ItemTable? {
        let rows = parts.compactMap { part -> ItemRows? in
            let kept = part.owners.indices.filter { places[Int(part.owners[$0])] != Codes.missing }
            if kept.isEmpty { return nil }
            return ItemRows(
                owners: kept.map { UInt16(places[Int(part.owners[$0])]) },
                columns: part.columns.columns(in: kept.map(UInt32.init), of: part.owners.count))
        }
        return rows.isEmpty ? nil : ItemTable(parts: rows, universe: universe)
    }
}
