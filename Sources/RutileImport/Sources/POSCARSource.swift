import RutileJSON

/// Reads a crystal from VASP's POSCAR and CONTCAR files.
///
///     1  title
///     2  scale: a factor, three factors, or minus the volume of the cell in Å³
///     3  a, then b and c on lines of their own
///     6  symbols (VASP 5 and later); VASP 4 has none, then the title must name the elements
///     7  numbers of atoms, one for each symbol
///     8  `Selective dynamics` (optional; only its first letter counts)
///     9  `Direct` or `Cartesian` (a first letter C, c, K or k is Cartesian)
///    10  one position per line; what follows the three numbers is ignored
///
/// Velocities and all that comes after the positions are ignored. Source: the VASP manual, "POSCAR".
enum POSCARSource {
    /// Most atoms that a file may hold.
    static let largestSiteCount = 100_000

    /// The one entry of a file.
    static func entry(in bytes: [UInt8], symmetryLimit: Int) throws(SourceFailure) -> RawEntry {
        var lines = LineReader(bytes)
        guard let title = lines.next() else { throw SourceFailure("the file is empty") }
        let factors = try scale(&lines)
        var vectors: [SIMD3<Double>] = []
        for name in ["a", "b", "c"] {
            guard let row = vector(try lines.fields("lattice vector \(name)")[...]) else {
                throw lines.failure("lattice vector \(name) is not three numbers")
            }
            vectors.append(row)
        }
        let scaled = try lattice(vectors, factors, lines)
        let (elements, counts) = try atoms(&lines, title: title)
        let isCartesian = try coordinates(&lines)

        var table = SpeciesTable()
        var sites: [Crystal.Site] = []
        // A species that no site has would stand for atoms that are somewhere.
        for (element, count) in zip(elements, counts) where count > 0 {
            let species = table.index(of: Crystal.Species(element))
            for _ in 0..<count {
                guard let position = vector(try lines.fields("the position of atom \(sites.count + 1)")[...]),
                    max(abs(position.x), abs(position.y), abs(position.z)) < 1e6
                else { throw lines.failure("the position of atom \(sites.count + 1) is not three numbers") }
                sites.append(
                    Crystal.Site(
                        position: isCartesian ? position * scaled.factors : scaled.lattice.cartesian(position),
                        species: species))
            }
        }
        var source = Provenance()
        let words = title.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        if !words.isEmpty { source.title = words }
        return CrystalArchive(
            crystal: Crystal(lattice: scaled.lattice, sites: sites, species: table.species), source: source,
            symmetryLimit: symmetryLimit, warnings: []
        ).entry()
    }

    private static func scale(_ lines: inout LineReader) throws(SourceFailure) -> [Double] {
        let fields = try lines.fields("the scale")
        let numbers = fields.prefix(3).map { finiteNumber($0) }
        // What follows a first number may be a comment.
        if numbers.count == 3, let x = numbers[0], let y = numbers[1], let z = numbers[2], min(x, y, z) > 0 {
            return [x, y, z]
        }
        guard let first = numbers.first, let factor = first, factor != 0 else {
            throw lines.failure("the scale is no number other than 0")
        }
        return [factor]
    }

    private static func lattice(
        _ vectors: [SIMD3<Double>], _ factors: [Double], _ lines: LineReader
    ) throws(SourceFailure) -> (lattice: Lattice, factors: SIMD3<Double>) {
        var axes = factors.count == 3 ? SIMD3(factors[0], factors[1], factors[2]) : SIMD3(repeating: factors[0])
        if factors.count == 1, factors[0] < 0 {
            guard let unscaled = Lattice(vectors[0], vectors[1], vectors[2]) else {
                throw lines.failure("the lattice vectors span no volume")
            }
            axes = SIMD3(repeating: cubeRoot(-factors[0] / unscaled.volume))
        }
        guard let lattice = Lattice(vectors[0] * axes, vectors[1] * axes, vectors[2] * axes) else {
            throw lines.failure("the lattice vectors span no volume")
        }
        return (lattice, axes)
    }

    /// The elements and how many atoms of each follow.
    private static func atoms(
        _ lines: inout LineReader, title: String
    ) throws(SourceFailure) -> (elements: [ChemicalElement], counts: [Int]) {
        var fields = try lines.fields("the numbers of atoms")
        var symbols: [Substring] = []
        let hasSymbols = fields.first.map { Int($0) == nil } ?? false
        if hasSymbols {
            symbols = Array(fields.prefix { !$0.hasPrefix("!") && !$0.hasPrefix("#") })
            fields = try lines.fields("the numbers of atoms")
        }
        let counts = fields.prefix { Int($0) != nil }.compactMap { Int($0) }
        guard !counts.isEmpty, counts.allSatisfy({ $0 >= 0 }), counts.contains(where: { $0 > 0 }) else {
            throw lines.failure("no numbers of atoms")
        }
        guard counts.allSatisfy({ $0 <= largestSiteCount }), counts.reduce(0, +) <= largestSiteCount else {
            throw lines.failure("more than \(largestSiteCount) atoms")
        }
        if !hasSymbols {
            symbols = title.split(whereSeparator: \.isWhitespace)
            guard symbols.count >= counts.count,
                symbols.prefix(counts.count).allSatisfy({ ChemicalElement(symbol: String($0)) != nil })
            else {
                throw lines.failure(
                    "no element symbols: neither a line of them (VASP 5) nor a title that begins with them (VASP 4)")
            }
            symbols = Array(symbols.prefix(counts.count))
        }
        guard symbols.count == counts.count else {
            throw lines.failure("\(symbols.count) symbols but \(counts.count) numbers of atoms")
        }
        var elements: [ChemicalElement] = []
        for symbol in symbols {
            // Pseudopotentials have names such as `Fe_pv` and `Si/1a2b3c`.
            let stem = symbol.prefix { $0 != "_" && $0 != "/" && $0 != "." }
            guard let element = ChemicalElement(symbol: String(stem)) else {
                throw lines.failure("'\(symbol)' is no element")
            }
            elements.append(element)
        }
        return (elements, counts)
    }

    /// Whether the positions are Cartesian.
    private static func coordinates(_ lines: inout LineReader) throws(SourceFailure) -> Bool {
        var mode = try lines.fields("the kind of coordinates")
        if let first = mode.first?.first, first == "s" || first == "S" {
            mode = try lines.fields("the kind of coordinates")
        }
        guard let first = mode.first?.first else { throw lines.failure("neither Direct nor Cartesian") }
        return "CcKk".contains(first)
    }

    private static func cubeRoot(_ number: Double) -> Double {
        // Newton's method from a start on the right side; converges to the last bit for all positive numbers.
        var root = max(number, 1)
        for _ in 0..<200 {
            let next = root - (root - number / (root * root)) / 3
            if next >= root { break }
            root = next
        }
        return root
    }
}
