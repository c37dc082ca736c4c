import RutileJSON
package import RutileQuery

/// The properties that an index of entries has (``SearchIndexEntry``).
package enum SearchProperties {
    /// What the name of a property ends with that holds all values of a quantity that should have one.
    package static let several = "[]"
    /// The entry's id.
    package static let id: PropertyPath = "id"

    /// All properties.
    package static let catalogue: PropertyCatalogue = {
        var properties = [Property("id", .string)]
        for member in members(of: nil) { properties.append(Property(member.name, member.type)) }
        return PropertyCatalogue(properties)
    }()

    /// The members of the nested section `section`, or of whole documents.
    private static func members(of section: String?) -> [PropertyType.Member] {
        let quantities = SearchQuantities.standard
        let prefix = section.map { $0.utf8.count + 1 } ?? 0
        func relative(_ name: String) -> String { String(decoding: name.utf8.dropFirst(prefix), as: UTF8.self) }
        var members: [PropertyType.Member] = []
        for quantity in quantities.all where quantity.hasOwnValues && same(quantity.section, section) {
            guard let type = quantity.kind.propertyType else { continue }
            let name = relative(quantity.name)
            if quantity.isList {
                members.append(.init(name, .list(type)))
            } else {
                members.append(.init(name, type))
                members.append(.init(name + several, .list(type)))
            }
        }
        for inner in quantities.nestedSections where same(quantities.section(of: inner), section) {
            members.append(.init(relative(inner), .table(self.members(of: inner))))
        }
        return members
    }

    private static func same(_ left: String?, _ right: String?) -> Bool {
        switch (left, right) {
        case (nil, nil): true
        case (let left?, let right?): left.hasSameUTF8(as: right)
        default: false
        }
    }
}

extension SearchQuantity {
    /// Whether the index keeps values of it: not where it is but another view of some other quantity.
    package var hasOwnValues: Bool { kind.propertyType != nil && wholeName == nil }

    /// The quantity whose values are compared: itself, or the one that it is the words of.
    package var source: SearchQuantity { wholeName.flatMap { SearchQuantities.standard[$0] } ?? self }
}

extension SearchQuantity.Kind {
    /// What the index keeps of one value; `nil` for sections and suggestions.
    fileprivate var propertyType: PropertyType? {
        switch self {
        case .keyword, .text: .string
        case .integer: .integer
        case .double: .float
        case .boolean: .boolean
        case .date: .timestamp
        case .section, .suggestion: nil
        }
    }
}
