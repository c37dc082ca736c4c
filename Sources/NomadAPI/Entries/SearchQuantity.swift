import RutileJSON

/// A quantity that searches know.
package struct SearchQuantity: Hashable, Sendable {
    /// How its values are compared.
    package enum Kind: Hashable, Sendable {
        /// Whole strings.
        case keyword
        /// Words of a text.
        case text
        case integer, double, boolean
        /// An instant.
        case date
        /// A section that cannot be compared, only shown.
        case section
        /// Hints for people who type; neither compared nor shown.
        case suggestion
    }

    /// Its dotted name, for example `results.material.elements`.
    package let name: String
    /// How its values are compared.
    package let kind: Kind
    /// Whether it has several values as a rule. Any quantity may have several.
    package let isList: Bool
    /// Whether its values are of a fixed set that is small enough to be shown whole.
    package let isEnumeration: Bool
    /// Whether a parameter that is repeated asks for all its values, not for any of them.
    package let meansAll: Bool
    /// How many buckets an aggregation gives unless it says so; absent where the quantity has no number of its own.
    package let bucketCount: Int?
    /// The innermost section around it whose items are searched one by one; absent for most.
    package let section: String?

    /// The quantity that this is another view of, as words or as a whole; absent where it has values of its own.
    package var wholeName: String? {
        let endings = kind == .text ? Self.wordForms : kind == .keyword ? [".keyword"] : []
        return endings.lazy.filter { name.utf8.hasSuffix($0.utf8) }
            .map { String(decoding: name.utf8.dropLast($0.utf8.count), as: UTF8.self) }.first
    }

    /// Whether its words are the parts between the slashes of a path.
    package var isPath: Bool { kind == .text && name.utf8.hasSuffix(".path".utf8) }

    /// Whether entries can be ordered by it.
    package var isSortable: Bool {
        switch kind {
        case .keyword, .integer, .double, .boolean, .date: !isList
        case .text, .section, .suggestion: false
        }
    }

    private static let wordForms = [".text", ".path", ".prefix"]
}

/// All search quantities of NOMAD 2.0.0, and the sections whose items are searched one by one.
package struct SearchQuantities: Sendable {
    /// Those of an installation without plugins.
    package static let standard = SearchQuantities()

    /// All, by name.
    package let all: [SearchQuantity]
    /// Paths of the sections whose items are searched one by one, outer ones before inner ones.
    package let nestedSections: [String]
    private let positions: [UTF8Key: Int]

    private init() {
        nestedSections = Self.nestedTable.split(separator: "\n").map(String.init)
        var all: [SearchQuantity] = []
        var positions: [UTF8Key: Int] = [:]
        for line in Self.quantityTable.split(separator: "\n") {
            let fields = line.split(separator: " ").map(String.init)
            guard fields.count > 1, let kind = Self.kinds[fields[0]] else {
                preconditionFailure("the table of search quantities is damaged")
            }
            let rest = fields.dropFirst(2)
            let flags = rest.first { $0.utf8.first.map { !(48...57).contains($0) } ?? false } ?? ""
            positions[UTF8Key(fields[1])] = all.count
            all.append(
                SearchQuantity(
                    name: fields[1], kind: kind, isList: flags.utf8.contains(UInt8(ascii: "*")),
                    isEnumeration: flags.utf8.contains(UInt8(ascii: "e")),
                    meansAll: flags.utf8.contains(UInt8(ascii: "a")),
                    bucketCount: rest.lazy.compactMap { Int($0) }.first,
                    section: Self.section(of: fields[1], among: nestedSections)))
        }
        self.all = all
        self.positions = positions
    }

    /// The quantity `name`; `nil` when there is none.
    package subscript(_ name: String) -> SearchQuantity? { positions[UTF8Key(name)].map { all[$0] } }

    /// The innermost nested section that `name` lies in; `nil` when it lies in none.
    package func section(of name: String) -> String? { Self.section(of: name, among: nestedSections) }

    private static func section(of name: String, among sections: [String]) -> String? {
        sections.last {
            name.utf8.starts(with: $0.utf8) && name.utf8.dropFirst($0.utf8.count).first == UInt8(ascii: ".")
        }
    }

    private static let kinds: [String: SearchQuantity.Kind] = [
        "K": .keyword, "T": .text, "I": .integer, "D": .double, "B": .boolean, "d": .date, "O": .section,
        "C": .suggestion,
    ]
}

extension BidirectionalCollection<UInt8> {
    /// Whether the bytes end with `suffix`.
    package func hasSuffix(_ suffix: some BidirectionalCollection<UInt8>) -> Bool {
        count >= suffix.count && dropFirst(count - suffix.count).elementsEqual(suffix)
    }
}
