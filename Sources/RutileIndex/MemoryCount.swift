/// Adds up the memory that lists take. What several columns share counts once; what the lists are members of, a few
/// hundred bytes for each column, does not count.
struct MemoryCount {
    /// The bytes so far.
    private(set) var bytes = 0
    private var counted: Set<UInt> = []

    /// Adds a list, unless it was counted already.
    mutating func add<Item>(_ list: [Item]) {
        guard list.capacity > 0 else { return }
        // SAFETY: the address only tells lists apart, nothing is read there.
        let address = unsafe list.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
        if counted.insert(address).inserted { bytes += list.capacity * MemoryLayout<Item>.stride }
    }
}

extension Segment {
    /// Adds what the segment takes. Orders and visible rows that are remembered for later searches do not count.
    func measure(_ memory: inout MemoryCount) {
        ids.measure(&memory)
        entries.measure(&memory)
        memory.add(uploads.numbers)
        uploads.codes.measure(&memory)
        for case let column? in columns { column.measure(&memory) }
    }
}

extension Column {
    fileprivate func measure(_ memory: inout MemoryCount) {
        switch self {
        case .known(let rows): rows.measure(&memory)
        case .scalars(let column): column.measure(&memory)
        case .lists(let column): column.measure(&memory)
        case .table(let table):
            for part in table.parts {
                memory.add(part.owners)
                for case let column? in part.columns { column.measure(&memory) }
            }
        }
    }
}

extension RowSet {
    /// Adds what the set takes.
    func measure(_ memory: inout MemoryCount) {
        if case .some(let words) = content { memory.add(words) }
    }
}

extension Codes {
    /// Adds what the codes take.
    func measure(_ memory: inout MemoryCount) {
        switch storage {
        case .identity, .constant: break
        case .bytes(let codes): memory.add(codes)
        case .halves(let codes): memory.add(codes)
        case .words(let codes): memory.add(codes)
        }
    }
}

extension ValueTable {
    /// Adds what the values take.
    func measure(_ memory: inout MemoryCount) {
        switch self {
        case .text(let table): table.list.measure(&memory)
        case .numbers(let table, _): table.measure(&memory)
        }
    }
}
