import NomadAPI
import RutileArchive
import RutileJSON

extension AnswerContainer {
    /// The answer as JSON; absent positions are null.
    ///
    /// - Throws: ``GraphProblem`` when it grows beyond `limit` bytes, `ArchiveError` when stored bytes are damaged.
    func json(limit: Int) throws -> [UInt8] {
        var writer = JSONWriter(reserving: 4_096)
        try write(to: &writer, limit: limit)
        return writer.takeBytes()
    }

    fileprivate func write(to writer: inout JSONWriter, limit: Int) throws {
        switch kind {
        case .object:
            writer.beginObject()
            for (key, node) in zip(keys, nodes) {
                writer.key(key)
                try node.write(to: &writer, limit: limit)
            }
            writer.endObject()
        case .list:
            writer.beginList()
            for node in nodes { try node.write(to: &writer, limit: limit) }
            writer.endList()
        }
        guard writer.byteCount <= limit else {
            throw GraphProblem(
                .limitExceeded,
                "The answer is larger than limits.answer_bytes (\(limit)); ask for less, or page by page.")
        }
    }
}

extension AnswerNode {
    fileprivate func write(to writer: inout JSONWriter, limit: Int) throws {
        switch self {
        case .absent: writer.null()
        case .value(let value): writer.value(value)
        case .stored(let node): try node.writeJSON(to: &writer)
        case .container(let container): try container.write(to: &writer, limit: limit)
        }
    }
}
