/// One node of a table of contents, as far as it must be read to use it.
///
/// Version 3 writes `p` for the position and `t` for the children, versions 1 and 2 `pos` and `toc`; keys come in any
/// order. `[a, b]` are positions from the block's origin, half open:
///
///     {"p": [a, b]}                          one encoded value
///     {"p": [a, b], "t": {key: node, …}}     an object and its members
///     {"p": [a, b], "t": [node, …]}          a list and its items
///     {"p": [[n, a, b], …]}                  a list, n items in each a..<b, one after another without a header
///     [node, …]                              a list of objects, version 1 only
///
/// In the data a list always has its header, just before its first item; the forms without a position of the whole
/// list get it from there.
struct ContentsNode: Sendable {
    /// What the table of contents knows about the parts of the value.
    enum Parts: Sendable {
        /// Nothing: the value itself must be walked.
        case unknown
        /// Nodes for the members of an object or the items of a list; the container of nodes is at this offset.
        case nodes(Int)
        /// Where blocks of a list's items begin; the list of blocks is at this offset.
        case blocks(Int)
    }

    /// Offset of the encoded value in the file.
    let start: Int
    /// Where the encoded value ends; where that is not stated, a bound.
    let end: Int
    /// Whether ``end`` is exact.
    let isExact: Bool
    let parts: Parts
}

extension Block {
    /// Reads the node at `offset` of this block's table of contents. Its value must lie in front of `bound`.
    func node(at offset: Int, within bound: Int) throws(ArchiveError) -> ContentsNode {
        if let known = bytes.positions.node(at: offset), known.end <= bound { return known }
        var cursor = try contents(from: offset)
        let node = try readNode(&cursor, within: bound)
        if cursor.position - offset >= PositionCache.smallestWalk { bytes.positions.remember(node, at: offset) }
        return node
    }

    private func readNode(_ cursor: inout Cursor, within bound: Int) throws(ArchiveError) -> ContentsNode {
        let offset = cursor.position
        switch try cursor.next() {
        case .list(let count):
            guard count > 0, case .object(let members) = try cursor.next() else {
                throw .unexpected(offset: offset, expected: "a node of a table of contents")
            }
            let first = try readNodeMembers(&cursor, count: members, at: offset, within: bound)
            let start = try startOfList(count: count, firstItemAt: first.start)
            return ContentsNode(start: start, end: bound, isExact: false, parts: .nodes(offset))
        case .object(let count):
            return try readNodeMembers(&cursor, count: count, at: offset, within: bound)
        default: throw .unexpected(offset: offset, expected: "a node of a table of contents")
        }
    }

    private func readNodeMembers(
        _ cursor: inout Cursor, count: Int, at offset: Int, within bound: Int
    ) throws(ArchiveError) -> ContentsNode {
        var span: Range<Int>?
        var blocks: Int?
        var nodes: Int?
        for index in 0..<count {
            let role = try nodeKey(&cursor)
            let isLast = index == count - 1
            let valueOffset = cursor.position
            switch role {
            case .position:
                guard case .list(let parts) = try cursor.next() else {
                    throw .unexpected(offset: valueOffset, expected: "a position")
                }
                let isPair = parts == 2
                if isPair, let start = try offsetIfInteger(&cursor) {
                    guard let end = try offsetIfInteger(&cursor) else {
                        throw .unexpected(offset: cursor.position, expected: "a position")
                    }
                    guard start >= origin, start <= end, end <= bound else {
                        throw .positionOutOfBounds(start: start, end: end, limit: bound)
                    }
                    span = start..<end
                } else {
                    span = try spanOfBlocks(&cursor, count: parts, within: bound)
                    blocks = valueOffset
                }
            case .children:
                nodes = valueOffset
                // Stepping over the children is the expensive part; usually nothing is behind them.
                if !isLast { try cursor.skip() }
            case .other: try cursor.skip()
            }
        }
        guard let span else { throw .unexpected(offset: offset, expected: "a node with a position") }
        let parts: ContentsNode.Parts =
            if let nodes { .nodes(nodes) } else if let blocks { .blocks(blocks) } else { .unknown }
        return ContentsNode(start: span.lowerBound, end: span.upperBound, isExact: true, parts: parts)
    }

    /// What a key of a node means.
    enum NodeKey { case position, children, other }

    /// Reads the key of a node's member.
    func nodeKey(_ cursor: inout Cursor) throws(ArchiveError) -> NodeKey {
        let offset = cursor.position
        guard case .text(let range) = try cursor.next() else { throw .keyIsNotText(offset: offset) }
        return unsafe cursor.withBytes(range) { key in
            switch naming {
            case .short:
                unsafe key.count != 1 ? .other : key[0] == 0x70 ? .position : key[0] == 0x74 ? .children : .other
            case .long:
                unsafe key.elementsEqual("pos".utf8) ? .position : key.elementsEqual("toc".utf8) ? .children : .other
            }
        }
    }

    /// A position of a node as an offset in the file; `nil`, and nothing read, when a list comes next.
    private func offsetIfInteger(_ cursor: inout Cursor) throws(ArchiveError) -> Int? {
        var ahead = cursor
        switch try ahead.next() {
        case .integer(let number):
            cursor = ahead
            // Positions beyond the file's size are refused by whoever takes them; here it must only not overflow.
            guard number >= 0, number <= Int64(bytes.count) else {
                throw .positionOutOfBounds(start: Int(number), end: Int(number), limit: bytes.count)
            }
            return origin + Int(number)
        case .list: return nil
        default: throw .unexpected(offset: cursor.position, expected: "a position")
        }
    }

    /// One block: how many items, from where to where.
    func readBlock(_ cursor: inout Cursor) throws(ArchiveError) -> (count: Int, span: Range<Int>) {
        let offset = cursor.position
        guard case .list(3) = try cursor.next(), case .integer(let count) = try cursor.next(),
            let start = try offsetIfInteger(&cursor), let end = try offsetIfInteger(&cursor)
        else { throw .unexpected(offset: offset, expected: "a block of a list") }
        guard start >= origin, start <= end, end <= dataEnd, count >= 0, count <= Int64(end - start) else {
            throw .positionOutOfBounds(start: start, end: end, limit: dataEnd)
        }
        return (Int(count), start..<end)
    }

    /// From the list's header to the end of its last block; the blocks must follow one another without a gap.
    private func spanOfBlocks(
        _ cursor: inout Cursor, count: Int, within bound: Int
    ) throws(ArchiveError) -> Range<Int> {
        guard count > 0 else { throw .unexpected(offset: cursor.position, expected: "a block of a list") }
        let first = try readBlock(&cursor)
        var (items, end) = (first.count, first.span.upperBound)
        for _ in 1..<count {
            let offset = cursor.position
            let block = try readBlock(&cursor)
            guard block.span.lowerBound == end else { throw .overlapping(offset: offset) }
            items += block.count
            end = block.span.upperBound
        }
        guard end <= bound else { throw .positionOutOfBounds(start: first.span.lowerBound, end: end, limit: bound) }
        return try startOfList(count: items, firstItemAt: first.span.lowerBound)..<end
    }

    /// Where the header of a list of `count` items begins whose first item is at `offset`.
    private func startOfList(count: Int, firstItemAt offset: Int) throws(ArchiveError) -> Int {
        for size in [1, 3, 5, 2, 9] where offset - size >= origin {
            var cursor = try Cursor(bytes, from: offset - size, to: dataEnd, codec: codec)
            guard let token = try? cursor.next(), cursor.position == offset else { continue }
            if token == .list(count) || token == .openList { return offset - size }
        }
        throw .unexpected(offset: offset, expected: "a list of \(count) items that begins just before it")
    }
}
