/// Atoms at places, periodic or not: what CIF, POSCAR and XYZ files describe.
///
/// Lengths in ångström. All coordinates are finite; a periodic direction has a lattice vector.
package struct Crystal: Hashable, Sendable {
    /// What sits at a site: one element, or several that share it.
    package struct Species: Hashable, Sendable {
        /// One element of a species.
        package struct Part: Hashable, Sendable {
            /// The element; absent for a vacancy, and for an atom of unknown element.
            package var element: ChemicalElement?
            /// Whether it is an atom, and nobody says of which element.
            package var isUnknown = false
            /// Its share of the site, above 0. The shares of a species need not sum to 1 where the file says so.
            package var concentration: Double
            /// Mass of an atom in unified atomic mass units; 0 for a vacancy, and where it is not known.
            package var mass: Double

            /// `concentration` of `element`, with its natural mass unless another is given.
            package init(_ element: ChemicalElement?, concentration: Double = 1, mass: Double? = nil) {
                self.element = element
                self.concentration = concentration
                self.mass = mass ?? element?.mass ?? 0
            }

            /// As OPTIMADE writes it: `X` for an unknown element, `vacancy` for none.
            package var symbol: String { element?.symbol ?? (isUnknown ? "X" : "vacancy") }
        }

        /// A name that no other species of the crystal has.
        package var name: String
        /// Its elements, each once, a vacancy last.
        package var parts: [Part]
        /// Number of hydrogen atoms that are attached to each site and have no site of their own.
        package var attachedHydrogens = 0

        /// One element, under its own symbol.
        package init(_ element: ChemicalElement) {
            name = element.symbol
            parts = [Part(element)]
        }

        /// `parts`, under `name`.
        package init(name: String, parts: [Part], attachedHydrogens: Int = 0) {
            self.name = name
            self.parts = parts
            self.attachedHydrogens = attachedHydrogens
        }
    }

    /// One place.
    package struct Site: Hashable, Sendable {
        /// Cartesian position in ångström.
        package var position: SIMD3<Double>
        /// Index of the species that sits there.
        package var species: Int

        /// `species` at `position`.
        package init(position: SIMD3<Double>, species: Int) {
            self.position = position
            self.species = species
        }
    }

    /// The cell; absent for a molecule without one.
    package var lattice: Lattice?
    /// Along which lattice vectors it repeats.
    package var isPeriodic: [Bool]
    /// In the order of the file; those made by symmetry follow the one that they were made from.
    package var sites: [Site]
    /// In the order of first use.
    package var species: [Species]

    /// Atoms in a cell that repeats in all three directions.
    package init(lattice: Lattice, sites: [Site], species: [Species]) {
        self.lattice = lattice
        isPeriodic = [true, true, true]
        self.sites = sites
        self.species = species
    }

    /// Atoms without a cell.
    package init(sites: [Site], species: [Species]) {
        lattice = nil
        isPeriodic = [false, false, false]
        self.sites = sites
        self.species = species
    }

    /// Whether the element of some atoms is not known.
    package var hasUnknownAtoms: Bool { species.contains { $0.parts.contains(where: \.isUnknown) } }

    /// Whether it repeats in all three directions.
    package var isBulk: Bool { lattice != nil && isPeriodic.allSatisfy { $0 } }

    /// Fractional coordinates of each site; empty without a cell.
    package var fractionalPositions: [SIMD3<Double>] {
        guard let lattice else { return [] }
        return sites.map { lattice.fractional($0.position) }
    }
}

/// Collects species, each once.
struct SpeciesTable {
    /// In the order of first use.
    private(set) var species: [Crystal.Species] = []
    private var indices: [Crystal.Species: Int] = [:]
    private var names: Set<String> = []

    /// Index of `wanted`. Where another species has its name already, a number is added to it.
    mutating func index(of wanted: Crystal.Species) -> Int {
        if let index = indices[wanted] { return index }
        var stored = wanted
        var number = 2
        while names.contains(stored.name) {
            stored.name = wanted.name + "_\(number)"
            number += 1
        }
        names.insert(stored.name)
        species.append(stored)
        indices[wanted] = species.count - 1
        return species.count - 1
    }
}
