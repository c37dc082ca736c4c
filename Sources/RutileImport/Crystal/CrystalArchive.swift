import OptimadeAPI
import RutileJSON
import RutileModel

/// A crystal with what is known about it, as an archive.
///
/// Sections: `metadata.optimade` (ångström) and `metadata.optimade_reference`, `results.material`, `results.properties.structures` (SI: metre, kilogram,
/// radian), `run[0].system[0]` (metre) and `workflow2`, whose outputs refer to the system.
struct CrystalArchive {
    private let crystal: Crystal
    private let source: Provenance
    private let composition: Composition
    private let symmetry: CrystalSymmetry?
    private let calculation: CrystalCalculation?
    private var warnings: [String]

    /// Finds the symmetry of `crystal` where it can have one and has at most `symmetryLimit` sites.
    init(
        crystal: Crystal, source: Provenance, calculation: CrystalCalculation? = nil, symmetryLimit: Int,
        warnings: [String]
    ) {
        self.crystal = crystal
        self.source = source
        self.calculation = calculation
        self.warnings = warnings
        composition = Composition(of: crystal)
        if let pair = SitePairs.coinciding(crystal, limit: 1).first {
            symmetry = nil
            self.warnings.append(
                "Sites \(pair.0 + 1) and \(pair.1 + 1) coincide: imported without symmetry.")
        } else if crystal.isBulk && crystal.sites.count > symmetryLimit {
            symmetry = nil
            self.warnings.append(
                crystal.sites.count > CrystalSymmetry.largestSiteCount
                    ? "More than \(CrystalSymmetry.largestSiteCount) sites: imported without symmetry."
                    : "The search for its symmetry would take too long: imported without symmetry.")
        } else {
            symmetry = CrystalSymmetry(of: crystal)
            if symmetry == nil && crystal.isBulk {
                self.warnings.append("No space group was found: imported without symmetry.")
            }
        }
        if let symmetry, let stated = source.statedSpaceGroup, stated != symmetry.number {
            self.warnings.append(
                "The file states space group \(stated); at \(CrystalSymmetry.tolerance) Å it is \(symmetry.number).")
        }
    }

    /// The archive as an entry without key.
    func entry() -> RawEntry {
        var archive = ObjectValue()
        archive["metadata"] = metadata
        archive["results"] = .members([
            "material": material, "properties": .members(["structures": structures]),
        ])
        archive["run"] = .list([run])
        archive["workflow2"] = workflow
        return RawEntry(archive: archive, warnings: warnings)
    }

    // MARK: Metadata

    private var metadata: Value {
        var metadata = ObjectValue()
        var name = composition.reducedFormula ?? composition.descriptiveFormula
        if let material = source.materialName { name += " (\(material))" }
        metadata["entry_name"] = .string(name)
        if let id = source.externalID { metadata["external_id"] = .string(id) }
        if !source.references.isEmpty { metadata["references"] = .list(source.references.map(Value.string)) }
        if let title = source.title { metadata["comment"] = .string(title) }
        metadata["optimade"] = OptimadeStructure(crystal: crystal, composition: composition, symmetry: symmetry).value
        if let publication = source.publication {
            metadata[Resource.ArchiveKeys.publication] = .object(publication.attributes)
        }
        return .object(metadata)
    }

    // MARK: Results

    private var material: Value {
        var material = ObjectValue()
        material["material_id"] = materialID.map(Value.string)
        if let name = source.materialName { material["material_name"] = .string(name) }
        if crystal.isBulk {
            material["structural_type"] = .string("bulk")
            material["dimensionality"] = .string("3D")
        }
        material["elements"] = .list(composition.amounts.map { .string($0.element.symbol) })
        material["n_elements"] = .integer(Int64(composition.amounts.count))
        material["chemical_formula_descriptive"] = .string(composition.descriptiveFormula)
        material["chemical_formula_reduced"] = composition.reducedFormula.map(Value.string)
        material["chemical_formula_hill"] = composition.hillFormula.map(Value.string)
        material["chemical_formula_anonymous"] = composition.anonymousFormula.map(Value.string)
        material["elemental_composition"] = elementalComposition
        if let symmetry {
            material["symmetry"] = .members([
                "bravais_lattice": .string(symmetry.bravaisLattice),
                "crystal_system": .string(symmetry.crystalSystem),
                "hall_number": .integer(Int64(symmetry.hallNumber)),
                "hall_symbol": .string(symmetry.hallSymbol),
                "point_group": .string(symmetry.pointGroup),
                "space_group_number": .integer(Int64(symmetry.number)),
                "space_group_symbol": .string(symmetry.international),
            ])
        }
        return .object(material)
    }

    /// The same for crystals of one reduced formula and one space group; absent where either is not known, or an element.
    private var materialID: String? {
        guard let symmetry, let formula = composition.reducedFormula, !crystal.hasUnknownAtoms else { return nil }
        return ShortDigest.text(of: "3D \(formula) \(symmetry.number)", length: 28)
    }

    private var elementalComposition: Value {
        let masses = composition.amounts.map { $0.count * $0.element.mass }
        let total = masses.reduce(0, +)
        return .list(
            composition.amounts.indices.map { index in
                .members([
                    "element": .string(composition.amounts[index].element.symbol),
                    "atomic_fraction": .real(composition.ratios[index]),
                    "mass_fraction": .real(masses[index] / total),
                    "mass": .real(composition.amounts[index].element.mass * SIUnit.atomicMass),
                ])
            })
    }

    private var structures: Value {
        var structures = ObjectValue()
        structures["structure_original"] = StructureSection(crystal).value
        structures["structure_conventional"] = symmetry?.conventional.map { StructureSection($0).value }
        structures["structure_primitive"] = symmetry?.primitive.map { StructureSection($0).value }
        return .object(structures)
    }

    // MARK: Run and workflow

    private var run: Value {
        var atoms = ObjectValue()
        atoms["labels"] = .list(crystal.sites.map { .string(label(of: $0)) })
        atoms["species"] = .list(
            crystal.sites.map {
                .integer(Int64(crystal.species[$0.species].parts.first?.element?.atomicNumber ?? 0))
            })
        atoms["positions"] = .list(crystal.sites.map { .vector($0.position, dividedBy: SIUnit.angstromsPerMetre) })
        if let lattice = crystal.lattice {
            atoms["lattice_vectors"] = .list(
                lattice.vectorsOrZero.map { .vector($0, dividedBy: SIUnit.angstromsPerMetre) })
        }
        atoms["periodic"] = .list(crystal.isPeriodic.map(Value.bool))

        var system = ObjectValue()
        system["is_representative"] = .bool(true)
        if crystal.isBulk { system["type"] = .string("bulk") }
        system["chemical_composition"] = .string(composition.descriptiveFormula)
        system["chemical_composition_reduced"] = composition.reducedFormula.map(Value.string)
        system["chemical_composition_hill"] = composition.hillFormula.map(Value.string)
        system["chemical_composition_anonymous"] = composition.anonymousFormula.map(Value.string)
        system["atoms"] = .object(atoms)
        if let symmetry { system["symmetry"] = .list([section(symmetry)]) }

        var run = ObjectValue()
        run["system"] = .list([.object(system)])
        if let calculation { run["calculation"] = .list([calculation.section(system: "/run/0/system/0")]) }
        return .object(run)
    }

    private func section(_ symmetry: CrystalSymmetry) -> Value {
        .members([
            "symmetry_method": .string("spglib"),
            "bravais_lattice": .string(symmetry.bravaisLattice),
            "choice": .string(symmetry.choice),
            "crystal_system": .string(symmetry.crystalSystem),
            "hall_number": .integer(Int64(symmetry.hallNumber)),
            "hall_symbol": .string(symmetry.hallSymbol),
            "international_short_symbol": .string(symmetry.international),
            "point_group": .string(symmetry.pointGroup),
            "space_group_number": .integer(Int64(symmetry.number)),
            "origin_shift": .vector(symmetry.originShift, dividedBy: 1),
            "transformation_matrix": .list(
                (0..<3).map { row in .list(symmetry.transformation[3 * row..<3 * row + 3].map(Value.real)) }),
            "system_original": .list([
                .members([
                    "wyckoff_letters": .list(symmetry.wyckoffLetters.map(Value.string)),
                    "equivalent_atoms": .list(symmetry.equivalentSites.map { .integer(Int64($0)) }),
                ])
            ]),
        ])
    }

    /// An element's symbol where the site has one element, else the name of its species.
    private func label(of site: Crystal.Site) -> String {
        let species = crystal.species[site.species]
        if species.parts.count == 1, let element = species.parts[0].element { return element.symbol }
        return species.name
    }

    private var workflow: Value {
        var outputs: [Value] = [
            .members(["name": .string("Structure"), "section": .string("#/run/0/system/0")])
        ]
        if calculation != nil {
            outputs.append(.members(["name": .string("Calculation"), "section": .string("#/run/0/calculation/0")]))
        }
        return .members(["name": .string("Structure from a file"), "outputs": .list(outputs)])
    }
}

/// What a file says about the energy of a structure and the forces in it.
struct CrystalCalculation {
    /// Total energy in electronvolt.
    var energy: Double?
    /// Force on each site in electronvolt per ångström; absent where the file has none.
    var forces: [SIMD3<Double>]?

    /// The section, in SI, with a reference to its system.
    func section(system: String) -> Value {
        var section = ObjectValue()
        section["system_ref"] = .string(system)
        if let energy {
            section["energy"] = .members(["total": .members(["value": .real(energy * SIUnit.electronvolt)])])
        }
        if let forces {
            let newtons = SIUnit.electronvolt * SIUnit.angstromsPerMetre
            section["forces"] = .members([
                "total": .members(["value": .list(forces.map { .vector($0 * newtons, dividedBy: 1) })])
            ])
        }
        return .object(section)
    }
}

/// Units in SI.
enum SIUnit {
    /// Division by it is exact rounding, multiplication by 10⁻¹⁰ is not.
    static let angstromsPerMetre = 1e10
    /// In joules; exact since 2019.
    static let electronvolt = 1.602_176_634e-19
    /// In kilograms. Source: CODATA 2022.
    static let atomicMass = 1.660_539_068_92e-27
}

extension Value {
    /// The three numbers of `vector`, each divided by `divisor`.
    static func vector(_ vector: SIMD3<Double>, dividedBy divisor: Double) -> Value {
        .list([.real(vector.x / divisor), .real(vector.y / divisor), .real(vector.z / divisor)])
    }
}
