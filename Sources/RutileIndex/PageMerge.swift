import RutileModel
import RutileQuery
import RutileStore

/// The rows of several segments, each in order, as one list in order.
struct PageMerge {
    /// Rows of one segment, and how far they were taken.
    private final class Run {
        let segment: Segment
        let columns: [ScalarColumn?]
        let rows: [UInt16]
        var position = 0

        init(_ segment: Segment, _ columns: [ScalarColumn?], _ rows: [UInt16]) {
            self.segment = segment
            self.columns = columns
            self.rows = rows
        }

        var row: Int { Int(rows[position]) }
    }

    private let sort: ResolvedSort
    private var runs: [Run] = []
    /// Runs that are not at their end: a binary heap, the one whose next row comes first on top.
    private var heap: [Run] = []

    /// A list in the order of `sort`, without rows.
    init(_ sort: ResolvedSort) { self.sort = sort }

    /// Adds `rows` of `segment`, which are in order. All rows are added before any is taken.
    mutating func add(_ segment: Segment, _ order: RowOrder, _ rows: [UInt16]) {
        if !rows.isEmpty { runs.append(Run(segment, order.columns, rows)) }
    }

    /// Leaves out the first `count` rows and makes ready to take the others.
    ///
    /// Cost: some thousand comparisons, however large `count` is.
    mutating func begin(at count: Int) {
        if count > 0 { skip(count) }
        for run in runs where run.position < run.rows.count {
            heap.append(run)
            var place = heap.count - 1
            while place > 0, precedes(heap[place], heap[(place - 1) / 2]) {
                heap.swapAt(place, (place - 1) / 2)
                place = (place - 1) / 2
            }
        }
    }

    /// Narrows, for each run, the range in which the boundary behind `count` rows lies: the middle row of the longest
    /// range tells, by how many rows of all runs are not behind it, on which side of it the boundary is.
    private func skip(_ count: Int) {
        var ranges = runs.map { 0..<$0.rows.count }
        while let longest = ranges.indices.max(by: { ranges[$0].count < ranges[$1].count }), !ranges[longest].isEmpty {
            let middle = (ranges[longest].lowerBound + ranges[longest].upperBound) / 2
            let pivot = Int(runs[longest].rows[middle])
            let places = runs.indices.map { index in
                if index == longest { return middle + 1 }
                let range = ranges[index]
                return range.lowerBound
                    + partitionPoint(range.count) { offset in
                        let row = Int(runs[index].rows[range.lowerBound + offset])
                        return !precedes(runs[index], row, runs[longest], pivot)
                    }
            }
            let isSkipped = places.reduce(0, +) <= count
            for (index, place) in places.enumerated() {
                let upper = index == longest ? middle : place
                ranges[index] = isSkipped ? place..<ranges[index].upperBound : ranges[index].lowerBound..<upper
            }
        }
        for (run, range) in zip(runs, ranges) { run.position = range.lowerBound }
    }

    /// Takes the next row.
    mutating func next() -> (segment: Segment, row: Int)? {
        guard let run = heap.first else { return nil }
        let row = run.row
        run.position += 1
        if run.position == run.rows.count {
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
        return (run.segment, row)
    }

    /// Whether the next row of one run comes before that of another.
    private func precedes(_ left: Run, _ right: Run) -> Bool { precedes(left, left.row, right, right.row) }

    private func precedes(_ left: Run, _ row: Int, _ right: Run, _ otherRow: Int) -> Bool {
        for key in sort.keys.indices {
            let code = left.columns[key]?[row] ?? Codes.missing
            let otherCode = right.columns[key]?[otherRow] ?? Codes.missing
            guard code != Codes.missing, otherCode != Codes.missing, let column = left.columns[key],
                let other = right.columns[key]
            else {
                if code == otherCode { continue }
                return otherCode == Codes.missing
            }
            let order = column.table.compare(Int(code), other.table, Int(otherCode))
            if order != 0 { return (order < 0) != sort.keys[key].isDescending }
        }
        let (ids, otherIDs) = (left.segment.ids, right.segment.ids)
        let order = ids.table.compare(Int(ids[row]), otherIDs.table, Int(otherIDs[otherRow]))
        if order != 0 { return order < 0 }
        return unsafe right.segment.entries.ids.withBytes(otherRow) {
            unsafe left.segment.entries.ids.compare(row, $0) < 0
        }
    }
}
