/// All files and folders below a folder, of which a page is wanted. Pure.
///
/// Everything that is added counts: 1, and 1 more for every 128 bytes of its path. So the count bounds the time and,
/// with 128 bytes each, the memory.
package struct RawListing {
    private var folders = PathList()
    private var files = PathList()
    /// What was counted so far.
    package private(set) var effort: Int
    private let limit: Int

    /// An empty listing. It may grow until `effort`, which was counted before, has reached `limit`.
    package init(effort: Int, limit: Int) {
        self.effort = effort
        self.limit = limit
    }

    /// Counts `amount`.
    package mutating func count(_ amount: Int) throws(TooManyRawFiles) {
        guard amount <= limit - effort else { throw TooManyRawFiles() }
        effort += amount
    }

    /// Adds a file, or a folder, by the bytes of its path.
    package mutating func add(_ path: [UInt8], isFolder: Bool) throws(TooManyRawFiles) {
        try count(1 + path.count / 128)
        if isFolder { folders.append(path) } else { files.append(path) }
    }

    /// How many files and folders there are.
    package var total: Int { folders.count + files.count }

    /// What stands at `positions` in the order of ``RawPageRequest``; those beyond the end are left out.
    package func page(_ positions: Range<Int>, isDescending: Bool) -> [(path: String, isFolder: Bool)] {
        let positions = positions.clamped(to: 0..<total)
        let first = positions.clamped(to: 0..<folders.count)
        let second = positions.clamped(to: folders.count..<total)
        return folders.paths(at: first, isDescending: isDescending).map { ($0, true) }
            + files.paths(
                at: second.lowerBound - folders.count..<second.upperBound - folders.count, isDescending: isDescending
            )
            .map { ($0, false) }
    }
}

/// Many paths in little memory: their bytes, one after the other.
private struct PathList {
    private var bytes: [UInt8] = []
    private var ends: [Int] = []

    var count: Int { ends.count }

    mutating func append(_ path: [UInt8]) {
        bytes += path
        ends.append(bytes.count)
    }

    /// The paths at positions of their order by bytes, turned around where `isDescending`.
    func paths(at positions: Range<Int>, isDescending: Bool) -> [String] {
        // Whoever only wants the total, or the other kind, waits for no sorting.
        guard !positions.isEmpty else { return [] }
        var order = Array(0..<count)
        order.sort { self[$0].lexicographicallyPrecedes(self[$1]) }
        if isDescending { order.reverse() }
        return order[positions].map { String(decoding: self[$0], as: UTF8.self) }
    }

    private subscript(_ index: Int) -> ArraySlice<UInt8> { bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]] }
}
