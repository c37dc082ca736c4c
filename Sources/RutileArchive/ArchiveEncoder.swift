package import RutileJSON

/// One archive as a complete version 3 file, MessagePack, ready to be a file or a member of a combined one.
package struct EncodedArchive: Sendable {
    /// The file's bytes.
    package let bytes: [UInt8]

    /// Only the encoder makes these.
    fileprivate init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// A node on the archive's root; it has its own copy of the bytes.
    package func root() throws(ArchiveError) -> ArchiveNode {
        let memory = ArchiveBytes(bytes)
        return try Block(memory, at: 0, within: memory.count).root()
    }
}

/// Makes version 3 archives, byte for byte as NOMAD's writer does.
///
/// What gets a place in the table of contents is decided from the leaves up. A scalar is a leaf, and *trivial* when it
/// takes at most ``trivialSize`` bytes. A list or object is
/// - a leaf while it takes at most ``threshold`` bytes;
/// - else a node with all of its children, if one of them is not trivial;
/// - else a leaf, if it is an object or empty;
/// - else cut into blocks of items, each closed by the item with which it exceeds ``threshold``; one block is a leaf.
///
/// A leaf of at most ``trivialSize`` bytes is trivial too.
package struct ArchiveEncoder: Sendable {
    /// Bytes beyond which a list or object is worth a place in the table of contents. NOMAD's value: 4 MiB.
    package let threshold: Int
    /// Bytes up to which a value alone is worth none. NOMAD's value: 20.
    package let trivialSize: Int

    /// An encoder, by default as NOMAD sets its own.
    package init(threshold: Int = 4 << 20, trivialSize: Int = 20) {
        self.threshold = threshold
        self.trivialSize = trivialSize
    }

    /// The archive with `value` as its root.
    package func encode(_ value: Value) throws(ArchiveError) -> EncodedArchive {
        try encode { (writer) throws(ArchiveError) in writer.value(value) }
    }

    /// The archive with a parsed JSON text as its root.
    package func encode(_ view: JSONView) throws(ArchiveError) -> EncodedArchive {
        try encode { (writer) throws(ArchiveError) in writer.view(view) }
    }

    /// An archive of any version or codec, encoded anew. Of members with equal keys the last one is kept.
    package func encode(_ node: ArchiveNode) throws(ArchiveError) -> EncodedArchive {
        try encode { (writer) throws(ArchiveError) in try node.write(to: &writer) }
    }

    /// The archive whose root is the one value that `body` writes.
    ///
    /// - Throws: what `body` throws, and ``ArchiveError`` when it did not write exactly one value.
    package func encode(
        reserving: Int = 0, _ body: (inout MessagePackWriter) throws(ArchiveError) -> Void
    ) throws(ArchiveError) -> EncodedArchive {
        var writer = MessagePackWriter(reserving: reserving + Block.headerSize)
        writer.raw(Block.magic)
        writer.raw([UInt8](repeating: 0, count: Block.headerSize - Block.magic.count))
        try body(&writer)
        let dataSize = writer.bytes.count - Block.headerSize
        let contents = try contents(of: writer.bytes.span)
        writer.raw(contents)
        writer.replace(at: Block.magic.count, with: Self.headerNumbers(start: dataSize, length: contents.count))
        return EncodedArchive(writer.bytes)
    }

    /// The table of contents of a block's bytes, its header included.
    private func contents(of block: Span<UInt8>) throws(ArchiveError) -> [UInt8] {
        var builder = ContentsWriter(threshold: threshold, trivialSize: trivialSize)
        try unsafe block.bytes.withUnsafeBytes { (bytes) throws(ArchiveError) in
            try unsafe builder.describe(UnsafeRawBufferPointer(rebasing: bytes[Block.headerSize...]))
        }
        return builder.bytes
    }

    /// The 20 bytes of a header behind the magic.
    static func headerNumbers(start: Int, length: Int) -> [UInt8] {
        var field: [UInt8] = []
        for number in [start, length] {
            var writer = MessagePackWriter()
            writer.integer(Int64(number))
            field += [UInt8](repeating: 0, count: 10 - writer.bytes.count) + writer.bytes
        }
        return field
    }
}

/// Writes the table of contents of encoded data, in the order of the data.
private struct ContentsWriter {
    private let threshold: Int
    private let trivialSize: Int
    private var writer = MessagePackWriter()

    init(threshold: Int, trivialSize: Int) {
        self.threshold = threshold
        self.trivialSize = trivialSize
    }

    var bytes: [UInt8] { writer.bytes }

    /// Writes the node for the one value that `data` is.
    mutating func describe(_ data: UnsafeRawBufferPointer) throws(ArchiveError) {
        var cursor = unsafe Cursor(data)
        _ = try node(&cursor)
        guard cursor.left == 0 else {
            throw .lengthMismatch(offset: 0, stated: cursor.end, found: cursor.position)
        }
    }

    /// Writes the node of the next value; whether that is trivial.
    private mutating func node(_ cursor: inout Cursor) throws(ArchiveError) -> Bool {
        let start = cursor.position
        let count: Int
        let isObject: Bool
        switch try cursor.next() {
        case .object(let members): (count, isObject) = (members, true)
        case .list(let items): (count, isObject) = (items, false)
        default: return leaf(start..<cursor.position)
        }
        var ahead = cursor
        try ahead.skip(isObject ? 2 * count : count)
        let span = start..<ahead.position
        guard span.count > threshold else {
            cursor = ahead
            return leaf(span)
        }

        // Written as if a child were not trivial; taken back if none turns out so.
        let mark = writer.bytes.count
        let first = cursor
        writer.object(2)
        position(span)
        writer.text("t")
        if isObject { writer.object(count) } else { writer.list(count) }
        var isTrivial = true
        for _ in 0..<count {
            if isObject {
                let key = try cursor.key()
                if case .text(let range) = key { unsafe cursor.withBytes(range) { unsafe writer.text($0) } }
            }
            if try !node(&cursor) { isTrivial = false }
        }
        if !isTrivial { return false }
        writer.truncate(to: mark)
        if isObject || count == 0 { return leaf(span) }
        return try blocks(of: count, first, span)
    }

    /// Writes the blocks of a list of trivial items; whether that is trivial.
    private mutating func blocks(of count: Int, _ first: Cursor, _ span: Range<Int>) throws(ArchiveError) -> Bool {
        var cursor = first
        var blocks: [(count: Int, start: Int, end: Int)] = []
        var (items, start) = (0, cursor.position)
        for _ in 0..<count {
            try cursor.skip()
            items += 1
            if cursor.position - start > threshold {
                blocks.append((items, start, cursor.position))
                (items, start) = (0, cursor.position)
            }
        }
        if items > 0 { blocks.append((items, start, cursor.position)) }
        if blocks.count == 1 { return leaf(span) }
        writer.object(1)
        writer.text("p")
        writer.list(blocks.count)
        for block in blocks {
            writer.list(3)
            for number in [block.count, block.start, block.end] { writer.integer(Int64(number)) }
        }
        return false
    }

    private mutating func leaf(_ span: Range<Int>) -> Bool {
        writer.object(1)
        position(span)
        return span.count <= trivialSize
    }

    private mutating func position(_ span: Range<Int>) {
        writer.text("p")
        writer.list(2)
        writer.integer(Int64(span.lowerBound))
        writer.integer(Int64(span.upperBound))
    }
}
