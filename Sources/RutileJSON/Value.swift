/// A small JSON-compatible value, fully decoded.
///
/// Documents, definitions and requests are values; archives are not, they stay bytes until they are written
/// (`RutileArchive.ArchiveNode`). Integers stay integers; ``unsigned(_:)`` holds only those above `Int64.max`.
public enum Value: Hashable, Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    /// An integer in `Int64.max + 1 ... UInt64.max`.
    case unsigned(UInt64)
    case real(Double)
    case string(String)
    case list([Value])
    indirect case object(ObjectValue)

    /// Whether both are the same, strings byte by byte. An integer and a real are never the same.
    public static func == (left: Value, right: Value) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.integer(let left), .integer(let right)): left == right
        case (.unsigned(let left), .unsigned(let right)): left == right
        case (.real(let left), .real(let right)): left == right
        case (.string(let left), .string(let right)): left.hasSameUTF8(as: right)
        case (.list(let left), .list(let right)): left == right
        case (.object(let left), .object(let right)): left == right
        default: false
        }
    }

    /// The member `key` of an object; `nil` when this is no object or has no such member.
    public subscript(_ key: String) -> Value? {
        if case .object(let object) = self { object[key] } else { nil }
    }

    /// The text of a string, else `nil`.
    public var text: String? { if case .string(let text) = self { text } else { nil } }

    /// The items of a list, else `nil`.
    public var items: [Value]? { if case .list(let items) = self { items } else { nil } }

    /// The members of an object, else `nil`.
    public var object: ObjectValue? { if case .object(let object) = self { object } else { nil } }

    /// The number of an integer, else `nil`. Reals are not converted.
    public var integer: Int64? { if case .integer(let number) = self { number } else { nil } }

    /// The number of an integer or real, else `nil`.
    public var real: Double? {
        switch self {
        case .integer(let number): Double(number)
        case .unsigned(let number): Double(number)
        case .real(let number): number
        default: nil
        }
    }

    /// The truth value of a bool, else `nil`.
    public var bool: Bool? { if case .bool(let flag) = self { flag } else { nil } }

    /// Whether this is `null`.
    public var isNull: Bool { if case .null = self { true } else { false } }

    /// An object of `members`, in this order; a later member replaces an earlier one of the same name.
    public static func members(_ members: KeyValuePairs<String, Value>) -> Value {
        .object(ObjectValue(members.map { ($0.key, $0.value) }))
    }
}
