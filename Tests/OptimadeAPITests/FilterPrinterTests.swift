import OptimadeAPI
import RutileJSON
import RutileModel
import RutileQuery
import Testing

struct FilterPrinterTests {
    private func reread(_ filter: String) throws -> Predicate { try LoweredFilter(filter, sampleVocabulary).predicate }

    @Test(arguments: 0..<8)
    func whatIsPrintedIsReadAsTheSamePredicate(seed: UInt64) throws {
        var random = RandomPredicate(generator: SeededGenerator(state: seed))
        for depth in 0..<400 {
            let predicate = random.predicate(depth: depth % 5)
            let text = try predicate.filterText()
            #expect(try reread(text) == predicate, "\(text)")
        }
    }

    private static let a = compares("nelements", .equal, .integer(1))
    private static let b = compares("nsites", .greater, .real(2))
    private static let c = Predicate.isKnown("id")

    @Test(arguments: [
        (Predicate.or([.and([a, b]), c]), "nelements = 1 AND nsites > 2.0 OR id IS KNOWN"),
        (.and([.or([a, b]), .not(c)]), "(nelements = 1 OR nsites > 2.0) AND id IS UNKNOWN"),
        (.not(.or([a, .not(b)])), "NOT (nelements = 1 OR NOT nsites > 2.0)"),
        (.not(.not(a)), "NOT (NOT nelements = 1)"), (.not(.not(c)), "NOT id IS UNKNOWN"),
        (.and([a, .and([b, c])]), "nelements = 1 AND (nsites > 2.0 AND id IS KNOWN)"),
        (.length("elements", .equal, 3), "elements LENGTH 3"),
        (.length("elements", .notEqual, 3), "elements LENGTH != 3"),
        (has("elements", .any, .equals(.string("a\"\\"))), #"elements HAS "a\"\\""#),
        (
            .items(
                ItemsTest(
                    ["elements", "_exmpl_counts"], .all,
                    [
                        [Test(.startsWith, .literal(.string("S"))), .equals(.integer(1))],
                        [.equals(.string("O")), Test(.compares(.less), .property("nsites"))],
                    ])), #"elements:_exmpl_counts HAS ALL STARTS WITH "S":1, "O":< nsites"#
        ),
        (compares("last_modified", .equal, midnight(day: 1)), #"last_modified = "1970-01-02T00:00:00Z""#),
        (compares("_exmpl_stable", .notEqual, .boolean(true)), "_exmpl_stable != TRUE"),
        (.constant(.true), "1 = 1"), (.constant(.false), "1 != 1"),
    ])
    func noMoreParenthesesThanNeeded(predicate: Predicate, text: String) throws {
        #expect(try predicate.filterText() == text)
        #expect(try reread(text) == predicate)
    }

    @Test func smallGroupsAreWrittenAsWhatTheyMean() throws {
        #expect(try Predicate.and([Self.a]).filterText() == "nelements = 1")
        #expect(try Predicate.and([.or([Self.a, Self.c])]).filterText() == "nelements = 1 OR id IS KNOWN")
        #expect(try Predicate.and([Self.c, .or([])]).filterText() == "id IS KNOWN AND 1 != 1")
        #expect(try Predicate.not(.and([])).filterText() == "NOT 1 = 1")
    }

    @Test(arguments: [
        (Predicate.isTrue(a), FilterTextError.isTrue), (.not(.isTrue(a)), .isTrue),
        (.and([a, .constant(.unknown)]), .unknownConstant),
        (.items(ItemsTest([], .any, [[]])), .emptyItemsTest),
        (.items(ItemsTest(["elements"], .any, [])), .emptyItemsTest),
        (.isKnown(PropertyPath("Gap")), .noIdentifier("Gap")), (.isKnown(PropertyPath("a", [""])), .noIdentifier("")),
        (.isKnown(PropertyPath("a b")), .noIdentifier("a b")), (.isKnown(PropertyPath("1a")), .noIdentifier("1a")),
        (.isKnown(PropertyPath("é")), .noIdentifier("é")),
        (compares("nsites", .less, .real(.infinity)), .notFinite(.infinity)),
        (
            compares("last_modified", .less, .timestamp(Timestamp(microseconds: .max))),
            .timestampOutOfRange(Timestamp(microseconds: .max))
        ),
        (compares("_exmpl_stable", .less, .boolean(true)), .relationNotInLanguage),
        (test("id", .contains, .literal(.integer(1))), .relationNotInLanguage),
        ((0..<202).reduce(a) { predicate, _ in .not(predicate) }, .nestedTooDeeply),
    ])
    func whatTheLanguageCannotSayIsRefused(predicate: Predicate, error: FilterTextError) {
        #expect(throws: error) { try predicate.filterText() }
    }
}
