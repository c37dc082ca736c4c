import RutileQuery

/// Distinct strings by hash: open addressing, at most half full.
struct TextDraft {
    private(set) var list = TextList()
    /// Numbers of strings; ``Codes/missing`` where a slot is free.
    private var slots = [UInt32](repeating: Codes.missing, count: 16)
    /// The hash of each string.
    private var hashes: [UInt64] = []
    /// The number that was asked for last: neighbours are often alike.
    private var latest: UInt32?
    private let hash = ByteHash()

    /// The number of `text`, which it gets when it comes first.
    mutating func number(_ text: UnsafeRawBufferPointer) -> UInt32 {
        if let latest, unsafe list.isEqual(Int(latest), text) { return latest }
        let hash = unsafe self.hash(text)
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] != Codes.missing {
            let number = slots[slot]
            if unsafe hashes[Int(number)] == hash && list.isEqual(Int(number), text) {
                latest = number
                return number
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        let number = UInt32(list.count)
        slots[slot] = number
        latest = number
        hashes.append(hash)
        unsafe list.append(text)
        if list.count * 2 > slots.count { grow() }
        return number
    }

    private mutating func grow() {
        slots = [UInt32](repeating: Codes.missing, count: slots.count * 4)
        for (number, hash) in hashes.enumerated() {
            var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
            while slots[slot] != Codes.missing { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = UInt32(number)
        }
    }

    /// The strings sorted, and the code of each by its number.
    func sorted() -> (TextTable, codes: [UInt32]) {
        let order = (0..<list.count).map { SortableText(list, $0) }.sorted { $0.precedes($1, list, list) }
        var codes = [UInt32](repeating: 0, count: list.count)
        var sorted = TextList()
        sorted.reserve(list.count, size: list.bytes.count)
        for (code, text) in order.enumerated() {
            codes[Int(text.index)] = UInt32(code)
            unsafe list.withBytes(Int(text.index)) { unsafe sorted.append($0) }
        }
        return (TextTable(sorted: sorted), codes)
    }
}

/// A string of a list with its first bytes at hand, so that most comparisons need no look at the list.
struct SortableText {
    private let prefix: UInt64
    /// Its place in the list.
    let index: UInt32

    /// String `index` of `list`.
    init(_ list: TextList, _ index: Int) {
        prefix = list.prefix(index)
        self.index = UInt32(index)
    }

    /// Whether this string of `list` is smaller than `other`, one of `otherList`.
    @inline(__always)
    func precedes(_ other: SortableText, _ list: TextList, _ otherList: TextList) -> Bool {
        compare(other, list, otherList) < 0
    }

    /// How this string of `list` stands to `other`, one of `otherList`.
    @inline(__always)
    func compare(_ other: SortableText, _ list: TextList, _ otherList: TextList) -> Int {
        if prefix != other.prefix { return prefix < other.prefix ? -1 : 1 }
        return unsafe otherList.withBytes(Int(other.index)) { unsafe list.compare(Int(index), $0) }
    }
}

/// Distinct numbers by hash.
struct NumberDraft {
    private var numbers: [ExactNumber] = []
    private var slots = [UInt32](repeating: Codes.missing, count: 16)
    private let hash = ByteHash()

    /// The number of `value`, which it gets when it comes first.
    mutating func number(_ value: ExactNumber) -> UInt32 {
        var slot = home(value)
        while slots[slot] != Codes.missing {
            if numbers[Int(slots[slot])] == value { return slots[slot] }
            slot = (slot + 1) & (slots.count - 1)
        }
        let number = UInt32(numbers.count)
        slots[slot] = number
        numbers.append(value)
        if numbers.count * 2 > slots.count { grow() }
        return number
    }

    private func home(_ value: ExactNumber) -> Int {
        // Equal numbers have equal bits, but for the two zeros.
        let bits = value.rounded == 0 ? 0 : value.rounded.bitPattern
        return Int(truncatingIfNeeded: hash.mixed(bits ^ UInt64(bitPattern: value.rest))) & (slots.count - 1)
    }

    private mutating func grow() {
        slots = [UInt32](repeating: Codes.missing, count: slots.count * 4)
        for (number, value) in numbers.enumerated() {
            var slot = home(value)
            while slots[slot] != Codes.missing { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = UInt32(number)
        }
    }

    /// The numbers sorted, and the code of each by its number here.
    func sorted() -> (NumberTable, codes: [UInt32]) {
        let order = numbers.indices.sorted { numbers[$0] < numbers[$1] }
        var codes = [UInt32](repeating: 0, count: numbers.count)
        for (code, number) in order.enumerated() { codes[number] = UInt32(code) }
        return (NumberTable(sorted: order.map { numbers[$0] }), codes)
    }
}
