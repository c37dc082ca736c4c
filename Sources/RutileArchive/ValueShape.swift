/// What an encoded value may be for it to be taken as it stands.
package indirect enum ValueShape: Hashable, Sendable {
    /// Anything.
    case any
    /// Nothing: the value must be looked at.
    case none
    case text, boolean
    /// A number.
    case number
    /// An integer, also encoded as one.
    case whole
    /// A list of such items.
    case list(ValueShape)
    /// An object. Members of these names have these shapes, others are anything.
    case object([Member])

    /// A member of an object.
    package struct Member: Hashable, Sendable {
        let key: [UInt8]
        let shape: ValueShape

        /// The member `name`.
        package init(_ name: String, _ shape: ValueShape) {
            key = Array(name.utf8)
            self.shape = shape
        }
    }
}

extension MemberPlaces {
    /// Whether member `index` of the names, which is there, is of `shape`. Null is of every shape but ``ValueShape/none``
    /// within a list or an object.
    ///
    /// Cost: one walk over the value's bytes at most.
    package func fits(_ index: Int, _ shape: ValueShape) throws(ArchiveError) -> Bool {
        if case .any = shape { return true }
        var cursor = try self.cursor(at: index)
        return try cursor.fits(shape)
    }
}

extension Cursor {
    /// Steps over one value of `shape`; where it is of another one, somewhere into it.
    fileprivate mutating func fits(_ shape: ValueShape) throws(ArchiveError) -> Bool {
        switch shape {
        case .any:
            try skip()
            return true
        case .none: return false
        case .text, .boolean, .number, .whole: return try isScalar(shape)
        case .list(let item):
            switch try next() {
            case .null: return true
            case .list(let count): return try fit(item, count)
            case .openList:
                while try !stop() { guard try fits(item) else { return false } }
                return true
            default: return false
            }
        case .object(let members):
            switch try next() {
            case .null: return true
            case .object(let count):
                for _ in 0..<count { guard try fitsMember(members) else { return false } }
                return true
            case .openObject:
                while try !stop() { guard try fitsMember(members) else { return false } }
                return true
            default: return false
            }
        }
    }

    /// Whether the next `count` values are of `shape`.
    private mutating func fit(_ shape: ValueShape, _ count: Int) throws(ArchiveError) -> Bool {
        var remaining = count
        if shape == .number, codec == .messagePack {
            // Coordinates: a byte that says so, and eight bytes of a double each.
            while remaining > 0, left > 0, try peek() == 0xCB {
                try advance(9)
                remaining -= 1
            }
        }
        while remaining > 0 {
            guard try fits(shape) else { return false }
            remaining -= 1
        }
        return true
    }

    private mutating func fitsMember(_ members: [ValueShape.Member]) throws(ArchiveError) -> Bool {
        // Keys in chunks are rare: what they name is looked at.
        guard case .text(let range) = try key() else { return false }
        let member = members.first { member in unsafe withBytes(range) { unsafe $0.elementsEqual(member.key) } }
        return try fits(member?.shape ?? .any)
    }

    private mutating func isScalar(_ shape: ValueShape) throws(ArchiveError) -> Bool {
        switch (try next(), shape) {
        case (.null, _), (.text, .text), (.chunks(_, isText: true), .text), (.bool, .boolean): true
        case (.integer, .number), (.unsigned, .number), (.real, .number), (.integer, .whole), (.unsigned, .whole): true
        default: false
        }
    }
}
