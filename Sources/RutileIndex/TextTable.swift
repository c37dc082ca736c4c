import Glibc
import RutileQuery

/// Strings as UTF-8 bytes, one behind the other.
struct TextList: Equatable, Sendable {
    /// All bytes.
    private(set) var bytes: [UInt8] = []
    /// Number of strings.
    private(set) var count = 0
    /// The length of each string as long as all are equally long, as ids often are.
    private var length = 0
    /// Where each string ends; empty as long as all are equally long.
    private var ends: [UInt32] = []

    /// The bytes of string `index`.
    @inline(__always)
    func range(_ index: Int) -> Range<Int> {
        if ends.isEmpty { return index * length..<(index + 1) * length }
        return (index == 0 ? 0 : Int(ends[index - 1]))..<Int(ends[index])
    }

    /// String `index`.
    func text(_ index: Int) -> String { String(decoding: bytes[range(index)], as: UTF8.self) }

    /// Makes room for strings of `size` bytes together.
    mutating func reserve(size: Int) { bytes.reserveCapacity(size) }

    /// Adds what the strings take.
    func measure(_ memory: inout MemoryCount) {
        memory.add(bytes)
        memory.add(ends)
    }

    /// The same strings in no more memory than they need.
    func compact() -> TextList {
        var list = self
        list.bytes = bytes.compact()
        list.ends = ends.compact()
        return list
    }

    /// Adds a string.
    mutating func append(_ text: UnsafeRawBufferPointer) {
        unsafe bytes.append(contentsOf: text)
        if count == 0 { length = text.count }
        if !ends.isEmpty {
            ends.append(UInt32(bytes.count))
        } else if text.count != length {
            ends = (0..<count).map { UInt32(($0 + 1) * length) }
            ends.append(UInt32(bytes.count))
        }
        count += 1
    }

    /// Gives the bytes of string `index` to `body`, which must not keep them.
    @inline(__always)
    func withBytes<Result>(_ index: Int, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        let range = range(index)
        // SAFETY: the range is one of the list's own.
        return unsafe bytes.withUnsafeBytes { unsafe body(UnsafeRawBufferPointer(rebasing: $0[range])) }
    }

    /// How string `index` stands to `other`, by bytes: negative when it is smaller, 0 when both are equal.
    @inline(__always)
    func compare(_ index: Int, _ other: UnsafeRawBufferPointer) -> Int {
        unsafe withBytes(index) { unsafe compareBytes($0, other) }
    }

    /// Whether string `index` has the bytes `other`.
    @inline(__always)
    func isEqual(_ index: Int, _ other: UnsafeRawBufferPointer) -> Bool {
        unsafe range(index).count == other.count && compare(index, other) == 0
    }

    /// Eight bytes of string `index`, from `start` on, as a number that orders as they do, as far as they go. The string
    /// is no shorter than `start`.
    @inline(__always)
    func prefix(_ index: Int, from start: Int) -> UInt64 {
        let range = range(index)
        var prefix: UInt64 = 0
        for offset in 0..<min(8, range.count - start) {
            prefix |= UInt64(bytes[range.lowerBound + start + offset]) << UInt64(truncatingIfNeeded: 56 - 8 * offset)
        }
        return prefix
    }

    /// With how many bytes all strings begin alike: ids are often numbers behind the same name.
    var commonPrefix: Int {
        var common = count == 0 ? 0 : range(0).count
        for index in 0..<count where common > 0 {
            let range = range(index)
            var length = 0
            while length < min(common, range.count), bytes[length] == bytes[range.lowerBound + length] { length += 1 }
            common = length
        }
        return common
    }
}

extension Array {
    /// The same elements in no more memory than they need.
    func compact() -> [Element] {
        if capacity - count <= count / 16 { return self }
        var copy: [Element] = []
        copy.reserveCapacity(count)
        copy.append(contentsOf: self)
        return copy
    }
}

/// How one byte string stands to another: negative when it is smaller, 0 when both are equal.
@inline(__always)
func compareBytes(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int {
    let common = min(left.count, right.count)
    if common > 0, let leftStart = left.baseAddress, let rightStart = right.baseAddress {
        // SAFETY: both have at least `common` bytes.
        let order = unsafe memcmp(leftStart, rightStart, common)
        if order != 0 { return Int(order) }
    }
    return left.count - right.count
}

/// Distinct strings in the order of their bytes. A string's code is its position.
struct TextTable: Equatable, Sendable {
    /// The strings.
    let list: TextList

    /// The table of `list`, which is sorted and has no string twice.
    init(sorted list: TextList) { self.list = list }

    /// The codes of strings that stand in `relation` to `operand`.
    func codes(_ relation: Relation, _ operand: UnsafeRawBufferPointer) -> CodeSet {
        switch relation {
        case .compares(let comparison):
            let (lower, isFound) = unsafe place(of: operand)
            return comparison.codes(lower: lower, isFound: isFound, count: list.count)
        case .startsWith: return unsafe .range(place(of: operand).lower..<end(ofPrefix: operand))
        case .contains: return unsafe containing(operand)
        case .endsWith:
            var words = Words(zeros: list.count)
            for code in 0..<list.count {
                unsafe list.withBytes(code) { text in
                    guard text.count >= operand.count else { return }
                    let tail = unsafe UnsafeRawBufferPointer(rebasing: text[(text.count - operand.count)...])
                    if unsafe compareBytes(tail, operand) == 0 { words.set(code) }
                }
            }
            return .some(words)
        case .matches(let match):
            let search = unsafe WordSearch(match, String(decoding: operand, as: UTF8.self))
            var words = Words(zeros: list.count)
            for code in 0..<list.count where search.matches(list.text(code)) { words.set(code) }
            return .some(words)
        }
    }

    /// The first code whose string is not smaller than `text`, and whether it is `text`.
    func place(of text: UnsafeRawBufferPointer) -> (lower: Int, isFound: Bool) {
        let lower = partitionPoint(list.count) { unsafe list.compare($0, text) >= 0 }
        return (lower, unsafe lower < list.count && list.compare(lower, text) == 0)
    }

    /// The first code behind the strings that begin with `prefix`.
    private func end(ofPrefix prefix: UnsafeRawBufferPointer) -> Int {
        partitionPoint(list.count) { code in
            unsafe list.withBytes(code) { text in
                unsafe compareBytes(UnsafeRawBufferPointer(rebasing: text.prefix(prefix.count)), prefix) > 0
            }
        }
    }

    /// The codes of strings with `part` in them. One search over all bytes: what spans two strings is no hit.
    private func containing(_ part: UnsafeRawBufferPointer) -> CodeSet {
        guard let search = unsafe ByteSearch(part) else { return .all }
        var words = Words(zeros: list.count)
        unsafe list.bytes.withUnsafeBytes { bytes in
            var code = 0
            unsafe search.forEachMatch(in: bytes) { place in
                while list.range(code).upperBound <= place { code += 1 }
                if place + part.count <= list.range(code).upperBound { words.set(code) }
            }
        }
        return .some(words)
    }
}

/// The first index below `count` for which `isBehind` is true, which is so for all that follow; else `count`.
@inline(__always)
func partitionPoint(_ count: Int, _ isBehind: (Int) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
        let middle = (low + high) / 2
        if isBehind(middle) { high = middle } else { low = middle + 1 }
    }
    return low
}

extension Comparison {
    /// The codes of a sorted table of `count` values for which the comparison holds with an operand that stands, or
    /// would stand, at `lower`.
    func codes(lower: Int, isFound: Bool, count: Int) -> CodeSet {
        let upper = isFound ? lower + 1 : lower
        return switch self {
        case .equal: .range(lower..<upper)
        case .notEqual: .outside(lower..<upper)
        case .less: .range(0..<lower)
        case .lessOrEqual: .range(0..<upper)
        case .greater: .range(upper..<count)
        case .greaterOrEqual: .range(lower..<count)
        }
    }
}
