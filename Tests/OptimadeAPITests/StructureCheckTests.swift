import OptimadeAPI
import RutileJSON
import Testing

struct StructureCheckTests {
    /// A structure with which nothing is wrong.
    private static let sound = """
        {"elements": ["O", "Si"], "nelements": 2, "elements_ratios": [0.6666667, 0.3333333],
         "chemical_formula_reduced": "O2Si", "chemical_formula_anonymous": "A2B", "chemical_formula_hill": "O2Si",
         "dimension_types": [1, 1, 1], "nperiodic_dimensions": 3, "lattice_vectors": [[4, 0, 0], [0, 4, 0], [0, 0, 4]],
         "cartesian_site_positions": [[0, 0, 0], [1, 1, 1], [2, 2, 2]], "nsites": 3,
         "fractional_site_positions": [[0, 0, 0], [0.25, 0.25, 0.25], [0.5, 0.5, 0.5]],
         "site_coordinate_span": "unit_cell", "wyckoff_positions": ["a", "b", "b"],
         "species": [{"name": "O", "chemical_symbols": ["O"], "concentration": [1.0], "mass": [15.999]},
                     {"name": "Si", "chemical_symbols": ["Si"], "concentration": [1.0]}],
         "species_at_sites": ["Si", "O", "O"], "structure_features": [], "space_group_it_number": 154,
         "space_group_symbol_hall": "P 32 2\\"", "last_modified": "2024-01-01T00:00:00Z"}
        """

    /// The problems of the sound structure with the members of `change` in place of its own.
    private func problems(_ change: String) throws -> [String] {
        var attributes = try #require(try Value(json: Self.sound).object)
        for (name, value) in try #require(try Value(json: change).object).members { attributes[name] = value }
        return StructureCheck(attributes).problems
    }

    @Test func aSoundStructureHasNoProblems() throws {
        #expect(try problems("{}") == [])
        #expect(
            try problems(
                #"{"chemical_formula_descriptive": "[Fe(CN)6]{H2O}3", "optimization_type": "none", "#
                    + #""site_coordinate_span": "asymmetric_unit"}"#) == [])
        #expect(StructureCheck(ObjectValue([("structure_features", .list([]))])).problems == [])
    }

    @Test(
        arguments: [
            (#"{"elements": ["Si", "O"], "chemical_formula_reduced": null}"#, "elements are not in alphabetical order"),
            (#"{"elements": ["O", "Xx"], "chemical_formula_reduced": null}"#, "elements has 'Xx', which is no element"),
            (#"{"elements": "OSi"}"#, "elements is no list"), (#"{"nelements": 3}"#, "nelements is 3"),
            (#"{"nelements": "2"}"#, "nelements is no integer"),
            (#"{"elements_ratios": [0.6, 0.3]}"#, "the sum of elements_ratios is"),
            (#"{"elements_ratios": [1]}"#, "elements_ratios has 1 items"),
            (#"{"chemical_formula_reduced": "SiO2"}"#, "chemical_formula_reduced is not in alphabetical order"),
            (#"{"chemical_formula_reduced": "O4Si2"}"#, "chemical_formula_reduced has numbers with a common divisor"),
            (#"{"chemical_formula_reduced": "O2Si1"}"#, "chemical_formula_reduced is no formula"),
            (#"{"chemical_formula_reduced": "GeO2"}"#, "chemical_formula_reduced has other elements than elements"),
            (#"{"chemical_formula_anonymous": "AB2"}"#, "chemical_formula_anonymous has numbers that ascend"),
            (#"{"chemical_formula_anonymous": "B2A"}"#, "chemical_formula_anonymous has not the labels"),
            (#"{"chemical_formula_anonymous": "A3B"}"#, "chemical_formula_anonymous has other proportions"),
            (#"{"chemical_formula_hill": "SiO2"}"#, "chemical_formula_hill is not in Hill's order"),
            (#"{"chemical_formula_hill": "H4C"}"#, "chemical_formula_hill is not in Hill's order"),
            (#"{"chemical_formula_descriptive": "Na(Cl"}"#, "chemical_formula_descriptive has brackets"),
            (#"{"chemical_formula_descriptive": "(H2O]2"}"#, "chemical_formula_descriptive has brackets"),
            (#"{"chemical_formula_descriptive": "Na)Cl("}"#, "chemical_formula_descriptive has brackets"),
            (#"{"dimension_types": [1, 1]}"#, "dimension_types is not three"),
            (
                #"{"nperiodic_dimensions": 2, "space_group_it_number": null, "space_group_symbol_hall": null}"#,
                "nperiodic_dimensions is 2"
            ),
            (#"{"lattice_vectors": null}"#, "lattice_vectors is missing"),
            (#"{"lattice_vectors": [[4, 0, 0], [0, 4, 0]]}"#, "lattice_vectors has 2 vectors"),
            (#"{"lattice_vectors": [[4, 0, 0], [0, 4, 0], [null, null, null]]}"#, "lattice vector 3 is null"),
            (
                #"{"space_group_symmetry_operations_xyz": ["x,y,z", "-y,x+y+z,-x"]}"#,
                "space_group_symmetry_operations_xyz has '-y"
            ),
            (
                #"{"space_group_symmetry_operations_xyz": ["-x,-y,-z"]}"#,
                "space_group_symmetry_operations_xyz lacks x,y,z"
            ),
            (#"{"nsites": 2}"#, "cartesian_site_positions has 3 items, but nsites is 2"),
            (#"{"cartesian_site_positions": [[0, 0], [1, 1, 1], [2, 2, 2]]}"#, "cartesian_site_positions has items"),
            (#"{"site_coordinate_span": null}"#, "site_coordinate_span is missing"),
            (#"{"species_at_sites": ["Si", "O", "Fe"]}"#, "species_at_sites has 'Fe'"),
            (#"{"structure_features": ["disorder"]}"#, "structure_features has disorder"),
            (#"{"structure_features": ["foo"]}"#, "structure_features has 'foo', which is no feature"),
            (#"{"site_coordinate_span": "foo"}"#, "site_coordinate_span is 'foo', which"),
            (#"{"optimization_type": "foo"}"#, "optimization_type is 'foo', which"),
            (#"{"structure_features": null}"#, "structure_features is missing"),
            (#"{"species_at_sites": ["O", "O", "O"]}"#, "structure_features lacks implicit_atoms"),
            (
                #"{"assemblies": [{"sites_in_groups": [[0], [1]], "group_probabilities": [1]}]}"#,
                "an assembly has not one probability"
            ),
            (
                #"{"assemblies": [{"sites_in_groups": [[0], [0]], "group_probabilities": [0.5, 0.5]}]}"#,
                "a site is in two groups"
            ),
            (#"{"space_group_it_number": 231}"#, "space_group_it_number is 231"),
            (#"{"nperiodic_dimensions": 2, "space_group_symbol_hall": null}"#, "space_group_it_number is known"),
            (#"{"last_modified": "yesterday"}"#, "last_modified is no timestamp"),
        ])
    func whatDoesNotAgreeIsNamed(_ change: String, _ problem: String) throws {
        let problems = try problems(change)
        #expect(problems.contains { $0.hasPrefix(problem) }, "\(problems)")
    }

    @Test(
        arguments: [
            (#"{"name": "O", "chemical_symbols": ["O"], "concentration": [1, 0]}"#, "has not one concentration"),
            (#"{"name": "O", "chemical_symbols": ["O"], "concentration": [0.5]}"#, "come to 0.5"),
            (#"{"name": "O", "chemical_symbols": ["Q"], "concentration": [1]}"#, "a chemical symbol"),
            (#"{"name": "O", "chemical_symbols": ["O"], "concentration": [1], "mass": 16}"#, "one mass"),
            (
                #"{"name": "O", "chemical_symbols": ["O"], "concentration": [1], "attached": ["H"]}"#,
                "attached and nattached"
            ),
            (
                #"{"name": "O", "chemical_symbols": ["O", "vacancy"], "concentration": [0.9, 0.1]}"#,
                "structure_features lacks disorder"
            ),
            (#"{"chemical_symbols": ["O"], "concentration": [1]}"#, "a species has no name"),
            (#"{"name": "Si", "chemical_symbols": ["O"], "concentration": [1]}"#, "two species have the name"),
        ])
    func speciesAgreeWithinThemselves(_ species: String, _ problem: String) throws {
        let silicon = #"{"name": "Si", "chemical_symbols": ["Si"], "concentration": [1]}"#
        let problems = try problems(#"{"species": [\#(species), \#(silicon)]}"#)
        #expect(problems.contains { $0.contains(problem) }, "\(problems)")
    }

    @Test(
        arguments: [
            ("x,y,z", true), ("-x+1/2,y-z+5/6,+z", true), ("1/2-x,2/3+x-y,1/4", true), ("-x-y,x,-1/3+z", true),
            ("x+y,x+x,z-2/4", true), ("-y,x+y+z,-x", false), ("x,y", false), ("x,y,z,z", false), ("x,y,", false),
            ("x,y,z+1/8", false), ("x, y,z", false), ("X,y,z", false), ("x,y,z+0.5", false), ("x,y,2z", false),
            ("x,y,z+1/2+x", false), ("x,y,+", false), ("x,y,z-", false), ("", false), ("x,y,1/2-", false),
        ])
    func operationsAreAsTheSpecificationWritesThem(_ text: String, _ isValid: Bool) {
        #expect(SymmetryOperationText.isValid(text) == isValid)
    }

    @Test func beyondTwentySixElementsTheLabelsGoOnWithAa() throws {
        let labels = (0..<28).map { index in
            String(UnicodeScalar(UInt8(65 + index % 26))) + (index < 26 ? "" : "a")
        }
        #expect(
            try problems(#"{"chemical_formula_anonymous": "\#(labels.joined())", "chemical_formula_reduced": null}"#)
                == [])
        #expect(
            try problems(#"{"chemical_formula_anonymous": "\#(labels.dropLast().joined())Ab", "elements": null}"#)
                .contains { $0.contains("labels") })
    }
}
