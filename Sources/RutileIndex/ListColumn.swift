import RutileQuery

/// A list for each row, or none, whose items are scalars or nothing.
struct ListColumn: Equatable, Sendable {
    /// The number of items of each row's list.
    let lengths: ScalarColumn
    /// The distinct items. Items that are `null`, or no scalars of the list's type, have no code.
    let table: ValueTable
    /// Which rows have an item with which code.
    let postings: Postings
    /// The codes of all items, row after row.
    let items: Codes
    /// Where the items of every 16th row begin.
    private let starts: [UInt32]
    /// The length that each code of ``lengths`` stands for.
    private let lengthOfCode: [Int]

    private static let blockSize = 16

    /// The column of lists with `lengths` (``Codes/missing`` where there is no list) whose items have the codes
    /// `items` of `table`.
    init(_ table: ValueTable, lengths: [UInt32], items: Codes) {
        let (distinct, codes) = Codes.ranking(lengths)
        self.lengths = ScalarColumn(
            .numbers(NumberTable(sorted: distinct.map { ExactNumber(Int64($0)) }), .number), codes)
        self.table = table
        self.items = items
        lengthOfCode = distinct.map(Int.init)
        var starts: [UInt32] = []
        var position: UInt32 = 0
        for (row, length) in lengths.enumerated() {
            if row % Self.blockSize == 0 { starts.append(position) }
            if length != Codes.missing { position += length }
        }
        self.starts = starts
        postings = Postings(codes: table.count, lengths: lengths, items: items)
    }

    /// The rows whose lists are as long as `comparison` with `count` says.
    func rows(length comparison: Comparison, _ count: Int64) -> RowSet {
        lengths.rows(lengths.table.codes(.compares(comparison), .integer(count)))
    }

    /// Adds what the column takes.
    func measure(_ memory: inout MemoryCount) {
        lengths.measure(&memory)
        table.measure(&memory)
        postings.measure(&memory)
        items.measure(&memory)
        memory.add(starts)
        memory.add(lengthOfCode)
    }

    /// The positions in ``items`` of the list of `row`.
    func range(of row: Int) -> Range<Int> {
        var start = Int(starts[row / Self.blockSize])
        for before in row / Self.blockSize * Self.blockSize..<row { start += length(of: before) }
        return start..<start + length(of: row)
    }

    @inline(__always)
    private func length(of row: Int) -> Int {
        let code = lengths[row]
        return code == Codes.missing ? 0 : lengthOfCode[Int(code)]
    }

    /// Where the items of each row begin in ``items``, and where the last ones end.
    var expandedStarts: [UInt32] {
        var starts: [UInt32] = []
        starts.reserveCapacity(lengths.universe + 1)
        var position: UInt32 = 0
        for length in expandedLengths {
            starts.append(position)
            if length != Codes.missing { position += length }
        }
        starts.append(position)
        return starts
    }

    /// The length of each row's list, ``Codes/missing`` where there is none.
    var expandedLengths: [UInt32] {
        lengths.expanded.map { $0 == Codes.missing ? Codes.missing : UInt32(lengthOfCode[Int($0)]) }
    }
}
