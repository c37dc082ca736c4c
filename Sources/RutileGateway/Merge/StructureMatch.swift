import RutileJSON

/// What tells whether two structures are the same one: equal reduced formula and number of sites, lattice vectors and sites
/// equal within 10⁻³ Å, the sites in any order.
///
/// A structure that lacks one of these is the same as no other. Lattice vectors may be unknown in directions without
/// periodicity; then they have to be in both.
struct StructureMatch: Sendable {
    /// Names of the properties that are looked at.
    static let properties = [
        "chemical_formula_reduced", "nsites", "lattice_vectors", "cartesian_site_positions", "species_at_sites",
        "species",
    ]
    /// In ångström.
    private static let tolerance = 1e-3

    /// Structures with different keys are different.
    let key: String
    /// The nine components, row by row; NaN where unknown.
    private let lattice: [Double]
    /// Three components for each site, in ångström, site by site.
    private let positions: [Double]
    /// What sits at each site.
    private let species: [String]

    /// Reads the attributes of a structure; `nil` where something is missing.
    init?(_ attributes: JSONView) {
        guard let formula = attributes["chemical_formula_reduced"]?.text,
            let count = attributes["nsites"]?.integer.flatMap({ Int(exactly: $0) }), count > 0,
            let positions = Self.numbers(attributes["cartesian_site_positions"], rows: count),
            let vectors = attributes["lattice_vectors"], let lattice = Self.numbers(vectors, rows: 3, allowsNull: true),
            let sites = attributes["species_at_sites"], sites.count == count
        else { return nil }
        let symbols = Self.symbols(attributes["species"])
        var species: [String] = []
        for site in sites.items {
            guard let name = site.text else { return nil }
            species.append(symbols[UTF8Key(name)] ?? name)
        }
        key = "\(formula)\u{0}\(count)"
        self.lattice = lattice
        self.positions = positions
        self.species = species
    }

    /// Whether both are the same structure. Cost: the square of the number of sites at worst.
    func isSame(as other: StructureMatch) -> Bool {
        guard key.hasSameUTF8(as: other.key), species.count == other.species.count else { return false }
        for (left, right) in zip(lattice, other.lattice) {
            guard left.isNaN ? right.isNaN : abs(left - right) <= Self.tolerance else { return false }
        }
        var free = Array(repeating: true, count: species.count)
        for site in species.indices {
            // As a rule sites stand in the same order.
            let found =
                free[site] && matches(site, other, site)
                ? site : free.indices.first { free[$0] && matches(site, other, $0) }
            guard let found else { return false }
            free[found] = false
        }
        return true
    }

    private func matches(_ site: Int, _ other: StructureMatch, _ otherSite: Int) -> Bool {
        species[site].hasSameUTF8(as: other.species[otherSite])
            && (0..<3).allSatisfy {
                abs(positions[3 * site + $0] - other.positions[3 * otherSite + $0]) <= Self.tolerance
            }
    }

    /// Rows of three numbers each.
    private static func numbers(_ list: JSONView?, rows: Int, allowsNull: Bool = false) -> [Double]? {
        guard let list, list.kind == .list, list.count == rows else { return nil }
        var numbers: [Double] = []
        numbers.reserveCapacity(3 * rows)
        for row in list.items {
            guard row.count == 3 else { return nil }
            for item in row.items {
                if let number = item.real {
                    numbers.append(number)
                } else {
                    guard allowsNull, item.isNull else { return nil }
                    numbers.append(.nan)
                }
            }
        }
        return numbers
    }

    /// What species are made of, by name: databases name them as they like.
    private static func symbols(_ list: JSONView?) -> [UTF8Key: String] {
        var symbols: [UTF8Key: String] = [:]
        guard let list else { return symbols }
        for item in list.items {
            guard let name = item["name"]?.text, let elements = item["chemical_symbols"] else { continue }
            symbols[UTF8Key(name)] = elements.items.compactMap(\.text).joined(separator: "+")
        }
        return symbols
    }
}
