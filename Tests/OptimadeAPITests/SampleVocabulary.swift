import OptimadeAPI
import RutileModel
import RutileQuery

/// A few properties of every type.
let sampleVocabulary = FilterVocabulary(
    PropertyCatalogue([
        Property("id", .string), Property("type", .string), Property("nelements", .integer),
        Property("nsites", .integer), Property("formula", .string), Property("elements", .list(.string)),
        Property("elements_ratios", .list(.float)), Property("last_modified", .timestamp),
        Property("lattice_vectors", .list(.list(.float))),
        Property(
            "species", .list(.dictionary([.init("name", .string), .init("chemical_symbols", .list(.string))]))),
        Property("_exmpl_band_gap", .float), Property("_exmpl_stable", .boolean),
        Property("_exmpl_counts", .list(.integer)), Property("_exmpl_times", .list(.timestamp)),
        Property("_exmpl_flags", .list(.boolean)), Property("_exmpl_raw", .opaque),
        Property(
            "_exmpl_calc",
            .dictionary([
                .init("code", .string), .init("steps", .integer), .init("converged", .boolean),
                .init("when", .timestamp), .init("parts", .list(.dictionary([.init("weight", .float)]))),
            ])),
        Property("_mp_gap", .float),
    ]),
    ownPrefixes: ["exmpl", "other"], registeredPrefixes: ["mp", "cod"], relationships: ["structures", "references"])

/// `path comparison literal`.
func compares(_ path: PropertyPath, _ comparison: Comparison, _ literal: Literal) -> Predicate {
    .test(path, Test(.compares(comparison), .literal(literal)))
}

/// `path relation operand`.
func test(_ path: PropertyPath, _ relation: Relation, _ operand: Operand) -> Predicate {
    .test(path, Test(relation, operand))
}

/// `path HAS …` with the quantifier; each test is a row.
func has(_ path: PropertyPath, _ quantifier: ItemsTest.Quantifier, _ tests: Test...) -> Predicate {
    .items(ItemsTest([path], quantifier, tests.map { [$0] }))
}

extension Test {
    /// Equality with a literal.
    static func equals(_ literal: Literal) -> Test { Test(.compares(.equal), .literal(literal)) }
}

/// Midnight UTC of a day since 1970.
func midnight(day: Int64) -> Literal { .timestamp(Timestamp(microseconds: day * 86_400_000_000)) }
