public import RutileJSON

// Queries and what is required are written as literals: `["results.material.elements": ["Ti"], "n": ["gte": 3]]`.

extension Value: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// A string.
    public init(stringLiteral value: String) { self = .string(value) }

    /// An integer.
    public init(integerLiteral value: Int64) { self = .integer(value) }

    /// A real number.
    public init(floatLiteral value: Double) { self = .real(value) }

    /// A bool.
    public init(booleanLiteral value: Bool) { self = .bool(value) }

    /// A list.
    public init(arrayLiteral elements: Value...) { self = .list(elements) }

    /// An object; a later member replaces an earlier one of the same name.
    public init(dictionaryLiteral elements: (String, Value)...) { self = .object(ObjectValue(elements)) }
}
