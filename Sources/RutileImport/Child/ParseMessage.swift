import RutileJSON

/// What an importer and its parse process say to each other.
///
/// A message is a frame: 4 bytes, the length of the rest, little endian; 1 byte, the kind; then the content.
///
/// | kind | direction | content |
/// |---|---|---|
/// | `P` | to the process | format, blank, symmetry limit in sites, NUL, path: parse this file |
/// | `U` | to the process | path, NUL, folder: unpack this file |
/// | `E` | back | an entry as JSON: `key`, `warnings`, `archive` |
/// | `B` | back | JSON: `name`, `key`, `line`, `reason` of a part that makes no entry |
/// | `W` | back | text: something was left out while unpacking |
/// | `F` | back | JSON: `line`, `reason`. Ends an answer |
/// | `D` | back | nothing. Ends an answer |
enum ParseMessage: Equatable {
    case parse(format: SourceFormat, path: String, symmetryLimit: Int)
    case unpack(path: String, destination: String)
    case entry(RawEntry)
    case badPart(FileEntries.BadPart)
    case leftOut(UnpackReport.Item)
    case failure(SourceFailure)
    case done

    /// Length of a frame above which the other side is taken for broken.
    static let largestFrame = 1 << 30

    /// The frame of this message.
    var frame: [UInt8] {
        switch self {
        case .parse(let format, let path, let limit):
            Self.frame("P", Array("\(format.rawValue) \(limit)\0\(path)".utf8))
        case .unpack(let path, let destination): Self.frame("U", Array("\(path)\0\(destination)".utf8))
        case .entry(let entry): Self.frame("E", Self.json(entry))
        case .badPart(let part):
            Self.frame(
                "B",
                Self.json([
                    "name": .string(part.name), "key": part.key.map(Value.string) ?? .null,
                    "line": Self.json(part.failure.line),
                    "reason": .string(part.failure.reason),
                ]))
        case .leftOut(let item):
            Self.frame(
                "W", Self.json(["path": .string(item.path), "reason": .string(item.reason), "bad": .bool(item.isBad)]))
        case .failure(let failure):
            Self.frame(
                "F", Self.json(["line": Self.json(failure.line), "reason": .string(failure.reason)]))
        case .done: Self.frame("D", [])
        }
    }

    /// The message of a frame's kind and content; `nil` where it is none.
    init?(kind: UInt8, content: [UInt8]) {
        switch kind {
        case UInt8(ascii: "P"), UInt8(ascii: "U"):
            // No path has a NUL; line feeds it may have.
            guard let end = content.firstIndex(of: 0) else { return nil }
            let first = String(decoding: content[..<end], as: UTF8.self)
            let second = String(decoding: content[(end + 1)...], as: UTF8.self)
            if kind == UInt8(ascii: "U") {
                self = .unpack(path: first, destination: second)
            } else {
                let words = first.split(separator: " ").map(String.init)
                guard words.count == 2, let format = SourceFormat(rawValue: words[0]), let limit = Int(words[1]) else {
                    return nil
                }
                self = .parse(format: format, path: second, symmetryLimit: limit)
            }
        case UInt8(ascii: "E"):
            guard let value = Self.value(content), let archive = value["archive"]?.object else { return nil }
            self = .entry(
                RawEntry(
                    key: value["key"]?.text, archive: archive,
                    warnings: value["warnings"]?.items?.compactMap(\.text) ?? []))
        case UInt8(ascii: "W"):
            guard let value = Self.value(content), let path = value["path"]?.text, let reason = value["reason"]?.text
            else { return nil }
            self = .leftOut(UnpackReport.Item(path: path, reason: reason, isBad: value["bad"]?.bool ?? true))
        case UInt8(ascii: "B"):
            guard let value = Self.value(content), let name = value["name"]?.text, let failure = Self.failure(in: value)
            else { return nil }
            self = .badPart(FileEntries.BadPart(name: name, key: value["key"]?.text, failure: failure))
        case UInt8(ascii: "F"):
            guard let value = Self.value(content), let failure = Self.failure(in: value) else { return nil }
            self = .failure(failure)
        case UInt8(ascii: "D"): self = .done
        default: return nil
        }
    }

    private static func failure(in value: Value) -> SourceFailure? {
        value["reason"]?.text.map { SourceFailure(line: value["line"]?.integer.flatMap(Int.init(exactly:)), $0) }
    }

    private static func json(_ line: Int?) -> Value { line.map { .integer(Int64($0)) } ?? .null }

    private static func frame(_ kind: Unicode.Scalar, _ content: [UInt8]) -> [UInt8] {
        let length = UInt32(clamping: content.count + 1)
        var frame: [UInt8] = []
        frame.reserveCapacity(content.count + 5)
        for shift in stride(from: UInt32(0), to: 32, by: 8) { frame.append(UInt8(truncatingIfNeeded: length >> shift)) }
        frame.append(UInt8(truncatingIfNeeded: kind.value))
        frame += content
        return frame
    }

    private static func json(_ entry: RawEntry) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        if let key = entry.key {
            writer.key("key")
            writer.string(key)
        }
        writer.key("warnings")
        writer.value(.list(entry.warnings.map(Value.string)))
        writer.key("archive")
        writer.value(.object(entry.archive))
        writer.endObject()
        return writer.bytes
    }

    private static func json(_ members: KeyValuePairs<String, Value>) -> [UInt8] {
        var writer = JSONWriter()
        writer.value(.members(members))
        return writer.bytes
    }

    private static func value(_ content: [UInt8]) -> Value? {
        // The process may be in a hostile file's hands: what it says is read as carefully as a file.
        guard let document = try? JSONDocument(json: content, limits: .file, nonFinite: .null) else { return nil }
        return document.root.value
    }
}
