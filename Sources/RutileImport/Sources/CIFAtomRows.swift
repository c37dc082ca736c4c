import OptimadeAPI

/// One atom of the asymmetric unit.
struct CIFAtom {
    /// Its label in the file.
    var label: String
    /// Fractional position.
    var position: SIMD3<Double>
    var element: ChemicalElement
    /// What isotope it is, where the file says so and OPTIMADE has no symbol for it.
    var isotope: HydrogenIsotope?
    /// By how much the position may be off for its rounding, in fractions of the cell: one of the last digit.
    var rounding: Double
    /// Share of the site, above 0, at most 1.
    var occupancy: Double
    /// Hydrogen atoms that the row says are attached without rows of their own.
    var attachedHydrogens: Int
}

/// The loop of atom sites of a block.
struct AtomRows {
    /// In the order of the file, without dummies and empty sites.
    private(set) var rows: [CIFAtom] = []
    private var warnings: [String] = []

    /// - Throws: ``SourceFailure`` naming the first atom whose element or place cannot be read.
    init(_ document: borrowing CIFDocument, _ block: Int, _ lattice: Lattice) throws(SourceFailure) {
        let places = try CIFPlaces(document, block, lattice)
        let (x, y, z) = (places.x, places.y, places.z)
        let labels = document.column(
            "_atom_site_label", "_atom_site.label", "_atom_site.label_atom_id", inBlock: block)
        let types = document.column("_atom_site_type_symbol", "_atom_site.type_symbol", inBlock: block)
        let occupancies = document.column("_atom_site_occupancy", "_atom_site.occupancy", inBlock: block)
        let flags = document.column("_atom_site_calc_flag", "_atom_site.calc_flag", inBlock: block)
        let attached = document.column("_atom_site_attached_hydrogens", inBlock: block)
        guard y.count == x.count, z.count == x.count else {
            throw SourceFailure(line: x.line, "the coordinates of the atom sites are in different loops")
        }
        for row in 0..<x.count {
            if document.text(flags, row: row) == "dum" { continue }
            let label = document.text(labels, row: row) ?? document.text(types, row: row) ?? "site \(row + 1)"
            guard let px = document.number(x, row: row), let py = document.number(y, row: row),
                let pz = document.number(z, row: row)
            else { throw SourceFailure(line: x.line, "the atom site '\(label)' has no coordinates") }
            let position = places.fractional(SIMD3(px, py, pz))
            guard max(abs(position.x), abs(position.y), abs(position.z)) < 1e6 else {
                throw SourceFailure(line: x.line, "the atom site '\(label)' is millions of cells away")
            }
            let type = document.text(types, row: row) ?? label
            guard let kind = Kind(type: type, label: label) else {
                throw SourceFailure(line: x.line, "the atom site '\(label)' is of no known element")
            }
            var occupancy = document.number(occupancies, row: row) ?? 1
            if occupancy > 1 {
                if occupancy > 1.01 { warn("The site '\(label)' is taken as full, not as \(occupancy).") }
                occupancy = 1
            }
            guard occupancy > 1e-6 else {
                warn("The empty site '\(label)' is left out.")
                continue
            }
            if let isotope = kind.isotope {
                warn("The isotope '\(isotope.symbol)' is shown as a species of hydrogen with its mass.")
            }
            if kind.isMolecule { warn("'\(label)' is taken as oxygen with hydrogen attached.") }
            let stated = document.number(attached, row: row).map { Int(max(0, min(9, $0)).rounded()) }
            rows.append(
                CIFAtom(
                    label: label, position: position, element: kind.element,
                    isotope: kind.isotope, rounding: places.rounding(document, row: row), occupancy: occupancy,
                    attachedHydrogens: max(stated ?? 0, kind.attachedHydrogens)))
        }
        guard !rows.isEmpty else { throw SourceFailure(line: x.line, "no atom sites") }
    }

    /// What was assumed, each once. They are given away only once.
    mutating func takeWarnings() -> [String] {
        defer { warnings = [] }
        return warnings
    }

    private mutating func warn(_ text: String) {
        if !warnings.contains(text) { warnings.append(text) }
    }

    /// What a type symbol or label stands for.
    private struct Kind {
        var element: ChemicalElement
        var isotope: HydrogenIsotope?
        var attachedHydrogens = 0
        /// Whether the label names a molecule, as files of mineral databases do: `Wat`, `OH`, `O-H`.
        var isMolecule = false

        init?(type: String, label: String) {
            let letters = type.prefix { $0.isASCII && $0.isLetter }.lowercased()
            if ["wat", "h2o"].contains(letters) || ["oh", "o-h"].contains(type.lowercased()),
                let oxygen = ChemicalElement(symbol: "O")
            {
                element = oxygen
                attachedHydrogens = letters == "wat" ? 2 : 1
                isMolecule = true
                return
            }
            guard let element = ChemicalElement(label: type) ?? ChemicalElement(label: label) else { return nil }
            self.element = element
            if element.symbol == "H" { isotope = HydrogenIsotope(rawValue: type.prefix(1).uppercased()) }
        }
    }
}
