import OptimadeAPI
import RutileJSON

/// Reads structures from XYZ and extended XYZ files, all frames.
///
///     1  number of atoms
///     2  comment; in extended XYZ `key=value` pairs: Lattice="ax ay az bx by bz cx cy cz", or with a pair of brackets
///        around each vector and around all; Properties=…, pbc="T T F". A vector may be zero where pbc is F
///     3  one atom per line: symbol x y z, or the columns that Properties names
///
/// Lengths are ångström. `energy` (eV) and the column `forces` or `force` (eV/Å) go to the archive, and so does the column
/// `masses` or `mass` (u) where it tells of isotopes; other keys and columns stay in the raw file. `D` and `T` are
/// isotopes of hydrogen, `X` and the atomic number 0 are atoms of unknown element. Keys of entries are frame numbers from 0, where there are several frames.
enum XYZSource {
    /// Most atoms that a frame may hold.
    static let largestSiteCount = 1_000_000

    /// One entry for each frame.
    static func entries(in bytes: [UInt8], symmetryLimit: Int) throws(SourceFailure) -> [RawEntry] {
        var lines = LineReader(bytes)
        var entries: [RawEntry] = []
        while let line = lines.next() {
            let text = line.split(whereSeparator: \.isWhitespace)
            // Blank lines may follow the last frame.
            if text.isEmpty { continue }
            guard text.count == 1, let count = Int(text[0]), count > 0 else {
                throw lines.failure("expected the number of atoms of frame \(entries.count)")
            }
            guard count <= largestSiteCount else {
                throw lines.failure("more than \(largestSiteCount) atoms in frame \(entries.count)")
            }
            var entry = try frame(&lines, count: count, symmetryLimit)
            // An entry stays the same one when frames are added behind it.
            entry.key = entries.isEmpty ? nil : String(entries.count)
            entries.append(entry)
        }
        guard !entries.isEmpty else { throw SourceFailure("the file is empty") }
        return entries
    }

    private static func frame(
        _ lines: inout LineReader, count: Int, _ symmetryLimit: Int
    ) throws(SourceFailure) -> RawEntry {
        guard let comment = lines.next() else { throw lines.failure("the file ends before the comment line") }
        let header = try XYZHeader(comment, lines: lines)
        var table = SpeciesTable()
        var sites: [Crystal.Site] = []
        var forces: [SIMD3<Double>] = []
        var remarks = AtomRemarks()
        // Looked up once, of a million atoms.
        var kinds: [Substring: AtomKind] = [:]
        for index in 0..<count {
            let fields = try lines.fields("atom \(index + 1) of \(count)")
            guard fields.count >= header.columnCount else {
                throw lines.failure("\(fields.count) columns instead of \(header.columnCount)")
            }
            let symbol = fields[header.symbolColumn]
            let mass = header.massColumn.flatMap { finiteNumber(fields[$0]) }
            let known = kinds[symbol]
            guard let kind = known ?? kind(symbol) else { throw lines.failure("'\(symbol)' is no element") }
            if known == nil {
                kinds[symbol] = kind
                if kind.isGuess(fromType: String(symbol)) { remarks.guessed(kind, from: String(symbol)) }
            }
            let species = species(kind, mass: mass)
            guard let position = vector(fields[header.positionColumn...]) else {
                throw lines.failure("the position is not three finite numbers")
            }
            sites.append(Crystal.Site(position: position, species: table.index(of: species)))
            if let column = header.forceColumn {
                guard let force = vector(fields[column...]) else {
                    throw lines.failure("the force is not three finite numbers")
                }
                forces.append(force)
            }
        }
        var crystal = Crystal(sites: sites, species: table.species)
        if crystal.hasUnknownAtoms { remarks.unknown.append("'X'") }
        guard table.species.contains(where: { $0.parts.contains { $0.element != nil } }) else {
            throw lines.failure("no atom of a known element")
        }
        crystal.lattice = header.lattice
        crystal.isPeriodic = header.isPeriodic
        var calculation: CrystalCalculation?
        if header.energy != nil || !forces.isEmpty {
            calculation = CrystalCalculation(energy: header.energy, forces: forces.isEmpty ? nil : forces)
        }
        var source = Provenance()
        if let title = header.title { source.title = title }
        return CrystalArchive(
            crystal: crystal, source: source, calculation: calculation, symmetryLimit: symmetryLimit,
            warnings: header.warnings + remarks.warnings
        ).entry()
    }

    /// By how much a mass must differ from the natural one, in unified atomic mass units, to be that of an isotope:
    /// tables of programs differ by less.
    private static let isotopeDifference = 0.05

    private static func species(_ kind: AtomKind, mass: Double?) -> Crystal.Species {
        guard let mass, mass > 0, let element = kind.element else { return Crystal.Species(kind) }
        // The mass says more than the letter.
        var species = Crystal.Species(element)
        guard abs(mass - element.mass) > isotopeDifference else { return species }
        species.parts[0].mass = mass
        if element.symbol == "H", let isotope = HydrogenIsotope(mass: mass) { species.name = isotope.symbol }
        return species
    }

    /// A symbol, or an atomic number, as some programs write.
    private static func kind(_ text: Substring) -> AtomKind? {
        if let number = Int(text) { return AtomKind(atomicNumber: number) }
        return AtomKind(symbol: text) ?? AtomKind(label: String(text))
    }
}

/// The second line of a frame.
struct XYZHeader {
    private(set) var lattice: Lattice?
    private(set) var isPeriodic = [false, false, false]
    /// In electronvolt.
    private(set) var energy: Double?
    private(set) var symbolColumn = 0
    private(set) var positionColumn = 1
    private(set) var forceColumn: Int?
    private(set) var massColumn: Int?
    /// What was passed over.
    private(set) var warnings: [String] = []
    /// Columns that each line must have.
    private(set) var columnCount = 4
    /// The whole line, where it is no `key=value` pairs.
    private(set) var title: String?

    init(_ line: String, lines: LineReader) throws(SourceFailure) {
        let pairs = Self.pairs(line)
        var vectors: [SIMD3<Double>] = []
        for (key, value) in pairs {
            switch key.lowercased() {
            case "lattice":
                let numbers = value.split { " \t,[]".contains($0) }.map { finiteNumber($0) }
                guard numbers.count == 9, numbers.allSatisfy({ $0 != nil }) else {
                    throw lines.failure("Lattice is not nine numbers")
                }
                let n = numbers.compactMap { $0 }
                vectors = [SIMD3(n[0], n[1], n[2]), SIMD3(n[3], n[4], n[5]), SIMD3(n[6], n[7], n[8])]
            case "energy", "total_energy", "ref_energy", "dft_energy": energy = finiteNumber(value)
            case "properties": try readColumns(value, lines)
            default: break
            }
        }
        if !vectors.isEmpty {
            // A lattice without pbc is periodic in all directions that have a vector.
            isPeriodic = vectors.map { $0 != .zero }
            if let flags = pairs.first(where: { $0.key.lowercased() == "pbc" })?.value {
                let words = flags.split { " ,[]".contains($0) }
                guard words.count == 3, words.allSatisfy({ "TtFf10".contains($0.first ?? "?") }) else {
                    throw lines.failure("pbc is not three of T and F")
                }
                isPeriodic = words.map { "Tt1".contains($0.first ?? "F") }
            }
            // Where nothing repeats there need be no vector: writers put zeros.
            lattice = Lattice(nonzero: vectors)
            let isEmpty = vectors.allSatisfy { $0 == .zero }
            guard lattice != nil || isEmpty, zip(vectors, isPeriodic).allSatisfy({ $0 != .zero || !$1 }) else {
                throw lines.failure("Lattice spans no volume")
            }
        }
        if vectors.isEmpty,
            pairs.contains(where: { $0.key.lowercased() == "pbc" && $0.value.contains { "Tt1".contains($0) } })
        {
            warnings.append("pbc says that it repeats, but without a Lattice it is taken as a molecule.")
        }
        let words = line.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        if pairs.isEmpty && !words.isEmpty { title = words }
    }

    // Properties = name, ":", kind, ":", number of columns, { ":", name, ":", kind, ":", number of columns }
    private mutating func readColumns(_ text: String, _ lines: LineReader) throws(SourceFailure) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count % 3 == 0 else { throw lines.failure("Properties is not name:kind:columns, repeated") }
        var column = 0
        var found: [String: Int] = [:]
        for start in stride(from: 0, to: parts.count, by: 3) {
            guard let width = Int(parts[start + 2]), (1...1_000).contains(width), column < 10_000 else {
                throw lines.failure("'\(parts[start + 2])' is no number of columns")
            }
            let name = parts[start].lowercased()
            let isVector = ["pos", "positions", "force", "forces"].contains(name)
            guard !isVector || width == 3 else { throw lines.failure("\(parts[start]) has not 3 columns") }
            found[name] = column
            column += width
        }
        guard let symbol = found["species"] ?? found["element"] ?? found["z"],
            let position = found["pos"] ?? found["positions"]
        else { throw lines.failure("Properties names no species or no pos") }
        symbolColumn = symbol
        positionColumn = position
        massColumn = found["masses"] ?? found["mass"]
        forceColumn = found["forces"] ?? found["force"]
        columnCount = column
    }

    /// The `key=value` pairs of a line; values may stand in `"…"`, `'…'`, `{…}` or, as lists, in brackets.
    private static func pairs(_ line: String) -> [(key: String, value: String)] {
        var pairs: [(key: String, value: String)] = []
        var rest = line[...]
        while true {
            rest = rest.drop { $0 == " " || $0 == "\t" }
            guard !rest.isEmpty else { return pairs }
            let key = rest.prefix { $0 != "=" && $0 != " " && $0 != "\t" }
            rest = rest.dropFirst(key.count)
            // Some leave room on both sides of the sign.
            let sign = rest.drop { $0 == " " || $0 == "\t" }
            guard sign.first == "=" else { continue }
            rest = sign.dropFirst().drop { $0 == " " || $0 == "\t" }
            let closing: Character? = ["\"": "\"", "'": "'", "{": "}"][rest.first ?? " "]
            if let closing {
                rest = rest.dropFirst()
                let value = rest.prefix { $0 != closing }
                rest = rest.dropFirst(value.count + 1)
                pairs.append((String(key), String(value)))
            } else {
                var depth = 0
                let value = rest.prefix { character in
                    if character == "[" { depth += 1 }
                    if character == "]" { depth -= 1 }
                    return depth > 0 || character != " " && character != "\t"
                }
                rest = rest.dropFirst(value.count)
                pairs.append((String(key), String(value)))
            }
        }
    }
}
