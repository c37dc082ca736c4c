import RutileJSON

/// Reads crystals from CIF files (CIF 1.1 with the core dictionary, and the dotted tags of DDLm).
///
/// A block that has a cell and atom sites is an entry; one without atoms (publication data, reflections) is passed over
/// where another one has them. The atoms
/// of the asymmetric unit are multiplied by the operations that the block lists, else by those of its Hall symbol, its
/// Hermann-Mauguin symbol or its number, in this order.
enum CIFSource {
    /// Images of an atom nearer than this, in ångström, are one site on a special position: no two whole atoms are.
    static let specialPositionTolerance = 0.1
    /// How far an atom may be from the special position that it is moved to without a word, in ångström; and how near
    /// images of an atom that is not always there must at least be to be one.
    static let quietTolerance = 0.01
    /// Most sites that a cell may come to.
    static let largestSiteCount = 100_000

    /// One entry for each block with a structure that can be read. The first such block, good or bad, has no key, the
    /// others have their names: so an entry stays the same one when blocks are added behind it.
    static func entries(in bytes: [UInt8], symmetryLimit: Int) throws(SourceFailure) -> FileEntries {
        let document = try CIFDocument(bytes)
        var file = FileEntries([])
        var isFirst = true
        let general = CIFPublication.general(document)
        let hasAtoms = (0..<document.blockCount).contains { CIFPlaces.first(document, $0) != nil }
        for block in 0..<document.blockCount {
            // Where no block has atoms, a cell without them is what to complain of.
            let cell = hasAtoms ? nil : document.column("_cell_length_a", "_cell.length_a", inBlock: block)
            guard let start = CIFPlaces.first(document, block) ?? cell else { continue }
            let name = document.name(ofBlock: block)
            let key = isFirst ? nil : name
            isFirst = false
            do {
                let reader = try CIFBlockReader(document, block: block)
                var entry = CrystalArchive(
                    crystal: reader.crystal, source: CIFProvenance.read(document, block: block, general: general),
                    symmetryLimit: symmetryLimit, warnings: reader.warnings
                ).entry()
                entry.key = key
                file.entries.append(entry)
            } catch {
                file.badParts.append(
                    FileEntries.BadPart(
                        name: name, key: key, failure: SourceFailure(line: error.line ?? start.line, error.reason)))
            }
        }
        guard !file.entries.isEmpty else {
            throw file.badParts.first?.failure ?? SourceFailure("no block has a cell and atom sites")
        }
        return file
    }
}

/// Reads the structure of one block.
struct CIFBlockReader {
    /// What the block describes, the whole cell.
    private(set) var crystal: Crystal
    /// What was assumed or set right.
    private(set) var warnings: [String] = []

    init(_ document: borrowing CIFDocument, block: Int) throws(SourceFailure) {
        let (lattice, angles) = try Self.lattice(document, block)
        var atoms = try AtomRows(document, block, lattice)
        let operations = try Self.operations(document, block, lattice, angles: angles, warnings: &warnings)
        guard atoms.rows.count * operations.count <= 64 * CIFSource.largestSiteCount else {
            throw SourceFailure("more than \(CIFSource.largestSiteCount) sites")
        }
        var placed: [(position: SIMD3<Double>, atom: Int)] = []
        // The identity alone makes no site that a row could list again.
        var places = operations.isIdentity ? nil : SiteGrid(lattice: lattice)
        for (index, atom) in atoms.rows.enumerated() {
            if let earlier = places.flatMap({ Self.redundant(atom, among: atoms.rows, placed, $0, lattice) }) {
                warnings.append(
                    "The site '\(atom.label)' is one that symmetry makes of '\(earlier)': it is listed twice.")
                continue
            }
            let images = operations.images(
                of: atom.position, lattice: lattice, tolerance: Self.tolerance(atom, lattice))
            // The operations may be listed in any order, so the nearest image is the atom's own.
            let distance = images.map { lattice.distance($0, atom.position) }.min() ?? 0
            if distance > CIFSource.quietTolerance {
                warnings.append(
                    "The site '\(atom.label)' is moved by \(Self.shown(distance)) Å, to a special position.")
            }
            for image in images {
                places?.add(placed.count, at: image)
                placed.append((image, index))
            }
            guard placed.count <= CIFSource.largestSiteCount else {
                throw SourceFailure("more than \(CIFSource.largestSiteCount) sites")
            }
        }
        warnings = atoms.takeWarnings() + warnings
        let shared = SharedSites(lattice: lattice, atoms: atoms.rows, placed: placed)
        crystal = shared.crystal
        warnings += shared.warnings
    }

    /// How near, in ångström, images of `atom` are one site.
    ///
    /// Half atoms may well be side by side, so of what is not always there only what the rounding of its coordinates
    /// can have taken apart is put together: each image may be off by half of the last digit along each vector.
    private static func tolerance(_ atom: CIFAtom, _ lattice: Lattice) -> Double {
        guard atom.occupancy < 1 else { return CIFSource.specialPositionTolerance }
        let rounding = atom.rounding * lattice.lengths.sum()
        return max(CIFSource.quietTolerance, min(rounding, CIFSource.specialPositionTolerance))
    }

    /// `length` with three decimals.
    private static func shown(_ length: Double) -> Double { (length * 1_000).rounded() / 1_000 }

    /// The label of an earlier atom of the same element one of whose images `atom` is: some files list a whole cell and
    /// symmetry operations too. Two rows with one position are no such case but a contradiction.
    private static func redundant(
        _ atom: CIFAtom, among rows: [CIFAtom], _ placed: [(position: SIMD3<Double>, atom: Int)], _ places: SiteGrid,
        _ lattice: Lattice
    ) -> String? {
        guard atom.occupancy == 1 else { return nil }
        for place in places.sites(near: atom.position) {
            let (position, index) = placed[place]
            let other = rows[index]
            if other.kind.element == atom.kind.element, other.occupancy == 1,
                lattice.distance(position, atom.position) < SitePairs.coincidence,
                lattice.distance(other.position, atom.position) >= SitePairs.coincidence
            {
                return other.label
            }
        }
        return nil
    }

    private static func lattice(
        _ document: borrowing CIFDocument, _ block: Int
    ) throws(SourceFailure) -> (Lattice, angles: SIMD3<Double>) {
        var numbers: [Double] = []
        for name in ["length_a", "length_b", "length_c", "angle_alpha", "angle_beta", "angle_gamma"] {
            let column = document.column("_cell_" + name, "_cell." + name, inBlock: block)
            guard let number = document.number(column) else {
                // The dictionary's default for angles is 90.
                if name.hasPrefix("angle"), column == nil {
                    numbers.append(90)
                    continue
                }
                throw SourceFailure(line: column?.line, "_cell_\(name) is \(column == nil ? "missing" : "no number")")
            }
            numbers.append(number)
        }
        let angles = SIMD3(numbers[3], numbers[4], numbers[5])
        guard let lattice = Lattice(lengths: SIMD3(numbers[0], numbers[1], numbers[2]), angles: angles) else {
            let line = document.column("_cell_length_a", "_cell.length_a", inBlock: block)?.line
            throw SourceFailure(line: line, "lengths and angles make no cell")
        }
        return (lattice, angles)
    }

    private static func operations(
        _ document: borrowing CIFDocument, _ block: Int, _ lattice: Lattice, angles: SIMD3<Double>,
        warnings: inout [String]
    ) throws(SourceFailure) -> SymmetryOperations {
        if let column = document.column(
            "_space_group_symop_operation_xyz", "_space_group_symop.operation_xyz", "_symmetry_equiv_pos_as_xyz",
            "_symmetry_equiv.pos_as_xyz", inBlock: block)
        {
            let triplets = document.texts(column)
            if !triplets.isEmpty { return try SymmetryOperations(triplets: triplets, line: column.line) }
        }
        let hall = document.text(
            document.column(
                "_space_group_name_Hall", "_space_group.name_Hall", "_symmetry_space_group_name_Hall",
                "_symmetry.space_group_name_Hall", inBlock: block))
        if let hall, let operations = SymmetryOperations(hall: hall) { return operations }
        let symbol = CIFProvenance.statedSymbol(document, block: block)
        if let symbol, let (operations, isOriginOpen) = SymmetryOperations.named(symbol, angles: angles) {
            if isOriginOpen { warnings.append("'\(symbol)' does not say which origin: it is taken as choice 1.") }
            return operations
        }
        let number = CIFProvenance.statedNumber(document, block: block)
        if let number, let (operations, warning) = SymmetryOperations.numbered(number, in: lattice) {
            if let warning { warnings.append(warning) }
            return operations
        }
        if let stated = hall ?? symbol {
            throw SourceFailure("the space group '\(stated)' is not known, and no symmetry operations are listed")
        }
        warnings.append("The file has no symmetry operations and no space group: only the listed sites are there.")
        return .identity
    }
}
