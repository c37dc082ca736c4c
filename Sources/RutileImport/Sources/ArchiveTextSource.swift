import RutileJSON
import Yams

/// Reads archives that are given as JSON or YAML text: the tree as it is.
enum ArchiveTextSource {
    /// An archive from JSON. Bare `NaN` and `Infinity`, which Python writes, become null.
    static func json(_ bytes: [UInt8]) throws(SourceFailure) -> RawEntry {
        let document: JSONDocument
        do {
            document = try JSONDocument(json: bytes, limits: .file, nonFinite: .null)
        } catch {
            let line = 1 + bytes.prefix(max(0, min(error.offset, bytes.count))).count { $0 == UInt8(ascii: "\n") }
            switch error {
            case .invalidUTF8(let offset), .loneSurrogate(let offset):
                throw SourceFailure(line: line, "\(error.reason), at byte \(offset)")
            default: throw SourceFailure(line: bytes.isEmpty ? nil : line, error.reason)
            }
        }
        guard case .object(let archive) = document.root.value else { throw SourceFailure(line: 1, "not an object") }
        var entry = RawEntry(archive: archive)
        if let first = document.replaced.first.first {
            let line = 1 + bytes.prefix(first.offset).count { $0 == UInt8(ascii: "\n") }
            entry.warnings.append(
                "Numbers that are not finite became null: \(document.replaced.count), the first in line \(line).")
        }
        try check(entry.archive)
        return entry
    }

    /// An archive from YAML 1.1. `.nan` and `.inf` become null; dates stay text. A key that stands twice in a mapping
    /// refuses it, as YAML has it, unlike JSON, whose last one counts.
    static func yaml(_ bytes: [UInt8]) throws(SourceFailure) -> RawEntry {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw notUTF8(bytes) }
        var tree = YAMLTree()
        guard case .object(let archive) = try tree.value(of: text) else {
            throw SourceFailure(line: 1, "not a mapping")
        }
        var entry = RawEntry(archive: archive)
        if tree.replacedNumbers > 0 {
            entry.warnings.append("Numbers that are not finite became null: \(tree.replacedNumbers).")
        }
        if let tag = tree.unknownTags.first {
            entry.warnings.append(
                "Tags that are not known were passed over: \(tree.unknownTags.count), the first "
                    + "'\(tag.name)'\(tag.line.map { " in line \($0)" } ?? "").")
        }
        try check(entry.archive)
        return entry
    }

    /// Says where `bytes` stop to be UTF-8.
    private static func notUTF8(_ bytes: [UInt8]) -> SourceFailure {
        var decoder = UTF8()
        var rest = bytes.makeIterator()
        var line = 1
        var offset = 0
        while case .scalarValue(let scalar) = decoder.decode(&rest) {
            if scalar == "\n" { line += 1 }
            offset += UTF8.width(scalar)
        }
        return SourceFailure(line: line, "not valid UTF-8, at byte \(offset)")
    }

    /// An archive's `metadata`, where it has one, is a section.
    private static func check(_ archive: ObjectValue) throws(SourceFailure) {
        switch archive["metadata"] {
        case nil, .null, .object: break
        default: throw SourceFailure("metadata is not an object")
        }
    }
}

/// Turns YAML nodes into values.
struct YAMLTree {
    /// Levels that a text may have.
    static let maximumDepth = 64
    /// Values that a text may come to, those that aliases repeat counted each time.
    static let maximumValues = 5_000_000

    /// Numbers that became null.
    private(set) var replacedNumbers = 0
    /// Tags that are none of YAML's own; what they stand before was taken as if they were not there.
    private(set) var unknownTags: [(name: String, line: Int?)] = []
    private var values = 0

    /// The value of the only document in `text`.
    mutating func value(of text: String) throws(SourceFailure) -> Value {
        let node: Node?
        do {
            node = try Yams.compose(yaml: text)
        } catch let error as YamlError {
            throw Self.failure(error)
        } catch {
            throw SourceFailure("not readable as YAML")
        }
        guard let node else { throw SourceFailure("the file is empty") }
        return try value(of: node, depth: 1)
    }

    private mutating func value(of node: Node, depth: Int) throws(SourceFailure) -> Value {
        values += 1
        guard values <= Self.maximumValues else {
            throw SourceFailure(line: node.mark?.line, "more than \(Self.maximumValues) values, aliases counted")
        }
        guard depth <= Self.maximumDepth else {
            throw SourceFailure(line: node.mark?.line, "more than \(Self.maximumDepth) levels")
        }
        switch node {
        case .scalar(let scalar): return self.scalar(scalar, node)
        case .sequence(let sequence):
            note(node)
            var items: [Value] = []
            for item in sequence { items.append(try value(of: item, depth: depth + 1)) }
            return .list(items)
        case .mapping(let mapping):
            note(node)
            return .object(try members(of: mapping, depth: depth))
        case .alias:
            throw SourceFailure(line: node.mark?.line, "an alias without an anchor")
        }
    }

    private mutating func members(of mapping: Node.Mapping, depth: Int) throws(SourceFailure) -> ObjectValue {
        var members = ObjectValue()
        var merged: [ObjectValue] = []
        for (key, item) in mapping {
            guard case .scalar(let name) = key else {
                throw SourceFailure(line: key.mark?.line, "a key that is no text")
            }
            guard name.string != "<<" || name.style != .plain else {
                let sources: [Node]
                if case .sequence(let list) = item { sources = Array(list) } else { sources = [item] }
                for source in sources {
                    guard case .mapping(let other) = source else {
                        throw SourceFailure(line: key.mark?.line, "only mappings can be merged")
                    }
                    values += 1
                    guard values <= Self.maximumValues, depth < Self.maximumDepth else {
                        throw SourceFailure(line: key.mark?.line, "too many merges")
                    }
                    merged.append(try self.members(of: other, depth: depth + 1))
                }
                continue
            }
            members[name.string] = try value(of: item, depth: depth + 1)
        }
        for source in merged {
            for (key, value) in source.members where members[key] == nil { members[key] = value }
        }
        return members
    }

    private mutating func scalar(_ scalar: Node.Scalar, _ node: Node) -> Value {
        switch node.tag.description {
        case "tag:yaml.org,2002:null": return .null
        case "tag:yaml.org,2002:bool":
            return .bool(["true", "yes", "on", "y"].contains(scalar.string.lowercased()))
        case "tag:yaml.org,2002:int":
            if let number = node.int { return .integer(Int64(number)) }
            return real(node.float ?? Double(scalar.string), scalar)
        case "tag:yaml.org,2002:float": return real(node.float, scalar)
        default:
            note(node)
            return .string(scalar.string)
        }
    }

    private static let ownTags: Set<String> = Set(
        ["binary", "map", "merge", "omap", "pairs", "seq", "set", "str", "timestamp", "value"].map {
            "tag:yaml.org,2002:" + $0
        })

    private mutating func note(_ node: Node) {
        let tag = node.tag.description
        if !tag.isEmpty, tag.utf8.count > 1, !Self.ownTags.contains(tag) { unknownTags.append((tag, node.mark?.line)) }
    }

    private mutating func real(_ number: Double?, _ scalar: Node.Scalar) -> Value {
        guard let number else { return .string(scalar.string) }
        guard number.isFinite else {
            replacedNumbers += 1
            return .null
        }
        return .real(number)
    }

    private static func failure(_ error: YamlError) -> SourceFailure {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            SourceFailure(line: mark.line, problem)
        case .duplicatedKeysInMapping(let duplicates, let context):
            SourceFailure(line: context.mark.line, "the key '\(duplicates.first ?? "")' stands twice in one mapping")
        case .reader(let problem, _, _, _): SourceFailure(problem)
        default: SourceFailure("not readable as YAML")
        }
    }
}
