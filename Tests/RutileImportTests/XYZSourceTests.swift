import RutileImport
import RutileJSON
import Testing

struct XYZSourceTests {
    private func entries(_ text: String) throws -> [RawEntry] {
        try SourceFormat.xyz.entries(in: Array(text.utf8)).entries
    }

    @Test func aMoleculeHasNoCell() throws {
        let entry = try #require(try entries("3\nwater\nO 0 0 0\nH 0 0 0.96\nH 0.93 0 -0.24\n").first)
        #expect(entry.value("metadata/optimade/nperiodic_dimensions") == .integer(0))
        #expect(entry.value("metadata/optimade/lattice_vectors") == nil)
        #expect(entry.value("metadata/optimade/chemical_formula_hill") == .string("H2O"))
        #expect(entry.value("metadata/comment") == .string("water"))
        #expect(entry.value("results/material/symmetry") == nil)
        #expect(entry.key == nil)
        #expect(entry.warnings == [])
    }

    @Test func everyFrameIsAnEntryAndTheLaterOnesHaveTheirNumbers() throws {
        let entries = try entries("1\nfirst\nHe 0 0 0\n1\nsecond\nNe 0 0 0\n\n")
        #expect(entries.map(\.key) == [nil, "1"])
        #expect(entries.map { $0.value("results/material/elements/0") } == [.string("He"), .string("Ne")])
    }

    @Test func theLatticeAndPropertiesOfExtendedXYZAreRead() throws {
        let text = """
            2
            Lattice="4 0 0 0 4 0 0 0 4" Properties=id:I:1:species:S:1:pos:R:3:forces:R:3 energy=-2.0 pbc="T T T" note={a b}
            1 Cs 0 0 0 0 0 0.5
            2 Cl 2 2 2 0 0 -0.5
            """
        let entry = try #require(try entries(text).first)
        #expect(entry.value("results/material/symmetry/space_group_number") == .integer(221))
        #expect(entry.value("metadata/optimade/dimension_types")?.numbers == [1, 1, 1])
        #expect(entry.value("run/0/calculation/0/energy/total/value") == .real(-2.0 * 1.602176634e-19))
        let force = try #require(entry.value("run/0/calculation/0/forces/total/value/0/2")?.real)
        #expect(abs(force / (0.5 * 1.602176634e-9) - 1) < 1e-14)
        #expect(entry.value("run/0/calculation/0/system_ref") == .string("/run/0/system/0"))
        #expect(entry.value("workflow2/outputs/1/section") == .string("#/run/0/calculation/0"))
    }

    @Test(arguments: ["=", " =", "= ", " = "])
    func aSlabIsPeriodicInTwoDirections(_ sign: String) throws {
        let entry = try #require(
            try entries("1\nLattice\(sign)\"4 0 0 0 4 0 0 0 9\" pbc\(sign)\"T T F\"\nCu 0 0 0\n").first)
        #expect(entry.value("metadata/optimade/dimension_types")?.numbers == [1, 1, 0])
        #expect(entry.value("results/material/symmetry") == nil)
        #expect(entry.warnings == [])
    }

    @Test(
        arguments: [
            ("4 0 0 0 4 0 0 0 0", "T T F", 2, [true, true, false]), ("4 0 0 0 4 0 0 0 0", nil, 2, [true, true, false]),
            ("0 0 0 0 5 1 0 0 0", "F T F", 1, [false, true, false]),
            ("0 0 0 0 5 0 3 0 0", "F F F", 0, [false, true, true]),
        ] as [(String, String?, Int, [Bool])])
    func aVectorMayBeZeroWhereNothingRepeats(
        _ lattice: String, _ pbc: String?, _ periodic: Int, _ isGiven: [Bool]
    ) throws {
        let flags = pbc.map { " pbc=\"\($0)\"" } ?? ""
        let entry = try #require(try entries("2\nLattice=\"\(lattice)\"\(flags)\nCu 0 0 0\nO 1 1 1\n").first)
        #expect(entry.value("metadata/optimade/nperiodic_dimensions") == .integer(Int64(periodic)))
        let vectors = try #require(entry.value("metadata/optimade/lattice_vectors")?.items)
        #expect(vectors.map { $0 != .list([.null, .null, .null]) } == isGiven)
        #expect(entry.value("metadata/optimade/fractional_site_positions") == nil)
        #expect(entry.value("results/properties/structures/structure_original/cell_volume") == nil)
        #expect(entry.value("run/0/system/0/atoms/lattice_vectors")?.items?.count == 3)
        #expect(entry.warnings == [])
    }

    @Test func isotopesComeByLetterOrMass() throws {
        let letters = try #require(try entries("3\nheavy water\nO 0 0 0\nD 0 0 1\nH 0 1 0\n").first)
        #expect(letters.value("metadata/optimade/species_at_sites")?.texts == ["O", "D", "H"])
        #expect(letters.value("metadata/optimade/species/1/mass") == .real(2.014101778))
        #expect(letters.value("metadata/optimade/elements")?.texts == ["H", "O"])
        let masses = try #require(
            try entries(
                "3\nProperties=species:S:1:pos:R:3:masses:R:1\nO 0 0 0 15.9994\nH 0 0 1 3.016\nLi 0 1 0 7.016\n"
            )
            .first)
        #expect(masses.value("metadata/optimade/species_at_sites")?.texts == ["O", "T", "Li"])
        #expect(masses.value("metadata/optimade/species/0/mass") == .real(15.999))
        #expect(masses.value("metadata/optimade/species/2/mass") == .real(7.016))
    }

    @Test func atomsOfUnknownElementAreX() throws {
        let entry = try #require(try entries("2\nx\nX 0 0 0\nC 0 0 1\n").first)
        #expect(entry.value("metadata/optimade/species/0/chemical_symbols")?.texts == ["X"])
        #expect(entry.value("metadata/optimade/species/0/mass") == nil)
        #expect(entry.value("metadata/optimade/chemical_formula_reduced") == .string("C"))
        #expect(entry.warnings == ["Of unknown element (X), and in no formula: 'X'."])
        let number = try #require(try entries("2\nProperties=Z:I:1:pos:R:3\n0 0 0 0\n6 0 0 1\n").first)
        #expect(number.value("metadata/optimade/species_at_sites")?.texts == ["X", "C"])
        #expect(number.warnings == entry.warnings)
        #expect(failure(.xyz, "1\nx\nX 0 0 0\n")?.reason == "no atom of a known element")
    }

    @Test func elementsThatWereGuessedAreToldOf() throws {
        let entry = try #require(try entries("4\nx\nCA1 0 0 0\nCA1 0 0 2\nNA 0 0 4\nOw 0 0 6\n").first)
        #expect(entry.value("metadata/optimade/species_at_sites")?.texts == ["C", "C", "Na", "O"])
        #expect(entry.warnings == ["Elements were guessed from labels: C for 'CA1', O for 'Ow'."])
    }

    @Test(arguments: ["[[4,0,0],[0,5,0],[1,0,6]]", "[[4, 0, 0], [0, 5, 0], [1, 0, 6]]"])
    func aLatticeMayStandInBrackets(_ lattice: String) throws {
        let entry = try #require(try entries("1\nLattice=\(lattice) pbc=[T, T, F]\nCu 0 0 0\n").first)
        #expect(entry.value("metadata/optimade/lattice_vectors/2")?.numbers == [1, 0, 6])
        #expect(entry.value("metadata/optimade/dimension_types")?.numbers == [1, 1, 0])
    }

    @Test func periodicityWithoutALatticeIsToldOf() throws {
        let entry = try #require(try entries("1\npbc=\"T T F\"\nCu 0 0 0\n").first)
        #expect(entry.value("metadata/optimade/dimension_types")?.numbers == [0, 0, 0])
        #expect(entry.warnings == ["pbc says that it repeats, but without a Lattice it is taken as a molecule."])
        #expect(try entries("1\npbc=\"F F F\"\nCu 0 0 0\n").first?.warnings == [])
    }

    @Test func aLatticeOfZerosIsNone() throws {
        let entry = try #require(try entries("1\nLattice=\"0 0 0 0 0 0 0 0 0\" pbc=\"F F F\"\nCu 0 0 0\n").first)
        #expect(entry.value("metadata/optimade/lattice_vectors") == nil)
        #expect(entry.value("metadata/optimade/dimension_types")?.numbers == [0, 0, 0])
    }

    @Test(
        arguments: [
            ("", nil, "the file is empty"), ("x\n", 1, "expected the number of atoms of frame 0"),
            ("-1\nx\n", 1, "expected the number of atoms of frame 0"),
            ("2\nx\nHe 0 0 0\n", 4, "the file ends before atom 2 of 2"),
            ("1\nx\nHe 0 0\n", 3, "3 columns instead of 4"), ("1\nx\nQq 0 0 0\n", 3, "'Qq' is no element"),
            ("1\nx\nHe 0 nan 0\n", 3, "the position is not three finite numbers"),
            ("1\nLattice=\"1 0 0\"\nHe 0 0 0\n", 2, "Lattice is not nine numbers"),
            ("1\nLattice=\"1 0 0 1 0 0 0 0 1\"\nHe 0 0 0\n", 2, "Lattice spans no volume"),
            ("1\nLattice=\"1 0 0 0 1 0 0 0 0\" pbc=\"T T T\"\nHe 0 0 0\n", 2, "Lattice spans no volume"),
            ("1\nLattice=\"1 0 0 1 0 0 0 0 0\" pbc=\"T T F\"\nHe 0 0 0\n", 2, "Lattice spans no volume"),
            ("1\nProperties=pos:R:3\nHe 0 0 0\n", 2, "Properties names no species or no pos"),
            ("1\nProperties=species:S:1:pos:R:2\nHe 0 0 0\n", 2, "pos has not 3 columns"),
            ("1\nx\nHe 0 0 0\n1\nx\nHe 0 0 ?\n", 6, "the position is not three finite numbers"),
        ] as [(String, Int?, String)])
    func badFilesAreRefusedWithLineAndReason(_ text: String, _ line: Int?, _ reason: String) {
        #expect(failure(.xyz, text) == SourceFailure(line: line, reason))
    }
}
