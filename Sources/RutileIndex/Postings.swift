/// Which rows of a list column have an item with which code.
struct Postings: Equatable, Sendable {
    /// From so many rows on, a code has a bit for each row of the segment instead of a list. Adding bits to a result
    /// is much faster than adding a list, and takes at most four times the list's room.
    private static let heavyRows = 1_024

    private let universe: Int
    /// Where in ``rows`` those of each code begin; one more at the end. The last code stands for `null`.
    private let starts: [UInt32]
    private let rows: [UInt16]
    /// Codes that have bits, ascending, and the bits.
    private let heavyCodes: [Int]
    private let heavy: [Words]

    /// The postings of `items` with codes below `codes`. `lengths` says for each row how many items are its, in order,
    /// or ``Codes/missing``.
    init(codes: Int, lengths: [UInt32], items: Codes) {
        universe = lengths.count
        let items = codes == 0 ? nil : items.expanded
        var counts = [UInt32](repeating: 0, count: codes + 1)
        Self.forEachPosting(codes, lengths, items) { code, _ in counts[code] += 1 }
        let isHeavy = counts.map { $0 >= Self.heavyRows }
        heavyCodes = counts.indices.filter { isHeavy[$0] }
        var heavy = heavyCodes.map { _ in Words(zeros: lengths.count) }
        var starts: [UInt32] = [0]
        starts.reserveCapacity(codes + 2)
        for (code, count) in counts.enumerated() { starts.append(starts[code] + (isHeavy[code] ? 0 : count)) }
        var ends = starts
        var rows = [UInt16](repeating: 0, count: Int(starts.last ?? 0))
        // Where a heavy code's bits are.
        for (index, code) in heavyCodes.enumerated() { ends[code] = UInt32(index) }
        Self.forEachPosting(codes, lengths, items) { code, row in
            if isHeavy[code] {
                heavy[Int(ends[code])].set(row)
            } else {
                rows[Int(ends[code])] = UInt16(row)
                ends[code] += 1
            }
        }
        self.starts = starts
        self.rows = rows
        self.heavy = heavy
    }

    /// Calls `body` once for each row and code that an item of it has; `codes` for items without one, which all are
    /// when `items` is `nil`.
    private static func forEachPosting(
        _ codes: Int, _ lengths: [UInt32], _ items: [UInt32]?, _ body: (Int, Int) -> Void
    ) {
        guard let items else {
            for (row, length) in lengths.enumerated() where length != Codes.missing && length > 0 { body(codes, row) }
            return
        }
        var lastRow = [Int32](repeating: -1, count: codes + 1)
        var position = 0
        for (row, length) in lengths.enumerated() where length != Codes.missing {
            for _ in 0..<length {
                let code = items[position] == Codes.missing ? codes : Int(items[position])
                position += 1
                if lastRow[code] == row { continue }
                lastRow[code] = Int32(row)
                body(code, row)
            }
        }
    }

    /// Adds what the postings take.
    func measure(_ memory: inout MemoryCount) {
        memory.add(starts)
        memory.add(rows)
        memory.add(heavyCodes)
        for words in heavy { memory.add(words) }
    }

    /// The code that stands for `null`.
    var null: Int { starts.count - 2 }

    /// The rows with an item whose code is one of `set`.
    func rows(_ set: CodeSet) -> RowSet {
        switch set {
        case .range(let range): return rows(range)
        case .outside(let range):
            var found = rows(0..<range.lowerBound)
            found.formUnion(rows(range.upperBound..<max(null, range.upperBound)))
            return found
        case .some(let words):
            var found = Words(zeros: universe)
            words.forEachBit { add(rowsOf: $0, to: &found) }
            return RowSet(found, of: universe)
        }
    }

    /// The rows with an item that has no code, or one outside `set`.
    func rows(outside set: CodeSet) -> RowSet {
        var found = Words(zeros: universe)
        for code in 0..<null where !set.contains(code) { add(rowsOf: code, to: &found) }
        add(rowsOf: null, to: &found)
        return RowSet(found, of: universe)
    }

    private func rows(_ range: Range<Int>) -> RowSet {
        if range.isEmpty { return RowSet(all: false, of: universe) }
        let firstHeavy = partitionPoint(heavyCodes.count) { heavyCodes[$0] >= range.lowerBound }
        let lastHeavy = partitionPoint(heavyCodes.count) { heavyCodes[$0] >= range.upperBound }
        if range.count == 1 && firstHeavy < lastHeavy { return RowSet(heavy[firstHeavy], of: universe) }
        var found = rows[Int(starts[range.lowerBound])..<Int(starts[range.upperBound])].bits(universe)
        for words in heavy[firstHeavy..<lastHeavy] { found.formOr(words) }
        return RowSet(found, of: universe)
    }

    private func add(rowsOf code: Int, to found: inout Words) {
        let place = partitionPoint(heavyCodes.count) { heavyCodes[$0] >= code }
        if place < heavyCodes.count && heavyCodes[place] == code { return found.formOr(heavy[place]) }
        for row in rows[Int(starts[code])..<Int(starts[code + 1])] { found.set(Int(row)) }
    }
}
