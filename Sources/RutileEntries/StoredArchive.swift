import RutileArchive
import RutileJSON
import RutileStore

/// A whole archive as JSON, piece by piece: of a large one no more than a piece is in memory.
///
/// What is larger than a piece is opened by one level; everything else is transcribed from its bytes. Like other answers
/// it ends with `m_ref_archives`, which is empty.
struct StoredArchive: ByteSource {
    /// Something that is still to be written; the last of a list is next.
    private enum Step: Sendable {
        case text(String)
        case node(ArchiveNode)
        case members(ArraySlice<Member>)
        case items(of: ArchiveNode, Range<Int>)
    }

    private struct Member: Sendable {
        let key: String
        let node: ArchiveNode
    }

    private var steps: [Step]
    /// Bytes of a piece, about.
    private static let piece = 1 << 20
    /// Items of a list that are found together.
    private static let batch = 64

    /// The archive `root`, which is an object.
    ///
    /// - Throws: `ArchiveError`.
    init(_ root: ArchiveNode) throws {
        let members = try Self.members(of: root)
        steps = [
            .text((members.isEmpty ? "" : ",") + #""m_ref_archives":{}}"#), .members(members[...]), .text("{"),
        ]
    }

    mutating func next() async throws -> [UInt8]? {
        if steps.isEmpty { return nil }
        let (bytes, rest) = try await blocking { [steps] in
            var bytes: [UInt8] = []
            var rest = steps
            while bytes.count < Self.piece, let step = rest.popLast() {
                try Self.write(step, to: &bytes, before: &rest)
            }
            return (bytes, rest)
        }
        steps = rest
        return bytes
    }

    /// Writes what is small of `step`, and adds the rest to `steps`.
    private static func write(_ step: Step, to piece: inout [UInt8], before steps: inout [Step]) throws {
        switch step {
        case .text(let text): piece += text.utf8
        case .node(let node):
            let kind = try node.kind
            guard kind == .object || kind == .list, try node.encodedSize > Self.piece else {
                var json = JSONWriter(reserving: 256)
                try node.writeJSON(to: &json)
                piece += json.takeBytes()
                return
            }
            if kind == .object {
                steps += [.text("}"), .members(try members(of: node)[...]), .text("{")]
            } else {
                steps += [.text("]"), .items(of: node, 0..<(try node.count)), .text("[")]
            }
        case .members(var members):
            guard let member = members.popFirst() else { return }
            if !members.isEmpty { steps += [.members(members), .text(",")] }
            piece += Value.string(member.key).json()
            piece.append(UInt8(ascii: ":"))
            steps.append(.node(member.node))
        case .items(let list, let range):
            if range.isEmpty { return }
            let end = min(range.lowerBound + batch, range.upperBound)
            if end < range.upperBound { steps += [.items(of: list, end..<range.upperBound), .text(",")] }
            for (index, item) in try list.items(range.lowerBound..<end).enumerated().reversed() {
                steps.append(.node(item))
                if index > 0 { steps.append(.text(",")) }
            }
        }
    }

    private static func members(of node: ArchiveNode) throws -> [Member] {
        try node.members().map { Member(key: $0.key, node: $0.node) }
    }
}

/// A source with something in front of it and behind it.
struct Framed: ByteSource {
    private var head: [UInt8]?
    private var inner: any ByteSource
    private var tail: [UInt8]?

    init(head: [UInt8], _ inner: any ByteSource, tail: [UInt8]) {
        self.head = head
        self.inner = inner
        self.tail = tail
    }

    mutating func next() async throws -> [UInt8]? {
        if let piece = head {
            head = nil
            return piece
        }
        if let piece = try await inner.next() { return piece }
        defer { tail = nil }
        return tail
    }
}

/// Bytes that are there.
struct ReadyBytes: ByteSource {
    private var bytes: [UInt8]?

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func next() async throws -> [UInt8]? {
        defer { bytes = nil }
        return bytes
    }
}
