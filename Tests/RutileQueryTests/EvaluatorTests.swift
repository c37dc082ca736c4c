import RutileJSON
import RutileQuery
import Testing

struct EvaluatorTests {
    private let evaluator = Evaluator(
        PropertyCatalogue([
            Property("band_gap", .float), Property("elements", .list(.string)), Property("counts", .list(.integer)),
            Property("species", .list(.dictionary([.init("symbols", .list(.string))]))),
            Property("when", .timestamp),
        ]))

    private func truth(_ predicate: Predicate, _ json: String) throws -> Truth {
        guard case .object(let document) = try Value(json: json) else { return .unknown }
        return evaluator.truth(of: predicate, for: document)
    }

    private let wide = Predicate.test("band_gap", Test(.compares(.greater), .literal(.integer(3))))

    @Test func notOverAnAbsentValueDoesNotMatch() throws {
        #expect(try truth(.not(wide), #"{"band_gap": 1.5}"#) == .true)
        for absent in ["{}", #"{"band_gap": null}"#] {
            #expect(try truth(.not(wide), absent) == .unknown)
            #expect(try truth(.not(.isTrue(wide)), absent) == .true)
            #expect(try truth(.isKnown("band_gap"), absent) == .false)
            #expect(try truth(.and([wide, .constant(.false)]), absent) == .false)
            #expect(try truth(.or([wide, .constant(.true)]), absent) == .true)
        }
    }

    private func items(_ lists: [PropertyPath], _ quantifier: ItemsTest.Quantifier, _ rows: [[Literal]]) -> Predicate {
        .items(ItemsTest(lists, quantifier, rows.map { $0.map { Test(.compares(.equal), .literal($0)) } }))
    }

    @Test func quantifiersCountItemsAndRows() throws {
        let document = #"{"elements": ["O", "Si"], "counts": [2, 1]}"#
        let rows: [[Literal]] = [[.string("Si")], [.string("O")]]
        #expect(try truth(items(["elements"], .all, rows), document) == .true)
        #expect(try truth(items(["elements"], .all, rows + [[.string("Al")]]), document) == .false)
        #expect(try truth(items(["elements"], .any, [[.string("Al")], [.string("O")]]), document) == .true)
        #expect(try truth(items(["elements"], .only, [[.string("O")]]), document) == .false)
        #expect(try truth(items(["elements"], .only, rows), #"{"elements": []}"#) == .true)
        #expect(try truth(items(["elements"], .any, rows), "{}") == .unknown)
        let correlated: [PropertyPath] = ["elements", "counts"]
        #expect(try truth(items(correlated, .any, [[.string("Si"), .integer(1)]]), document) == .true)
        #expect(try truth(items(correlated, .any, [[.string("Si"), .integer(2)]]), document) == .false)
    }

    @Test func namesInsideListsGiveTheFlatListOfAllItems() throws {
        let document = #"{"species": [{"symbols": ["Si", "C"]}, {"symbols": ["O"]}]}"#
        #expect(try truth(items(["species.symbols"], .all, [[.string("O")], [.string("C")]]), document) == .true)
        #expect(try truth(.length("species.symbols", .equal, 3), document) == .true)
        #expect(try truth(.length("species.symbols", .equal, 3), "{}") == .unknown)
    }

    @Test func numbersCompareExactlyAndStringsByTheirBytes() {
        let large = Literal.integer(9_007_199_254_740_993)
        #expect(large.holds(.compares(.greater), .real(9_007_199_254_740_992)))
        #expect(!large.holds(.compares(.equal), .real(9_007_199_254_740_992)))
        #expect(Literal.integer(.max).holds(.compares(.less), .real(0x1p63)))
        #expect(Literal.real(-0x1p63).holds(.compares(.equal), .integer(.min)))
        #expect(!Literal.string("é").holds(.compares(.equal), .string("e\u{301}")))
        #expect(Literal.string("e\u{301}x").holds(.startsWith, .string("e")))
    }
}
