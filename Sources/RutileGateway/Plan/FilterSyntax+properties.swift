import OptimadeAPI

extension FilterSyntax {
    /// The properties that are tested, the outermost names of paths; some more than once.
    var properties: [String] {
        switch self {
        case .or(let operands), .and(let operands): operands.flatMap(\.properties)
        case .not(let operand): operand.properties
        case .compares(let left, _, let right): left.properties + right.properties
        case .matches(let name, _, let value): [name.head.text] + value.properties
        case .length(let name, _, let value): [name.head.text] + value.properties
        case .isKnown(let name), .isUnknown(let name), .name(let name): [name.head.text]
        case .has(let names, _, let rows):
            names.map(\.head.text) + rows.flatMap { row in row.flatMap(\.value.properties) }
        }
    }
}

extension FilterValue {
    /// The property that it is; none for constants.
    fileprivate var properties: [String] {
        if case .name(let name) = content { [name.head.text] } else { [] }
    }
}
