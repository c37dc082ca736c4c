package import RutileJSON

/// Names of members that are looked for in many objects.
package struct MemberNames: Sendable {
    /// How many there are.
    package let count: Int
    private let bytes: [UInt8]
    /// Name `index` ends before byte `ends[index]`.
    private let ends: [Int]

    /// `names`, all different.
    package init(_ names: [String]) {
        var bytes: [UInt8] = []
        var ends: [Int] = []
        for name in names {
            bytes += name.utf8
            ends.append(bytes.count)
        }
        count = names.count
        self.bytes = bytes
        self.ends = ends
    }

    /// The index of `name`, which is looked for from `start` on and then from the first one: objects of one kind have
    /// their members in one order.
    fileprivate func index(of name: UnsafeRawBufferPointer, from start: Int) -> Int? {
        unsafe bytes.withUnsafeBytes { bytes in
            for step in 0..<count {
                let index = start + step < count ? start + step : start + step - count
                let first = index == 0 ? 0 : ends[index - 1]
                guard ends[index] - first == name.count else { continue }
                // SAFETY: first ≤ ends[index] ≤ bytes.count.
                if unsafe UnsafeRawBufferPointer(rebasing: bytes[first..<ends[index]]).elementsEqual(name) {
                    return index
                }
            }
            return nil
        }
    }
}

/// Where the values of wanted members of one object are. Nothing of them is decoded.
package struct MemberPlaces: Sendable {
    private let block: Block
    private let end: Int
    /// For each name the offset of its value; negative where there is none, or null.
    private let offsets: [Int]

    /// The places of the members `names` of `object`; none where that is no object. Of members with equal keys the last
    /// one counts.
    ///
    /// Cost: one walk over the object's encoded bytes.
    package init(_ names: MemberNames, in object: ArchiveNode) throws(ArchiveError) {
        var places = [Int](repeating: -1, count: names.count)
        block = object.block
        guard case .value(let node) = object.place else {
            end = 0
            offsets = places
            return
        }
        end = node.end
        var cursor = try block.data(from: node.start, to: node.end)
        var next = 0
        func take(_ cursor: inout Cursor) throws(ArchiveError) {
            let key = try cursor.key()
            let found: Int? =
                if case .text(let range) = key {
                    unsafe cursor.withBytes(range) { unsafe names.index(of: $0, from: next) }
                } else {
                    unsafe Array((cursor.text(key) ?? "").utf8).withUnsafeBytes {
                        unsafe names.index(of: $0, from: next)
                    }
                }
            let offset = cursor.position
            if let found {
                var value = cursor
                places[found] = try value.next() == .null ? -1 : offset
                next = found + 1
            }
            try cursor.skip()
        }
        switch try cursor.next() {
        case .object(let count):
            for _ in 0..<count { try take(&cursor) }
            try object.check(cursor, ends: node)
        case .openObject:
            while try !cursor.stop() { try take(&cursor) }
            try object.check(cursor, ends: node)
        default: break
        }
        offsets = places
    }

    /// Whether member `index` of the names is there, and not null.
    package func hasValue(_ index: Int) -> Bool { offsets[index] >= 0 }

    /// The value of member `index`, decoded; null where there is none.
    package func value(_ index: Int) throws(ArchiveError) -> Value {
        guard hasValue(index) else { return .null }
        var cursor = try self.cursor(at: index)
        return try cursor.value()
    }

    /// A cursor at the value of member `index`, which is there.
    func cursor(at index: Int) throws(ArchiveError) -> Cursor { try block.data(from: offsets[index], to: end) }

    /// Writes the value of member `index` as JSON, as ``ArchiveNode/writeJSON(to:)`` does; null where there is none.
    package func writeJSON(_ index: Int, to writer: inout JSONWriter) throws(ArchiveError) {
        guard hasValue(index) else { return writer.null() }
        var cursor = try self.cursor(at: index)
        _ = try cursor.writeJSON(to: &writer, every: 1 << 30) { _ in true }
    }
}
