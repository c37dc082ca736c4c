import OptimadeAPI

/// Makes sites of placed atoms: different atoms that share a place, none of which fills it, become one site.
struct SharedSites {
    /// What the atoms make.
    let crystal: Crystal
    /// What is odd about shared sites, each once.
    private(set) var warnings: [String] = []

    /// - `placed`: fractional positions with indices into `atoms`, the images of one atom one after the other.
    init(lattice: Lattice, atoms: [CIFAtom], placed: [(position: SIMD3<Double>, atom: Int)]) {
        var single = Crystal(
            lattice: lattice,
            sites: placed.map { Crystal.Site(position: lattice.cartesian($0.position), species: 0) }, species: [])
        var occupants: [[Int]] = placed.map { [$0.atom] }
        if atoms.contains(where: { $0.occupancy < 1 }) {
            for (first, second) in SitePairs.coinciding(single) {
                guard !occupants[first].isEmpty, !occupants[second].isEmpty else { continue }
                let shared = occupants[first] + occupants[second]
                // A full site beside another one is a contradiction that merging would hide.
                guard shared.allSatisfy({ atoms[$0].occupancy < 1 }) else { continue }
                // Nor do images of one atom share their place with each other: they were told apart before.
                guard Set(shared).count == shared.count else { continue }
                let distance = lattice.distance(placed[first].position, placed[second].position)
                if distance > CIFSource.quietTolerance {
                    let labels = shared.map { atoms[$0].label }.joined(separator: ", ")
                    let warning = "\(labels), \(Self.rounded(distance)) Å apart, are taken to share one site."
                    if !warnings.contains(warning) { warnings.append(warning) }
                }
                occupants[first] = shared
                occupants[second] = []
            }
        }
        var table = SpeciesTable()
        var sites: [Crystal.Site] = []
        for (index, shared) in occupants.enumerated() where !shared.isEmpty {
            let total = shared.reduce(0) { $0 + atoms[$1].occupancy }
            if total > 1.01 {
                let labels = shared.map { atoms[$0].label }.joined(separator: ", ")
                let warning = "The occupancies of \(labels), at one site, sum to \(Self.rounded(total))."
                if !warnings.contains(warning) { warnings.append(warning) }
            }
            single.sites[index].species = table.index(of: Self.species(shared.map { atoms[$0] }))
            sites.append(single.sites[index])
        }
        crystal = Crystal(lattice: lattice, sites: sites, species: table.species)
    }

    private static func species(_ atoms: [CIFAtom]) -> Crystal.Species {
        var parts: [Crystal.Species.Part] = []
        for atom in atoms {
            let part = Crystal.Species.Part(atom.kind, concentration: atom.occupancy)
            if let index = parts.firstIndex(where: { $0.element == part.element && $0.mass == part.mass }) {
                parts[index].concentration += part.concentration
            } else {
                parts.append(part)
            }
        }
        parts.sort { $0.symbol.utf8.lexicographicallyPrecedes($1.symbol.utf8) }
        let total = parts.reduce(0) { $0 + $1.concentration }
        if total < 0.9999 { parts.append(.init(nil, concentration: 1 - total)) }
        let isPure = parts.count == 1
        let name =
            isPure
            ? atoms[0].kind.name
            : parts.filter { $0.element != nil || $0.isUnknown }.map { $0.symbol + short($0.concentration) }.joined()
        let attached = atoms.map(\.attachedHydrogens).max() ?? 0
        return Crystal.Species(
            name: attached > 0 ? "\(name)H\(attached == 1 ? "" : String(attached))" : name, parts: parts,
            attachedHydrogens: attached)
    }

    /// At most four decimals.
    private static func short(_ number: Double) -> String {
        let rounded = rounded(number)
        return rounded == 1 ? "" : "\(rounded)"
    }

    private static func rounded(_ number: Double) -> Double { (number * 10_000).rounded() / 10_000 }
}
