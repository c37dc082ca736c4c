import RutileJSON

/// A crystal as an OPTIMADE structure. Lengths in ångström.
///
/// Properties that cannot be derived from atoms and cell (`optimization_type`, `assemblies`) are absent, and so are those
/// that belong to the entry (`id`, `last_modified`). Source: OPTIMADE 1.2, "Structures entries", with the site
/// properties of 1.3.
struct OptimadeStructure {
    /// The structure's properties.
    let value: Value

    /// The properties of `crystal`; `symmetry` is absent where there is none.
    init(crystal: Crystal, composition: Composition, symmetry: CrystalSymmetry?) {
        var structure = ObjectValue()
        structure["elements"] = .list(composition.amounts.map { .string($0.element.symbol) })
        structure["nelements"] = .integer(Int64(composition.amounts.count))
        structure["elements_ratios"] = .list(composition.ratios.map(Value.real))
        structure["chemical_formula_descriptive"] = .string(composition.descriptiveFormula)
        structure["chemical_formula_reduced"] = composition.reducedFormula.map(Value.string)
        structure["chemical_formula_hill"] = composition.hillFormula.map(Value.string)
        structure["chemical_formula_anonymous"] = composition.anonymousFormula.map(Value.string)
        structure["dimension_types"] = .list(crystal.isPeriodic.map { .integer($0 ? 1 : 0) })
        structure["nperiodic_dimensions"] = .integer(Int64(crystal.isPeriodic.filter { $0 }.count))
        if let lattice = crystal.lattice {
            structure["lattice_vectors"] = .list(
                zip(lattice.vectors, lattice.isGiven).map { vector, isGiven in
                    isGiven ? .vector(vector, dividedBy: 1) : .list([.null, .null, .null])
                })
        }
        structure["cartesian_site_positions"] = .list(crystal.sites.map { .vector($0.position, dividedBy: 1) })
        if crystal.lattice?.isComplete == true {
            structure["fractional_site_positions"] = .list(
                crystal.fractionalPositions.map { .vector($0.cleaned, dividedBy: 1) })
            structure["site_coordinate_span"] = .string("unit_cell")
        }
        structure["nsites"] = .integer(Int64(crystal.sites.count))
        structure["species"] = .list(crystal.species.map(Self.species))
        structure["species_at_sites"] = .list(crystal.sites.map { .string(crystal.species[$0.species].name) })
        structure["structure_features"] = .list(Self.features(of: crystal).map(Value.string))
        if let symmetry {
            structure["space_group_it_number"] = .integer(Int64(symmetry.number))
            if let setting = symmetry.setting {
                structure["space_group_symbol_hall"] = .string(setting.hall)
                structure["space_group_symbol_hermann_mauguin"] = .string(setting.short)
                structure["space_group_symbol_hermann_mauguin_extended"] = .string(Self.symbol(setting.extended))
            }
            structure["space_group_symmetry_operations_xyz"] = symmetry.triplets.map { .list($0.map(Value.string)) }
            structure["wyckoff_positions"] = .list(symmetry.wyckoffLetters.map(Value.string))
        }
        value = .object(structure)
    }

    /// The symbol without the setting that the tables write behind a colon: `F d -3 m:2` tells the choice of origin,
    /// for which OPTIMADE's form of the symbol has no place.
    private static func symbol(_ extended: String) -> String { String(extended.prefix { $0 != ":" }) }

    private static func species(_ species: Crystal.Species) -> Value {
        var object = ObjectValue()
        object["name"] = .string(species.name)
        object["chemical_symbols"] = .list(species.parts.map { .string($0.symbol) })
        object["concentration"] = .list(species.parts.map { .real($0.concentration) })
        if !species.parts.contains(where: \.isUnknown) {
            // NOMAD's definition has one number here, and its client refuses others.
            let masses = species.parts.map { Value.real($0.mass) }
            object[masses.count == 1 ? "mass" : "masses"] = masses.count == 1 ? masses[0] : .list(masses)
        }
        if species.attachedHydrogens > 0 {
            object["attached"] = .list([.string("H")])
            object["nattached"] = .list([.integer(Int64(species.attachedHydrogens))])
        }
        return .object(object)
    }

    /// In alphabetical order.
    private static func features(of crystal: Crystal) -> [String] {
        var features: [String] = []
        if crystal.species.contains(where: { $0.parts.count > 1 }) { features.append("disorder") }
        if crystal.species.contains(where: { $0.attachedHydrogens > 0 }) { features.append("site_attachments") }
        return features
    }
}
