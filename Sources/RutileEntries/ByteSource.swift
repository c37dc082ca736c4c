/// An answer that comes piece by piece, so that it never stands in memory whole.
package protocol ByteSource: Sendable {
    /// The next piece, possibly empty; `nil` behind the last one.
    ///
    /// - Throws: what making it throws. Nothing comes after that.
    mutating func next() async throws -> [UInt8]?
}

/// A JSON document that ends with a list, whose items are made batch by batch.
struct ListDocument<Batches: ItemBatches>: ByteSource {
    private var head: [UInt8]?
    private var tail: [UInt8]?
    private var batches: Batches
    private var isFirst = true
    /// Items that were made, and are still to be sent.
    private var waiting: ArraySlice<any ByteSource> = []

    /// `head` is the document up to and including the list's bracket, `tail` what follows from the closing one on.
    init(head: [UInt8], _ batches: Batches, tail: [UInt8]) {
        self.head = head
        self.tail = tail
        self.batches = batches
    }

    mutating func next() async throws -> [UInt8]? {
        if let piece = head {
            head = nil
            return piece
        }
        if var item = waiting.first {
            let piece = try await item.next()
            if piece == nil { waiting.removeFirst() } else { waiting[waiting.startIndex] = item }
            return piece ?? []
        }
        if let items = try await batches.next() {
            var piece: [UInt8] = []
            for item in items {
                let comma: [UInt8] = isFirst ? [] : [UInt8(ascii: ",")]
                isFirst = false
                switch item {
                case .bytes(let bytes) where waiting.isEmpty: piece += comma + bytes
                case .bytes(let bytes): waiting.append(ReadyBytes(comma + bytes))
                case .source(let source): waiting.append(Framed(head: comma, source, tail: []))
                }
            }
            return piece
        }
        defer { tail = nil }
        return tail
    }
}

/// An item of a list, as JSON.
enum ListItem: Sendable {
    case bytes([UInt8])
    /// One that is large.
    case source(any ByteSource)

    /// It, piece by piece.
    var pieces: any ByteSource {
        switch self {
        case .bytes(let bytes): ReadyBytes(bytes)
        case .source(let source): source
        }
    }
}

/// What makes the items of a list.
protocol ItemBatches: Sendable {
    /// The next items, possibly none; `nil` behind the last ones.
    mutating func next() async throws -> [ListItem]?
}
