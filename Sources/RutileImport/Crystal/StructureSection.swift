import RutileJSON

/// A crystal as a structure section of `results`. SI units: metre, kilogram, radian.
struct StructureSection {
    /// The section.
    let value: Value

    /// The section of `crystal`.
    init(_ crystal: Crystal) {
        var section = ObjectValue()
        section["dimension_types"] = .list(crystal.isPeriodic.map { .integer($0 ? 1 : 0) })
        section["nperiodic_dimensions"] = .integer(Int64(crystal.isPeriodic.filter { $0 }.count))
        if let lattice = crystal.lattice {
            section["lattice_vectors"] = .list(
                lattice.vectorsOrZero.map { .vector($0, dividedBy: SIUnit.angstromsPerMetre) })
        }
        section["cartesian_site_positions"] = .list(
            crystal.sites.map { .vector($0.position, dividedBy: SIUnit.angstromsPerMetre) })
        section["n_sites"] = .integer(Int64(crystal.sites.count))
        section["species_at_sites"] = .list(crystal.sites.map { .string(crystal.species[$0.species].name) })
        section["species"] = .list(
            crystal.species.map { species in
                .members([
                    "name": .string(species.name),
                    "chemical_symbols": .list(species.parts.map { .string($0.symbol) }),
                    "concentration": .list(species.parts.map { .real($0.concentration) }),
                ])
            })
        if let lattice = crystal.lattice, lattice.isComplete {
            let volume = lattice.volume / 1e30
            section["cell_volume"] = .real(volume)
            section["atomic_density"] = .real(Double(crystal.sites.count) / volume)
            if !crystal.hasUnknownAtoms {
                section["mass_density"] = .real(Self.mass(of: crystal) * SIUnit.atomicMass / volume)
            }
            let lengths = lattice.lengths / SIUnit.angstromsPerMetre
            let angles = lattice.angles
            section["lattice_parameters"] = .members([
                "a": .real(lengths.x), "b": .real(lengths.y), "c": .real(lengths.z),
                "alpha": .real(angles.x), "beta": .real(angles.y), "gamma": .real(angles.z),
            ])
        }
        value = .object(section)
    }

    /// Mass of a cell in unified atomic mass units.
    private static func mass(of crystal: Crystal) -> Double {
        let hydrogen = ChemicalElement(symbol: "H")?.mass ?? 0
        return crystal.sites.reduce(0) { sum, site in
            let species = crystal.species[site.species]
            let own = species.parts.reduce(0) { $0 + $1.concentration * $1.mass }
            return sum + own + Double(species.attachedHydrogens) * hydrogen
        }
    }
}
