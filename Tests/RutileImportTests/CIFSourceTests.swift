import Glibc
import RutileImport
import RutileJSON
import Testing

struct CIFSourceTests {
    /// A block with a cubic cell of 5 Å, unless other lines say otherwise.
    private func block(
        _ name: String = "x", cell: String = "5 5 5 90 90 90", symmetry: String = "x,y,z", columns: String = "",
        atoms: String, more: String = ""
    ) -> String {
        let names = ["length_a", "length_b", "length_c", "angle_alpha", "angle_beta", "angle_gamma"]
        let lines = zip(names, cell.split(separator: " ")).map { "_cell_\($0) \($1)" }
        let operations =
            symmetry.isEmpty
            ? "" : "loop_\n_symmetry_equiv_pos_as_xyz\n" + symmetry.split(separator: ";").map { "'\($0)'\n" }.joined()
        return """
            data_\(name)
            \(lines.joined(separator: "\n"))
            \(more)
            \(operations)
            loop_
            _atom_site_label
            _atom_site_fract_x
            _atom_site_fract_y
            _atom_site_fract_z
            \(columns)
            \(atoms)

            """
    }

    private func entry(_ text: String) throws -> RawEntry {
        let entries = try SourceFormat.cif.entries(in: Array(text.utf8)).entries
        try #require(entries.count == 1)
        return entries[0]
    }

    @Test func theWholeCellIsMadeOfTheAsymmetricUnit() throws {
        let entry = try entry(
            block(symmetry: "x,y,z;x+1/2,y+1/2,z;x+1/2,y,z+1/2;x,y+1/2,z+1/2", atoms: "Cu 0 0 0"))
        #expect(entry.value("metadata/optimade/nsites") == .integer(4))
        #expect(entry.value("results/material/symmetry/space_group_number") == .integer(225))
        #expect(entry.value("results/material/symmetry/space_group_symbol") == .string("Fm-3m"))
        #expect(entry.value("results/material/symmetry/crystal_system") == .string("cubic"))
        #expect(entry.value("results/material/symmetry/point_group") == .string("m-3m"))
        #expect(entry.value("results/material/symmetry/bravais_lattice") == .string("cF"))
        #expect(entry.value("metadata/optimade/fractional_site_positions/1")?.numbers == [0.5, 0.5, 0])
        #expect(entry.value("metadata/optimade/cartesian_site_positions/1")?.numbers == [2.5, 2.5, 0])
        #expect(entry.value("results/properties/structures/structure_primitive/n_sites") == .integer(1))
        #expect(entry.warnings == [])
    }

    @Test(arguments: ["x,y,z", "x,y,z;-x,-y,-z"])
    func aFileOfManySitesIsReadInTime(symmetry: String) throws {
        let side = 27
        var atoms = ""
        for index in 0..<20_000 {
            let place = [index / side / side, index / side % side, index % side].map { (Double($0) + 0.2) / 27.5 }
            atoms += "Si \(place[0]) \(place[1]) \(place[2])\n"
        }
        let text = block(cell: "60 60 60 90 90 90", symmetry: symmetry, atoms: atoms)
        // Of this thread alone: the machine may be busy.
        let start = threadTime()
        let entry = try entry(text)
        #expect(threadTime() - start < 4_000_000_000)
        let isCentred = symmetry.contains("-x")
        #expect(entry.value("metadata/optimade/nsites") == .integer(isCentred ? 40_000 : 20_000))
    }

    @Test(arguments: [
        ("0.0001 0 0", "0.9999 0.9999 0.9999", true), ("0 0 0", "0.004 0.004 0.004", true),
        ("0.5 0.5 0.5", "0.509 0.5 0.5", true), ("0.5 0.5 0.5", "0.511 0.5 0.5", false),
    ])
    func sitesThatCoincideAreFoundAcrossCells(first: String, second: String, isOne: Bool) throws {
        for cell in ["5 5 5 90 90 90", "5 5 5 80 95 110"] {
            let entry = try entry(block(cell: cell, atoms: "Cu \(first)\nO \(second)"))
            #expect(entry.warnings.contains("Sites 1 and 2 coincide: imported without symmetry.") == isOne)
        }
        // A row that symmetry makes of another one is left out.
        let half = try entry(block(symmetry: "x,y,z;-x,-y,-z", atoms: "Cu 0.1 0.2 0.3\nCu 0.9 0.801 0.7"))
        #expect(half.value("metadata/optimade/nsites") == .integer(2) && half.warnings.count == 1)
    }

    @Test func theSymmetryOfLargeCrystalsIsLeftOutWhereItTakesTooLong() throws {
        let text = block("one", atoms: "Cu 0 0 0") + block("two", atoms: "Cu 0 0 0\nO 0.5 0.5 0.5")
        let entries = try SourceFormat.cif.entries(in: Array(text.utf8), symmetryLimit: 1).entries
        #expect(entries[0].value("results/material/symmetry/space_group_number") == .integer(221))
        #expect(entries[1].value("results/material/symmetry") == nil)
        #expect(entries[1].warnings == ["The search for its symmetry would take too long: imported without symmetry."])
    }

    @Test func aByteOrderMarkIsPassedOver() throws {
        #expect(try entry("\u{FEFF}" + block(atoms: "Cu 0 0 0")).value("metadata/optimade/nsites") == .integer(1))
    }

    @Test func archivesAreInMetresAndOptimadeInAngstrom() throws {
        let entry = try entry(block(atoms: "Cu 0 0 0\nO 0.5 0.5 0.5"))
        #expect(entry.value("metadata/optimade/lattice_vectors/0")?.numbers == [5, 0, 0])
        #expect(
            entry.value("results/properties/structures/structure_original/lattice_vectors/0")?.numbers == [5e-10, 0, 0])
        #expect(entry.value("run/0/system/0/atoms/positions/1")?.numbers == [2.5e-10, 2.5e-10, 2.5e-10])
        #expect(entry.value("run/0/system/0/atoms/periodic") == .list([.bool(true), .bool(true), .bool(true)]))
        #expect(
            entry.value("results/properties/structures/structure_original/cell_volume")?.real.map {
                abs($0 - 1.25e-28) < 1e-40
            } == true)
    }

    @Test func theWorkflowRefersToTheSystem() throws {
        let entry = try entry(block(atoms: "Cu 0 0 0"))
        #expect(entry.value("workflow2/outputs/0/section") == .string("#/run/0/system/0"))
    }

    @Test func imagesOnASpecialPositionAreOneSiteAtTheirMean() throws {
        let entry = try entry(
            block(
                cell: "3 3 5 90 90 120", symmetry: "x,y,z;-y,x-y,z;-x+y,-x,z", atoms: "Fe 0.333 0.667 0.25"))
        #expect(entry.value("metadata/optimade/nsites") == .integer(1))
        let position = try #require(entry.value("metadata/optimade/fractional_site_positions/0")?.numbers)
        #expect(abs(position[0] - 1.0 / 3) < 1e-12 && abs(position[1] - 2.0 / 3) < 1e-12)
    }

    @Test func aSiteThatIsMovedToASpecialPositionIsToldOf() throws {
        let centred = "x,y,z;-x,-y,-z"
        let near = try entry(block(symmetry: centred, atoms: "Fe 0.5005 0.5 0.5"))
        #expect(near.value("metadata/optimade/nsites") == .integer(1) && near.warnings == [])
        let far = try entry(block(symmetry: centred, atoms: "Fe 0.508 0.5 0.5"))
        #expect(far.value("metadata/optimade/nsites") == .integer(1))
        #expect(far.warnings == ["The site 'Fe' is moved by 0.04 Å, to a special position."])
        // Operations in another order move nothing.
        let turned = try entry(block(symmetry: "-y,x,z;x,y,z;-x,-y,z;y,-x,z", atoms: "O 0.5 0 0.25"))
        #expect(turned.value("metadata/optimade/nsites") == .integer(2) && turned.warnings == [])
        let other = try entry(block(symmetry: centred, atoms: "Fe 0.511 0.5 0.5"))
        #expect(other.value("metadata/optimade/nsites") == .integer(2) && other.warnings == [])
    }

    @Test func halfAtomsBesideASpecialPositionStayTwo() throws {
        func half(_ position: String) throws -> RawEntry {
            try entry(block(symmetry: "x,y,z;-x,-y,-z", columns: "_atom_site_occupancy", atoms: "O \(position) 0.5"))
        }
        let split = try half("0.5098 .5 .5")
        #expect(split.value("metadata/optimade/nsites") == .integer(2))
        #expect(split.value("metadata/optimade/chemical_formula_descriptive") == .string("O"))
        #expect(split.warnings == [])
        // Nor does half an atom become a whole one where its images are almost at one place.
        let close = try half("0.5020 .5 .5")
        #expect(close.value("metadata/optimade/nsites") == .integer(2))
        #expect(close.warnings == ["Sites 1 and 2 coincide: imported without symmetry."])
        // Two decimals may stand for the special position itself.
        let rounded = try entry(
            block(
                cell: "3 3 5 90 90 120", symmetry: "x,y,z;-y,x-y,z;-x+y,-x,z", columns: "_atom_site_occupancy",
                atoms: "Fe 0.33 0.67 0.25 0.5"))
        #expect(rounded.value("metadata/optimade/nsites") == .integer(1))
    }

    @Test func cartesianCoordinatesAreReadByTheCell() throws {
        let cell = "_cell.length_a 4\n_cell.length_b 5\n_cell.length_c 6\n_cell.angle_beta 90\n"
        let atoms = """
            loop_
            _atom_site.type_symbol
            _atom_site.label_atom_id
            _atom_site.Cartn_x
            _atom_site.Cartn_y
            _atom_site.Cartn_z
            ZN ZN 1.0 2.5 -3.0

            """
        let plain = try entry("data_x\n" + cell + "_symmetry.space_group_name_H-M 'P 1'\n" + atoms)
        #expect(plain.value("metadata/optimade/fractional_site_positions/0")?.numbers == [0.25, 0.5, 0.5])
        #expect(plain.value("metadata/optimade/elements")?.texts == ["Zn"])
        // The axes of the coordinates are others: x along c.
        var fract = ""
        var cartn = ""
        for (row, numbers) in [(1, "0 0.25 0"), (2, "0 0 0.2"), (3, "0.125 0 0")] {
            for (column, number) in numbers.split(separator: " ").enumerated() {
                fract += "_atom_sites.fract_transf_matrix[\(row)][\(column + 1)] \(number)\n"
            }
        }
        for (row, numbers) in [(1, "0 0 8"), (2, "4 0 0"), (3, "0 5 0")] {
            for (column, number) in numbers.split(separator: " ").enumerated() {
                cartn += "_atom_sites_Cartn_tran_matrix_\(row)\(column + 1) \(number)\n"
            }
        }
        for transformation in [fract, cartn] {
            let turned = try entry("data_x\n" + cell + transformation + atoms)
            let place = try #require(turned.value("metadata/optimade/fractional_site_positions/0")?.numbers)
            #expect(zip(place, [0.625, 0.4, 0.125]).allSatisfy { abs($0 - $1) < 1e-12 }, "\(place)")
        }
    }

    @Test func aBlockWithACellAndNoAtomsIsPassedOver() throws {
        let cell = "data_raw\n_cell_length_a 5\n_cell_length_b 5\n_cell_length_c 5\n"
        let file = try SourceFormat.cif.entries(in: Array((cell + block("one", atoms: "Cu 0 0 0")).utf8))
        #expect(file.entries.map(\.key) == [nil] && file.badParts == [])
        #expect(failure(.cif, cell)?.reason == "no coordinates of atom sites, neither fractional nor Cartesian")
    }

    @Test func linesThatAreNoUTF8AreWindows1252() throws {
        let parts = block(atoms: "Cu 0 0 0", more: "_publ_section_title 'R@ntgen'\n_chemical_name_mineral 'é'")
            .split(separator: "@")
        let bytes = Array(parts[0].utf8) + [0xF6] + Array(parts[1].utf8)
        let entries = try SourceFormat.cif.entries(in: bytes).entries
        #expect(entries[0].value("metadata/comment") == .string("Röntgen"))
        #expect(entries[0].value("results/material/material_name") == .string("é"))
        #expect(entries[0].warnings == ["Line 8: no UTF-8, read as Windows-1252."])
    }

    @Test(arguments: [
        ("P2_1/c", 4), ("P_21/c", 4), ("P 1 2_1/c 1", 4), ("P 21/n 21/m 21/a", 8), ("P 2/m 2/m 2/m", 8),
        ("I 4/m 2/m 2/m", 32), ("P 63/m 2/m 2/c", 24), ("P -3 2/m 1", 12), ("P 2/m -3", 24), ("F 4/m -3 2/m", 192),
        ("P 42/n -3 2/m :1", 48), ("F m 3 m", 192), ("Fm3m", 192), ("Pm3n", 48), ("I a 3", 48), ("F d -3 m S", 192),
        ("F d -3 m Z", 192), ("F d 3 m", 192),
    ])
    func symbolsAreKnownInOtherSpellings(_ symbol: String, _ sites: Int64) throws {
        let angle = symbol.contains("63") || symbol.contains("-3 2/m 1") ? "120" : "90"
        let entry = try entry(
            block(
                cell: "20 20 20 90 90 \(angle)", symmetry: "", atoms: "Cu 0.113 0.237 0.071",
                more: "_symmetry_space_group_name_H-M '\(symbol)'"))
        #expect(entry.value("metadata/optimade/nsites") == .integer(sites))
        let isOpen = symbol == "F d 3 m"
        #expect(entry.warnings.contains { $0.contains("which origin") } == isOpen, "\(entry.warnings)")
    }

    @Test func anOriginThatIsLeftOpenIsToldOf() throws {
        func carbon(_ more: String) throws -> RawEntry {
            try entry(block(symmetry: "", atoms: "C 0.125 0.125 0.125", more: more))
        }
        let open = try carbon("_symmetry_space_group_name_H-M 'F d -3 m'")
        #expect(open.warnings == ["'F d -3 m' does not say which origin: it is taken as choice 1."])
        #expect(open.value("metadata/optimade/nsites") == .integer(16))
        let second = try carbon("_symmetry_space_group_name_H-M 'F d -3 m Z'")
        #expect(second.warnings == [] && second.value("metadata/optimade/nsites") == .integer(8))
        let number = try carbon("_space_group_IT_number 227")
        #expect(number.warnings.first == "Space group 227 alone does not say which origin: choice 1.")
    }

    @Test func atomsThatShareASiteAreOneSpecies() throws {
        let entry = try entry(
            block(columns: "_atom_site_occupancy", atoms: "Fe 0 0 0 0.25\nNi 0 0 0 0.5\nO 0.5 0.5 0.5 1"))
        #expect(entry.value("metadata/optimade/nsites") == .integer(2))
        #expect(entry.value("metadata/optimade/species/0/chemical_symbols")?.texts == ["Fe", "Ni", "vacancy"])
        #expect(entry.value("metadata/optimade/species/0/concentration")?.numbers == [0.25, 0.5, 0.25])
        #expect(entry.value("metadata/optimade/species/0/masses")?.numbers == [55.845, 58.693, 0])
        #expect(entry.value("metadata/optimade/species/0/mass") == nil)
        #expect(entry.value("metadata/optimade/structure_features")?.texts == ["disorder"])
        #expect(entry.value("metadata/optimade/chemical_formula_reduced") == .string("FeNi2O4"))
        #expect(entry.value("metadata/optimade/chemical_formula_hill") == nil)
        #expect(entry.value("metadata/optimade/elements")?.texts == ["Fe", "Ni", "O"])
        #expect(entry.value("results/material/symmetry/space_group_number") == .integer(221))
    }

    @Test func occupanciesThatSumToMoreThanOneAreToldOf() throws {
        let entry = try entry(block(columns: "_atom_site_occupancy", atoms: "Fe 0 0 0 0.7\nNi 0 0 0 0.5"))
        #expect(entry.warnings == ["The occupancies of Fe, Ni, at one site, sum to 1.2."])
    }

    @Test func sitesThatCoincideAreImportedWithoutSymmetry() throws {
        let entry = try entry(block(atoms: "Na 0 0 0\nCl 0 0 0.9999"))
        #expect(entry.value("metadata/optimade/nsites") == .integer(2))
        #expect(entry.value("results/material/symmetry") == nil)
        #expect(entry.value("metadata/optimade/space_group_it_number") == nil)
        #expect(entry.value("results/material/n_elements") == .integer(2))
        #expect(entry.warnings == ["Sites 1 and 2 coincide: imported without symmetry."])
    }

    @Test func anAtomThatSymmetryMakesToAndIsListedIsTakenOnce() throws {
        let entry = try entry(
            block(symmetry: "x,y,z;x+1/2,y+1/2,z+1/2", atoms: "Fe1 0 0 0\nFe2 0.5 0.5 0.5"))
        #expect(entry.value("metadata/optimade/nsites") == .integer(2))
        #expect(entry.value("results/material/symmetry/space_group_number") == .integer(229))
        #expect(entry.warnings == ["The site 'Fe2' is one that symmetry makes of 'Fe1': it is listed twice."])
    }

    @Test func theFirstBlockHasNoKeyAndTheOthersTheirNames() throws {
        let text =
            "data_global\n_publ_section_title 'On structures'\n" + block("one", atoms: "Cu 0 0 0")
            + block("two", atoms: "Ag 0 0 0")
        let entries = try SourceFormat.cif.entries(in: Array(text.utf8)).entries
        #expect(entries.map(\.key) == [nil, "two"])
        #expect(entries.map { $0.value("metadata/entry_name") } == [.string("Cu"), .string("Ag")])
    }

    @Test func aBadBlockKeepsNoOtherOut() throws {
        let text =
            block("one", atoms: "Cu 0 0 0") + block("two", atoms: "Ag x 0 0") + block("three", atoms: "Au 0 0 0")
        let file = try SourceFormat.cif.entries(in: Array(text.utf8))
        #expect(file.entries.map(\.key) == [nil, "three"])
        #expect(file.badParts.map(\.key) == ["two"])
        let line = try #require(file.badParts.first?.failure.line)
        #expect(line > block("one", atoms: "Cu 0 0 0").split(separator: "\n").count)
    }

    @Test func aBadFirstBlockKeepsItsPlace() throws {
        let text = block("one", atoms: "Cu x 0 0") + block("two", atoms: "Ag 0 0 0")
        let file = try SourceFormat.cif.entries(in: Array(text.utf8))
        #expect(file.entries.map(\.key) == ["two"])
        #expect(file.badParts.map(\.name) == ["one"])
        #expect(file.badParts.map(\.key) == [nil])
    }

    @Test func withoutOperationsTheSpaceGroupGivesThem() throws {
        let lines = [
            "_symmetry_space_group_name_Hall '-F 4 2 3'", "_symmetry_space_group_name_H-M 'F m -3 m'",
            "_space_group_IT_number 225",
        ]
        for line in lines {
            let entry = try entry(block(symmetry: "", atoms: "Cu 0 0 0", more: line))
            #expect(entry.value("metadata/optimade/nsites") == .integer(4), "\(line)")
        }
    }

    @Test func withoutAnySymmetryTheListedSitesAreAll() throws {
        let entry = try entry(block(symmetry: "", atoms: "Cu 0 0 0\nCu 0.1 0.2 0.3"))
        #expect(entry.value("metadata/optimade/nsites") == .integer(2))
        #expect(entry.warnings.count == 1)
    }

    @Test func deuteriumIsASpeciesOfHydrogen() throws {
        let entry = try entry(block(atoms: "D1 0 0 0\nO1 0.5 0.5 0.5"))
        #expect(entry.value("metadata/optimade/elements")?.texts == ["H", "O"])
        #expect(entry.value("metadata/optimade/species/0/name") == .string("D"))
        #expect(entry.value("metadata/optimade/species/0/chemical_symbols")?.texts == ["H"])
        #expect(entry.value("metadata/optimade/species/0/mass") == .real(2.014101778))
        #expect(entry.warnings.count == 1)
    }

    @Test func attachedHydrogenCountsInTheFormula() throws {
        // Tungsten it is not.
        #expect(try self.entry(block(atoms: "WatX1 0 0 0")).value("metadata/optimade/elements")?.texts == ["H", "O"])
        let entry = try entry(block(atoms: "Wat 0 0 0"))
        #expect(entry.value("metadata/optimade/chemical_formula_reduced") == .string("H2O"))
        #expect(entry.value("metadata/optimade/species/0/attached")?.texts == ["H"])
        #expect(entry.value("metadata/optimade/species/0/nattached")?.numbers == [2])
        #expect(entry.value("metadata/optimade/structure_features")?.texts == ["site_attachments"])
    }

    @Test func dummyAtomsAreNoSites() throws {
        let entry = try entry(
            block(columns: "_atom_site_calc_flag", atoms: "Cu 0 0 0 d\nQ1 0.5 0.5 0.5 dum"))
        #expect(entry.value("metadata/optimade/nsites") == .integer(1))
        #expect(entry.warnings == ["Left out as dummies: 'Q1'."])
    }

    @Test func atomsWithoutCoordinatesAreLeftOut() throws {
        let entry = try entry(block(atoms: "C1 0.1 0.1 0.1\nH1 ? ? ?\nN1 0.5 0.5 .\nO1 0.3 0.3 0.3"))
        #expect(entry.value("metadata/optimade/species_at_sites")?.texts == ["C", "O"])
        #expect(entry.warnings == ["Left out, since they have no coordinates: 'H1', 'N1'."])
    }

    @Test func atomsOfUnknownElementAreX() throws {
        let entry = try entry(
            block(
                columns: "_atom_site_type_symbol", atoms: "C1 0.1 0.1 0.1 C\nX1 0 0 0 X\nM1 .5 .5 .5 M\nM2 .7 .2 .1 M"))
        #expect(entry.value("metadata/optimade/species_at_sites")?.texts == ["C", "X", "M", "M"])
        for species in [1, 2] {
            #expect(entry.value("metadata/optimade/species/\(species)/chemical_symbols")?.texts == ["X"])
            #expect(entry.value("metadata/optimade/species/\(species)/mass") == nil)
        }
        #expect(entry.value("metadata/optimade/elements")?.texts == ["C"])
        #expect(entry.value("metadata/optimade/nsites") == .integer(4))
        #expect(entry.value("metadata/optimade/structure_features") == .list([]))
        #expect(entry.value("results/material/material_id") == nil)
        #expect(entry.value("results/properties/structures/structure_original/mass_density") == nil)
        #expect(entry.warnings == ["Of unknown element (X), and in no formula: 'X1', 'M1', 'M2'."])
        let half = try self.entry(
            block(columns: "_atom_site_occupancy", atoms: "C1 0.1 0.1 0.1 1\nX1 0 0 0 .5\nFe1 0 0 0 .25"))
        #expect(half.value("metadata/optimade/species/1/chemical_symbols")?.texts == ["Fe", "X", "vacancy"])
        #expect(half.value("metadata/optimade/species/1/name") == .string("Fe0.25X0.5"))
    }

    @Test func elementsThatWereGuessedFromLabelsAreToldOf() throws {
        let labels = try entry(
            block(atoms: "CA1 0 0 0\nCo2 .5 .5 .5\nNA .2 .2 .2\nOH1 .7 .7 .7\nSiT .4 .4 .1\nOw .1 .5 .9\nT1 .9 .2 .6"))
        #expect(labels.value("metadata/optimade/species_at_sites")?.texts == ["C", "Co", "Na", "O", "Si", "O", "T"])
        #expect(labels.warnings.contains("Elements were guessed from labels: C for 'CA1', Na for 'NA', O for 'Ow'."))
        let types = try entry(
            block(
                columns: "_atom_site_type_symbol",
                atoms: "CA1 0 0 0 CA2+\nN .5 .5 .5 NA\nC1 .2 .2 .2 ?\nCg1 .7 .7 .7 Cg\nFe .1 .5 .9 Fe3+\nS .9 .2 .6 X4")
        )
        #expect(types.value("metadata/optimade/species_at_sites")?.texts == ["Ca", "Na", "C", "C", "Fe", "X"])
        #expect(types.warnings.contains("Elements were guessed from labels: C for 'Cg1'."))
    }

    @Test func utf16IsNamed() {
        let refused = #expect(throws: SourceFailure.self) {
            try SourceFormat.cif.entries(in: [0xFF, 0xFE] + Array("d\0a\0t\0a\0_\0x\0".utf8))
        }
        #expect(refused?.reason.hasPrefix("the text is UTF-16") == true)
    }

    @Test func theCitationBecomesReferences() throws {
        let entry = try entry(
            block(
                atoms: "Cu 0 0 0",
                more: """
                    _journal_paper_doi doi:10.1107/S0567
                    _journal_name_full 'Acta Crystallographica'
                    _journal_volume 12
                    _journal_year 1959
                    _journal_page_first 5
                    _journal_page_last 9
                    _publ_section_title 'Copper'
                    loop_
                    _publ_author_name
                    'Doe, J.'
                    'Roe, R.'
                    """))
        #expect(
            entry.value("metadata/references")?.texts == [
                "https://doi.org/10.1107/S0567", "Doe, J.; Roe, R.: Copper. Acta Crystallographica 12 (1959), 5-9",
            ])
    }

    @Test(arguments: ["_space_group_IT_number 12", "_symmetry_space_group_name_H-M 'C 1 2/m 1'"])
    func aSpaceGroupThatIsStatedOtherwiseIsToldOf(_ statement: String) throws {
        let entry = try entry(block(atoms: "Cu 0 0 0", more: statement))
        #expect(entry.warnings == ["The file states space group 12; at 0.01 Å it is 221."])
    }

    @Test(
        arguments: [
            ("167", "5.13 5.13 5.13 55.3 55.3 55.3", "Al 0.352 0.352 0.352\nO 0.556 -0.056 0.25", 10, "R -3 c:R"),
            ("167", "4.76 4.76 12.99 90 90 120", "Al 0 0 0.352\nO 0.306 0 0.25", 30, nil),
            ("14", "5 6 7 90 90 110", "Cu 0.1 0.2 0.3", 4, "P 1 1 21/a"),
            ("14", "5 6 7 90 110 90", "Cu 0.1 0.2 0.3", 4, nil),
        ] as [(String, String, String, Int64, String?)])
    func axesThatANumberLeavesOpenAreThoseOfTheCell(
        _ number: String, _ cell: String, _ atoms: String, _ sites: Int64, _ setting: String?
    ) throws {
        let entry = try entry(
            block(cell: cell, symmetry: "", atoms: atoms, more: "_symmetry_Int_Tables_number \(number)"))
        #expect(entry.value("metadata/optimade/nsites") == .integer(sites))
        #expect(entry.value("results/material/symmetry/space_group_number")?.integer.map(String.init) == number)
        let warning = setting.map { "Space group \(number) alone does not say which axes: '\($0)' suits the cell." }
        #expect(entry.warnings == (warning.map { [$0] } ?? []))
    }

    @Test(arguments: ["x+1/2,y+0.5,z", ".5+x,.5+y,z", "x+0.5000,y+1.5,z", "x+1/2,y-0.5,z"])
    func operationsMayHaveDecimals(_ operation: String) throws {
        let entry = try entry(block(symmetry: "x,y,z;\(operation)", atoms: "Cu 0.1 0.2 0.3"))
        let found = entry.value("metadata/optimade/fractional_site_positions/1")?.numbers ?? []
        #expect(zip(found, [0.6, 0.7, 0.3]).allSatisfy { abs($0 - $1) < 1e-9 }, "\(found)")
    }

    @Test func thirdsOfOperationsMayBeRounded() throws {
        let entry = try entry(block(symmetry: "x,y,z;x+.33333,y+0.667,z", atoms: "Cu 0 0 0"))
        let found = entry.value("metadata/optimade/fractional_site_positions/1")?.numbers ?? []
        #expect(zip(found, [1 / 3.0, 2 / 3.0, 0]).allSatisfy { abs($0 - $1) < 1e-9 }, "\(found)")
    }

    @Test(arguments: ["x+0.4,y,z", "x+.,y,z,", "0.5x,y,z", "x+99999999999999999999.5,y,z"])
    func otherNumbersMakeNoOperation(_ operation: String) throws {
        let text = block(symmetry: "x,y,z;\(operation)", atoms: "Cu 0 0 0")
        let failure = #expect(throws: SourceFailure.self) { try SourceFormat.cif.entries(in: Array(text.utf8)) }
        #expect(failure?.reason == "'\(operation)' is no symmetry operation")
    }

    @Test func theIdentityNeedNotBeListed() throws {
        let entry = try entry(block(symmetry: "-x,-y,-z", atoms: "Cu 0.1 0.2 0.3"))
        #expect(entry.value("metadata/optimade/fractional_site_positions/0")?.numbers == [0.1, 0.2, 0.3])
        #expect(entry.value("metadata/optimade/nsites") == .integer(2))
    }

    @Test func theOperationsOfTheStructureItselfAreShown() throws {
        let entry = try entry(block(cell: "4 5 6 90 90 90", atoms: "Cu 0 0 0\nAg 0.5 0.5 0.5"))
        let triplets = try #require(entry.value("metadata/optimade/space_group_symmetry_operations_xyz")?.texts)
        #expect(triplets.count == 8 && triplets[0] == "x,y,z" && triplets.contains("-x,-y,-z"))
        #expect(entry.value("metadata/optimade/space_group_symbol_hall") == .string("-P 2 2"))
        #expect(entry.value("metadata/optimade/wyckoff_positions")?.texts == ["a", "h"])
    }

    @Test func monoclinicSymbolsAreShort() throws {
        let entry = try entry(
            block(
                cell: "4 5 6 90 100 90", symmetry: "x,y,z;-x,y+1/2,-z+1/2;-x,-y,-z;x,-y+1/2,z+1/2",
                atoms: "Cu 0.1 0.22 0.37\nO 0.4 0.13 0.21"))
        #expect(entry.value("metadata/optimade/space_group_symbol_hermann_mauguin") == .string("P 21/c"))
        #expect(entry.value("metadata/optimade/space_group_symbol_hermann_mauguin_extended") == .string("P 1 21/c 1"))
        #expect(entry.value("metadata/optimade/space_group_it_number") == .integer(14))
    }

    @Test func uncertaintiesAreDropped() throws {
        let entry = try entry(block(cell: "5.00(2) 5 5 90 90 90", atoms: "Cu 0.2500(3) 0 0"))
        #expect(entry.value("metadata/optimade/fractional_site_positions/0")?.numbers == [0.25, 0, 0])
    }

    @Test func coordinatesThatAreMissingOrNotFiniteRefuseTheFile() {
        for number in ["?", ".", "nan", "inf", "1e999", "x"] {
            let refused = failure(.cif, block(atoms: "Cu \(number) 0 0"))
            #expect(refused?.reason == "the atom site 'Cu' has no coordinates", "\(number)")
            #expect(refused?.line == 13, "\(number)")
        }
    }

    @Test(
        arguments: [
            ("data_x\n_cell_length_a 5\n", "_cell_length_b is missing"), ("data_x\n_a b\n", "no block has a cell"),
            ("", "the file is empty"), ("hello world\n", "no CIF syntax"), ("data_x\nloop_\n_a\n_b\n1 2 3\n", "no CIF"),
        ])
    func otherFilesAreRefusedWithAReason(_ text: String, _ reason: String) {
        #expect(failure(.cif, text)?.reason.contains(reason) == true)
    }

    @Test(
        arguments: ["0 5 5 90 90 90", "5 5 5 90 90 180", "5 5 5 10 10 150", "-5 5 5 90 90 90", "1e-9 1 1 90 90 90"])
    func cellsThatCannotBeAreRefused(_ cell: String) {
        #expect(failure(.cif, block(cell: cell, atoms: "Cu 0 0 0"))?.reason == "lengths and angles make no cell")
    }

    @Test func unknownElementsAndOperationsAreNamed() {
        #expect(failure(.cif, block(atoms: "Qq1 0 0 0"))?.reason == "the atom site 'Qq1' is of no known element")
        #expect(
            failure(.cif, block(symmetry: "x,y,z;x,y,q", atoms: "Cu 0 0 0"))?.reason
                == "'x,y,q' is no symmetry operation")
        #expect(
            failure(.cif, block(symmetry: "", atoms: "Cu 0 0 0", more: "_symmetry_space_group_name_H-M 'Z 9'"))?
                .reason.contains("the space group 'Z 9' is not known") == true)
    }

    @Test func theLineOfASyntaxErrorIsNamed() {
        #expect(failure(.cif, block(atoms: "Cu 0 0"))?.line != nil)
    }
}

/// Time that this thread has computed for, in nanoseconds.
private func threadTime() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
}
