import RutileJSON

/// Reads a crystal from VASP's POSCAR and CONTCAR files.
///
///     1  title
///     2  scale: a factor, three factors, or minus the volume of the cell in Å³
///     3  a, then b and c on lines of their own
///     6  symbols (VASP 5 and later); VASP 4 has none, then they stand behind the positions, or else the title names them
///     7  numbers of atoms, one for each symbol
///     8  `Selective dynamics` (optional; only its first letter counts)
///     9  `Direct` or `Cartesian` (a first letter C, c, K or k is Cartesian)
///    10  one position per line; what follows the three numbers is ignored, but for a symbol in VASP 4's files
///
/// `D` and `T` are isotopes of hydrogen, `X` is an atom of unknown element. Velocities and all that comes after the
/// positions are ignored. Source: the VASP manual, "POSCAR".
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
        let (symbols, counts) = try atoms(&lines)
        let nameless = lines.failure(
            "no element symbols: neither a line of them (VASP 5), nor one behind each position, nor a title that begins "
                + "with them (VASP 4)")
        let (isSelective, isCartesian) = try coordinates(&lines)

        var positions: [SIMD3<Double>] = []
        var labels: [AtomKind?] = []
        for number in 1...counts.reduce(0, +) {
            let fields = try lines.fields("the position of atom \(number)")
            guard let position = vector(fields[...]), max(abs(position.x), abs(position.y), abs(position.z)) < 1e6
            else { throw lines.failure("the position of atom \(number) is not three numbers") }
            positions.append(isCartesian ? position * scaled.factors : scaled.lattice.cartesian(position))
            if symbols == nil { labels.append(label(in: fields.dropFirst(isSelective ? 6 : 3))) }
        }
        let stated = symbols.map { $0.repeated(counts) }
        let titled = stated == nil ? titleElements(title, count: counts.count)?.repeated(counts) : nil
        let labelled = labels.compactMap { $0 }
        guard let kinds = stated ?? (labelled.count == positions.count ? labelled : titled) else { throw nameless }

        var table = SpeciesTable()
        // A species that no site has would stand for atoms that are somewhere.
        let sites = zip(positions, kinds).map {
            Crystal.Site(position: $0, species: table.index(of: Crystal.Species($1)))
        }
        guard kinds.contains(where: { $0.element != nil }) else { throw lines.failure("no atom of a known element") }
        var remarks = AtomRemarks()
        if kinds.contains(where: { $0.element == nil }) { remarks.unknown.append("'X'") }
        var warnings = remarks.warnings
        if let titled, kinds != titled {
            warnings.append("The title names other elements than those behind the positions.")
        }
        var source = Provenance()
        let words = title.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        if !words.isEmpty { source.title = words }
        return CrystalArchive(
            crystal: Crystal(lattice: scaled.lattice, sites: sites, species: table.species), source: source,
            symmetryLimit: symmetryLimit, warnings: warnings
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

    /// What the symbols say, where there is a line of them, and how many atoms of each follow.
    private static func atoms(
        _ lines: inout LineReader
    ) throws(SourceFailure) -> (symbols: [AtomKind]?, counts: [Int]) {
        var fields = try lines.fields("the numbers of atoms")
        var symbols: [Substring]?
        if fields.first.map({ Int($0) == nil }) ?? false {
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
        guard let symbols else { return (nil, counts) }
        guard symbols.count == counts.count else {
            throw lines.failure("\(symbols.count) symbols but \(counts.count) numbers of atoms")
        }
        var kinds: [AtomKind] = []
        for symbol in symbols {
            guard let kind = kind(symbol) else { throw lines.failure("'\(symbol)' is no element") }
            kinds.append(kind)
        }
        return (kinds, counts)
    }

    /// Pseudopotentials have names such as `Fe_pv` and `Si/1a2b3c`.
    private static func kind(_ symbol: Substring) -> AtomKind? {
        AtomKind(symbol: symbol.prefix { $0 != "_" && $0 != "/" && $0 != "." })
    }

    /// The first `count` words of a title, where all are symbols of elements.
    private static func titleElements(_ title: String, count: Int) -> [AtomKind]? {
        let words = title.split(whereSeparator: \.isWhitespace).prefix(count)
        let kinds = words.compactMap { ChemicalElement(symbol: String($0)) == nil ? nil : AtomKind(symbol: $0) }
        return kinds.count == count ? kinds : nil
    }

    /// What the symbol behind a position says. Flags of selective dynamics, which some write without announcing them, are
    /// none.
    private static func label(in fields: ArraySlice<Substring>) -> AtomKind? {
        let areFlags = fields.count >= 3 && fields.prefix(3).allSatisfy { $0 == "T" || $0 == "F" }
        return fields.first.flatMap { areFlags ? nil : kind($0) }
    }

    /// Whether flags follow the positions, and whether these are Cartesian.
    private static func coordinates(
        _ lines: inout LineReader
    ) throws(SourceFailure) -> (isSelective: Bool, isCartesian: Bool) {
        var mode = try lines.fields("the kind of coordinates")
        var isSelective = false
        if let first = mode.first?.first, first == "s" || first == "S" {
            isSelective = true
            mode = try lines.fields("the kind of coordinates")
        }
        guard let first = mode.first?.first else { throw lines.failure("neither Direct nor Cartesian") }
        return (isSelective, "CcKk".contains(first))
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

extension [AtomKind] {
    /// Each as often as `counts` says.
    fileprivate func repeated(_ counts: [Int]) -> [AtomKind] {
        zip(self, counts).flatMap { repeatElement($0, count: $1) }
    }
}
