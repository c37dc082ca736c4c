import RutileJSON

/// What formats for structures need of a structure. Lengths in ångström.
///
/// Source: OPTIMADE 1.2, "Structures Entries".
struct AtomicStructure {
    /// What occupies a site.
    struct Species {
        /// One of the things that may be there.
        struct Part {
            /// A chemical symbol; `X` for an unknown element. Vacancies are no parts.
            let symbol: String
            /// The probability to find it, 0 to 1.
            let concentration: Double
            /// Mass of an atom in unified atomic mass units; absent where it is not stated.
            let mass: Double?
            /// The isotope of hydrogen that it is; absent for what has no letter of its own.
            var isotope: HydrogenIsotope? {
                symbol.hasSameUTF8(as: "H") ? mass.flatMap(HydrogenIsotope.init(mass:)) : nil
            }
        }

        let name: String
        /// Without vacancies, so that their concentrations may add up to less than 1.
        let parts: [Part]
        /// Hydrogen atoms attached to the site.
        let attachedHydrogens: Int64
        /// Whether anything but hydrogen is attached.
        let hasOtherAttachments: Bool
    }

    /// A site that belongs to one of several groups that exclude each other.
    struct GroupMember: Equatable {
        /// Indexes from 0.
        let assembly: Int
        let group: Int
        let probability: Double
    }

    /// The three lattice vectors; `nil` for one that is not given.
    let lattice: [SIMD3<Double>?]
    /// Whether the structure is periodic along each.
    let isPeriodic: [Bool]
    let positions: [SIMD3<Double>]
    let species: [Species]
    /// For each site an index into ``species``.
    let speciesOfSites: [Int]
    /// By site; sites that are in no assembly are absent.
    let groups: [Int: GroupMember]
    /// Whether some atoms have no site.
    let hasImplicitAtoms: Bool

    /// Reads the structure that `resource` is.
    ///
    /// - Throws: ``ExportError``, `missing` or `malformed`.
    init(_ resource: Resource) throws(ExportError) {
        let attributes = resource.attributes
        lattice = try Self.lattice(attributes)
        isPeriodic = try Self.periodicity(attributes, lattice)
        positions = try Self.positions(attributes)
        var indexes: [UTF8Key: Int] = [:]
        var species: [Species] = []
        for item in try Self.items("species", attributes) {
            let one = try Self.species(item)
            guard indexes.updateValue(species.count, forKey: UTF8Key(one.name)) == nil else {
                throw .malformed("species")
            }
            species.append(one)
        }
        self.species = species
        let names = try Self.items("species_at_sites", attributes)
        speciesOfSites = names.compactMap { $0.text.flatMap { indexes[UTF8Key($0)] } }
        guard speciesOfSites.count == names.count, names.count == positions.count else {
            throw .malformed("species_at_sites")
        }
        groups = try Self.groups(attributes, sites: names.count)
        let features = attributes["structure_features"]?.items ?? []
        hasImplicitAtoms = features.contains { $0.text?.hasSameUTF8(as: "implicit_atoms") ?? false }
    }

    private static func items(_ name: String, _ attributes: ObjectValue) throws(ExportError) -> [Value] {
        guard let value = attributes[name], !value.isNull else { throw .missing(name) }
        guard let items = value.items else { throw .malformed(name) }
        return items
    }

    private static func vector(_ value: Value) -> SIMD3<Double>? {
        guard let items = value.items, items.count == 3 else { return nil }
        let numbers = items.compactMap(\.real).filter(\.isFinite)
        return numbers.count == 3 ? SIMD3(numbers[0], numbers[1], numbers[2]) : nil
    }

    private static func lattice(_ attributes: ObjectValue) throws(ExportError) -> [SIMD3<Double>?] {
        guard let value = attributes["lattice_vectors"], !value.isNull else { return [nil, nil, nil] }
        guard let rows = value.items, rows.count == 3 else { throw .malformed("lattice_vectors") }
        var vectors: [SIMD3<Double>?] = []
        for row in rows {
            let isAbsent = row.isNull || (row.items?.allSatisfy(\.isNull) ?? false)
            let vector = vector(row)
            guard isAbsent || vector != nil else { throw .malformed("lattice_vectors") }
            vectors.append(vector)
        }
        return vectors
    }

    /// Where nothing is said, periodic along the vectors that are given.
    private static func periodicity(
        _ attributes: ObjectValue, _ lattice: [SIMD3<Double>?]
    ) throws(ExportError) -> [Bool] {
        guard let value = attributes["dimension_types"], !value.isNull else { return lattice.map { $0 != nil } }
        let flags = value.items?.compactMap(\.integer) ?? []
        guard flags.count == 3, flags.allSatisfy({ $0 == 0 || $0 == 1 }) else { throw .malformed("dimension_types") }
        guard zip(flags, lattice).allSatisfy({ $0 == 0 || $1 != nil }) else { throw .malformed("dimension_types") }
        return flags.map { $0 == 1 }
    }

    private static func positions(_ attributes: ObjectValue) throws(ExportError) -> [SIMD3<Double>] {
        let rows = try items("cartesian_site_positions", attributes)
        let positions = rows.compactMap(vector)
        guard positions.count == rows.count else { throw .malformed("cartesian_site_positions") }
        return positions
    }

    private static func species(_ value: Value) throws(ExportError) -> Species {
        guard let name = value["name"]?.text, let symbols = value["chemical_symbols"]?.items?.compactMap(\.text),
            let concentrations = value["concentration"]?.items?.compactMap(\.real),
            !symbols.isEmpty, symbols.count == concentrations.count, symbols.allSatisfy(isSymbol),
            concentrations.allSatisfy({ (0...1.000_001).contains($0) })
        else { throw .malformed("species") }
        let attached = value["attached"]?.items?.compactMap(\.text) ?? []
        let counts = value["nattached"]?.items?.compactMap(\.integer) ?? []
        guard attached.count == counts.count, counts.allSatisfy({ $0 >= 0 && $0 < 1_000 }) else {
            throw .malformed("species")
        }
        let masses = value["mass"]?.items ?? []
        guard masses.isEmpty || masses.count == symbols.count else { throw .malformed("species") }
        var parts: [Species.Part] = []
        for (index, symbol) in symbols.enumerated() where !symbol.hasSameUTF8(as: "vacancy") {
            let mass = masses.isEmpty ? nil : masses[index].real
            parts.append(Species.Part(symbol: symbol, concentration: concentrations[index], mass: mass))
        }
        let hydrogens = zip(attached, counts).filter { $0.0.hasSameUTF8(as: "H") }
        return Species(
            name: name, parts: parts,
            attachedHydrogens: hydrogens.reduce(0) { $0 + $1.1 }, hasOtherAttachments: hydrogens.count < attached.count)
    }

    /// `vacancy`, or a capital and perhaps a small letter, among them `X`.
    private static func isSymbol(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        let isElement =
            (1...2).contains(bytes.count) && (0x41...0x5A).contains(bytes[0])
            && bytes.dropFirst().allSatisfy { (0x61...0x7A).contains($0) }
        return isElement || text.hasSameUTF8(as: "vacancy")
    }

    private static func groups(
        _ attributes: ObjectValue, sites: Int
    ) throws(ExportError) -> [Int: GroupMember] {
        guard let value = attributes["assemblies"], !value.isNull else { return [:] }
        guard let assemblies = value.items else { throw .malformed("assemblies") }
        var members: [Int: GroupMember] = [:]
        for (assembly, item) in assemblies.enumerated() {
            let groups = item["sites_in_groups"]?.items ?? []
            let probabilities = item["group_probabilities"]?.items?.compactMap(\.real) ?? []
            guard groups.count == probabilities.count, probabilities.allSatisfy({ (0...1).contains($0) }) else {
                throw .malformed("assemblies")
            }
            for (group, probability) in probabilities.enumerated() {
                let member = GroupMember(assembly: assembly, group: group, probability: probability)
                for site in groups[group].items ?? [] {
                    guard let index = site.integer.flatMap({ Int(exactly: $0) }), (0..<sites).contains(index),
                        members.updateValue(member, forKey: index) == nil
                    else { throw .malformed("assemblies") }
                }
            }
        }
        return members
    }
}

extension AtomicStructure {
    /// A site with exactly one atom.
    struct Atom {
        let kind: Species.Part
        let position: SIMD3<Double>

        var symbol: String { kind.symbol }
    }

    /// The atoms, for formats that know nothing else. Sites that are vacant are left out.
    ///
    /// - Throws: ``ExportError`` for disorder, assemblies, attached and implicit atoms, and without any atom.
    func orderedAtoms() throws(ExportError) -> [Atom] {
        if hasImplicitAtoms { throw .implicitAtoms }
        if !groups.isEmpty { throw .assemblies }
        var atoms: [Atom] = []
        for (position, index) in zip(positions, speciesOfSites) {
            let species = species[index]
            if species.hasOtherAttachments || species.attachedHydrogens > 0 { throw .attachedAtoms(species.name) }
            guard let part = species.parts.first else { continue }
            guard species.parts.count == 1, abs(part.concentration - 1) < 1e-6 else { throw .disorder(species.name) }
            atoms.append(Atom(kind: part, position: position))
        }
        guard !atoms.isEmpty else { throw .noAtoms }
        return atoms
    }

    /// All three lattice vectors, for formats of crystals.
    ///
    /// - Throws: ``ExportError/noLattice`` where one is missing, ``ExportError/notPeriodic`` where the structure does not
    ///   repeat along all of them.
    func fullLattice() throws(ExportError) -> [SIMD3<Double>] {
        let vectors = lattice.compactMap { $0 }
        guard vectors.count == 3 else { throw .noLattice }
        guard isPeriodic.allSatisfy({ $0 }) else { throw .notPeriodic }
        return vectors
    }
}
