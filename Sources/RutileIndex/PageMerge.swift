import RutileModel
import RutileQuery
import RutileStore

/// The rows of several segments, each in order, as one list in order.
struct PageMerge {
    /// Rows of one segment.
    private struct Run {
        let segment: Segment
        let columns: [ScalarColumn?]
        let rows: [UInt16]
        var position = 0

        var row: Int { Int(rows[position]) }
    }

    private let sort: ResolvedSort
    private var runs: [Run] = []
    /// Indices of runs that are not at their end: a binary heap, the one whose next row comes first on top.
    private var heap: [Int] = []

    /// A list in the order of `sort`, without rows.
    init(_ sort: ResolvedSort) { self.sort = sort }

    /// Adds `rows` of `segment`, which are in order.
    mutating func add(_ segment: Segment, _ order: RowOrder, _ rows: [UInt16]) {
        if rows.isEmpty { return }
        runs.append(Run(segment: segment, columns: order.columns, rows: rows))
        heap.append(runs.count - 1)
        var place = heap.count - 1
        while place > 0, precedes(heap[place], heap[(place - 1) / 2]) {
            heap.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    /// Takes the next row.
    mutating func next() -> (segment: Segment, row: Int)? {
        guard let top = heap.first else { return nil }
        let run = runs[top]
        runs[top].position += 1
        if runs[top].position == run.rows.count {
            heap.swapAt(0, heap.count - 1)
            heap.removeLast()
        }
        var place = 0
        while true {
            var first = place
            for child in 2 * place + 1...2 * place + 2 where child < heap.count && precedes(heap[child], heap[first]) {
                first = child
            }
            if first == place { break }
            heap.swapAt(place, first)
            place = first
        }
        return (run.segment, run.row)
    }

    /// Whether the next row of one run comes before that of another.
    private func precedes(_ left: Int, _ right: Int) -> Bool {
        let (left, right) = (runs[left], runs[right])
        for (key, (column, other)) in zip(left.columns, right.columns).enumerated() {
            let code = column?[left.row] ?? Codes.missing
            let otherCode = other?[right.row] ?? Codes.missing
            guard let column, let other, code != Codes.missing, otherCode != Codes.missing else {
                if (code == Codes.missing) == (otherCode == Codes.missing) { continue }
                return otherCode == Codes.missing
            }
            let order = column.table.compare(Int(code), other.table, Int(otherCode))
            if order != 0 { return (order < 0) != sort.keys[key].isDescending }
        }
        let (id, otherID) = (Int(left.segment.ids[left.row]), Int(right.segment.ids[right.row]))
        let order = left.segment.ids.table.compare(id, right.segment.ids.table, otherID)
        if order != 0 { return order < 0 }
        return unsafe right.segment.entries.ids.withBytes(right.row) {
            unsafe left.segment.entries.ids.compare(left.row, $0) < 0
        }
    }
}
