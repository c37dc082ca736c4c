import OptimadeAPI
import RutileQuery
import Testing

/// Each production of the grammar, by the predicate that it becomes.
struct FilterGrammarTests {
    private func predicate(_ filter: String) throws -> Predicate {
        try LoweredFilter(filter, sampleVocabulary).predicate
    }

    private static let a = compares("nelements", .equal, .integer(1))
    private static let b = compares("nsites", .equal, .integer(2))
    private static let c = compares("id", .equal, .string("c"))

    @Test(arguments: [
        (#"nelements=1 OR nsites=2 AND id="c""#, Predicate.or([a, .and([b, c])])),
        (#"nelements=1 AND nsites=2 OR id="c""#, .or([.and([a, b]), c])),
        (#"(nelements=1 OR nsites=2) AND id="c""#, .and([.or([a, b]), c])),
        (#"nelements=1 AND nsites=2 AND id="c""#, .and([a, b, c])),
        (#"nelements=1 AND (nsites=2 AND id="c")"#, .and([a, .and([b, c])])),
        ("NOT nelements=1 AND nsites=2", .and([.not(a), b])),
        ("NOT (nelements=1 AND nsites=2)", .not(.and([a, b]))),
        ("NOT(NOT(nelements=1))", .not(.not(a))),
        ("((nelements=1))", a),
    ])
    func operatorsBindInTheirOrder(filter: String, expected: Predicate) throws {
        #expect(try predicate(filter) == expected)
    }

    @Test(arguments: [
        "nelements=1AND nsites=2", "nelements=1ANDnsites=2", "nelements\u{B}=\u{C}1\r\n\tAND\n nsites  =2",
        " nelements = 1 AND nsites = 2 ",
    ])
    func whiteSpaceIsNeededNowhereAndAllowedEverywhere(filter: String) throws {
        #expect(try predicate(filter) == .and([Self.a, Self.b]))
        #expect(try predicate("_exmpl_calc\n.\tcode IS KNOWN") == .isKnown("_exmpl_calc.code"))
        #expect(
            try predicate(#"elements : elements_ratios HAS "Si" : 1"#)
                == predicate(#"elements:elements_ratios HAS"Si":1"#))
        #expect(try predicate("idSTARTSWITH\"x\"OR idISKNOWN") == predicate("id STARTS \"x\" OR id IS KNOWN"))
    }

    @Test(arguments: Comparison.allCases)
    func constantsMayComeFirst(comparison: Comparison) throws {
        #expect(try predicate("nsites \(comparison.rawValue) 3") == compares("nsites", comparison, .integer(3)))
        #expect(
            try predicate("3\(comparison.rawValue)nsites") == compares("nsites", comparison.reversed, .integer(3)))
        #expect(
            try predicate("nsites \(comparison.rawValue) nelements")
                == test("nsites", .compares(comparison), .property("nelements")))
    }

    @Test(arguments: [
        ("3", Literal.integer(3)), ("+3", .integer(3)), ("-3", .integer(-3)), ("007", .integer(7)),
        ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
        ("1.", .real(1)), (".5", .real(0.5)), ("+.5", .real(0.5)), ("-1.e-3", .real(-0.001)), ("2E+3", .real(2000)),
        ("3.0", .real(3)), ("0e-999", .real(0)), ("1e0", .real(1)),
    ])
    func numbersKeepTheKindTheyAreWrittenIn(text: String, literal: Literal) throws {
        #expect(try predicate("_exmpl_band_gap=\(text)") == compares("_exmpl_band_gap", .equal, literal))
        #expect(try predicate("nsites=\(text)") == compares("nsites", .equal, literal))
    }

    @Test(arguments: [
        (#""""#, ""), (#""a b""#, "a b"), (#""say \"x\"""#, #"say "x""#), (#""back\\slash\\""#, #"back\slash\"#),
        (#""\\\"""#, #"\""#), ("\"line\nbreak\ttab\"", "line\nbreak\ttab"), ("\"e\u{301}漢🧪\"", "e\u{301}漢🧪"),
        (#""NOT (a = 'b')""#, "NOT (a = 'b')"),
    ])
    func stringsHaveTwoEscapes(text: String, value: String) throws {
        #expect(try predicate("id=\(text)") == compares("id", .equal, .string(value)))
    }

    @Test(arguments: [
        ("CONTAINS", Relation.contains), ("STARTS", .startsWith), ("STARTS WITH", .startsWith), ("ENDS", .endsWith),
        ("ENDS WITH", .endsWith),
    ])
    func substringOperators(keyword: String, relation: Relation) throws {
        #expect(try predicate("formula \(keyword) \"x\"") == test("formula", relation, .literal(.string("x"))))
        #expect(try predicate("formula \(keyword) id") == test("formula", relation, .property("id")))
        #expect(
            try predicate("elements HAS ANY \(keyword) \"x\", \"y\"")
                == has("elements", .any, Test(relation, .literal(.string("x"))), .equals(.string("y"))))
    }

    @Test(arguments: [
        ("nelements IS KNOWN", Predicate.isKnown("nelements")), ("nelements IS UNKNOWN", .not(.isKnown("nelements"))),
        ("species IS KNOWN", .isKnown("species")), ("lattice_vectors IS KNOWN", .isKnown("lattice_vectors")),
        ("_exmpl_raw IS UNKNOWN", .not(.isKnown("_exmpl_raw"))),
        ("_exmpl_stable", compares("_exmpl_stable", .equal, .boolean(true))),
        ("NOT _exmpl_stable", .not(compares("_exmpl_stable", .equal, .boolean(true)))),
        ("nelements AND (elements)", .and([.isKnown("nelements"), .isKnown("elements")])),
        ("_exmpl_stable != FALSE", compares("_exmpl_stable", .notEqual, .boolean(false))),
        ("TRUE = _exmpl_calc.converged", compares("_exmpl_calc.converged", .equal, .boolean(true))),
        ("elements LENGTH 3", .length("elements", .equal, 3)),
        ("elements LENGTH != 3", .length("elements", .notEqual, 3)),
        ("elements LENGTH >=-1", .length("elements", .greaterOrEqual, -1)),
        ("species LENGTH 0", .length("species", .equal, 0)), ("elements LENGTH 2.0", .length("elements", .equal, 2)),
        ("elements LENGTH nelements", .lengthAs("elements", .equal, "nelements")),
        ("elements LENGTH >= _exmpl_band_gap", .lengthAs("elements", .greaterOrEqual, "_exmpl_band_gap")),
        ("elements LENGTH _mp_x", .constant(.unknown)), ("_mp_x LENGTH nelements", .constant(.unknown)),
    ])
    func knownLengthAndNamesAlone(filter: String, expected: Predicate) throws {
        #expect(try predicate(filter) == expected)
    }

    @Test(arguments: [
        (#"elements HAS "Si""#, has("elements", .any, .equals(.string("Si")))),
        (#"elements HAS ALL "Si""#, has("elements", .all, .equals(.string("Si")))),
        (#"elements HAS ALL "Si","O""#, has("elements", .all, .equals(.string("Si")), .equals(.string("O")))),
        (#"elements HAS ANY "Si" , "O""#, has("elements", .any, .equals(.string("Si")), .equals(.string("O")))),
        (#"elements HAS ONLY "Si""#, has("elements", .only, .equals(.string("Si")))),
        ("_exmpl_counts HAS < 3", has("_exmpl_counts", .any, Test(.compares(.less), .literal(.integer(3))))),
        ("_exmpl_counts HAS = 3", has("_exmpl_counts", .any, .equals(.integer(3)))),
        (
            "_exmpl_counts HAS ALL <3, >=-1,!=0.5",
            has(
                "_exmpl_counts", .all, Test(.compares(.less), .literal(.integer(3))),
                Test(.compares(.greaterOrEqual), .literal(.integer(-1))),
                Test(.compares(.notEqual), .literal(.real(0.5))))
        ),
        ("_exmpl_flags HAS TRUE", has("_exmpl_flags", .any, .equals(.boolean(true)))),
        ("elements HAS formula", has("elements", .any, Test(.compares(.equal), .property("formula")))),
        (#"species.name HAS "a""#, has("species.name", .any, .equals(.string("a")))),
        (#"species.chemical_symbols HAS "a""#, has("species.chemical_symbols", .any, .equals(.string("a")))),
        ("_exmpl_calc.parts.weight HAS 1", has("_exmpl_calc.parts.weight", .any, .equals(.integer(1)))),
        (#"references.id HAS "r""#, has("references.id", .any, .equals(.string("r")))),
        (
            #"structures.description HAS CONTAINS "r""#,
            has("structures.description", .any, Test(.contains, .literal(.string("r"))))
        ),
        (#"references.role HAS ONLY "input""#, has("references.role", .only, .equals(.string("input")))),
        ("references.id IS KNOWN", .isKnown("references.id")),
        (
            "references.role IS KNOWN",
            .and([
                .isKnown("references.role"),
                .or([
                    has("references.role", .any, Test(.contains, .literal(.string("")))),
                    .length("references.role", .equal, 0),
                ]),
            ])
        ),
        ("references.id LENGTH > 1", .length("references.id", .greater, 1)),
    ])
    func listsHaveItems(filter: String, expected: Predicate) throws {
        #expect(try predicate(filter) == expected)
    }

    @Test(arguments: [("HAS", ItemsTest.Quantifier.any), ("HAS ALL", .all), ("HAS ANY", .any), ("HAS ONLY", .only)])
    func correlatedListsHaveTuples(keyword: String, quantifier: ItemsTest.Quantifier) throws {
        let one: [RutileQuery.Test] = [
            .equals(.string("Si")), Test(.compares(.greater), .literal(.real(0.2))), .equals(.integer(1)),
        ]
        let lists: [PropertyPath] = ["elements", "elements_ratios", "_exmpl_counts"]
        let text = #"elements:elements_ratios:_exmpl_counts \#(keyword) "Si":>0.2:1"#
        #expect(try predicate(text) == .items(ItemsTest(lists, quantifier, [one])))
        guard keyword != "HAS" else { return }
        let two: [RutileQuery.Test] = [
            Test(.startsWith, .literal(.string("O"))), .equals(.real(0.5)),
            Test(.compares(.notEqual), .property("nsites")),
        ]
        let both = text + ", STARTS \"O\":0.5:!=nsites"
        #expect(try predicate(both) == .items(ItemsTest(lists, quantifier, [one, two])))
    }

    @Test func aListMayBeCorrelatedWithItself() throws {
        #expect(
            try predicate("_exmpl_counts:_exmpl_counts HAS >=2:<=5")
                == .items(
                    ItemsTest(
                        ["_exmpl_counts", "_exmpl_counts"], .any,
                        [
                            [
                                Test(.compares(.greaterOrEqual), .literal(.integer(2))),
                                Test(.compares(.lessOrEqual), .literal(.integer(5))),
                            ]
                        ])))
    }

    @Test(arguments: [
        ("5 < 7", true), ("2 = 2.0", true), ("3 != 3", false), ("TRUE = FALSE", false), ("TRUE != FALSE", true),
        ("9007199254740993 > 9007199254740992.0", true),
    ])
    func constantsCompareAtOnce(filter: String, isTrue: Bool) throws {
        #expect(try predicate(filter) == .constant(isTrue ? .true : .false))
    }

    @Test func twoHundredParenthesesAreFollowed() throws {
        let inner = String(repeating: "NOT (", count: 199) + "(nelements=1"
        #expect(throws: Never.self) { try LoweredFilter(inner + String(repeating: ")", count: 200), sampleVocabulary) }
    }
}
