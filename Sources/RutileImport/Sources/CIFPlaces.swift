/// Where the atoms of a block are: its fractional coordinates, or else its Cartesian ones in ångström.
///
/// Cartesian coordinates become fractional by the transformation that the block gives (`atom_sites`, either way), else by
/// its cell with a along x and b in the xy plane, which is the custom of the Protein Data Bank.
struct CIFPlaces {
    /// The coordinates, as they stand in the file.
    let x: CIFColumn
    let y: CIFColumn
    let z: CIFColumn
    /// Absent where the coordinates are fractional.
    private let transformation: Transformation?

    /// Fractional coordinates = rows · Cartesian ones + shift.
    private struct Transformation {
        var rows: [SIMD3<Double>]
        var shift: SIMD3<Double>
    }

    /// - Throws: ``SourceFailure`` where there are no coordinates.
    init(_ document: borrowing CIFDocument, _ block: Int, _ lattice: Lattice) throws(SourceFailure) {
        if let x = Self.column(document, block, "fract_x"), let y = Self.column(document, block, "fract_y"),
            let z = Self.column(document, block, "fract_z")
        {
            (self.x, self.y, self.z) = (x, y, z)
            transformation = nil
        } else if let x = Self.column(document, block, "Cartn_x"), let y = Self.column(document, block, "Cartn_y"),
            let z = Self.column(document, block, "Cartn_z")
        {
            (self.x, self.y, self.z) = (x, y, z)
            transformation = Self.transformation(document, block, lattice)
        } else {
            throw SourceFailure("no coordinates of atom sites, neither fractional nor Cartesian")
        }
    }

    /// The first coordinates of a block, which tell that it has atoms; `nil` for a block without.
    static func first(_ document: borrowing CIFDocument, _ block: Int) -> CIFColumn? {
        column(document, block, "fract_x") ?? column(document, block, "Cartn_x")
    }

    private static func column(_ document: borrowing CIFDocument, _ block: Int, _ name: String) -> CIFColumn? {
        document.column("_atom_site_" + name, "_atom_site." + name, inBlock: block)
    }

    /// The fractional position for what the three columns say.
    func fractional(_ position: SIMD3<Double>) -> SIMD3<Double> {
        guard let transformation else { return position }
        let rows = transformation.rows
        return SIMD3(dot(rows[0], position), dot(rows[1], position), dot(rows[2], position)) + transformation.shift
    }

    /// One of the last digit in the finest coordinate of `row`: coordinates that need no digits are written with fewer.
    ///
    /// A billionth for Cartesian ones, which are not rounded in fractions of the cell.
    func rounding(_ document: borrowing CIFDocument, row: Int) -> Double {
        guard transformation == nil else { return 1e-9 }
        let places = max(
            Self.decimals(document.text(x, row: row)), Self.decimals(document.text(y, row: row)),
            Self.decimals(document.text(z, row: row)))
        return (0..<min(places, 9)).reduce(1) { unit, _ in unit / 10 }
    }

    /// Digits behind the point; nine for a number with an exponent.
    private static func decimals(_ text: String?) -> Int {
        guard let text else { return 0 }
        if text.utf8.contains(where: { $0 | 0x20 == UInt8(ascii: "e") }) { return 9 }
        guard let point = text.utf8.firstIndex(of: UInt8(ascii: ".")) else { return 0 }
        return text.utf8[point...].dropFirst().prefix { (48...57).contains($0) }.count
    }

    private static func transformation(
        _ document: borrowing CIFDocument, _ block: Int, _ lattice: Lattice
    ) -> Transformation {
        if let given = matrix(document, block, "fract"),
            dot(given.rows[0], cross(given.rows[1], given.rows[2])) != 0
        {
            return given
        }
        let vectors: [SIMD3<Double>]
        var origin = SIMD3<Double>.zero
        if let given = matrix(document, block, "Cartn") {
            // The columns of the matrix are the lattice vectors.
            vectors = (0..<3).map { SIMD3(given.rows[0][$0], given.rows[1][$0], given.rows[2][$0]) }
            origin = given.shift
        } else {
            vectors = lattice.vectors
        }
        let cell = Lattice(vectors[0], vectors[1], vectors[2]) ?? lattice
        let shift = cell.fractional(origin)
        // The fractional coordinates of the three axes are the columns of the inverse.
        let axes = [cell.fractional([1, 0, 0]), cell.fractional([0, 1, 0]), cell.fractional([0, 0, 1])]
        return Transformation(rows: (0..<3).map { SIMD3(axes[0][$0], axes[1][$0], axes[2][$0]) }, shift: -shift)
    }

    /// The transformation to `kind` of coordinates, `fract` or `Cartn`; `nil` where not all of its matrix is given.
    private static func matrix(
        _ document: borrowing CIFDocument, _ block: Int, _ kind: String
    ) -> Transformation? {
        var numbers: [Double] = []
        for row in 1...3 {
            for column in 1...3 {
                let found = document.column(
                    "_atom_sites_\(kind)_tran_matrix_\(row)\(column)",
                    "_atom_sites_\(kind)_transform.mat_\(row)\(column)",
                    "_atom_sites.\(kind)_transf_matrix[\(row)][\(column)]", inBlock: block)
                guard let number = document.number(found) else { return nil }
                numbers.append(number)
            }
        }
        var shift = SIMD3<Double>.zero
        for row in 1...3 {
            let found = document.column(
                "_atom_sites_\(kind)_tran_vector_\(row)", "_atom_sites_\(kind)_transform.vec_\(row)",
                "_atom_sites.\(kind)_transf_vector[\(row)]", inBlock: block)
            shift[row - 1] = document.number(found) ?? 0
        }
        return Transformation(
            rows: (0..<3).map { SIMD3(numbers[3 * $0], numbers[3 * $0 + 1], numbers[3 * $0 + 2]) }, shift: shift)
    }
}
