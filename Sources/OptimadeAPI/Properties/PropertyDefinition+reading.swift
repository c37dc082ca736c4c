public import RutileJSON
import RutileQuery

extension PropertyDefinition {
    /// Reads the definition of property `name` of `entryType`, as info documents and the info lines of
    /// `optimade.jsonl` have it: the form of version 1.2, or the older one with one word as `type`.
    ///
    /// What the standard demands and the text lacks is filled in, so that the definition can be served. A type that is
    /// missing, or that nobody knows, makes a property that can be shown and not searched.
    ///
    /// - Throws: ``PropertyDefinitionError``.
    public init(_ name: String, of entryType: String, json: Value) throws(PropertyDefinitionError) {
        guard Self.isName(name) else { throw PropertyDefinitionError(name: name, reason: .notAName) }
        guard var definition = json.object else { throw PropertyDefinitionError(name: name, reason: .notAnObject) }
        let type = Self.type(of: definition)
        let described = definition["description"]?.text
        let unit = Self.unit(of: definition)
        let support = definition["x-optimade-requirements"]?["support"]?.text.flatMap(Support.init(rawValue:)) ?? .may

        definition["x-optimade-implementation"] = nil
        definition["sortable"] = nil
        definition["unit"] = nil
        definition = Self.completed(definition, unit: unit)
        var outermost = ObjectValue([
            ("$id", definition["$id"] ?? .string("urn:rutile:properties:\(entryType):\(name)")),
            ("$schema", .string(Self.schema)),
            ("title", definition["title"] ?? .string(name)),
            ("description", .string(described ?? "No description was given.")),
            (
                "x-optimade-definition",
                definition["x-optimade-definition"]
                    ?? .members([
                        "label": .string("\(name)_\(entryType)"), "kind": .string("property"),
                        "version": .string("1.0.0"), "format": .string("1.2"), "name": .string(name),
                    ])
            ),
        ])
        for (key, member) in definition.members where outermost[key] == nil { outermost[key] = member }
        if outermost["x-optimade-requirements"] == nil {
            outermost["x-optimade-requirements"] = .members([
                "support": .string(support.rawValue), "sortable": .bool(false), "query-support": .string("none"),
                "response-level": .string("may"),
            ])
        }
        let units = Self.unitDefinitions(for: definition)
        if !units.isEmpty { outermost["x-optimade-unit-definitions"] = .list(units) }
        self.init(
            name: name, property: Property(name, type, unit: unit, description: described), support: support,
            json: outermost)
    }

    /// Where the meta-schema of definitions is.
    static let schema = "https://schemas.optimade.org/meta/v1.2/optimade/property_definition.json"

    // identifier = [a-z_] { [a-z_0-9] }
    /// Whether `name` can be that of a property, or of a member of a dictionary.
    package static func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, first == UInt8(ascii: "_") || (97...122).contains(first) else {
            return false
        }
        return name.utf8.allSatisfy { $0 == UInt8(ascii: "_") || (97...122).contains($0) || (48...57).contains($0) }
    }

    /// `definition` with the members that every level must have, and `type` as a list.
    private static func completed(_ definition: ObjectValue, unit: String?) -> ObjectValue {
        var completed = definition
        let type = optimadeType(of: definition)
        if let type {
            completed["x-optimade-type"] = .string(type.rawValue)
            if definition["type"]?.items == nil {
                completed["type"] = .list([.string(type.jsonType), .string("null")])
            }
        }
        if definition["x-optimade-unit"]?.text == nil {
            let isNumber = type == .integer || type == .float
            completed["x-optimade-unit"] = .string(isNumber ? unit ?? "dimensionless" : "inapplicable")
        }
        if let items = definition["items"]?.object { completed["items"] = .object(Self.completed(items, unit: unit)) }
        if let members = definition["properties"]?.object {
            completed["properties"] = .object(
                ObjectValue(
                    members.members.map { name, member in
                        (name, member.object.map { .object(Self.completed($0, unit: nil)) } ?? member)
                    }))
        }
        return completed
    }

    /// What `x-optimade-unit-definitions` has to say: what the definition says already, and one item for each symbol in
    /// a unit of some level that is not explained there.
    private static func unitDefinitions(for definition: ObjectValue) -> [Value] {
        var definitions = definition["x-optimade-unit-definitions"]?.items ?? []
        for symbol in unitSymbols(in: definition) {
            guard !definitions.contains(where: { $0["symbol"]?.text?.hasSameUTF8(as: symbol) == true }) else {
                continue
            }
            definitions.append(
                StandardUnit.allCases.first { $0.symbol.hasSameUTF8(as: symbol) }?.definition
                    ?? .members([
                        "$id": .string("urn:rutile:units:\(symbol)"), "title": .string(symbol),
                        "symbol": .string(symbol), "description": .string("The unit \(symbol)."),
                    ]))
        }
        return definitions
    }

    /// The symbols in the units of all levels: of `kg*m*s^-2` these are `kg`, `m` and `s`.
    private static func unitSymbols(in definition: ObjectValue) -> [String] {
        var symbols: [String] = []
        if let unit = definition["x-optimade-unit"]?.text, !unit.hasSameUTF8(as: "dimensionless"),
            !unit.hasSameUTF8(as: "inapplicable")
        {
            let factors = unit.utf8.split { "*/ ()".utf8.contains($0) }
            symbols += factors.map { String(Substring($0.prefix { $0 != UInt8(ascii: "^") })) }
                .filter { !$0.isEmpty && Double($0) == nil }
        }
        return innerLevels(of: definition).compactMap(\.object).reduce(into: symbols) { $0 += unitSymbols(in: $1) }
    }

    /// The first type that some level of `definition` names and nobody knows; names with a prefix are others' business.
    package static func unknownType(in definition: Value) -> String? {
        guard let definition = definition.object else { return nil }
        let stated = definition["x-optimade-type"]?.text ?? definition["type"]?.text
        if let stated, optimadeType(of: definition) == nil, stated.utf8.first != UInt8(ascii: "_"),
            !stated.hasSameUTF8(as: "unknown")
        {
            return stated
        }
        return innerLevels(of: definition).lazy.compactMap { unknownType(in: $0) }.first
    }

    /// The definitions of the items and the members of what `definition` defines.
    private static func innerLevels(of definition: ObjectValue) -> [Value] {
        (definition["items"].map { [$0] } ?? []) + (definition["properties"]?.object?.values ?? [])
    }

    /// The type that a level of a definition names, in whichever form.
    static func optimadeType(of definition: ObjectValue) -> OptimadeType? {
        if let name = definition["x-optimade-type"]?.text { return OptimadeType(rawValue: name) }
        if let name = definition["type"]?.text { return OptimadeType(rawValue: name) ?? jsonType(name, definition) }
        let names = definition["type"]?.items?.compactMap(\.text) ?? []
        return names.first { !$0.hasSameUTF8(as: "null") }.flatMap { jsonType($0, definition) }
    }

    private static func jsonType(_ name: String, _ definition: ObjectValue) -> OptimadeType? {
        switch name {
        case "string": definition["format"]?.text?.hasSameUTF8(as: "date-time") == true ? .timestamp : .string
        case "number": .float
        case "integer": .integer
        case "boolean": .boolean
        case "array": .list
        case "object": .dictionary
        default: nil
        }
    }

    private static func type(of definition: ObjectValue) -> PropertyType {
        switch optimadeType(of: definition) {
        case .string: .string
        case .integer: .integer
        case .float: .float
        case .boolean: .boolean
        case .timestamp: .timestamp
        case .list: .list(definition["items"]?.object.map(type) ?? .opaque)
        case .dictionary:
            .dictionary(
                (definition["properties"]?.object ?? ObjectValue()).members.map { name, member in
                    PropertyType.Member(name, member.object.map(type) ?? .opaque)
                })
        case nil: .opaque
        }
    }

    /// The unit of the values, or of the innermost items of a list.
    private static func unit(of definition: ObjectValue) -> String? {
        // Of a list the one is inapplicable, the other that of its items.
        for unit in [definition["x-optimade-unit"]?.text, definition["unit"]?.text] {
            if let unit, !unit.hasSameUTF8(as: "inapplicable") { return unit }
        }
        return definition["items"]?.object.flatMap(Self.unit)
    }
}

/// Why a definition was refused.
public struct PropertyDefinitionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was wrong.
    public enum Reason: Hashable, Sendable {
        /// The name has other characters than `a`–`z`, `0`–`9` and `_`, or begins with a digit.
        case notAName
        /// The definition is no JSON object.
        case notAnObject
    }

    /// The property.
    public let name: String
    /// What was wrong.
    public let reason: Reason

    /// For people, in one sentence.
    public var description: String {
        switch reason {
        case .notAName: "“\(name)” is no property name: only a–z, 0–9 and _ are allowed, and no digit in front"
        case .notAnObject: "the definition of “\(name)” is no JSON object"
        }
    }
}
