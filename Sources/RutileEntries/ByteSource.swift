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
        if let items = try await batches.next() {
            var piece: [UInt8] = []
            piece.reserveCapacity(items.reduce(0) { $0 + $1.count + 1 })
            for item in items {
                if !isFirst { piece.append(UInt8(ascii: ",")) }
                isFirst = false
                piece += item
            }
            return piece
        }
        defer { tail = nil }
        return tail
    }
}

/// What makes the items of a list.
protocol ItemBatches: Sendable {
    /// The next items, each as JSON, possibly none; `nil` behind the last ones.
    mutating func next() async throws -> [[UInt8]]?
}
