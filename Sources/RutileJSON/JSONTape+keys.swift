import Glibc

extension JSONTape {
    /// Above this many keys they are hashed instead of compared pair by pair.
    private static let pairwiseLimit = 16

    /// Indices of the keys of the object at `index`, each name once: in the place of its first, with the value of its
    /// last appearance, as Python reads them.
    func keys(in index: Int) -> [Int] {
        var keys: [Int] = []
        keys.reserveCapacity(count(index))
        var at = firstIndex(in: index)
        let end = end(of: index)
        while at < end {
            keys.append(at)
            at = self.index(after: at + 1)
        }
        if keys.count <= Self.pairwiseLimit && areDistinct(keys) { return keys }
        return distinct(keys)
    }

    /// Index of the last value that the object at `index` has under the name `key`.
    func value(of key: UnsafeRawBufferPointer, in index: Int) -> Int? {
        var found: Int?
        var at = firstIndex(in: index)
        let end = end(of: index)
        while at < end {
            if unsafe utf8(at).isEqual(key) { found = at + 1 }
            at = self.index(after: at + 1)
        }
        return found
    }

    private func areDistinct(_ keys: [Int]) -> Bool {
        for later in keys.indices.dropFirst() {
            let name = unsafe utf8(keys[later])
            for earlier in 0..<later where unsafe utf8(keys[earlier]).isEqual(name) { return false }
        }
        return true
    }

    private func distinct(_ keys: [Int]) -> [Int] {
        var places: [TapeString: Int] = [:]
        places.reserveCapacity(keys.count)
        var distinct: [Int] = []
        distinct.reserveCapacity(keys.count)
        for key in keys {
            let name = unsafe TapeString(bytes: utf8(key))
            let place = places[name, default: distinct.count]
            if place == distinct.count {
                places[name] = place
                distinct.append(key)
            } else {
                distinct[place] = key
            }
        }
        return distinct
    }
}

/// A string on a tape, equal to others by its bytes. Must not outlive the tape.
@safe
private struct TapeString: Hashable {
    let bytes: UnsafeRawBufferPointer

    static func == (left: TapeString, right: TapeString) -> Bool { unsafe left.bytes.isEqual(right.bytes) }

    func hash(into hasher: inout Hasher) { unsafe hasher.combine(bytes: bytes) }
}

extension UnsafeRawBufferPointer {
    /// Whether both buffers have the same bytes.
    func isEqual(_ other: UnsafeRawBufferPointer) -> Bool {
        guard count == other.count else { return false }
        guard let left = baseAddress, let right = other.baseAddress else { return true }
        // SAFETY: both have `count` bytes.
        return unsafe memcmp(left, right, count) == 0
    }
}
