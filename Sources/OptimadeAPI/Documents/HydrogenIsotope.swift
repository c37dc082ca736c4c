/// An isotope of hydrogen that has a letter of its own in files. OPTIMADE has none: its species are of the symbol `H`
/// and tell themselves apart by their mass.
package enum HydrogenIsotope: String, Hashable, Sendable {
    /// Hydrogen of mass number 2.
    case deuterium = "D"
    /// Hydrogen of mass number 3.
    case tritium = "T"

    /// The letter: `D` or `T`.
    package var symbol: String { rawValue }

    /// Mass of an atom in unified atomic mass units. Source: AME 2020.
    package var mass: Double {
        switch self {
        case .deuterium: 2.014_101_778
        case .tritium: 3.016_049_281
        }
    }

    /// The isotope with this `mass`, to 0.01; `nil` for hydrogen as it is found, and for other masses.
    package init?(mass: Double) {
        let isotopes: [HydrogenIsotope] = [.deuterium, .tritium]
        guard let isotope = isotopes.first(where: { abs($0.mass - mass) < 0.01 }) else { return nil }
        self = isotope
    }
}
