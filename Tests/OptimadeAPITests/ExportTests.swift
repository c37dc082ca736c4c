import OptimadeAPI
import RutileJSON
import RutileTestSupport
import Testing

struct ExportTests {
    /// A cubic cell of NaCl's first two atoms, where `changes` do not say otherwise.
    private func structure(id: String = "s1", _ changes: KeyValuePairs<String, Value> = [:]) throws -> Resource {
        var attributes = try #require(
            try Value(
                json: """
                    {"lattice_vectors": [[4.0, 0.0, 0.0], [0.0, 5.0, 0.0], [0.0, 0.0, 8.0]],
                     "dimension_types": [1, 1, 1], "cartesian_site_positions": [[0.0, 0.0, 0.0], [1.0, 2.5, -2.0]],
                     "species": [{"name": "Na", "chemical_symbols": ["Na"], "concentration": [1.0]},
                                 {"name": "Cl", "chemical_symbols": ["Cl"], "concentration": [1.0]}],
                     "species_at_sites": ["Na", "Cl"], "structure_features": []}
                    """
            ).object)
        for (name, value) in changes { attributes[name] = value }
        return Resource(type: "structures", id: id, attributes: attributes)
    }

    private func text(_ writer: some ResourceWriter, _ resource: Resource) throws -> String {
        String(decoding: try writer.bytes(of: resource), as: UTF8.self)
    }

    private func json(_ text: String) throws -> Value { try Value(json: text) }

    // MARK: - CIF

    @Test func cifHasCellAndFractionalCoordinates() throws {
        #expect(
            try text(CIFWriter(), structure()) == """
                data_s1
                _cell_length_a 4
                _cell_length_b 5
                _cell_length_c 8
                _cell_angle_alpha 90
                _cell_angle_beta 90
                _cell_angle_gamma 90
                _space_group_name_H-M_alt 'P 1'
                _space_group_IT_number 1
                loop_
                _space_group_symop_operation_xyz
                'x, y, z'
                loop_
                _atom_site_label
                _atom_site_type_symbol
                _atom_site_fract_x
                _atom_site_fract_y
                _atom_site_fract_z
                _atom_site_occupancy
                Na1 Na 0 0 0 1
                Cl1 Cl 0.25 0.5 -0.25 1


                """)
    }

    @Test func computedNumbersAreRoundedToTenPlaces() throws {
        // A hexagonal cell, and a position that is 1/3, 2/3, 1/10 of it only up to rounding.
        let cell = "[[3.0, 0.0, 0.0], [-1.5, 2.598076211353316, 0.0], [0.0, 0.0, 0.3]]"
        let cif = try text(
            CIFWriter(),
            structure([
                "lattice_vectors": json(cell),
                "cartesian_site_positions": json("[[0.0, 1.7320508075688774, 0.03], [1e-17, -1e-17, 0.0]]"),
            ]))
        #expect(cif.contains("_cell_length_b 3\n"))
        #expect(cif.contains("_cell_angle_gamma 120\n"))
        #expect(cif.contains("Na1 Na 0.3333333333 0.6666666667 0.1 1\n"))
        #expect(cif.contains("Cl1 Cl 0 0 0 1\n"))
    }

    /// Lengths and angles describe right-handed cells; the coordinates change sign instead of the structure its hand.
    @Test func leftHandedCellsAreTurned() throws {
        let cif = try text(
            CIFWriter(),
            structure(["lattice_vectors": json("[[0.0, 5.0, 0.0], [4.0, 0.0, 0.0], [0.0, 0.0, 8.0]]")]))
        #expect(cif.contains("_cell_length_a 5\n_cell_length_b 4\n"))
        #expect(cif.contains("Cl1 Cl -0.5 -0.25 0.25 1\n"))
    }

    /// VASP refuses them. The positions are Cartesian, and stay.
    @Test func vectorsOfLeftHandedCellsAreExchanged() throws {
        let left = "[[0.0, 5.0, 0.0], [4.0, 0.0, 0.0], [0.0, 0.0, 8.0]]"
        let poscar = try text(POSCARWriter(), structure(["lattice_vectors": json(left)]))
        #expect(poscar.contains("1.0\n0.0 5.0 0.0\n0.0 0.0 8.0\n4.0 0.0 0.0\n"))
        let right = try text(POSCARWriter(), structure([:]))
        #expect(poscar.split(separator: "\n").dropFirst(5) == right.split(separator: "\n").dropFirst(5))
    }

    @Test func cifHasPartialOccupancies() throws {
        let species = """
            [{"name": "mix", "chemical_symbols": ["Na", "K", "vacancy"], "concentration": [0.5, 0.3, 0.2]},
             {"name": "hole", "chemical_symbols": ["vacancy"], "concentration": [1.0]}]
            """
        let cif = try text(
            CIFWriter(), structure(["species": json(species), "species_at_sites": json(#"["mix", "hole"]"#)]))
        #expect(cif.hasSuffix("_atom_site_occupancy\nNa1 Na 0 0 0 0.5\nK1 K 0 0 0 0.3\n\n"))
    }

    @Test func cifHasAttachedHydrogenAndAssemblies() throws {
        let species = """
            [{"name": "C", "chemical_symbols": ["C"], "concentration": [1.0], "attached": ["H"], "nattached": [3]},
             {"name": "X", "chemical_symbols": ["X"], "concentration": [1.0]}]
            """
        let assemblies = #"[{"sites_in_groups": [[0], [2]], "group_probabilities": [0.75, 0.25]}]"#
        let cif = try text(
            CIFWriter(),
            structure([
                "species": json(species), "species_at_sites": json(#"["C", "X", "C"]"#), "assemblies": json(assemblies),
                "cartesian_site_positions": json("[[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [2.0, 0.0, 0.0]]"),
            ]))
        let rows = """
            _atom_site_attached_hydrogens
            _atom_site_disorder_assembly
            _atom_site_disorder_group
            C1 C 0 0 0 0.75 3 1 1
            X1 X 0.25 0 0 1 0 . .
            C2 C 0.5 0 0 0.25 3 1 2


            """
        #expect(cif.hasSuffix(rows))
    }

    @Test(arguments: [
        ("a b", "data_a%20b\n"), ("x\n_evil 1", "data_x%0A_evil%201\n"), ("100%", "data_100%25\n"),
        ("é", "data_%C3%A9\n"), ("exmpl/00010", "data_exmpl/00010\n"), ("", "data_\n"),
    ])
    func blockCodesHoldAnyIdentifier(id: String, line: String) throws {
        #expect(try text(CIFWriter(), structure(id: id)).hasPrefix(line))
    }

    @Test func blockCodesAreNoLongerThanTheFormatAllows() throws {
        let ids = ["x", "y"].map { String(repeating: "ab c", count: 60) + $0 }
        let lines = try ids.map { try text(CIFWriter(), structure(id: $0)).prefix { $0 != "\n" } }
        #expect(lines.allSatisfy { $0.utf8.count == 80 && $0.hasPrefix("data_ab%20cab") })
        #expect(lines[0] != lines[1])
        #expect(try text(CIFWriter(), structure(id: String(repeating: "a", count: 75))).hasPrefix("data_aaa"))
    }

    // MARK: - POSCAR

    @Test func poscarGroupsAtomsByElement() throws {
        let poscar = try text(
            POSCARWriter(),
            structure([
                "species_at_sites": json(#"["Na", "Cl", "Na"]"#),
                "cartesian_site_positions": json("[[0.0, 0.1, 1e-5], [1.0, 2.5, -2.0], [0.30000000000000004, 2, 3]]"),
            ]))
        #expect(
            poscar == """
                s1
                1.0
                4.0 0.0 0.0
                0.0 5.0 0.0
                0.0 0.0 8.0
                Na Cl
                2 1
                Cartesian
                0.0 0.1 1e-05
                0.30000000000000004 2.0 3.0
                1.0 2.5 -2.0

                """)
        #expect(!POSCARWriter().holdsSeveral && CIFWriter().holdsSeveral)
    }

    @Test func poscarTitlesAreOneLine() throws {
        let poscar = try text(POSCARWriter(), structure(id: "a\r\n\"b\"\u{2028}\u{0}c"))
        #expect(poscar.hasPrefix("a  \"b\"  c\n1.0\n"))
    }

    // MARK: - Extended XYZ

    @Test func extendedXYZHasLatticeAndPositions() throws {
        #expect(
            try text(ExtendedXYZWriter(), structure()) == """
                2
                Lattice="4.0 0.0 0.0 0.0 5.0 0.0 0.0 0.0 8.0" Properties=species:S:1:pos:R:3 pbc="T T T" id="s1"
                Na 0.0 0.0 0.0
                Cl 1.0 2.5 -2.0

                """)
    }

    @Test func extendedXYZNeedsNoLattice() throws {
        let none = "[[null, null, null], [null, null, null], [null, null, null]]"
        let molecule = try text(
            ExtendedXYZWriter(), structure(["lattice_vectors": json(none), "dimension_types": json("[0, 0, 0]")]))
        #expect(molecule.hasPrefix("2\nProperties=species:S:1:pos:R:3 pbc=\"F F F\" id=\"s1\"\nNa"))
        let sheet = try text(
            ExtendedXYZWriter(),
            structure([
                "lattice_vectors": json("[[4.0, 0.0, 0.0], [0.0, 5.0, 0.0], null]"), "dimension_types": .null,
            ]))
        #expect(sheet.hasPrefix("2\nLattice=\"4.0 0.0 0.0 0.0 5.0 0.0 0.0 0.0 0.0\" "))
        #expect(sheet.contains(" pbc=\"T T F\" "))
    }

    @Test func extendedXYZQuotesIdentifiers() throws {
        let frame = try text(ExtendedXYZWriter(), structure(id: "a\"b\\c\nd\re f=\"g\""))
        #expect(frame.contains(" id=\"a\\\"b\\\\c\\nd e f=\\\"g\\\"\"\nNa"))
    }

    // MARK: - Isotopes and directions

    @Test func deuteriumStaysDeuterium() throws {
        let species = """
            [{"name": "D", "chemical_symbols": ["H"], "concentration": [1.0], "mass": [2.014101778]},
             {"name": "Cl", "chemical_symbols": ["Cl"], "concentration": [1.0], "mass": [35.45]}]
            """
        let heavy = try structure(["species": json(species), "species_at_sites": json(#"["D", "Cl"]"#)])
        #expect(try text(CIFWriter(), heavy).contains("\nD1 D 0 0 0 1\nCl1 Cl 0.25"))
        let frame = try text(ExtendedXYZWriter(), heavy)
        #expect(frame.contains("Properties=species:S:1:pos:R:3:masses:R:1 "))
        #expect(frame.hasSuffix("\nH 0.0 0.0 0.0 2.014101778\nCl 1.0 2.5 -2.0 35.45\n"))
        let massless = try structure([
            "species": json(species.replacing(#", "mass": [35.45]"#, with: "")),
            "species_at_sites": json(#"["D", "Cl"]"#),
        ])
        #expect(try text(ExtendedXYZWriter(), massless).hasSuffix("\nD 0.0 0.0 0.0\nCl 1.0 2.5 -2.0\n"))
        #expect(try text(POSCARWriter(), heavy).contains("\nH Cl\n"))
        #expect(POSCARWriter().losses(of: heavy) == ["D is written as H"])
        #expect(try POSCARWriter().losses(of: structure()) == [])
        #expect(CIFWriter().losses(of: heavy) == [])
    }

    @Test(arguments: ["[1, 1, 0]", "[0, 0, 0]"])
    func formatsOfCrystalsNeedThreeDirections(_ types: String) throws {
        let slab = try structure(["dimension_types": json(types)])
        #expect(throws: ExportError.notPeriodic) { try CIFWriter().bytes(of: slab) }
        #expect(throws: ExportError.notPeriodic) { try POSCARWriter().bytes(of: slab) }
        #expect(throws: Never.self) { try ExtendedXYZWriter().bytes(of: slab) }
    }

    // MARK: - CSV

    @Test func csvHasTheChosenFields() throws {
        let writer = CSVWriter(fields: ["id", "type", "nsites", "_exmpl_gap", "ok", "elements", "species", "missing"])
        let resource = try structure([
            "nsites": .integer(2), "_exmpl_gap": .real(1e-5), "ok": .bool(true), "elements": json(#"["Na", "Cl"]"#),
            "species": json(#"[{"name": "Na", "mass": 22.0}]"#), "missing": .null,
        ])
        let lines = String(decoding: writer.start + writer.bytes(of: resource), as: UTF8.self)
        #expect(
            lines == "id,type,nsites,_exmpl_gap,ok,elements,species,missing\r\n"
                + #"s1,structures,2,1e-05,true,"[""Na"",""Cl""]","[{""name"":""Na"",""mass"":22.0}]","# + "\r\n")
    }

    @Test func csvAlwaysHasTheId() throws {
        let writer = CSVWriter(fields: ["nsites", "type"])
        let lines = try writer.start + writer.bytes(of: structure(["nsites": .integer(2)]))
        #expect(String(decoding: lines, as: UTF8.self) == "id,nsites,type\r\ns1,2,structures\r\n")
    }

    @Test(arguments: [
        ("plain", "plain"), ("", "\"\""), ("a,b", "\"a,b\""), ("say \"x\"", "\"say \"\"x\"\"\""),
        ("two\nlines", "\"two\nlines\""), ("two\r\nlines", "\"two\r\nlines\""), (" blank ", " blank "), ("é漢", "é漢"),
        ("\"", "\"\"\"\""), ("null", "null"),
    ])
    func csvQuotesWhatHasAMeaning(name: String, cell: String) throws {
        let resource = try structure(["name": .string(name)])
        let line = CSVWriter(fields: ["name", "id"]).bytes(of: resource)
        #expect(line == Array("\(cell),s1\r\n".utf8))
        let header = CSVWriter(fields: [name, "id"]).start
        #expect(header == Array("\(name.isEmpty ? "" : cell),id\r\n".utf8))
    }

    // MARK: - Refusals

    @Test(arguments: [
        ("lattice_vectors", "null", ExportError.noLattice),
        ("lattice_vectors", "[[4.0, 0.0, 0.0], [0.0, 5.0, 0.0], [null, null, null]]", .noLattice),
        ("lattice_vectors", "[[4.0, 0.0, 0.0], [0.0, 5.0, 0.0], [4.0, 5.0, 0.0]]", .flatLattice),
    ])
    func formatsOfCrystalsNeedALattice(property: String, value: String, error: ExportError) throws {
        let resource = try structure([property: json(value), "dimension_types": .null])
        #expect(throws: error) { try CIFWriter().bytes(of: resource) }
        #expect(throws: error) { try POSCARWriter().bytes(of: resource) }
        #expect(throws: Never.self) { try ExtendedXYZWriter().bytes(of: resource) }
    }

    @Test(arguments: [
        (
            "species",
            #"[{"name": "Na", "chemical_symbols": ["Na", "vacancy"], "concentration": [0.5, 0.5]}, {"name": "Cl", "chemical_symbols": ["Cl"], "concentration": [1]}]"#,
            ExportError.disorder("Na")
        ),
        (
            "species",
            #"[{"name": "Na", "chemical_symbols": ["C"], "concentration": [1], "attached": ["H"], "nattached": [3]}, {"name": "Cl", "chemical_symbols": ["Cl"], "concentration": [1]}]"#,
            .attachedAtoms("Na")
        ),
        ("assemblies", #"[{"sites_in_groups": [[0], [1]], "group_probabilities": [0.5, 0.5]}]"#, .assemblies),
        ("structure_features", #"["implicit_atoms"]"#, .implicitAtoms),
    ])
    func formatsOfAtomsNeedWholeAtoms(property: String, value: String, error: ExportError) throws {
        let resource = try structure([property: json(value)])
        #expect(throws: error) { try POSCARWriter().bytes(of: resource) }
        #expect(throws: error) { try ExtendedXYZWriter().bytes(of: resource) }
        #expect(throws: Never.self) { try CIFWriter().bytes(of: resource) }
    }

    @Test func unknownElementsAndOddAttachmentsAreRefused() throws {
        let unknown = try structure([
            "species": json(#"[{"name": "a", "chemical_symbols": ["X"], "concentration": [1]}]"#),
            "species_at_sites": json(#"["a", "a"]"#),
        ])
        #expect(throws: ExportError.unknownElement) { try POSCARWriter().bytes(of: unknown) }
        #expect(try text(ExtendedXYZWriter(), unknown).contains("\nX 0.0 0.0 0.0\n"))
        let chlorinated = """
            [{"name": "a", "chemical_symbols": ["C"], "concentration": [1], "attached": ["H", "Cl"], "nattached": [1, 2]}]
            """
        let resource = try structure(["species": json(chlorinated), "species_at_sites": json(#"["a", "a"]"#)])
        #expect(throws: ExportError.attachedAtoms("a")) { try CIFWriter().bytes(of: resource) }
    }

    @Test(arguments: [
        ("cartesian_site_positions", "null", ExportError.missing("cartesian_site_positions")),
        ("cartesian_site_positions", "[[0, 0], [1, 2, 3]]", .malformed("cartesian_site_positions")),
        ("cartesian_site_positions", #"[[0, 0, "0"], [1, 2, 3]]"#, .malformed("cartesian_site_positions")),
        ("cartesian_site_positions", "[[0, 0, 0]]", .malformed("species_at_sites")),
        ("cartesian_site_positions", "7", .malformed("cartesian_site_positions")),
        ("species", "null", .missing("species")), ("species", "[{}]", .malformed("species")),
        ("species", #"[{"name": "Na", "chemical_symbols": ["Na\n"], "concentration": [1]}]"#, .malformed("species")),
        ("species", #"[{"name": "Na", "chemical_symbols": ["Na"], "concentration": []}]"#, .malformed("species")),
        ("species", #"[{"name": "Na", "chemical_symbols": ["Na"], "concentration": [-1]}]"#, .malformed("species")),
        ("species_at_sites", "null", .missing("species_at_sites")),
        ("species_at_sites", #"["Na", "K"]"#, .malformed("species_at_sites")),
        ("species_at_sites", #"["Na"]"#, .malformed("species_at_sites")),
        ("lattice_vectors", "[[1, 0, 0], [0, 1, 0]]", .malformed("lattice_vectors")),
        ("lattice_vectors", "[[1, 0, 0], [0, 1, 0], [0, null, 1]]", .malformed("lattice_vectors")),
        ("lattice_vectors", "null", .malformed("dimension_types")),
        ("dimension_types", "[1, 1]", .malformed("dimension_types")),
        ("dimension_types", "[1, 1, 2]", .malformed("dimension_types")),
        ("assemblies", #"[{"sites_in_groups": [[7]], "group_probabilities": [1]}]"#, .malformed("assemblies")),
        ("assemblies", #"[{"sites_in_groups": [[0], [0]], "group_probabilities": [1, 0]}]"#, .malformed("assemblies")),
        ("assemblies", #"[{"sites_in_groups": [[0]], "group_probabilities": []}]"#, .malformed("assemblies")),
    ])
    func brokenStructuresAreRefused(property: String, value: String, error: ExportError) throws {
        let resource = try structure([property: json(value)])
        let writers: [any ResourceWriter] = [CIFWriter(), POSCARWriter(), ExtendedXYZWriter()]
        for writer in writers { #expect(throws: error) { try writer.bytes(of: resource) } }
        #expect(!error.description.isEmpty)
    }

    @Test func structuresWithoutAtomsAreRefused() throws {
        let empty = try structure(["cartesian_site_positions": .list([]), "species_at_sites": .list([])])
        let writers: [any ResourceWriter] = [CIFWriter(), POSCARWriter(), ExtendedXYZWriter()]
        for writer in writers { #expect(throws: ExportError.noAtoms) { try writer.bytes(of: empty) } }
    }
}
