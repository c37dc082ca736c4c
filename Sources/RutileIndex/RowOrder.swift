import RutileJSON
import RutileQuery

/// A sort whose paths are columns; where there is no column, every value is absent.
struct ResolvedSort: Hashable, Sendable {
    /// One key of the order.
    struct Key: Hashable, Sendable {
        /// Whose value decides; where there are ``items``, a column of theirs.
        let column: Int?
        let items: Items?
        let isDescending: Bool

        init(_ key: SortKey, _ schema: Schema) {
            isDescending = key.isDescending
            guard let chosen = key.items else {
                column = schema.column(key.path)
                items = nil
                return
            }
            let table = schema.column(chosen.table)
            let inner = table.flatMap { schema.tables[$0] }
            column = inner?.column(key.path)
            items = Items(table: table, member: inner?.column(chosen.member), text: chosen.text)
        }
    }

    /// Items of a table that have a text.
    struct Items: Hashable, Sendable {
        let table: Int?
        let member: Int?
        let text: UTF8Key
    }

    /// The first one decides first; then comes the id.
    let keys: [Key]

    /// `sort` for documents of `schema`.
    init(_ sort: Sort, _ schema: Schema) {
        keys = sort.keys.map { Key($0, schema) }
    }
}

/// How a sort orders the rows of one segment.
///
/// The place of a row is a list of numbers: for each key where the row's value stands among the segment's values
/// (behind all when it has none), then the row itself, for rows stand in the order of the ids.
struct RowOrder: Sendable {
    private let segment: Segment
    private let sort: ResolvedSort
    /// For each key its column; `nil` when no row has a value.
    let columns: [ScalarColumn?]

    /// The order of the rows of `segment` by `sort`.
    init(_ segment: Segment, _ sort: ResolvedSort) {
        self.segment = segment
        self.sort = sort
        columns = sort.keys.map(segment.scalars(of:))
    }

    /// Where the value of `row` stands for key `key`.
    @inline(__always)
    private func rank(_ key: Int, _ row: Int) -> Int {
        guard let column = columns[key] else { return 0 }
        return rank(key, column, column[row])
    }

    @inline(__always)
    private func rank(_ key: Int, _ column: ScalarColumn, _ code: UInt32) -> Int {
        if code == Codes.missing { return column.table.count }
        return sort.keys[key].isDescending ? column.table.count - 1 - Int(code) : Int(code)
    }

    /// The rows in order.
    ///
    /// Cost: for each key one pass over the rows when the order is not cached.
    private func sortedRows() -> [UInt16] {
        if let known = segment.orders[sort] { return known }
        var order = (0..<UInt16(segment.rowCount)).map { $0 }
        for (key, column) in columns.enumerated().reversed() {
            guard let column else { continue }
            let ranks = column.expanded.map { rank(key, column, $0) }
            order = order.stablySorted(by: ranks, below: column.table.count + 1)
        }
        segment.orders.keep(order, for: sort)
        return order
    }

    /// The place of the first row behind a cursor: rows with this place or a greater one come after it.
    private func place(behind cursor: Cursor) -> [Int] {
        var place: [Int] = []
        for (key, column) in columns.enumerated() {
            let value = key < cursor.values.count ? cursor.values[key] : nil
            switch (column, value) {
            // No row has a value: all stand behind each row that has one, and at the place of one that has none.
            case (nil, let value):
                if value != nil { return padded(place) }
                place.append(0)
            case (let column?, nil): place.append(column.table.count)
            case (let column?, let value?):
                let (lower, isFound) = column.table.place(of: value)
                let isDescending = sort.keys[key].isDescending
                let rank = isDescending ? column.table.count - lower - (isFound ? 1 : 0) : lower
                place.append(rank)
                if !isFound { return padded(place) }
            }
        }
        let (lower, isFound) = segment.ids.table.place(of: .string(cursor.id))
        let code = isFound ? lower + 1 : lower
        var row = partitionPoint(segment.rowCount) { segment.ids[$0] >= code }
        if isFound, let entry = cursor.entry {
            // Of the rows that share the id, those behind the entry.
            let first = partitionPoint(segment.rowCount) { segment.ids[$0] >= lower }
            let bytes = Array(entry.utf8)
            row =
                first
                + partitionPoint(row - first) { offset in
                    unsafe bytes.withUnsafeBytes { unsafe segment.entries.ids.compare(first + offset, $0) > 0 }
                }
        }
        place.append(row)
        return place
    }

    /// `place` with the first of all rows that share it.
    private func padded(_ place: [Int]) -> [Int] {
        place + [Int](repeating: 0, count: columns.count + 1 - place.count)
    }

    private func isAtOrBehind(_ row: Int, _ place: [Int]) -> Bool {
        for key in columns.indices {
            let rank = rank(key, row)
            if rank != place[key] { return rank > place[key] }
        }
        return row >= place[columns.count]
    }

    /// At most `limit` rows of `matches`, which are `count`, in order: those that come first behind `cursor`.
    func rows(of matches: RowSet, count: Int, after cursor: Cursor?, limit: Int) -> [UInt16] {
        let place = cursor.map(place)
        let limit = min(limit, count)
        if columns.allSatisfy({ $0 == nil }) {
            return firstRows(of: matches, from: place?.last ?? 0, limit: limit)
        }
        let expectedSteps = limit < count ? limit * segment.rowCount / count : segment.rowCount
        let effortOfSelecting = 2 * count + 16 * limit
        if columns.count <= PackedPlace.maximumKeys && effortOfSelecting < expectedSteps {
            return select(matches, place, limit)
        }
        let order = sortedRows()
        let words = matches.words
        var position = place.map { place in partitionPoint(order.count) { isAtOrBehind(Int(order[$0]), place) } } ?? 0
        var rows: [UInt16] = []
        func walk(_ steps: Int) {
            for row in order[position..<min(order.count, position + steps)] {
                position += 1
                if words.has(Int(row)) {
                    rows.append(row)
                    if rows.count == limit { return }
                }
            }
        }
        walk(2 * expectedSteps + count / 2 + 64)
        if rows.isEmpty && position < order.count {
            // Matches may all stand far behind, as where the order is by what the predicate compares.
            position = max(position, start(of: matches, order))
            walk(2 * expectedSteps + 64)
        }
        if rows.count == limit || position == order.count { return rows }
        if columns.count <= PackedPlace.maximumKeys { return select(matches, place, limit) }
        walk(order.count)
        return rows
    }

    /// A position in `order` in front of which none of `matches` stands, by the first key.
    private func start(of matches: RowSet, _ order: [UInt16]) -> Int {
        guard let column = columns.first, let column else { return 0 }
        let code = column.firstCode(in: matches, isDescending: sort.keys[0].isDescending)
        let least = rank(0, column, code)
        return partitionPoint(order.count) { rank(0, Int(order[$0])) >= least }
    }

    /// The first rows of `matches` at or behind `start`, in the order of the ids.
    private func firstRows(of matches: RowSet, from start: Int, limit: Int) -> [UInt16] {
        var rows: [UInt16] = []
        var next = start
        while rows.count < limit, let row = matches.first(from: next) {
            rows.append(UInt16(row))
            next = row + 1
        }
        return rows
    }

    /// The first rows of `matches` at or behind `place`, found by a look at each.
    private func select(_ matches: RowSet, _ place: [Int]?, _ limit: Int) -> [UInt16] {
        let start = place.map { PackedPlace($0).bits } ?? 0
        var best: [UInt64] = []
        var worst = UInt64.max
        let room = 2 * limit + 64
        for packed in packedPlaces(of: matches) where packed >= start && packed <= worst {
            best.append(packed)
            if best.count == room {
                best.sort()
                best.removeSubrange(limit...)
                worst = best.last ?? worst
            }
        }
        best.sort()
        return best.prefix(limit).map { UInt16(truncatingIfNeeded: $0) }
    }

    /// The places of `rows`, each as one number.
    private func packedPlaces(of rows: RowSet) -> [UInt64] {
        var numbers: [UInt16] = []
        rows.forEach { numbers.append(UInt16($0)) }
        var places = [UInt64](repeating: 0, count: numbers.count)
        for (key, column) in columns.enumerated() {
            guard let column else { continue }
            let shift = UInt64(16 * (columns.count - key))
            column.forEach(of: numbers) { places[$0] |= UInt64(rank(key, column, $1)) << shift }
        }
        for (index, row) in numbers.enumerated() { places[index] |= UInt64(row) }
        return places
    }
}

/// The place of a row as one number, 16 bits for each key and for the row.
private struct PackedPlace {
    static let maximumKeys = 3
    let bits: UInt64

    init(_ place: [Int]) { bits = place.reduce(0) { $0 << 16 | UInt64($1) } }
}

extension [UInt16] {
    /// These rows by their ranks, all below `count`; rows of equal rank stay in order.
    fileprivate func stablySorted(by ranks: [Int], below count: Int) -> [UInt16] {
        var ends = [Int](repeating: 0, count: count + 1)
        for rank in ranks { ends[rank + 1] += 1 }
        for rank in 0..<count { ends[rank + 1] += ends[rank] }
        var sorted = self
        for row in self {
            let rank = ranks[Int(row)]
            sorted[ends[rank]] = row
            ends[rank] += 1
        }
        return sorted
    }
}

extension RowSet {
    /// The first row at or behind `start`.
    fileprivate func first(from start: Int) -> Int? {
        guard start < universe else { return nil }
        switch content {
        case .none: return nil
        case .all: return start
        case .some(let words):
            var index = start >> 6
            var word = words[index] & (.max << UInt64(start & 63))
            while word == 0 {
                index += 1
                if index == words.count { return nil }
                word = words[index]
            }
            return index << 6 | word.trailingZeroBitCount
        }
    }
}
