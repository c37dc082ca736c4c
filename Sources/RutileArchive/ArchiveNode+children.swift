import RutileJSON

extension ArchiveNode {
    /// The member `key` of an object; `nil` when there is none, or this is no object.
    ///
    /// Cost: one walk over the members' headers in the table of contents or, without one, over the bytes of all
    /// members; next to nothing when the same large object was asked before.
    package func child(_ key: String) throws(ArchiveError) -> ArchiveNode? {
        switch place {
        case .entries(let table): return try table.entry(key)
        case .combined(let offset):
            var cursor = try block.contents(from: offset)
            guard let value = try member(key, &cursor) else { return nil }
            return try embedded(at: value, &cursor)
        case .value(let node):
            if case .nodes(let offset) = node.parts {
                var cursor = try block.contents(from: offset)
                if let child = try member(key, &cursor) {
                    return try ArchiveNode(block, .value(block.node(at: child, within: node.end)))
                }
                if block.isComplete { return nil }
            }
            var cursor = try block.data(from: node.start, to: node.end)
            guard let child = try member(key, &cursor) else { return nil }
            return ArchiveNode(block, part(at: child, of: node))
        }
    }

    /// Item `index` of a list; `nil` when it is out of range, or this is no list.
    ///
    /// Cost: one walk over the items in front of it, or from the nearest place that was visited before.
    package func item(_ index: Int) throws(ArchiveError) -> ArchiveNode? {
        guard index >= 0, index < Int.max else { return nil }
        return try items(index..<index + 1).first
    }

    /// The items of a list whose indices lie in `range`; none when this is no list.
    package func items(_ range: Range<Int>) throws(ArchiveError) -> [ArchiveNode] {
        switch place {
        case .entries: return []
        case .combined(let offset):
            var cursor = try block.contents(from: offset)
            var end = block.origin
            var items: [ArchiveNode] = []
            for value in try offsetsOfItems(range, &cursor) {
                items.append(try embedded(at: value, &cursor, after: &end))
            }
            return items
        case .value(let node):
            if case .nodes(let offset) = node.parts {
                var cursor = try block.contents(from: offset)
                var end = node.start
                var items: [ArchiveNode] = []
                for value in try offsetsOfItems(range, &cursor) {
                    items.append(try child(at: value, of: node, after: &end))
                }
                return items
            }
            var cursor = try block.data(from: node.start, to: node.end)
            if case .blocks(let offset) = node.parts { try rememberBlocks(at: offset, of: node) }
            return try offsetsOfItems(range, &cursor).map { ArchiveNode(block, part(at: $0, of: node)) }
        }
    }

    /// All members of an object in stored order, each key once; none when this is no object.
    package func members() throws(ArchiveError) -> [(key: String, node: ArchiveNode)] {
        var result = KeyedList<ArchiveNode>()
        switch place {
        case .entries(let table):
            for (key, node) in try table.entries() { result.append(key, node) }
        case .combined(let offset):
            var cursor = try block.contents(from: offset)
            var end = block.origin
            for member in try positionsOfMembers(&cursor) {
                let node = try embedded(at: member.value, &cursor, after: &end)
                result.append(try cursor.text(at: member.key), node)
            }
        case .value(let node):
            if case .nodes(let offset) = node.parts, block.isComplete {
                var cursor = try block.contents(from: offset)
                var end = node.start
                for member in try positionsOfMembers(&cursor) {
                    let child = try child(at: member.value, of: node, after: &end)
                    result.append(try cursor.text(at: member.key), child)
                }
            } else {
                var cursor = try block.data(from: node.start, to: node.end)
                for member in try positionsOfMembers(&cursor) {
                    result.append(try cursor.text(at: member.key), ArchiveNode(block, part(at: member.value, of: node)))
                }
            }
        }
        return result.members.map { (key: $0.key, node: $0.value) }
    }

    /// A value within the value of `node`, whose own end is not known.
    private func part(at offset: Int, of node: ContentsNode) -> Place {
        .value(ContentsNode(start: offset, end: node.end, isExact: false, parts: .unknown))
    }

    /// The complete file whose place is the number at `offset` of the table of contents.
    private func embedded(at offset: Int, _ cursor: inout Cursor) throws(ArchiveError) -> ArchiveNode {
        try cursor.seek(offset)
        guard case .integer(let start) = try cursor.next() else {
            throw .unexpected(offset: offset, expected: "the place of a file within the file")
        }
        guard start >= 0, start <= Int64(block.dataEnd - block.origin) else {
            throw .positionOutOfBounds(start: Int(start), end: Int(start), limit: block.dataEnd - block.origin)
        }
        let inner = try Block(
            block.bytes, at: block.origin + Int(start), within: block.dataEnd, embedding: block.embedding + 1)
        return try inner.root()
    }

    /// A node that must not begin before `end`, which then becomes its own end.
    ///
    /// Parts that overlap could make a small file stand for any amount of data.
    private func child(at offset: Int, of node: ContentsNode, after end: inout Int) throws(ArchiveError) -> ArchiveNode
    {
        let child = try block.node(at: offset, within: node.end)
        guard child.start >= end else { throw .overlapping(offset: child.start) }
        end = child.isExact ? child.end : child.start
        return ArchiveNode(block, .value(child))
    }

    /// The complete file whose place is at `offset`, which must not begin before `end`; that then becomes its own end.
    private func embedded(
        at offset: Int, _ cursor: inout Cursor, after end: inout Int
    ) throws(ArchiveError) -> ArchiveNode {
        let node = try embedded(at: offset, &cursor)
        let start = node.block.origin - Block.headerSize
        guard start >= end else { throw .overlapping(offset: start) }
        end = node.block.contents.upperBound
        return node
    }
}

extension ArchiveNode {
    /// Where the value of the last member `key` begins, in the object that `cursor` stands at.
    private func member(_ key: String, _ cursor: inout Cursor) throws(ArchiveError) -> Int? {
        let object = cursor.position
        if let members = block.bytes.positions.members(at: object) {
            for member in members.reversed() {
                try cursor.seek(member.key)
                if cursor.isText(try cursor.key(), key.utf8) { return member.value }
            }
            return nil
        }
        var found: Int?
        try walkMembers(&cursor) { (member, token, cursor) in
            if cursor.isText(token, key.utf8) { found = member.value }
        }
        if cursor.position - object >= PositionCache.smallestWalk {
            // Most objects are small, and noting their members would cost more than the walk.
            try cursor.seek(object)
            _ = try positionsOfMembers(&cursor)
        }
        return found
    }

    /// Where the members of the object that `cursor` stands at are, in stored order.
    private func positionsOfMembers(_ cursor: inout Cursor) throws(ArchiveError) -> [PositionCache.Member] {
        let object = cursor.position
        if let known = block.bytes.positions.members(at: object) { return known }
        var members: [PositionCache.Member] = []
        try walkMembers(&cursor) { (member, _, _) in members.append(member) }
        if cursor.position - object >= PositionCache.smallestWalk {
            block.bytes.positions.remember(members, at: object)
        }
        return members
    }

    /// Visits the members of the object that `cursor` stands at; ends at the last one's value, which is not walked.
    @inline(__always)
    private func walkMembers(
        _ cursor: inout Cursor, _ visit: (PositionCache.Member, Token, borrowing Cursor) -> Void
    ) throws(ArchiveError) {
        switch try cursor.next() {
        case .object(let count):
            for index in 0..<count {
                let offset = cursor.position
                let key = try cursor.key()
                visit(PositionCache.Member(key: offset, value: cursor.position), key, cursor)
                if index < count - 1 { try cursor.skip() }
            }
        case .openObject:
            while try !cursor.stop() {
                let offset = cursor.position
                let key = try cursor.key()
                visit(PositionCache.Member(key: offset, value: cursor.position), key, cursor)
                try cursor.skip()
            }
        default: break
        }
    }

    /// Where the items of `range` begin, in the list that `cursor` stands at.
    private func offsetsOfItems(_ range: Range<Int>, _ cursor: inout Cursor) throws(ArchiveError) -> [Int] {
        let list = cursor.position
        let isOpen: Bool
        let limit: Int
        switch try cursor.next() {
        case .list(let count): (isOpen, limit) = (false, count)
        case .openList: (isOpen, limit) = (true, Int.max)
        default: return []
        }
        let wanted = range.clamped(to: 0..<limit)
        guard !wanted.isEmpty else { return [] }
        let first = cursor.position
        var waypoints = block.bytes.positions.waypoints(at: list)
        let start = waypoints?.nearest(to: wanted.lowerBound) ?? (index: 0, offset: first)
        try cursor.seek(start.offset)
        var index = start.index
        var nextPoint = start.offset + (waypoints?.spacing ?? Waypoints.smallestSpacing)
        var offsets: [Int] = []
        if !isOpen { offsets.reserveCapacity(wanted.count) }
        while index < wanted.upperBound {
            if isOpen, try cursor.peek() == 0xFF { break }
            if cursor.position >= nextPoint {
                var known = waypoints ?? Waypoints(firstItemAt: first)
                waypoints = nil
                known.add(index: index, offset: cursor.position)
                nextPoint = cursor.position + known.spacing
                waypoints = known
            }
            if index >= wanted.lowerBound { offsets.append(cursor.position) }
            index += 1
            if index < wanted.upperBound { try cursor.skip() }
        }
        if let waypoints, cursor.position - start.offset >= PositionCache.smallestWalk {
            block.bytes.positions.remember(waypoints, at: list)
        }
        return offsets
    }

    /// Remembers where the blocks of a list begin; the list of blocks is at `offset`.
    private func rememberBlocks(at offset: Int, of node: ContentsNode) throws(ArchiveError) {
        guard block.bytes.positions.waypoints(at: node.start) == nil else { return }
        var cursor = try block.contents(from: offset)
        guard case .list(let count) = try cursor.next() else { return }
        var waypoints: Waypoints?
        var index = 0
        for _ in 0..<count {
            let next = try block.readBlock(&cursor)
            if waypoints == nil { waypoints = Waypoints(firstItemAt: next.span.lowerBound) }
            waypoints?.add(index: index, offset: next.span.lowerBound)
            index += next.count
        }
        if let waypoints { block.bytes.positions.remember(waypoints, at: node.start) }
    }
}

extension Cursor {
    /// The text of the key at `offset`.
    fileprivate mutating func text(at offset: Int) throws(ArchiveError) -> String {
        try seek(offset)
        return text(try key()) ?? ""
    }
}
