import NomadAPI
import RutileMetainfo

extension SearchQuantity {
    /// The values that a quantity of a fixed set can have, in the order of its built-in definition; none for others.
    var possibleValues: [String] {
        guard isEnumeration else { return [] }
        let steps = name.utf8.split(separator: UInt8(ascii: ".")).map { String(decoding: $0, as: UTF8.self) }
        // What is found of an entry are its results, and its metadata without their name in front.
        return Self.choices(at: steps) ?? Self.choices(at: ["metadata"] + steps) ?? []
    }

    /// The choices of the quantity of archives that `steps` lead to; `nil` where there is none with choices.
    private static func choices(at steps: [String]) -> [String]? {
        let scope = DefinitionScope(catalogue: .builtIn)
        var section = scope.root
        for (number, step) in steps.enumerated() {
            switch scope.section(section).property(step) {
            case .quantity(let quantity)?:
                guard number == steps.count - 1, case .choice(let values) = quantity.type else { return nil }
                return values
            case .subSection(let subSection)?:
                guard case .found(let target) = scope.target(of: subSection) else { return nil }
                section = target
            case nil: return nil
            }
        }
        return nil
    }
}
