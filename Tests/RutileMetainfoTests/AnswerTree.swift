import RutileJSON
import RutileMetainfo

/// Puts fragments together as an answer does: containers merge, lists are padded with null, all else replaces.
struct AnswerTree {
    private(set) var root = Value.object(ObjectValue())

    mutating func add(_ answer: DefinitionAnswer) {
        for fragment in answer.fragments { root = Self.placing(fragment.value, at: fragment.path[...], in: root) }
    }

    private static func placing(_ value: Value, at path: ArraySlice<PathStep>, in tree: Value) -> Value {
        guard let step = path.first else { return merged(tree, value) }
        switch step {
        case .key(let key):
            var object = tree.object ?? ObjectValue()
            object[key] = placing(value, at: path.dropFirst(), in: object[key] ?? .null)
            return .object(object)
        case .index(let index):
            var items = tree.items ?? []
            while items.count <= index { items.append(.null) }
            items[index] = placing(value, at: path.dropFirst(), in: items[index])
            return .list(items)
        }
    }

    private static func merged(_ old: Value, _ new: Value) -> Value {
        switch (old, new) {
        case (.object(var object), .object(let added)):
            for (key, value) in added.members { object[key] = merged(object[key] ?? .null, value) }
            return .object(object)
        case (.list(var items), .list(let added)):
            while items.count < added.count { items.append(.null) }
            for (index, value) in added.enumerated() where !value.isNull { items[index] = merged(items[index], value) }
            return .list(items)
        default: return new
        }
    }
}

extension Value {
    /// The value without the descriptions of built-in definitions, members sorted: what goldens are compared by.
    var comparable: Value {
        switch self {
        case .list(let items): .list(items.map(\.comparable))
        case .object(let object):
            .object(
                ObjectValue(
                    object.members.filter { $0.0 != "description" || $0.1.text != "<text>" }
                        .sorted { UTF8Key($0.0) < UTF8Key($1.0) }.map { ($0.0, $0.1.comparable) }))
        default: self
        }
    }

    /// The value as JSON, for messages of tests.
    var json: String {
        var writer = JSONWriter()
        writer.value(self)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}

extension Value {
    /// Where this value differs from `wanted`, a line for each place.
    func differences(from wanted: Value, at path: String = "") -> [String] {
        switch (self, wanted) {
        case (.object(let got), .object(let wanted)):
            let keys = wanted.keys + got.keys.filter { wanted[$0] == nil }
            return keys.flatMap { key in
                switch (got[key], wanted[key]) {
                case (let got?, let wanted?): got.differences(from: wanted, at: "\(path)/\(key)")
                case (nil, let wanted?): ["\(path)/\(key): missing, wanted \(wanted.json.prefix(200))"]
                case (let got, nil): ["\(path)/\(key): not wanted: \((got ?? .null).json.prefix(200))"]
                }
            }
        case (.list(let got), .list(let wanted)) where got.count == wanted.count:
            return zip(got, wanted).enumerated().flatMap { $1.0.differences(from: $1.1, at: "\(path)/\($0)") }
        default:
            return self == wanted ? [] : ["\(path): \(json.prefix(200)), wanted \(wanted.json.prefix(200))"]
        }
    }
}
