import RutileModel

/// The entries that the rows of a segment belong to, each once.
struct EntryList: Sendable {
    /// Their ids, in the order of the rows.
    private(set) var ids = TextList()
    /// Rows by the hash of their ids; ``free`` where a slot is free. At most half full.
    private var slots = [UInt16](repeating: free, count: 8)
    /// A byte of the hash of what is in each slot: most others are told apart by it, without a look at their ids.
    private var tags = [UInt8](repeating: 0, count: 8)

    private static let free = UInt16.max
    private static let hash = ByteHash()

    /// Adds what the list takes.
    func measure(_ memory: inout MemoryCount) {
        ids.measure(&memory)
        memory.add(slots)
        memory.add(tags)
    }

    /// Makes room for `count` entries whose ids take `size` bytes together.
    mutating func reserve(_ count: Int, size: Int) {
        ids.reserve(size: size)
        var room = slots.count
        while room < 2 * count { room *= 2 }
        if room > slots.count { rehash(room) }
    }

    /// The same list; where it is that of `table`, in one place in memory with it.
    func sharing(_ table: ValueTable) -> EntryList {
        guard case .text(let table) = table, table.list == ids else { return self }
        var list = self
        list.ids = table.list
        return list
    }

    /// Adds an entry, which is not there yet, for the next row.
    mutating func append(_ entry: UnsafeRawBufferPointer) {
        if 2 * (ids.count + 1) > slots.count { rehash(slots.count * 2) }
        unsafe insert(UInt16(ids.count), Self.hash(entry))
        unsafe ids.append(entry)
    }

    /// What ``row(of:hash:)`` asks for, the same for all lists.
    static func hash(of entry: UnsafeRawBufferPointer) -> UInt64 { unsafe hash(entry) }

    /// The row of `entry`, whose hash is `hash`; `nil` when it has none.
    func row(of entry: UnsafeRawBufferPointer, hash: UInt64) -> Int? {
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] != Self.free {
            let row = Int(slots[slot])
            if tags[slot] == Self.tag(hash), unsafe ids.compare(row, entry) == 0 { return row }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    private mutating func rehash(_ room: Int) {
        slots = [UInt16](repeating: Self.free, count: room)
        tags = [UInt8](repeating: 0, count: room)
        for row in 0..<ids.count {
            unsafe insert(UInt16(row), ids.withBytes(row) { unsafe Self.hash($0) })
        }
    }

    private mutating func insert(_ row: UInt16, _ hash: UInt64) {
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] != Self.free { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = row
        tags[slot] = Self.tag(hash)
    }

    /// A byte of `hash` that slots do not depend on.
    private static func tag(_ hash: UInt64) -> UInt8 { UInt8(truncatingIfNeeded: hash >> 56) }
}
