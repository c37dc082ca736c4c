import RutileQuery

// One closed table: the properties of `structures` in the order of the standard.
// Source: OPTIMADE 1.2, "Structures Entries", with the additions of 1.3.

extension PropertyDefinition {
    /// What `structures` have besides the core properties.
    static let structures: [PropertyDefinition] = composition + symmetry + sites

    private static let group = "optimade/structures"

    private static let composition: [PropertyDefinition] = [
        .standard(
            "elements", in: group, .should, query: .allMandatory, .list(of: .string, dimension: "dim_elements"),
            "Symbols of the chemical elements in the structure, each once, in alphabetical order."),
        .standard(
            "nelements", in: group, .should, query: .allMandatory, .integer(minimum: 0), title: "number of elements",
            "How many different elements the structure has: the length of `elements`."),
        .standard(
            "elements_ratios", in: group, .should, query: .allMandatory,
            .list(of: .float(minimum: 0, maximum: 1), dimension: "dim_elements"),
            "The share of each element among all atoms, in the order of `elements`. The shares add up to 1."),
        .standard(
            "chemical_formula_descriptive", in: group, .should, query: .allMandatory, .string,
            "The chemical formula in the form that the source of the data prefers; brackets are balanced."),
        .standard(
            "chemical_formula_reduced", in: group, .should, query: .equalityOnly, .string,
            "The formula with elements in alphabetical order and the smallest whole proportions; a 1 is left out."),
        .standard(
            "chemical_formula_hill", in: group, .may, query: .none, .string,
            """
            The formula of the whole structure in Hill's order: carbon, then hydrogen, then the others alphabetically; \
            without carbon all alphabetically. Absent where occupations are no whole numbers.
            """),
        .standard(
            "chemical_formula_anonymous", in: group, .should, query: .equalityOnly, .string,
            """
            The reduced formula with letters in place of elements: A for the largest proportion, then B and so on; \
            after Z come Aa, Ba, Ca.
            """),
        .standard(
            "dimension_types", in: group, .should, query: .none,
            .list(of: .integer(minimum: 0, maximum: 1), dimension: "dim_lattice", count: 3),
            "For each lattice vector 1 where the structure repeats along it, else 0."),
        .standard(
            "nperiodic_dimensions", in: group, .should, query: .allMandatory, .integer(minimum: 0, maximum: 3),
            title: "number of periodic dimensions",
            "Along how many lattice vectors the structure repeats: the sum of `dimension_types`."),
        .standard(
            "lattice_vectors", in: group, .should, query: .none,
            .matrix(rows: "dim_lattice", count: 3, columns: "dim_spatial", of: .float(.angstrom)),
            """
            The three lattice vectors in Cartesian coordinates, one per row, in ångström. A vector along which the \
            structure does not repeat may be all `null`.
            """),
    ]

    private static let symmetry: [PropertyDefinition] = [
        .standard(
            "space_group_symmetry_operations_xyz", in: group, .may, query: .none,
            .list(of: .string, dimension: "dim_symmetry_operations"),
            """
            Symmetry operations on fractional coordinates as text such as `-x,y+1/2,-z`, the identity `x,y,z` \
            included. Absent for structures that do not repeat.
            """),
        .standard(
            "space_group_symbol_hall", in: group, .may, query: .none, .string,
            title: "Hall symbol of the space group",
            "Hall's symbol of the space group, its parts separated by single blanks, bars written as `-`."),
        .standard(
            "space_group_symbol_hermann_mauguin", in: group, .may, query: .none, .string,
            title: "Hermann-Mauguin symbol of the space group",
            "The short symbol of the space group after Hermann and Mauguin."),
        .standard(
            "space_group_symbol_hermann_mauguin_extended", in: group, .may, query: .none, .string,
            title: "extended Hermann-Mauguin symbol of the space group",
            "The extended symbol of the space group after Hermann and Mauguin, which tells the setting."),
        .standard(
            "space_group_it_number", in: group, .may, query: .none, .integer(minimum: 1, maximum: 230),
            title: "space group number",
            "The number of the space group in the International Tables for Crystallography, 1 to 230."),
    ]

    private static let sites: [PropertyDefinition] = [
        .standard(
            "cartesian_site_positions", in: group, .should, query: .none,
            .matrix(rows: "dim_sites", count: nil, columns: "dim_spatial", of: .float(.angstrom)),
            "Where each site is, in Cartesian coordinates, one row per site, in ångström."),
        .standard(
            "fractional_site_positions", in: group, since: "v1.3", .may, query: .none,
            .matrix(rows: "dim_sites", count: nil, columns: "dim_spatial", of: .float()),
            "Where each site is, in multiples of the lattice vectors, one row per site."),
        .standard(
            "site_coordinate_span", in: group, since: "v1.3", .may, query: .none,
            .word([
                "unit_cell", "fundamental_domain", "asymmetric_unit", "molecular_unit_cell",
                "molecular_fundamental_domain", "molecular_asymmetric_unit", "molecular_entities", "other",
            ]),
            "Which part of the whole structure the listed sites make up; the unit cell where it is absent."),
        .standard(
            "site_coordinate_span_description", in: group, since: "v1.3", .may, query: .none, .string,
            "In words, which part of the whole structure the listed sites make up."),
        .standard(
            "nsites", in: group, .should, query: .allMandatory, .integer(minimum: 0), title: "number of sites",
            "How many sites are listed: the number of rows of `cartesian_site_positions`."),
        .standard(
            "species_at_sites", in: group, .should, query: .none, .list(of: .string, dimension: "dim_sites"),
            "The `name` of the species at each site, in the order of the positions."),
        .standard(
            "species", in: group, .should, query: .none, .list(of: species, dimension: "dim_species"),
            """
            What can stand at a site: a chemical element, a mixture of several with their probabilities, or an atom \
            with others attached whose places are unknown.
            """),
        .standard(
            "assemblies", in: group, .may, query: .none, .list(of: assembly, dimension: "dim_assemblies"),
            "Groups of sites of which only one is present at a time. Absent where occupations are independent."),
        .standard(
            "wyckoff_positions", in: group, since: "v1.3", .may, query: .none,
            .list(of: .string, dimension: "dim_sites"), "The Wyckoff letter of each site."),
        .standard(
            "structure_features", in: group, .must, query: .allMandatory,
            .list(
                of: .word(["assemblies", "disorder", "implicit_atoms", "site_attachments"]),
                dimension: "dim_structure_features"),
            "Unusual features that the structure makes use of, in alphabetical order; empty for ordinary structures."),
        .standard(
            "optimization_type", in: group, since: "v1.3", .may, query: .none,
            .word(["experimental", "hybrid", "global", "local", "none", "indeterminate", "other"]),
            "How the positions were obtained: measured, or by which kind of relaxation."),
    ]

    private static let species = StandardShape.dictionary(
        [
            .init("name", .string, "Names the species within the structure."),
            .init(
                "chemical_symbols", .list(of: .string, dimension: "dim_species_chemical_symbols"),
                "Elements that can stand there; `X` for something that is none, `vacancy` for nothing."),
            .init(
                "concentration",
                .list(of: .float(minimum: 0, maximum: 1), dimension: "dim_species_chemical_symbols"),
                "The probability of each chemical symbol."),
            .init(
                "attached", .list(of: .string, dimension: "dim_species_attached"),
                "Elements attached to the site at unknown places."),
            .init(
                "nattached", .list(of: .integer(minimum: 0), dimension: "dim_species_attached"),
                "How many of each are attached."),
            .init(
                "mass", .list(of: .float(.dalton, minimum: 0), dimension: "dim_species_chemical_symbols"),
                "The mass of each chemical symbol in unified atomic mass units; 0 for a vacancy."),
            .init("original_name", .string, "What the source of the data calls the species."),
        ], required: 3)

    private static let assembly = StandardShape.dictionary(
        [
            .init(
                "sites_in_groups",
                .list(of: .list(of: .integer(minimum: 0), dimension: nil), dimension: nil),
                "The sites of each group, counted from 0."),
            .init(
                "group_probabilities", .list(of: .float(minimum: 0, maximum: 1), dimension: nil),
                "The probability of each group."),
        ], required: 2)
}
