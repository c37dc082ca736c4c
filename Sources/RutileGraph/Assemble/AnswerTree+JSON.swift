import RutileArchive
import RutileJSON

extension AnswerContainer {
    /// The answer as JSON; absent positions are null.
    ///
    /// - Throws: what `attempt` says as soon as it grows too large, `CancellationError` when nobody wants it any more,
    ///   `ArchiveError` when stored bytes are damaged.
    func json(_ attempt: Attempt) throws -> [UInt8] {
        var writer = AnswerWriter(attempt)
        try writer.write(self)
        return writer.takeBytes()
    }
}

/// Writes an answer as far as an attempt goes. What it holds never grows much beyond that, whatever is stored.
private struct AnswerWriter: ~Copyable {
    private var json = JSONWriter(reserving: 4_096)
    private let attempt: Attempt
    /// Number of bytes beyond which to look whether to go on.
    private var nextLook: Int
    private static let interval = 1 << 16

    init(_ attempt: Attempt) {
        self.attempt = attempt
        nextLook = min(Self.interval, attempt.bytes)
    }

    mutating func takeBytes() -> [UInt8] { json.takeBytes() }

    mutating func write(_ container: AnswerContainer) throws {
        switch container.kind {
        case .object:
            json.beginObject()
            for member in container.members {
                json.key(member.key)
                try write(member.node)
            }
            json.endObject()
        case .list:
            json.beginList()
            var next = 0
            for (index, node) in container.items {
                while !container.isCompact && next < index {
                    json.null()
                    try look()
                    next += 1
                }
                try write(node)
                next += 1
            }
            json.endList()
        }
        try look()
    }

    private mutating func write(_ node: AnswerNode) throws {
        switch node {
        case .value(let value): json.value(value)
        case .stored(let node):
            let limit = attempt.bytes
            let isWhole = try node.writeJSON(to: &json, every: Self.interval) { $0 <= limit && !Task.isCancelled }
            guard isWhole else {
                try Task.checkCancellation()
                throw attempt.tooManyBytes
            }
        case .container(let container): return try write(container)
        }
        try look()
    }

    private mutating func look() throws {
        guard json.byteCount > nextLook else { return }
        guard json.byteCount <= attempt.bytes else { throw attempt.tooManyBytes }
        try Task.checkCancellation()
        nextLook = min(json.byteCount + Self.interval, attempt.bytes)
    }
}
