package import RutileJSON
import RutileQuery

/// What values of a property look like: of what type they are, and their items and members.
///
/// Flat definitions, as servers before version 1.2 give them, say of a list no more than that it is one; its values tell
/// the rest. Shapes of many values become one, in whatever order: the result is the same.
package indirect enum ObservedType: Hashable, Sendable {
    /// No value was seen but `null`.
    case unseen
    case boolean, integer, string
    /// Numbers, of which one at least has a point.
    case float
    case list(ObservedType)
    /// The members that some value has, in the order of their names.
    case dictionary([Member])
    /// Values of several types, or with more levels or members than a definition would name.
    case mixed

    /// A member of dictionaries.
    package struct Member: Hashable, Sendable {
        let name: String
        var shape: ObservedType

        package init(_ name: String, _ shape: ObservedType) {
            self.name = name
            self.shape = shape
        }
    }

    /// Levels of lists and dictionaries within each other.
    private static let deepest = 8
    /// Members of one dictionary; where there are more, the names are data.
    private static let mostMembers = 100

    /// The shape of `value`.
    package init(_ value: Value) { self.init(value, levels: Self.deepest) }

    private init(_ value: Value, levels: Int) {
        switch value {
        case .null: self = .unseen
        case .bool: self = .boolean
        case .integer, .unsigned: self = .integer
        case .real: self = .float
        case .string: self = .string
        case .list where levels == 0, .object where levels == 0: self = .mixed
        case .list(let items):
            var shape = ObservedType.unseen
            for item in items where shape != .mixed { shape.merge(ObservedType(item, levels: levels - 1)) }
            self = .list(shape)
        case .object(let object):
            // Members of other names can be shown, but neither defined nor searched for.
            let members = object.members.filter { PropertyDefinition.isName($0.0) }
                .map { Member($0, ObservedType($1, levels: levels - 1)) }
            self = Self.dictionary(of: members.sorted { UTF8Key($0.name) < UTF8Key($1.name) })
        }
    }

    private static func dictionary(of members: [Member]) -> ObservedType {
        members.count <= mostMembers ? .dictionary(members) : .mixed
    }

    /// Adds what values of the shape `other` look like.
    package mutating func merge(_ other: ObservedType) {
        switch (self, other) {
        case (_, .unseen): break
        case (.unseen, _): self = other
        case (.integer, .float), (.float, .integer): self = .float
        case (.list(var items), .list(let others)):
            items.merge(others)
            self = .list(items)
        case (.dictionary(let members), .dictionary(let others)): self = Self.merged(members, others)
        default: if self != other { self = .mixed }
        }
    }

    private static func merged(_ members: [Member], _ others: [Member]) -> ObservedType {
        var all: [Member] = []
        for member in (members + others).sorted(by: { UTF8Key($0.name) < UTF8Key($1.name) }) {
            if let last = all.last, last.name.hasSameUTF8(as: member.name) {
                all[all.count - 1].shape.merge(member.shape)
            } else {
                all.append(member)
            }
        }
        return dictionary(of: all)
    }

    /// The definition of one level and those within it, without what follows from it; `nil` where nothing is known.
    fileprivate var definition: Value? {
        func level(_ type: OptimadeType) -> ObjectValue {
            ObjectValue([("x-optimade-type", .string(type.rawValue))])
        }
        switch self {
        case .unseen, .mixed: return nil
        case .boolean: return .object(level(.boolean))
        case .integer: return .object(level(.integer))
        case .float: return .object(level(.float))
        case .string: return .object(level(.string))
        case .list(let items):
            var definition = level(.list)
            definition["items"] = items.definition
            return .object(definition)
        case .dictionary(let members):
            var definition = level(.dictionary)
            definition["properties"] = .object(Self.definitions(of: members))
            return .object(definition)
        }
    }

    fileprivate static func definitions(of members: [Member]) -> ObjectValue {
        ObjectValue(members.compactMap { member in member.shape.definition.map { (member.name, $0) } })
    }
}

extension PropertyDefinition {
    /// `json`, a definition in any form, with the items of lists and the members of dictionaries that `shape` has where
    /// it defines none. What it defines stays.
    package static func completed(_ json: Value, with shape: ObservedType) -> Value {
        guard var definition = json.object else { return json }
        switch (optimadeType(of: definition), shape) {
        case (.list, .list(let items)):
            definition["items"] = definition["items"].map { completed($0, with: items) } ?? items.definition
        case (.dictionary, .dictionary(let members)):
            let defined = definition["properties"]?.object ?? ObjectValue()
            guard !defined.isEmpty else {
                definition["properties"] = .object(ObservedType.definitions(of: members))
                break
            }
            definition["properties"] = .object(
                ObjectValue(
                    defined.members.map { name, inner in
                        let member = members.first { $0.name.hasSameUTF8(as: name) }
                        return (name, member.map { completed(inner, with: $0.shape) } ?? inner)
                    }))
        default: break
        }
        return .object(definition)
    }
}

extension EntryTypeDefinition {
    /// Whether it is not known what all the lists and dictionaries hold that are values of the property `name`.
    package func isOpen(_ name: String) -> Bool { type(of: name)?.isOpen ?? true }
}

extension PropertyType {
    fileprivate var isOpen: Bool {
        switch self {
        case .string, .integer, .float, .boolean, .timestamp, .opaque: false
        case .list(let item): item == .opaque || item.isOpen
        case .dictionary(let members), .table(let members): members.isEmpty || members.contains { $0.type.isOpen }
        }
    }
}
