import RutileArchive
import RutileJSON

extension AnswerContainer {
    /// The answer as JSON; absent positions are null.
    ///
    /// - Throws: what `attempt` says when it grows too large, `ArchiveError` when stored bytes are damaged.
    func json(_ attempt: Attempt) throws -> [UInt8] {
        var writer = JSONWriter(reserving: 4_096)
        try write(to: &writer, attempt)
        return writer.takeBytes()
    }

    fileprivate func write(to writer: inout JSONWriter, _ attempt: Attempt) throws {
        switch kind {
        case .object:
            writer.beginObject()
            for (key, node) in zip(keys, nodes) {
                writer.key(key)
                try node.write(to: &writer, attempt)
            }
            writer.endObject()
        case .list:
            writer.beginList()
            for node in nodes { try node.write(to: &writer, attempt) }
            writer.endList()
        }
        guard writer.byteCount <= attempt.bytes else { throw attempt.tooManyBytes }
    }
}

extension AnswerNode {
    fileprivate func write(to writer: inout JSONWriter, _ attempt: Attempt) throws {
        switch self {
        case .absent: writer.null()
        case .value(let value): writer.value(value)
        case .stored(let node): try node.writeJSON(to: &writer)
        case .container(let container): try container.write(to: &writer, attempt)
        }
    }
}
