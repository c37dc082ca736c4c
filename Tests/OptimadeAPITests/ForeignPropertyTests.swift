import OptimadeAPI
import RutileJSON
import RutileModel
import RutileQuery
import Testing

/// Names with prefixes of other providers, whose values are unknown.
struct ForeignPropertyTests {
    private func lowered(_ filter: String) throws -> LoweredFilter { try LoweredFilter(filter, sampleVocabulary) }

    @Test(arguments: [
        "_foreign_x = 1", "_foreign_x < \"a\"", "1 != _foreign_x", "_foreign_x = TRUE", "_foreign_x CONTAINS \"a\"",
        "_foreign_x LENGTH 2", "_foreign_x LENGTH >= 0", "_foreign_x HAS \"a\"", "_foreign_x HAS ALL <1, \"b\"",
        "_foreign_x.deep.er = 1", "_foreign_x:elements HAS 1:\"Si\"", "nelements = _foreign_x", "id STARTS _foreign_x",
        "_foreign_x = _cod_y", "_foreign_x = nelements", "_foreign_ = 2",
    ])
    func comparisonsAreUnknown(filter: String) throws {
        #expect(try lowered(filter).predicate == .constant(.unknown))
        #expect(try lowered("NOT \(filter)").predicate == .not(.constant(.unknown)))
    }

    @Test func theyAreNeverKnown() throws {
        #expect(try lowered("_foreign_x IS KNOWN").predicate == .constant(.false))
        #expect(try lowered("_foreign_x IS UNKNOWN").predicate == .not(.constant(.false)))
        #expect(try lowered("_foreign_x").predicate == .constant(.false))
    }

    @Test func unknownPrefixesAreReportedOnce() throws {
        let filter = "_foreign_x = 1 OR _foreign_y = 1 OR _mp_density = 1 OR _zz9_a HAS _qq_b"
        let warnings = try lowered(filter).warnings
        #expect(warnings.map(\.name) == ["_foreign_x", "_zz9_a", "_qq_b"])
        #expect(warnings.map(\.prefix) == ["foreign", "zz9", "qq"])
        #expect(warnings.map(\.span.lowerBound) == [0, 55, 66])
    }

    @Test func foreignPropertiesThatWeHaveAreOurs() throws {
        let filter = try lowered("_mp_gap > 1")
        #expect(filter.predicate == compares("_mp_gap", .greater, .integer(1)))
        #expect(filter.warnings.isEmpty)
    }

    /// An item compared with something unknown meets nothing; the list itself is known.
    @Test(arguments: [
        ("elements HAS _foreign_x", #"["Si"]"#, Truth.false), ("elements HAS _foreign_x", "null", .unknown),
        (#"elements HAS ANY _foreign_x, "Si""#, #"["Si"]"#, .true),
        (#"elements HAS ALL _foreign_x, "Si""#, #"["Si"]"#, .false),
        (#"elements HAS ALL _foreign_x, "Si""#, "null", .unknown),
        (#"elements HAS ONLY _foreign_x, "Si""#, #"["Si"]"#, .true),
        (#"elements HAS ONLY _foreign_x, "Si""#, #"["Si", "O"]"#, .false),
        ("elements HAS ONLY _foreign_x", #"["Si"]"#, .false), ("elements HAS ONLY _foreign_x", "[]", .true),
        ("elements HAS ONLY _foreign_x", "null", .unknown),
        ("elements:_exmpl_counts HAS ONLY _foreign_x:1", "[]", .unknown),
    ])
    func itemsComparedWithThemMeetNothing(filter: String, elements: String, truth: Truth) throws {
        let document = try Value(json: #"{"elements": \#(elements)}"#).object ?? ObjectValue()
        let evaluator = Evaluator(sampleVocabulary.catalogue)
        #expect(evaluator.truth(of: try lowered(filter).predicate, for: document) == truth)
    }

    @Test func registeredPrefixesAreKnownFacts() {
        #expect(RegisteredPrefixes.all.isSuperset(of: ["aflow", "cod", "mp", "nmd", "oqmd", "optimade"]))
        #expect(!RegisteredPrefixes.all.contains("exmpl"))
        #expect(RegisteredPrefixes.all.allSatisfy { FilterVocabulary.prefix(of: "_\($0)_x") == $0 })
    }
}
