package import RutileJSON

/// A lazy view on one value in an archive file.
///
/// Making a node decodes nothing, and stepping to a child builds nothing: the table of contents leads there, or else
/// encoded bytes are skipped. A node keeps the bytes it looks at alive. All children of combined files and of files
/// of versions 1 and 2 look like members of one object (or items of one list), whichever way they are stored.
///
/// Strings compare by their UTF-8 bytes. Of members with equal keys the last one counts. MessagePack's and CBOR's byte
/// strings are ``Kind/binary``; nothing is ever read from them.
///
/// - Throws: every member throws ``ArchiveError`` when it meets damaged bytes; what was not touched may be damaged too.
package struct ArchiveNode: Sendable {
    /// What a node is.
    package enum Kind: Sendable {
        case null, bool, integer, real, string, binary, list, object
    }

    /// Where the value is.
    enum Place: Sendable {
        /// An encoded value.
        case value(ContentsNode)
        /// Complete files within the file; the container with their places is at this offset.
        case combined(Int)
        /// Entries of a file of version 1 or 2.
        case entries(EntryTable)
    }

    let block: Block
    let place: Place

    init(_ block: Block, _ place: Place) {
        self.block = block
        self.place = place
    }

    /// `value` in memory, encoded as an archive file would have it; for tests and definitions.
    package init(value: Value) throws(ArchiveError) {
        self = try ArchiveEncoder().encode(value).root()
    }

    /// What the node is. Cost: one header.
    package var kind: Kind {
        get throws(ArchiveError) {
            switch place {
            case .entries: return .object
            case .combined(let offset):
                var cursor = try block.contents(from: offset)
                return try cursor.next().kind(at: offset)
            case .value(let node):
                var cursor = try block.data(from: node.start, to: node.end)
                return try cursor.next().kind(at: node.start)
            }
        }
    }

    /// Items of a list, stored members of an object (with those of equal keys), 0 for scalars. Cost: one header, but
    /// for CBOR's containers of unstated length, which are walked.
    package var count: Int {
        get throws(ArchiveError) {
            switch place {
            case .entries(let table): return table.count
            case .combined(let offset):
                var cursor = try block.contents(from: offset)
                return try cursor.countParts()
            case .value(let node):
                var cursor = try block.data(from: node.start, to: node.end)
                return try cursor.countParts()
            }
        }
    }

    /// The token of a scalar; `nil` for containers, and for anything damaged.
    private var scalar: (token: Token, cursor: Cursor)? {
        guard case .value(let node) = place, var cursor = try? block.data(from: node.start, to: node.end),
            let token = try? cursor.next()
        else { return nil }
        return (token, cursor)
    }

    /// The text of a string, else `nil`. Where it is no UTF-8, U+FFFD stands instead.
    package var text: String? {
        guard let (token, cursor) = scalar else { return nil }
        return cursor.text(token)
    }

    /// The number of an integer within `Int64`, else `nil`.
    package var integer: Int64? { if case .integer(let number)? = scalar?.token { number } else { nil } }

    /// The number of an integer or real, else `nil`.
    package var real: Double? {
        switch scalar?.token {
        case .integer(let number): Double(number)
        case .unsigned(let number): Double(number)
        case .real(let number): number
        default: nil
        }
    }

    /// The truth value of a bool, else `nil`.
    package var bool: Bool? { if case .bool(let flag)? = scalar?.token { flag } else { nil } }

    /// Where the file or embedded file that the value belongs to lies, magic number and table of contents included.
    package var fileRange: Range<Int> { block.origin - Block.headerSize..<block.contents.upperBound }

    /// Whether this is null.
    package var isNull: Bool { scalar?.token == .null }

    /// Number of bytes the value takes as stored; for a combined or old file, of all its entries.
    ///
    /// Cost: none where the table of contents knows it, else one walk through the value.
    package var encodedSize: Int {
        get throws(ArchiveError) {
            guard case .value(let node) = place else { return block.dataEnd - block.origin }
            if node.isExact { return node.end - node.start }
            var cursor = try block.data(from: node.start, to: node.end)
            try cursor.skip()
            return cursor.position - node.start
        }
    }
}

extension Token {
    func kind(at offset: Int) throws(ArchiveError) -> ArchiveNode.Kind {
        switch self {
        case .null: .null
        case .bool: .bool
        case .integer, .unsigned: .integer
        case .real: .real
        case .text, .chunks(_, isText: true): .string
        case .binary, .chunks: .binary
        case .list, .openList: .list
        case .object, .openObject: .object
        case .stop: throw .unexpected(offset: offset, expected: "a value")
        }
    }
}

extension Cursor {
    /// The text of a string's token, else `nil`.
    func text(_ token: Token) -> String? {
        switch token {
        case .text(let range): unsafe withBytes(range) { unsafe String(decoding: $0, as: UTF8.self) }
        case .chunks(let range, isText: true): String(decoding: joined(range), as: UTF8.self)
        default: nil
        }
    }

    /// Whether a string's token is `text`, byte by byte.
    func isText(_ token: Token, _ text: String.UTF8View) -> Bool {
        switch token {
        case .text(let range): unsafe withBytes(range) { unsafe $0.count == text.count && $0.elementsEqual(text) }
        case .chunks(let range, isText: true): joined(range).elementsEqual(text)
        default: false
        }
    }

    /// Reads the key of a member.
    mutating func key() throws(ArchiveError) -> Token {
        let offset = position
        let token = try next()
        switch token {
        case .text, .chunks(_, isText: true): return token
        default: throw .keyIsNotText(offset: offset)
        }
    }

    /// Reads a container's header; how many parts it has. Walks it where that is not stated; 0 for scalars.
    mutating func countParts() throws(ArchiveError) -> Int {
        let token = try next()
        switch token {
        case .list(let count), .object(let count): return count
        case .openList, .openObject:
            var count = 0
            while try !stop() {
                try skip(token == .openObject ? 2 : 1)
                count += 1
            }
            return count
        default: return 0
        }
    }
}
