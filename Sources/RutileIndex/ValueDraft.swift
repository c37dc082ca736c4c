import RutileQuery

/// Strings by number, while a segment is made: equal ones have one number as far as that pays.
///
/// Open addressing, at most half full. Where most strings are new, looking for them costs more than having some twice:
/// each look is a cache miss, and sorting brings equal ones together anyway.
struct TextDraft {
    private(set) var list = TextList()
    /// Numbers of strings; ``Codes/missing`` where a slot is free.
    private var slots = [UInt32](repeating: Codes.missing, count: 16)
    /// The hash of each string.
    private var hashes: [UInt64] = []
    /// The number that was asked for last: neighbours are often alike.
    private var latest: UInt32?
    private let hash = ByteHash()
    private var thrift: Thrift

    /// No strings. With `exact`, equal strings always have one number.
    init(exact: Bool = false) { thrift = Thrift(isExact: exact) }

    /// The number of `text`.
    mutating func number(_ text: UnsafeRawBufferPointer) -> UInt32 {
        if let latest, unsafe list.isEqual(Int(latest), text) { return latest }
        if thrift.looks(list.count) { return unsafe lookedUp(text) }
        unsafe list.append(text)
        return UInt32(list.count - 1)
    }

    /// Whether `text` is among the strings, all of which must have been looked for (`exact`).
    func contains(_ text: UnsafeRawBufferPointer) -> Bool {
        var slot = unsafe Int(truncatingIfNeeded: hash(text)) & (slots.count - 1)
        while slots[slot] != Codes.missing {
            if unsafe list.isEqual(Int(slots[slot]), text) { return true }
            slot = (slot + 1) & (slots.count - 1)
        }
        return false
    }

    private mutating func lookedUp(_ text: UnsafeRawBufferPointer) -> UInt32 {
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
        let start = list.commonPrefix
        let order = (0..<list.count).map { SortableText(list, $0, from: start) }
            .sorted { $0.compare($1, list, list) < 0 }
        var codes = [UInt32](repeating: 0, count: list.count)
        var sorted = TextList()
        sorted.reserve(size: list.bytes.count)
        var former: SortableText?
        for text in order {
            if former.map({ $0.compare(text, list, list) != 0 }) ?? true {
                unsafe list.withBytes(Int(text.index)) { unsafe sorted.append($0) }
            }
            codes[Int(text.index)] = UInt32(sorted.count - 1)
            former = text
        }
        return (TextTable(sorted: sorted.compact()), codes)
    }
}

/// Whether to look for values, or to take each as a new one.
private struct Thrift {
    private static let sample = 2_048

    let isExact: Bool
    private var asked = 0
    private var isDone = false

    init(isExact: Bool) { self.isExact = isExact }

    /// Whether the next value should be looked for, when `distinct` values were found so far.
    @inline(__always)
    mutating func looks(_ distinct: Int) -> Bool {
        if isExact { return true }
        if isDone { return false }
        asked += 1
        if asked == Self.sample && distinct * 4 > asked * 3 { isDone = true }
        return !isDone
    }
}

/// A string of a list with some of its bytes at hand, so that most comparisons need no look at the list.
struct SortableText {
    private let prefix: UInt64
    /// Its place in the list.
    let index: UInt32

    /// String `index` of `list`, all of whose strings are the same in front of `start`.
    init(_ list: TextList, _ index: Int, from start: Int) {
        prefix = list.prefix(index, from: start)
        self.index = UInt32(index)
    }

    /// How this string of `list` stands to `other`, one of `otherList`.
    @inline(__always)
    func compare(_ other: SortableText, _ list: TextList, _ otherList: TextList) -> Int {
        if prefix != other.prefix { return prefix < other.prefix ? -1 : 1 }
        return unsafe otherList.withBytes(Int(other.index)) { unsafe list.compare(Int(index), $0) }
    }
}

/// Numbers by number, as ``TextDraft`` has strings.
struct NumberDraft {
    private var numbers: [ExactNumber] = []
    private var slots = [UInt32](repeating: Codes.missing, count: 16)
    private let hash = ByteHash()
    private var thrift = Thrift(isExact: false)

    /// The number of `value`.
    mutating func number(_ value: ExactNumber) -> UInt32 {
        if thrift.looks(numbers.count) { return lookedUp(value) }
        numbers.append(value)
        return UInt32(numbers.count - 1)
    }

    private mutating func lookedUp(_ value: ExactNumber) -> UInt32 {
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

    /// The values sorted, and the code of each by its number here.
    func sorted() -> (NumberTable, codes: [UInt32]) {
        let order = numbers.indices.sorted { numbers[$0] < numbers[$1] }
        var codes = [UInt32](repeating: 0, count: numbers.count)
        var sorted: [ExactNumber] = []
        for number in order {
            if sorted.last != numbers[number] { sorted.append(numbers[number]) }
            codes[number] = UInt32(sorted.count - 1)
        }
        return (NumberTable(sorted: sorted), codes)
    }
}
