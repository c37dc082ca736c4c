import RutileModel

/// The entries of a file of version 1 or 2.
///
/// Version 2 begins with the ASCII text `nomad-archive-v2023`, 19 bytes; version 1 has nothing of the kind. Then, in
/// both, one MessagePack object of three members. Positions count from the start of the file (the magic included),
/// half open, each of two little-endian numbers of five bytes:
///
///     "toc_pos"  binary of 10 bytes: where the value of "toc" is
///     "toc"      object, by id: a list of two binaries of 10 bytes, where the entry's own table of contents
///                is and where its data
///     "data"     object, by id, in order of writing: {"toc": the entry's table of contents, "data": the entry}
///
/// Ids are padded with blanks on the left to 28 characters, and "toc" is sorted by them. So all its members take 54
/// bytes, `BC <28 characters> 92 C4 0A <10 bytes> C4 0A <10 bytes>`, and a binary search finds one.
///
/// Source: NOMAD 1.2 (version 1) and 1.2 to 1.3 (version 2), from their files.
struct EntryTable: Sendable {
    private static let magic: StaticString = "nomad-archive-v2023"
    private static let recordSize = 54
    private static let idSize = 28

    private let bytes: ArchiveBytes
    /// 1 or 2.
    let version: Int
    /// Where the object "toc" is.
    let place: Range<Int>
    /// Number of entries.
    let count: Int
    private let firstRecord: Int

    /// One entry's places.
    private struct Record {
        let id: String
        let contents: Range<Int>
        let data: Range<Int>
    }

    /// The table of the file that `bytes` are; `nil` when they do not begin as one of version 1 or 2.
    init?(_ bytes: ArchiveBytes) throws(ArchiveError) {
        var cursor = try Cursor(bytes, from: 0, to: bytes.count, codec: .messagePack)
        version = cursor.isNext(Self.magic) ? 2 : 1
        if version == 2 { try cursor.advance(Self.magic.utf8CodeUnitCount) }
        guard try cursor.peek() == 0x83 else {
            if version == 1 { return nil }
            throw .unexpected(offset: cursor.position, expected: "an object of three members")
        }
        try cursor.advance(1)
        guard let key = try? cursor.next(), cursor.isText(key, "toc_pos".utf8) else {
            if version == 1 { return nil }
            throw .unexpected(offset: cursor.position, expected: "toc_pos")
        }
        place = try Self.position(&cursor, within: bytes.count)
        var table = try Cursor(bytes, from: place.lowerBound, to: place.upperBound, codec: .messagePack)
        guard case .object(let count) = try table.next() else {
            throw .unexpected(offset: place.lowerBound, expected: "the table of entries")
        }
        guard table.left == count * Self.recordSize else {
            throw .lengthMismatch(offset: table.position, stated: table.left, found: count * Self.recordSize)
        }
        self.bytes = bytes
        self.count = count
        firstRecord = table.position
    }

    /// The whole file as a block, for what holds the table.
    var block: Block {
        Block(
            bytes, codec: .messagePack, naming: .long, isComplete: false, data: 0..<bytes.count, contents: place,
            embedding: 0)
    }

    /// Reads a binary with two five-byte numbers.
    private static func position(_ cursor: inout Cursor, within limit: Int) throws(ArchiveError) -> Range<Int> {
        guard try cursor.byte() == 0xC4, try cursor.byte() == 10 else {
            throw .unexpected(offset: cursor.position, expected: "a position")
        }
        let start = try cursor.littleEndian40()
        let end = try cursor.littleEndian40()
        guard start <= end, end <= limit else { throw .positionOutOfBounds(start: start, end: end, limit: limit) }
        return start..<end
    }

    private func record(_ index: Int) throws(ArchiveError) -> Record {
        let start = firstRecord + index * Self.recordSize
        var cursor = try Cursor(bytes, from: start, to: start + Self.recordSize, codec: .messagePack)
        guard case .text(let range) = try cursor.next(), range.count == Self.idSize, try cursor.byte() == 0x92 else {
            throw .unexpected(offset: start, expected: "an entry's id and places")
        }
        let id = unsafe cursor.withBytes(range) { unsafe String(decoding: $0.drop { $0 == 0x20 }, as: UTF8.self) }
        let contents = try Self.position(&cursor, within: bytes.count)
        let data = try Self.position(&cursor, within: bytes.count)
        return Record(id: id, contents: contents, data: data)
    }

    private func node(_ record: Record) throws(ArchiveError) -> ArchiveNode {
        let block = Block(
            bytes, codec: .messagePack, naming: .long, isComplete: version == 2, data: record.data,
            contents: record.contents, embedding: 1)
        let root = try block.node(at: record.contents.lowerBound, within: record.data.upperBound)
        return ArchiveNode(block, .value(root))
    }

    /// The entry `id`, given with or without its padding. Cost: a binary search.
    func entry(_ id: String) throws(ArchiveError) -> ArchiveNode? {
        let wanted = Self.padded(id)
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            let record = try record(middle)
            let found = Self.padded(record.id)
            if found == wanted { return try node(record) }
            if found.lexicographicallyPrecedes(wanted) { low = middle + 1 } else { high = middle }
        }
        return nil
    }

    /// All entries with their ids without padding, in order of writing.
    func entries() throws(ArchiveError) -> [(id: String, node: ArchiveNode)] {
        var records: [Record] = []
        for index in 0..<count { records.append(try record(index)) }
        records.sort { $0.data.lowerBound < $1.data.lowerBound }
        var entries: [(id: String, node: ArchiveNode)] = []
        var end = 0
        for record in records {
            // Entries that overlap could make a small file stand for any amount of data.
            guard record.data.lowerBound >= end else { throw .overlapping(offset: record.data.lowerBound) }
            end = record.data.upperBound
            entries.append((record.id, try node(record)))
        }
        return entries
    }

    /// The ids without padding, in order of writing.
    func ids() throws(ArchiveError) -> [String] {
        var records: [Record] = []
        for index in 0..<count { records.append(try record(index)) }
        return records.sorted { $0.data.lowerBound < $1.data.lowerBound }.map(\.id)
    }

    private static func padded(_ id: String) -> [UInt8] {
        [UInt8](repeating: 0x20, count: max(0, idSize - id.utf8.count)) + Array(id.utf8)
    }
}
