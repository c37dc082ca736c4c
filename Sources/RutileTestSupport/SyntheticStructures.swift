package import RutileJSON
import RutileModel
package import RutileQuery
package import RutileStore

/// Structures of any number that are as varied as those of a real database, for benchmarks.
///
/// Structure `n` is the same each time. Formulas, sites, species and flags agree with each other as OPTIMADE wants.
package struct SyntheticStructures: Sendable {
    /// The properties that the structures have.
    package static let catalogue = PropertyCatalogue([
        Property("id", .string), Property("type", .string), Property("immutable_id", .string),
        Property("last_modified", .timestamp), Property("elements", .list(.string)), Property("nelements", .integer),
        Property("elements_ratios", .list(.float)), Property("chemical_formula_descriptive", .string),
        Property("chemical_formula_reduced", .string), Property("chemical_formula_hill", .string),
        Property("chemical_formula_anonymous", .string), Property("dimension_types", .list(.integer)),
        Property("nperiodic_dimensions", .integer), Property("lattice_vectors", .list(.list(.float)), unit: "angstrom"),
        Property("space_group_symmetry_operations_xyz", .list(.string)), Property("space_group_symbol_hall", .string),
        Property("space_group_symbol_hermann_mauguin", .string), Property("space_group_it_number", .integer),
        Property("cartesian_site_positions", .list(.list(.float)), unit: "angstrom"), Property("nsites", .integer),
        Property(
            "species",
            .list(
                .dictionary([
                    .init("name", .string), .init("chemical_symbols", .list(.string)),
                    .init("concentration", .list(.float)), .init("attached", .list(.string)),
                    .init("nattached", .list(.integer)), .init("mass", .list(.float)), .init("original_name", .string),
                ]))),
        Property("species_at_sites", .list(.string)),
        Property(
            "assemblies",
            .list(
                .dictionary([
                    .init("sites_in_groups", .list(.list(.integer))), .init("group_probabilities", .list(.float)),
                ]))),
        Property("structure_features", .list(.string)), Property("_exmpl_band_gap", .float, unit: "eV"),
        Property("_exmpl_stable", .boolean), Property("_exmpl_count", .integer), Property("_exmpl_note", .string),
        Property("_exmpl_tags", .list(.string)), Property("_exmpl_element_counts", .list(.integer)),
        Property("_exmpl_measured", .timestamp),
        Property(
            "_exmpl_calc",
            .dictionary([
                .init("code", .string), .init("energy", .float), .init("steps", .integer), .init("converged", .boolean),
            ])),
        Property("_exmpl_runs", .list(.dictionary([.init("name", .string), .init("score", .float)]))),
    ])

    /// What stands for lattice vectors and positions.
    package enum Vectors: Sendable {
        /// A `null` for each: all that an index needs.
        case nulls
        /// Three numbers for each, in angstrom.
        case numbers
    }

    private let seed: UInt64

    /// The structures of `seed`.
    package init(seed: UInt64 = 1) { self.seed = seed }

    /// The id of structure `number`.
    package func id(_ number: Int) -> String { "synth/\(number)" }

    /// What an index is given of structure `number`, in one of `uploads` uploads.
    package func document(_ number: Int, uploads: Int = 1) -> IndexChange.Document {
        var random = RandomSource(seed: seed &+ UInt64(number) &* 2 &+ 1)
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        let entry = String(decoding: (0..<28).map { _ in alphabet[random.int(0...63)] }, as: UTF8.self)
        var writer = JSONWriter(reserving: 2_048)
        writer.beginObject()
        writer.key("id")
        writer.string(id(number))
        writer.key("type")
        writer.string("structures")
        writeAttributes(number, .nulls, to: &writer)
        writer.endObject()
        return IndexChange.Document(
            entry: EntryID(entry), upload: UploadID("upload-\(number % uploads)"), json: writer.bytes)
    }

    /// Writes the attributes of structure `number` as members of the object that is open.
    package func writeAttributes(_ number: Int, _ vectors: Vectors, to writer: inout JSONWriter) {
        var random = RandomSource(seed: seed &+ UInt64(number) &* 2)
        let composition = SyntheticComposition(&random)
        composition.write(&random, to: &writer)
        writeLattice(composition, vectors, &random, to: &writer)
        writeOrigin(number, &random, to: &writer)
        writeProviderFields(composition, &random, to: &writer)
    }

    private func writeLattice(
        _ composition: SyntheticComposition, _ vectors: Vectors, _ random: inout RandomSource,
        to writer: inout JSONWriter
    ) {
        let periodic = random.once(in: 8) ? random.int(0...2) : 3
        writer.key("nperiodic_dimensions")
        writer.integer(Int64(periodic))
        writer.list("dimension_types", 0..<3) { $1.integer($0 < periodic ? 1 : 0) }
        let edge = 2 + Double(composition.siteCount).squareRoot()
        func writeVector(_ writer: inout JSONWriter) {
            guard vectors == .numbers else { return writer.null() }
            writer.beginList()
            for _ in 0..<3 { writer.real(((random.fraction() * edge) * 1e5).rounded() / 1e5) }
            writer.endList()
        }
        writer.list("lattice_vectors", 0..<3) { writeVector(&$1) }
        writer.list("cartesian_site_positions", 0..<composition.siteCount) { writeVector(&$1) }
        guard periodic == 3, !random.once(in: 3) else { return }
        let (group, hall, symbol) = random.pick(Self.spaceGroups)
        writer.key("space_group_it_number")
        writer.integer(Int64(group))
        writer.key("space_group_symbol_hall")
        writer.string(hall)
        writer.key("space_group_symbol_hermann_mauguin")
        writer.string(symbol)
        writer.list("space_group_symmetry_operations_xyz", Self.operations.prefix(random.pick([2, 4, 8]))) {
            $1.string($0)
        }
    }

    private func writeOrigin(_ number: Int, _ random: inout RandomSource, to writer: inout JSONWriter) {
        writer.key("immutable_id")
        if random.once(in: 3) {
            writer.null()
        } else {
            writer.string("urn:exmpl:" + String(random.next() >> 16, radix: 16))
        }
        writer.key("last_modified")
        writer.string(Self.time(&random))
    }

    private func writeProviderFields(
        _ composition: SyntheticComposition, _ random: inout RandomSource, to writer: inout JSONWriter
    ) {
        if !random.once(in: 5) {
            writer.key("_exmpl_band_gap")
            writer.real(random.once(in: 3) ? 0 : (random.fraction() * 10_000).rounded() / 1_000)
        }
        writer.key("_exmpl_stable")
        if random.once(in: 10) { writer.null() } else { writer.bool(random.once(in: 2)) }
        writer.key("_exmpl_count")
        writer.integer(Int64(random.int(-20...200)))
        if random.once(in: 2) {
            writer.key("_exmpl_note")
            writer.string(random.pick(["", "plain", "50% (approx.)", "tail backslash\\", "漢字", "a \"quoted\" word"]))
        }
        writer.list("_exmpl_tags", 0..<random.int(0...3)) {
            _ = $0
            $1.string(random.pick(["metal", "oxide", "2d", "perovskite", "stable", "x\"y", ""]))
        }
        writer.list("_exmpl_element_counts", composition.counts) { $1.integer(Int64($0)) }
        if !random.once(in: 3) {
            writer.key("_exmpl_measured")
            writer.string(Self.time(&random))
        }
        if random.once(in: 2) {
            writer.key("_exmpl_calc")
            writer.beginObject()
            writer.key("code")
            writer.string(random.pick(["VASP", "qe", "FHI-aims", "exciting"]))
            writer.key("energy")
            writer.real(-(random.fraction() * 1e5).rounded() / 1e3)
            writer.key("steps")
            writer.integer(Int64(random.int(1...50)))
            writer.key("converged")
            writer.bool(!random.once(in: 9))
            writer.endObject()
        }
        writer.list("_exmpl_runs", 0..<random.int(0...2)) {
            _ = $0
            $1.beginObject()
            $1.key("name")
            $1.string(random.pick(["VASP", "qe"]))
            $1.key("score")
            $1.real(Double(random.int(0...100)) / 100)
            $1.endObject()
        }
    }

    /// A second of the years 2015 to 2024.
    private static func time(_ random: inout RandomSource) -> String {
        Timestamp(microseconds: Int64(random.int(1_420_070_400...1_735_689_599)) * 1_000_000).text(offset: "Z")
    }

    private static let spaceGroups = [
        (1, "P 1", "P 1"), (2, "-P 1", "P -1"), (14, "-P 2ybc", "P 2_1/c"), (62, "-P 2ac 2n", "P n m a"),
        (139, "-I 4 2", "I 4/m m m"), (166, "-R 3 2\"", "R -3 m"), (194, "-P 6c 2c", "P 63/m m c"),
        (216, "F -4 2 3", "F -4 3 m"), (221, "-P 4 2 3", "P m -3 m"), (225, "-F 4 2 3", "F m -3 m"),
    ]
    private static let operations = [
        "x,y,z", "-x,-y,-z", "-x,y,-z", "x,-y,z", "y,x,-z", "-y,-x,z", "-y,x,z", "y,-x,-z",
    ]
}

extension JSONWriter {
    /// Writes the member `key`: a list with an item for each of `items`.
    fileprivate mutating func list<Items: Sequence>(
        _ key: String, _ items: Items, _ write: (Items.Element, inout JSONWriter) -> Void
    ) {
        self.key(key)
        beginList()
        for item in items { write(item, &self) }
        endList()
    }
}
