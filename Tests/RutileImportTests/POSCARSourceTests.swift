import RutileImport
import RutileJSON
import Testing

struct POSCARSourceTests {
    private func entry(_ text: String) throws -> RawEntry {
        try #require(try SourceFormat.poscar.entries(in: Array(text.utf8)).entries.first)
    }

    private let silicon = """
        cubic diamond
        1.0
        0.0 2.7 2.7
        2.7 0.0 2.7
        2.7 2.7 0.0
        Si
        2
        Direct
        0 0 0
        0.25 0.25 0.25

        """

    @Test func directCoordinatesAreInLatticeVectors() throws {
        let entry = try entry(silicon)
        #expect(entry.value("metadata/optimade/cartesian_site_positions/1")?.numbers == [1.35, 1.35, 1.35])
        #expect(entry.value("results/material/symmetry/space_group_number") == .integer(227))
        #expect(entry.value("results/material/chemical_formula_reduced") == .string("Si"))
        #expect(entry.value("metadata/comment") == .string("cubic diamond"))
        #expect(entry.key == nil)
    }

    @Test func cartesianCoordinatesAreScaledToo() throws {
        let entry = try entry(
            "x\n2.0\n2 0 0\n0 2 0\n0 0 2\nNa Cl\n1 1\nSelective dynamics\nCartesian\n0 0 0 T T F\n1 1 1 F F F\n")
        #expect(entry.value("metadata/optimade/lattice_vectors/0")?.numbers == [4, 0, 0])
        #expect(entry.value("metadata/optimade/cartesian_site_positions/1")?.numbers == [2, 2, 2])
        #expect(entry.value("results/material/symmetry/space_group_number") == .integer(221))
    }

    @Test func anElementWithoutAtomsIsNoSpecies() throws {
        let entry = try entry("x\n4\n1 0 0\n0 1 0\n0 0 1\nNa K Cl\n1 0 1\nDirect\n0 0 0\n.5 .5 .5\n")
        #expect(entry.value("metadata/optimade/species")?.items?.count == 2)
        #expect(entry.value("metadata/optimade/species/1/name") == .string("Cl"))
        #expect(entry.value("metadata/optimade/structure_features") == .list([]))
    }

    /// In a primitive cell of a face-centred lattice some operations need all three axes, which OPTIMADE has no way to
    /// write.
    @Test func operationsThatOptimadeCannotWriteAreNull() throws {
        let entry = try entry(silicon)
        #expect(entry.value("metadata/optimade/space_group_symmetry_operations_xyz") == nil)
        #expect(entry.value("metadata/optimade/space_group_it_number") == .integer(227))
    }

    @Test func titlesMayBeWindows1252() throws {
        let bytes = [0x52, 0xF6, 0x6E, 0x80] + Array(silicon.utf8.drop { $0 != UInt8(ascii: "\n") })
        let entry = try #require(try SourceFormat.poscar.entries(in: bytes).entries.first)
        #expect(entry.value("metadata/comment") == .string("Rön€"))
        #expect(entry.warnings == ["Line 1: no UTF-8, read as Windows-1252."])
    }

    @Test func aNegativeScaleIsTheVolume() throws {
        let entry = try entry("x\n-64.0\n1 0 0\n0 1 0\n0 0 1\nCu\n1\nDirect\n0 0 0\n")
        let a = try #require(entry.value("metadata/optimade/lattice_vectors/0/0")?.real)
        #expect(abs(a - 4) < 1e-12)
    }

    @Test func threeScalesAreOnePerAxis() throws {
        let entry = try entry("x\n1 2 3\n1 0 0\n0 1 0\n0 0 1\nCu\n1\nCart\n1 1 1\n")
        #expect(entry.value("metadata/optimade/lattice_vectors/2")?.numbers == [0, 0, 3])
        #expect(entry.value("metadata/optimade/cartesian_site_positions/0")?.numbers == [1, 2, 3])
    }

    @Test func theTitleOfVASP4NamesTheElements() throws {
        let entry = try entry("Na Cl rocksalt\n5.6\n1 0 0\n0 1 0\n0 0 1\n1 1\nDirect\n0 0 0\n.5 .5 .5\n")
        #expect(entry.value("metadata/optimade/species_at_sites")?.texts == ["Na", "Cl"])
    }

    @Test(
        arguments: [
            ("some comment", "Direct\n0 0 0 Si\n.5 .5 .5 O\n.25 .25 .25 O\n", ["Si", "O", "O"], []),
            ("x", "Direct\n0 0 0 Fe_pv site\n.5 .5 .5 D\n.25 .25 .25 H\n", ["Fe", "D", "H"], []),
            ("x", "Selective\nDirect\n0 0 0 T T F N\n.5 .5 .5 F F F F\n.2 .2 .2 T T T F\n", ["N", "F", "F"], []),
            ("Si O", "Direct\n0 0 0 T T T\n.5 .5 .5 F F F\n.25 .25 .25 F F F\n", ["Si", "O", "O"], []),
            ("Si O", "Direct\n0 0 0\n.5 .5 .5 Fe\n.25 .25 .25 Fe\n", ["Si", "O", "O"], []),
            (
                "B O phase", "Direct\n0 0 0 Si\n.5 .5 .5 O\n.25 .25 .25 O\n", ["Si", "O", "O"],
                ["The title names other elements than those behind the positions."]
            ),
        ] as [(String, String, [String], [String])])
    func symbolsMayStandBehindThePositions(
        _ title: String, _ rest: String, _ species: [String], _ warnings: [String]
    ) throws {
        let entry = try entry("\(title)\n4.0\n1 0 0\n0 1 0\n0 0 1\n1 2\n\(rest)")
        #expect(entry.value("metadata/optimade/species_at_sites")?.texts == species)
        #expect(entry.warnings == warnings)
    }

    @Test func deuteriumIsASpeciesOfHydrogen() throws {
        let entry = try entry("x\n4\n1 0 0\n0 1 0\n0 0 1\nD O H\n1 1 1\nDirect\n0 0 0\n.5 .5 .5\n.2 0 0\n")
        #expect(entry.value("metadata/optimade/species_at_sites")?.texts == ["D", "O", "H"])
        #expect(entry.value("metadata/optimade/species/0/chemical_symbols")?.texts == ["H"])
        #expect(entry.value("metadata/optimade/species/0/mass") == .real(2.014101778))
        #expect(entry.value("metadata/optimade/elements")?.texts == ["H", "O"])
    }

    @Test func atomsOfUnknownElementAreX() throws {
        let entry = try entry("x\n4\n1 0 0\n0 1 0\n0 0 1\nX Si\n1 2\nDirect\n0 0 0\n.5 .5 .5\n.2 .2 .2\n")
        #expect(entry.value("metadata/optimade/species/0/chemical_symbols")?.texts == ["X"])
        #expect(entry.value("metadata/optimade/elements")?.texts == ["Si"])
        #expect(entry.value("metadata/optimade/nsites") == .integer(3))
        #expect(entry.warnings == ["Of unknown element (X), and in no formula: 'X'."])
        let nothing = failure(.poscar, "x\n4\n1 0 0\n0 1 0\n0 0 1\nX\n1\nDirect\n0 0 0\n")
        #expect(nothing?.reason == "no atom of a known element")
    }

    @Test func withoutSymbolsAnywhereTheFileIsRefused() {
        let refused = failure(.poscar, "rocksalt\n5.6\n1 0 0\n0 1 0\n0 0 1\n1 1\nDirect\n0 0 0\n.5 .5 .5\n")
        #expect(refused?.line == 6)
        #expect(refused?.reason.hasPrefix("no element symbols") == true)
    }

    @Test func namesOfPseudopotentialsAreElements() throws {
        let entry = try entry("x\n3\n1 0 0\n0 1 0\n0 0 1\nFe_pv O/ab\n1 1\nDirect\n0 0 0\n.5 .5 .5\n")
        #expect(entry.value("metadata/optimade/elements")?.texts == ["Fe", "O"])
    }

    @Test(
        arguments: [
            ("", nil, "the file is empty"), ("x\n0\n", 2, "the scale is no number other than 0"),
            ("x\n1\n1 0 0\n1 0 0\n0 0 1\nCu\n1\nDirect\n0 0 0\n", 5, "the lattice vectors span no volume"),
            ("x\n1\n1 0\n", 3, "lattice vector a is not three numbers"),
            ("x\n1\n1 0 0\n0 nan 0\n", 4, "lattice vector b is not three numbers"),
            ("x\n1\n1 0 0\n0 1 0\n0 0 1\nCu Ag\n1\nDirect\n0 0 0\n", 7, "2 symbols but 1 numbers of atoms"),
            ("x\n1\n1 0 0\n0 1 0\n0 0 1\nQq\n1\nDirect\n0 0 0\n", 7, "'Qq' is no element"),
            ("x\n1\n9 0 0\n0 9 0\n0 0 9\nCu\n2\nDirect\n0 0 0\n", 10, "the file ends before the position of atom 2"),
            ("x\n1\n9 0 0\n0 9 0\n0 0 9\nCu\n1\nDirect\n0 inf 0\n", 9, "the position of atom 1 is not three numbers"),
            ("x\n1\n9 0 0\n0 9 0\n0 0 9\nCu\n99999999999\nDirect\n0 0 0\n", 7, "more than 100000 atoms"),
        ] as [(String, Int?, String)])
    func badFilesAreRefusedWithLineAndReason(_ text: String, _ line: Int?, _ reason: String) {
        #expect(failure(.poscar, text) == SourceFailure(line: line, reason))
    }

    @Test func equalMaterialsHaveOneID() throws {
        func id(_ cell: String, _ element: String, _ sites: [String]) throws -> String? {
            let text = "x\n\(cell)\n\(element)\n\(sites.count)\nDirect\n" + sites.joined(separator: "\n") + "\n"
            return try SourceFormat.poscar.entries(in: Array(text.utf8)).entries[0]
                .value("results/material/material_id")?.text
        }
        let cubic = "1 0 0\n0 1 0\n0 0 1"
        let faces = ["0 0 0", "0.5 0.5 0", "0.5 0 0.5", "0 0.5 0.5"]
        let copper = try id("3.6\n\(cubic)", "Cu", faces)
        #expect(copper?.utf8.count == 28)
        #expect(try id("3.7\n0 0.5 0.5\n0.5 0 0.5\n0.5 0.5 0", "Cu", ["0 0 0"]) == copper)
        #expect(try id("3.6\n\(cubic)", "Ag", faces) != copper)
        #expect(try id("3.6\n\(cubic)", "Cu", ["0 0 0"]) != copper)
    }
}
