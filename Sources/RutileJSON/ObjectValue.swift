/// The members of a JSON object: ordered, each name once, names compared by their UTF-8 bytes.
///
/// `String`'s own `==` treats canonically equivalent spellings as equal; JSON does not.
public struct ObjectValue: Hashable, Sendable {
    /// Names in order.
    public private(set) var keys: [String] = []
    /// Values, in the order of ``keys``.
    public private(set) var values: [Value] = []
    /// Positions by name; built only when the object outgrows a linear search.
    private var positions: [UTF8Key: Int] = [:]
    private static let linearLimit = 12

    /// No members.
    public init() {}

    /// `members` in order; a later member of the same name replaces the value of the earlier one, in its place.
    public init(_ members: some Sequence<(String, Value)>) {
        for (key, value) in members { self[key] = value }
    }

    /// Members of `distinctKeys` and `values`, which correspond; no two keys are equal.
    package init(distinctKeys: [String], values: [Value]) {
        keys = distinctKeys
        self.values = values
        rebuildPositions()
    }

    /// Number of members.
    public var count: Int { keys.count }
    /// Whether there are none.
    public var isEmpty: Bool { keys.isEmpty }

    /// The value of member `key`; setting `nil` removes it, setting a new one appends it.
    public subscript(_ key: String) -> Value? {
        get { position(of: key).map { values[$0] } }
        set {
            switch (position(of: key), newValue) {
            case (let index?, let value?): values[index] = value
            case (let index?, nil):
                keys.remove(at: index)
                values.remove(at: index)
                rebuildPositions()
            case (nil, let value?):
                keys.append(key)
                values.append(value)
                if keys.count > Self.linearLimit + 1 {
                    positions[UTF8Key(key)] = keys.count - 1
                } else if keys.count == Self.linearLimit + 1 {
                    rebuildPositions()
                }
            case (nil, nil): break
            }
        }
    }

    /// Members in order.
    public var members: Zip2Sequence<[String], [Value]> { zip(keys, values) }

    private func position(of key: String) -> Int? {
        if keys.count > Self.linearLimit { return positions[UTF8Key(key)] }
        return keys.firstIndex { $0.hasSameUTF8(as: key) }
    }

    private mutating func rebuildPositions() {
        positions = [:]
        guard keys.count > Self.linearLimit else { return }
        positions.reserveCapacity(keys.count)
        for (index, key) in keys.enumerated() { positions[UTF8Key(key)] = index }
    }

    /// The same members in the same order.
    public static func == (left: ObjectValue, right: ObjectValue) -> Bool {
        left.keys.count == right.keys.count && left.values == right.values
            && zip(left.keys, right.keys).allSatisfy { $0.hasSameUTF8(as: $1) }
    }

    /// Hashes as `==` compares.
    public func hash(into hasher: inout Hasher) {
        for key in keys { hasher.combine(UTF8Key(key)) }
        hasher.combine(values)
    }
}
