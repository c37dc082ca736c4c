package import RutileJSON
import RutileModel
import RutileQuery

extension PropertyType {
    /// What documents show of a stored `value` of a property of this type.
    ///
    /// What is not of the type is null, be it the value, an item or a member: filters see nothing there either.
    /// Timestamps are in UTC and whole seconds, whatever they are stored as, and integers without a point. Members that a dictionary's definition does
    /// not name are shown as they are.
    func shown(_ value: Value) -> Value {
        switch (self, value) {
        case (.opaque, _), (.string, .string), (.boolean, .bool): value
        case (.integer, .integer), (.integer, .unsigned): value
        case (.integer, .real(let number)):
            Int64(exactly: number).map(Value.integer) ?? (number.isWhole ? value : .null)
        case (.float, .integer), (.float, .unsigned), (.float, .real): value
        case (.timestamp, .string(let text)): Timestamp(stored: text).map { .string($0.optimadeText) } ?? .null
        case (.list(.opaque), .list): value
        case (.list(let item), .list(let items)): .list(items.map(item.shown))
        case (.dictionary(let members), .object(let object)): .object(Self.shown(object, members))
        case (.table(let members), .list): PropertyType.list(.dictionary(members)).shown(value)
        default: .null
        }
    }

    private static func shown(_ object: ObjectValue, _ members: [Member]) -> ObjectValue {
        ObjectValue(
            object.members.map { name, value in
                (name, members.first { $0.name.hasSameUTF8(as: name) }?.type.shown(value) ?? value)
            })
    }

    /// Whether something of `value`, or all of it, is not of the type, and shown as null therefore.
    func hides(_ value: Value) -> Bool {
        switch (self, value) {
        case (_, .null), (.opaque, _): false
        case (.list(let item), .list(let items)): items.contains(where: item.hides)
        case (.dictionary(let members), .object(let object)):
            members.contains { member in object[member.name].map(member.type.hides) ?? false }
        case (.table(let members), .list): PropertyType.list(.dictionary(members)).hides(value)
        default: shown(value).isNull
        }
    }
}

extension EntryTypeDefinition {
    /// What of the `attributes` of an entry is not of its property's type, in words: of those whose names `isChecked`.
    package func misfits(in attributes: ObjectValue, isChecked: (String) -> Bool) -> [String] {
        attributes.members.compactMap { name, value in
            guard isChecked(name), let definition = self[name], definition.property.type.hides(value) else {
                return nil
            }
            if !definition.property.type.shown(value).isNull { return "\(name) has parts that are not of their types" }
            return "\(name) is not of its type (\(definition.json["x-optimade-type"]?.text ?? "none"))"
        }
    }

    /// The `attributes` of an entry, with texts where whole numbers stand in their place, as of a year.
    package func withTexts(_ attributes: ObjectValue) -> ObjectValue {
        ObjectValue(
            attributes.members.map { name, value in
                let number = value.integer ?? value.real.flatMap { Int64(exactly: $0) }
                guard let number, self[name]?.property.type == .string else { return (name, value) }
                return (name, .string(String(number)))
            })
    }
}
