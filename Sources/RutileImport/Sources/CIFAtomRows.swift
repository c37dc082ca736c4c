import OptimadeAPI

/// One atom of the asymmetric unit.
struct CIFAtom {
    /// Its label in the file.
    var label: String
    /// Fractional position.
    var position: SIMD3<Double>
    var kind: AtomKind
    /// By how much the position may be off for its rounding, in fractions of the cell: one of the last digit.
    var rounding: Double
    /// Share of the site, above 0, at most 1.
    var occupancy: Double
    /// Hydrogen atoms that the row says are attached without rows of their own.
    var attachedHydrogens: Int
}

/// The loop of atom sites of a block.
struct AtomRows {
    /// In the order of the file, without dummies, empty sites and those that have no place.
    private(set) var rows: [CIFAtom] = []
    private var warnings: [String] = []

    /// - Throws: ``SourceFailure`` naming the first atom whose place cannot be read; where there is no atom of a known
    ///   element with a place, the first one that lacks either.
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
        var firstFailure: SourceFailure?
        var remarks = AtomRemarks()
        for row in 0..<x.count {
            let type = document.text(types, row: row)
            let label = document.text(labels, row: row) ?? type ?? "site \(row + 1)"
            if document.text(flags, row: row) == "dum" {
                remarks.dummies.append("'\(label)'")
                continue
            }
            guard let px = document.number(x, row: row), let py = document.number(y, row: row),
                let pz = document.number(z, row: row)
            else {
                let failure = Self.failure(x, "the atom site '\(label)' has no coordinates")
                // Of hydrogen it is often known only that it is there.
                guard [x, y, z].contains(where: { document.text($0, row: row) == nil }) else { throw failure }
                firstFailure = firstFailure ?? failure
                remarks.placeless.append("'\(label)'")
                continue
            }
            let position = places.fractional(SIMD3(px, py, pz))
            guard max(abs(position.x), abs(position.y), abs(position.z)) < 1e6 else {
                throw Self.failure(x, "the atom site '\(label)' is millions of cells away")
            }
            let kind = Kind(type: type, label: label)
            var occupancy = document.number(occupancies, row: row) ?? 1
            if occupancy > 1 {
                if occupancy > 1.01 { warn("The site '\(label)' is taken as full, not as \(occupancy).") }
                occupancy = 1
            }
            guard occupancy > 1e-6 else {
                warn("The empty site '\(label)' is left out.")
                continue
            }
            if kind.atom.element == nil {
                firstFailure = firstFailure ?? Self.failure(x, "the atom site '\(label)' is of no known element")
                remarks.unknown.append("'\(label)'")
            } else if kind.isGuess {
                remarks.guessed(kind.atom, from: label)
            }
            if let isotope = kind.atom.isotope {
                warn("The isotope '\(isotope.symbol)' is shown as a species of hydrogen with its mass.")
            }
            if kind.isMolecule { warn("'\(label)' is taken as oxygen with hydrogen attached.") }
            let stated = document.number(attached, row: row).map { Int(max(0, min(9, $0)).rounded()) }
            rows.append(
                CIFAtom(
                    label: label, position: position, kind: kind.atom,
                    rounding: places.rounding(document, row: row), occupancy: occupancy,
                    attachedHydrogens: max(stated ?? 0, kind.attachedHydrogens)))
        }
        guard rows.contains(where: { $0.kind.element != nil }) else {
            throw firstFailure ?? Self.failure(x, "no atom sites")
        }
        warnings += remarks.warnings
    }

    private static func failure(_ column: CIFColumn, _ reason: String) -> SourceFailure {
        SourceFailure(line: column.line, reason)
    }

    /// What was assumed, each once. They are given away only once.
    mutating func takeWarnings() -> [String] {
        defer { warnings = [] }
        return warnings
    }

    private mutating func warn(_ text: String) {
        if !warnings.contains(text) { warnings.append(text) }
    }

    /// What a type symbol and a label stand for.
    private struct Kind {
        let atom: AtomKind
        var attachedHydrogens = 0
        /// Whether the label names a molecule, as files of mineral databases do: `Wat`, `WatX`, `OH`, `O-H`.
        var isMolecule = false
        /// Whether the label alone tells the element, and might mean another one.
        var isGuess = false

        init(type: String?, label: String) {
            let text = type ?? label
            let word = AtomKind.letters(of: text).lowercased()
            if word.hasPrefix("wat") || word == "h2o" || ["oh", "o-h"].contains(text.lowercased()),
                let oxygen = AtomKind(symbol: "O")
            {
                atom = oxygen
                attachedHydrogens = word.hasPrefix("wat") ? 2 : 1
                isMolecule = true
            } else if let type, let kind = AtomKind(type: type) {
                atom = kind
                isGuess = kind.isGuess(fromType: type)
            } else if let kind = AtomKind(label: label) {
                atom = kind
                isGuess = type != nil || kind.isGuess(from: label)
            } else {
                // Different names may well be different elements.
                let letters = AtomKind.letters(of: text)
                atom = AtomKind(unknown: letters.isEmpty ? "X" : letters)
            }
        }
    }
}
