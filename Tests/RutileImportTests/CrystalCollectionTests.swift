import FoundationEssentials
import RutileImport
import RutileJSON
import Testing

/// Five hundred real crystals: the CIF files of Debian's package libavogadro-data.
///
/// They are looked for where the package puts them, or in the folder that `RUTILE_CRYSTALS` names.
struct CrystalCollectionTests {
    private static let folder =
        ProcessInfo.processInfo.environment["RUTILE_CRYSTALS"] ?? "/usr/share/avogadro2/crystals"

    private static func files() throws -> [String] {
        let all = try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.hasSuffix(".cif") }
        try #require(all.count >= 510, "no crystals in \(folder): install libavogadro-data, or set RUTILE_CRYSTALS")
        return all.sorted()
    }

    /// Prints the files that are refused, and those whose space group is another one than they state.
    @Test func spaceGroupsAgreeWithTheStatedOnes() throws {
        var read = 0
        var stated = 0
        var published = 0
        var different: [String] = []
        var refused: [String] = []
        for file in try Self.files() {
            let bytes = Array(try Data(contentsOf: URL(filePath: Self.folder + "/" + file)))
            let entries: [RawEntry]
            do {
                entries = try SourceFormat.cif.entries(in: bytes).entries
            } catch {
                refused.append("\(file): \(error.line.map { "line \($0): " } ?? "")\(error.reason)")
                continue
            }
            read += 1
            for entry in entries {
                if entry.value("metadata/optimade_reference") != nil { published += 1 }
                let text = String(decoding: bytes, as: UTF8.self)
                guard let number = Self.statedNumber(text) else { continue }
                stated += 1
                let found = entry.value("results/material/symmetry/space_group_number")?.integer
                if found != number { different.append("\(file): stated \(number), found \(found ?? 0)") }
            }
        }
        print("\(read) read, \(published) with a publication")
        print("\(stated) state a space group, \(different.count) differ:")
        for line in different { print("  " + line) }
        print("\(refused.count) refused:")
        for line in refused { print("  " + line) }
        #expect(read >= 500)
        #expect(published >= 300)
        #expect(Double(stated - different.count) >= 0.95 * Double(stated))
    }

    @Test func primitiveCellsHaveTheSpaceGroupOfTheirCrystals() throws {
        var centrings: Set<Character> = []
        for (index, file) in try Self.files().enumerated() where index % 4 == 0 {
            let bytes = Array(try Data(contentsOf: URL(filePath: Self.folder + "/" + file)))
            guard let entry = try? SourceFormat.cif.entries(in: bytes).entries.first,
                let number = entry.value("results/material/symmetry/space_group_number")?.integer,
                let symbol = entry.value("results/material/symmetry/space_group_symbol")?.text?.first
            else { continue }
            let structures = try #require(entry.value("results/properties/structures"))
            let primitive = try #require(structures["structure_primitive"], "\(file)")
            let sites = try #require(primitive["n_sites"]?.integer)
            let ratio = ["P": 1, "F": 4, "R": 3][symbol] ?? 2
            #expect(structures["structure_conventional"]?["n_sites"] == .integer(sites * Int64(ratio)), "\(file)")
            guard sites < 60 else { continue }
            #expect(try Self.spaceGroup(of: primitive) == Int(number), "\(file)")
            centrings.insert(symbol)
        }
        #expect(centrings.isSuperset(of: ["P", "C", "F", "I", "R"]))
    }

    /// The space group of a structure section, found anew.
    private static func spaceGroup(of structure: Value) throws -> Int? {
        func vector(_ value: Value) -> SIMD3<Double> {
            let numbers = value.numbers.map { $0 * 1e10 }
            return SIMD3(numbers[0], numbers[1], numbers[2])
        }
        let vectors = try #require(structure["lattice_vectors"]?.items).map(vector)
        let names = try #require(structure["species_at_sites"]?.texts)
        let kinds = Array(Set(names)).sorted()
        // Which element is which does not matter, only which sites are alike.
        let species = kinds.indices.compactMap { ChemicalElement(atomicNumber: $0 + 1) }.map { Crystal.Species($0) }
        let sites = try zip(#require(structure["cartesian_site_positions"]?.items), names).map { position, name in
            Crystal.Site(position: vector(position), species: try #require(kinds.firstIndex(of: name)))
        }
        let lattice = try #require(Lattice(vectors[0], vectors[1], vectors[2]))
        return CrystalSymmetry(of: Crystal(lattice: lattice, sites: sites, species: species))?.number
    }

    private static func statedNumber(_ text: String) -> Int64? {
        for line in text.split(separator: "\n") {
            let words = line.split(whereSeparator: \.isWhitespace)
            if words.count == 2, ["_symmetry_Int_Tables_number", "_space_group_IT_number"].contains(words[0]) {
                return Int64(words[1])
            }
        }
        return nil
    }
}
