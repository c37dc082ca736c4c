import RutileJSON
import RutileQuery

/// What the values of a standard property look like; the built-in definitions are written in it.
indirect enum StandardShape: Sendable {
    case string
    case timestamp
    /// With `unit`, absent for counts and ratios.
    case integer(minimum: Int64? = nil, maximum: Int64? = nil)
    /// With a unit, absent for pure numbers.
    case float(StandardUnit? = nil, minimum: Double? = nil, maximum: Double? = nil)
    /// One of these words.
    case word([String])
    /// A list; the name of its dimension and its length, where they are fixed.
    case list(of: StandardShape, dimension: String?, count: Int64? = nil)
    /// A dictionary; the members that must be there come first.
    case dictionary([Member], required: Int)

    /// A member of a dictionary.
    struct Member: Sendable {
        let name: String
        let description: String
        let shape: StandardShape

        init(_ name: String, _ shape: StandardShape, _ description: String) {
            self.name = name
            self.description = description
            self.shape = shape
        }
    }

    /// The list of rows that a matrix is.
    static func matrix(rows: String, count: Int64?, columns: String, of item: StandardShape) -> StandardShape {
        .list(of: .list(of: item, dimension: columns, count: 3), dimension: rows, count: count)
    }

    /// What queries see.
    var propertyType: PropertyType {
        switch self {
        case .string, .word: .string
        case .timestamp: .timestamp
        case .integer: .integer
        case .float: .float
        case .list(let item, _, _): .list(item.propertyType)
        case .dictionary(let members, _):
            .dictionary(members.map { PropertyType.Member($0.name, $0.shape.propertyType) })
        }
    }

    /// The unit of the values, or of the innermost items.
    var unit: StandardUnit? {
        switch self {
        case .float(let unit, _, _): unit
        case .list(let item, _, _): item.unit
        default: nil
        }
    }

    /// All units in it, for `x-optimade-unit-definitions`.
    var units: [StandardUnit] {
        switch self {
        case .float(let unit, _, _): unit.map { [$0] } ?? []
        case .list(let item, _, _): item.units
        case .dictionary(let members, _): members.flatMap(\.shape.units)
        default: []
        }
    }

    /// The members of one level of a property definition, `type` and what depends on it.
    func definition(isNullable: Bool) -> ObjectValue {
        var definition = ObjectValue([
            ("x-optimade-type", Value.string(type.rawValue)),
            ("x-optimade-unit", .string(unitText)),
            ("type", .list([.string(type.jsonType)] + (isNullable ? [.string("null")] : []))),
        ])
        switch self {
        case .string: break
        case .timestamp: definition["format"] = .string("date-time")
        case .integer(let minimum, let maximum):
            definition["minimum"] = minimum.map { .integer($0) }
            definition["maximum"] = maximum.map { .integer($0) }
        case .float(_, let minimum, let maximum):
            definition["minimum"] = minimum.map { .real($0) }
            definition["maximum"] = maximum.map { .real($0) }
        case .word(let words): definition["enum"] = .list((words.map { .string($0) }) + (isNullable ? [.null] : []))
        case .list(let item, let dimension, _):
            if dimension != nil { definition["x-optimade-dimensions"] = dimensions }
            definition["items"] = .object(item.definition(isNullable: false))
        case .dictionary(let members, let required):
            definition["properties"] = .object(
                ObjectValue(
                    members.map { member in
                        var inner = ObjectValue([("description", Value.string(member.description))])
                        for (key, value) in member.shape.definition(isNullable: false).members { inner[key] = value }
                        return (member.name, .object(inner))
                    }))
            definition["required"] = .list(members.prefix(required).map { .string($0.name) })
        }
        return definition
    }

    private var type: OptimadeType {
        switch self {
        case .string, .word: .string
        case .timestamp: .timestamp
        case .integer: .integer
        case .float: .float
        case .list: .list
        case .dictionary: .dictionary
        }
    }

    private var unitText: String {
        switch self {
        case .integer: "dimensionless"
        case .float(let unit, _, _): unit?.symbol ?? "dimensionless"
        default: "inapplicable"
        }
    }

    /// The dimensions of a list and of the lists directly inside it.
    private var dimensions: Value {
        var names: [Value] = []
        var sizes: [Value] = []
        var shape = self
        while case .list(let item, let dimension?, let count) = shape {
            names.append(.string(dimension))
            sizes.append(count.map { .integer($0) } ?? .null)
            shape = item
        }
        return .members(["names": .list(names), "sizes": .list(sizes)])
    }
}

/// A physical unit of the standard properties.
enum StandardUnit: CaseIterable {
    case angstrom
    /// The unified atomic mass unit.
    case dalton

    /// How `x-optimade-unit` spells it.
    var symbol: String {
        switch self {
        case .angstrom: "angstrom"
        case .dalton: "Da"
        }
    }

    /// The item of `x-optimade-unit-definitions`.
    var definition: Value {
        switch self {
        case .angstrom:
            .members([
                "$id": .string("https://schemas.optimade.org/defs/v1.2/units/si/general/angstrom"),
                "title": .string("ångström"), "symbol": .string(symbol), "display-symbol": .string("Å"),
                "description": .string("A length of 10⁻¹⁰ m."),
                "defining-relation": .members([
                    "base-units": .list([
                        .members([
                            "symbol": .string("m"),
                            "id": .string("https://schemas.optimade.org/defs/v1.2/units/si/general/metre"),
                        ])
                    ]),
                    "base-units-expression": .string("m"), "scale": .members(["exponent": .integer(-10)]),
                ]),
            ])
        case .dalton:
            .members([
                "$id": .string("https://schemas.optimade.org/defs/v1.2/units/si/general/dalton"),
                "title": .string("dalton"), "symbol": .string(symbol), "display-symbol": .string("Da"),
                "description": .string("A twelfth of the mass of a free atom of carbon-12."),
            ])
        }
    }
}
