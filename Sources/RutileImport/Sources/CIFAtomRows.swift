/// One atom of the asymmetric unit.
struct CIFAtom {
    /// Its label in the file.
    var label: String
    /// Fractional position.
    var position: SIMD3<Double>
    var element: ChemicalElement
    /// Whether it is deuterium, for which OPTIMADE has no symbol of its own.
    var isDeuterium: Bool
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
    init(_ document: borrowing CIFDocument, _ block: Int) throws(SourceFailure) {
        let axes = ["x", "y", "z"].map {
            document.column("_atom_site_fract_" + $0, "_atom_site.fract_" + $0, inBlock: block)
        }
        guard let x = axes[0], let y = axes[1], let z = axes[2] else {
            throw SourceFailure("no fractional coordinates of atom sites")
        }
        let labels = document.column("_atom_site_label", "_atom_site.label", inBlock: block)
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
            guard max(abs(px), abs(py), abs(pz)) < 1e6 else {
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
            if kind.isDeuterium { warn("Deuterium is shown as a species 'D' of hydrogen.") }
            if kind.isMolecule { warn("'\(label)' is taken as oxygen with hydrogen attached.") }
            let stated = document.number(attached, row: row).map { Int(max(0, min(9, $0)).rounded()) }
            rows.append(
                CIFAtom(
                    label: label, position: SIMD3(px, py, pz), element: kind.element, isDeuterium: kind.isDeuterium,
                    occupancy: occupancy, attachedHydrogens: max(stated ?? 0, kind.attachedHydrogens)))
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
        var isDeuterium = false
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
            isDeuterium = element.symbol == "H" && type.first.map { $0 == "D" || $0 == "d" } ?? false
        }
    }
}
