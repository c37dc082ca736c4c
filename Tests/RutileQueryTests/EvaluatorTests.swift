import RutileJSON
import RutileModel
import RutileQuery
import Testing

struct EvaluatorTests {
    private let evaluator = Evaluator(
        PropertyCatalogue([
            Property("band_gap", .float), Property("elements", .list(.string)),
            Property("counts", .list(.integer)),
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

    @Test func numbersWithFractionsAreShownAsNoIntegers() {
        var catalogue = PropertyCatalogue([Property("count", .integer), Property("counts", .list(.integer))])
        let half = Test(.compares(.equal), .literal(.real(2.5)))
        let items = Predicate.items(ItemsTest(["counts"], .any, [[half]]))
        let document = ObjectValue([("count", .real(2.5)), ("counts", .list([.real(2.5), .real(2)]))])
        for predicate in [.test("count", half), items] {
            #expect(Evaluator(catalogue).truth(of: predicate, for: document) == .true)
        }
        catalogue.reading = .shown
        let evaluator = Evaluator(catalogue)
        #expect(evaluator.truth(of: .isKnown("count"), for: document) == .false)
        #expect(evaluator.truth(of: items, for: document) == .false)
        let two = Test(.compares(.equal), .literal(.integer(2)))
        #expect(evaluator.truth(of: .items(ItemsTest(["counts"], .any, [[two]])), for: document) == .true)
    }

    @Test(
        arguments: [
            ("2024-05-31T12:00:00.75Z", Truth.true), ("2024-05-31t14:00:00.75+02:00", .true),
            ("2024-05-31T12:00:01Z", .false), ("never", .unknown),
        ])
    func timesInWholeSecondsAreReadAsTheyAreShown(_ text: String, _ truth: Truth) {
        var catalogue = PropertyCatalogue([Property("when", .timestamp)])
        catalogue.reading = .shown
        let noon = Predicate.test(
            "when", Test(.compares(.equal), .literal(.timestamp(Timestamp(microseconds: 1_717_156_800_000_000)))))
        #expect(Evaluator(catalogue).truth(of: noon, for: ObjectValue([("when", .string(text))])) == truth)
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
