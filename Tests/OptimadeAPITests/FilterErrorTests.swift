import OptimadeAPI
import RutileQuery
import Testing

/// Every reason to refuse a filter, with the place it names.
struct FilterErrorTests {
    /// A refused filter; `place` is the text that the error's span covers.
    struct Refusal: CustomTestStringConvertible, Sendable {
        let filter: String
        let reason: FilterError.Reason
        let kind: FilterError.Kind
        let place: String
        let suggestion: String?

        init(
            _ filter: String, _ reason: FilterError.Reason, _ kind: FilterError.Kind, at place: String,
            meant suggestion: String? = nil
        ) {
            (self.filter, self.reason, self.kind) = (filter, reason, kind)
            (self.place, self.suggestion) = (place, suggestion)
        }

        var testDescription: String { filter }
    }

    private func check(_ refusal: Refusal) throws {
        let error = try #require(throws: FilterError.self) { try LoweredFilter(refusal.filter, sampleVocabulary) }
        #expect(error.reason == refusal.reason)
        #expect(error.kind == refusal.kind)
        #expect(error.suggestion == refusal.suggestion)
        #expect(String(decoding: Array(refusal.filter.utf8)[error.span], as: UTF8.self) == refusal.place)
        #expect(!error.description.isEmpty)
    }

    private static let first = "a property name, a constant or ("
    private static let afterName = "an operator, IS, HAS, LENGTH, CONTAINS, STARTS or ENDS"
    private static let value = "a string, a number, TRUE, FALSE or a property name"
    private static let end = "AND, OR or the end of the filter"

    @Test(arguments: [
        Refusal("", .expected(first, found: nil), .syntax, at: ""),
        Refusal("  ", .expected(first, found: nil), .syntax, at: ""),
        Refusal("AND nelements=3", .expected(first, found: "AND"), .syntax, at: "AND"),
        Refusal("NOT NOT nelements=3", .expected(first, found: "NOT"), .syntax, at: "NOT"),
        Refusal("()", .expected(first, found: ")"), .syntax, at: ")"),
        Refusal(".nelements = 3", .expected(first, found: "."), .syntax, at: "."),
        Refusal("nelements=3 AND", .expected(first, found: nil), .syntax, at: ""),
        Refusal("(nelements=3", .expected("AND, OR or )", found: nil), .syntax, at: ""),
        Refusal("nelements=3)", .expected(end, found: ")"), .syntax, at: ")"),
        Refusal("nelements=3 nsites=2", .expected(end, found: "nsites"), .syntax, at: "nsites"),
        Refusal("nelements=3 and nsites=2", .expected(end, found: "and"), .syntax, at: "and", meant: "AND"),
        Refusal("nelements=1.2.3", .expected(end, found: ".3"), .syntax, at: ".3"),
        Refusal(#"elements HAS "Si","O""#, .expected(end, found: ","), .syntax, at: ","),
        Refusal(#"elements has "Si""#, .expected(afterName, found: "has"), .syntax, at: "has", meant: "HAS"),
        Refusal("nelements 3", .expected(afterName, found: "3"), .syntax, at: "3"),
        Refusal("nelements. = 3", .expected("a property name", found: "="), .syntax, at: "="),
        Refusal("elements:3 HAS 1", .expected("a property name", found: "3"), .syntax, at: "3"),
        Refusal("nelements =", .expected(value, found: nil), .syntax, at: ""),
        Refusal("id = (", .expected(value, found: "("), .syntax, at: "("),
        Refusal("nelements == 3", .expected("an operator", found: "=="), .syntax, at: "==", meant: "="),
        Refusal("nelements <> 3", .expected("an operator", found: "<>"), .syntax, at: "<>", meant: "!="),
        Refusal("nelements => 3", .expected("an operator", found: "=>"), .syntax, at: "=>", meant: ">="),
        Refusal("nelements =< 3", .expected("an operator", found: "=<"), .syntax, at: "=<", meant: "<="),
        Refusal("nelements < = 3", .expected("a value after the operator", found: "="), .syntax, at: "="),
        Refusal(
            #""x" AND id="x""#, .expected("an operator (=, !=, <, <=, >, >=) after a constant", found: "AND"), .syntax,
            at: "AND"),
        Refusal("id IS", .expected("KNOWN or UNKNOWN", found: nil), .syntax, at: ""),
        Refusal("id IS known", .expected("KNOWN or UNKNOWN", found: "known"), .syntax, at: "known", meant: "KNOWN"),
        Refusal("elements:nelements = 3", .expected("HAS or :", found: "="), .syntax, at: "="),
        Refusal("elements HAS ALL", .expected(value, found: nil), .syntax, at: ""),
        Refusal(#"elements HAS ALL "Si","#, .expected(value, found: nil), .syntax, at: ""),

        Refusal("Nelements = 3", .noToken("Nelements"), .syntax, at: "Nelements", meant: "nelements"),
        Refusal("nElements = 3", .noToken("nElements"), .syntax, at: "nElements", meant: "nelements"),
        Refusal(" NOT Nelements = 3", .noToken("Nelements"), .syntax, at: "Nelements", meant: "nelements"),
        Refusal(" Nelements = 3", .noToken("Nelements"), .syntax, at: "Nelements", meant: "nelements"),
        Refusal("nelements IN (1, 2)", .noToken("IN"), .syntax, at: "IN"),
        Refusal("formula = O2Si", .noToken("O2Si"), .syntax, at: "O2Si", meant: #""O2Si""#),
        Refusal("formula = o2Si", .noToken("o2Si"), .syntax, at: "o2Si", meant: #""o2Si""#),
        Refusal("elements HAS Si", .noToken("Si"), .syntax, at: "Si", meant: #""Si""#),
        Refusal("elements HAS ANY \"O\", Si", .noToken("Si"), .syntax, at: "Si", meant: #""Si""#),
        Refusal("_exmpl_stable = True", .noToken("True"), .syntax, at: "True", meant: "TRUE"),
        Refusal("id IS NULL", .noToken("NULL"), .syntax, at: "NULL", meant: "UNKNOWN"),
        Refusal("id=\"a\" And id=\"b\"", .noToken("And"), .syntax, at: "And", meant: "AND"),
        Refusal("élements = 3", .noToken("élements"), .syntax, at: "élements"),
        Refusal("id = 'abc'", .noToken("'"), .syntax, at: "'", meant: "\""),
        Refusal("nelements=3 & nsites=2", .noToken("&"), .syntax, at: "&", meant: "AND"),
        Refusal("nelements=3 | nsites=2", .noToken("|"), .syntax, at: "|", meant: "OR"),
        Refusal("nelements ! = 3", .noToken("!"), .syntax, at: "!", meant: "NOT"),
        Refusal("nelements=3;", .noToken(";"), .syntax, at: ";"),
        Refusal("nelements = --3", .noToken("-"), .syntax, at: "-"),
        Refusal("nelements = 3\u{0}", .noToken("\u{0}"), .syntax, at: "\u{0}"),

        Refusal(#"id = "abc"#, .unterminatedString, .syntax, at: #""abc"#),
        Refusal(#"id = "abc\"#, .unterminatedString, .syntax, at: #""abc\"#),
        Refusal(#"id = "abc\""#, .unterminatedString, .syntax, at: #""abc\""#),
        Refusal(#"id = "a\qb""#, .unknownEscape(#"\q"#), .syntax, at: #"\q"#, meant: #"\\q"#),
        Refusal(#"id = "a\漢b""#, .unknownEscape(#"\漢"#), .syntax, at: #"\漢"#, meant: #"\\漢"#),

        Refusal("_exmpl_stable > TRUE", .orderedBoolean(.greater), .syntax, at: "TRUE", meant: "="),
        Refusal("TRUE <= _exmpl_stable", .orderedBoolean(.lessOrEqual), .syntax, at: "<=", meant: "="),
        Refusal("_exmpl_flags HAS <FALSE", .orderedBoolean(.less), .syntax, at: "FALSE", meant: "="),

        Refusal(
            #"elements:elements_ratios HAS "Si""#, .unequalCorrelation(lists: 2, values: 1), .syntax, at: #""Si""#),
        Refusal(
            #"elements HAS "Si":>1"#, .unequalCorrelation(lists: 1, values: 2), .syntax, at: #""Si":>1"#),
        Refusal(
            #"elements:elements HAS ALL "Si":"O", "Si":"O":"C""#, .unequalCorrelation(lists: 2, values: 3), .syntax,
            at: #""Si":"O":"C""#),
    ])
    func syntax(refusal: Refusal) throws { try check(refusal) }

    @Test(arguments: [
        Refusal("nelement = 3", .unknownProperty("nelement"), .unknownName, at: "nelement", meant: "nelements"),
        Refusal("nlements = 3", .unknownProperty("nlements"), .unknownName, at: "nlements", meant: "nelements"),
        Refusal("neelmetns = 3", .unknownProperty("neelmetns"), .unknownName, at: "neelmetns", meant: "nelements"),
        Refusal("band_gap > 1", .unknownProperty("band_gap"), .unknownName, at: "band_gap", meant: "_exmpl_band_gap"),
        Refusal("crazyfield = 2", .unknownProperty("crazyfield"), .unknownName, at: "crazyfield"),
        Refusal("calculations.id = 2", .unknownProperty("calculations"), .unknownName, at: "calculations"),
        Refusal("_exmpl_missing = 2", .unknownProperty("_exmpl_missing"), .unknownName, at: "_exmpl_missing"),
        Refusal("_exmpl_ = 2", .unknownProperty("_exmpl_"), .unknownName, at: "_exmpl_"),
        Refusal("_other_gap = 2", .unknownProperty("_other_gap"), .unknownName, at: "_other_gap"),
        Refusal("nelements = nsite", .unknownProperty("nsite"), .unknownName, at: "nsite", meant: "nsites"),
        Refusal("formula = silica", .unknownProperty("silica"), .unknownName, at: "silica", meant: #""silica""#),
        Refusal("_x = 2", .noPrefix("_x"), .unknownName, at: "_x"),
        Refusal("__x_y = 2", .noPrefix("__x_y"), .unknownName, at: "__x_y"),
        Refusal("id = _x", .noPrefix("_x"), .unknownName, at: "_x"),
        Refusal("_foreign_x = nope", .unknownProperty("nope"), .unknownName, at: "nope"),
        Refusal(
            "_exmpl_calc . cod IS KNOWN", .unknownMember("cod", of: "_exmpl_calc"), .unknownName, at: "cod",
            meant: "code"),
        Refusal("species.nam HAS 1", .unknownMember("nam", of: "species"), .unknownName, at: "nam", meant: "name"),
        Refusal(
            "_exmpl_calc.parts.weigth HAS 1", .unknownMember("weigth", of: "_exmpl_calc.parts"), .unknownName,
            at: "weigth", meant: "weight"),
        Refusal("nelements.x = 1", .noMembers(of: "nelements"), .unknownName, at: "x"),
        Refusal("elements.x HAS 1", .noMembers(of: "elements"), .unknownName, at: "x"),
        Refusal("_exmpl_calc.code.x = 1", .noMembers(of: "_exmpl_calc.code"), .unknownName, at: "x"),
        Refusal("references.foo HAS 1", .unknownMember("foo", of: "references"), .unknownName, at: "foo"),
        Refusal(
            "references.rol HAS 1", .unknownMember("rol", of: "references"), .unknownName, at: "rol", meant: "role"),
        Refusal("references.id.x HAS 1", .noMembers(of: "references.id"), .unknownName, at: "x"),
        Refusal("elements LENGTH nope", .unknownProperty("nope"), .unknownName, at: "nope"),
    ])
    func names(refusal: Refusal) throws { try check(refusal) }

    @Test(arguments: [
        "yesterday", "2020-01-01", "2020-01-01 00:00:00Z", "2020-13-01T00:00:00Z", "2020-01-01T00:00:00",
    ])
    func timestamps(text: String) throws {
        let reason = FilterError.Reason.invalidTimestamp(text)
        for filter in ["last_modified > \"\(text)\"", "\"\(text)\" = last_modified", "_exmpl_times HAS !=\"\(text)\""] {
            try check(Refusal(filter, reason, .invalidTimestamp, at: "\"\(text)\""))
        }
    }

    @Test(arguments: [
        Refusal("elements = \"Si\"", .notScalar("elements", .list(.string)), .typeMismatch, at: "elements"),
        Refusal("3 < elements", .notScalar("elements", .list(.string)), .typeMismatch, at: "elements"),
        Refusal("_exmpl_raw = 3", .notScalar("_exmpl_raw", .opaque), .typeMismatch, at: "_exmpl_raw"),
        Refusal("nelements HAS 3", .notList("nelements", .integer), .typeMismatch, at: "nelements"),
        Refusal("id LENGTH 3", .notList("id", .string), .typeMismatch, at: "id"),
        Refusal(
            "lattice_vectors HAS 1", .itemsNotScalar("lattice_vectors", .list(.list(.float))), .typeMismatch,
            at: "lattice_vectors"),
        Refusal("nelements CONTAINS \"3\"", .notString("nelements", .integer), .typeMismatch, at: "nelements"),
        Refusal(
            "last_modified CONTAINS \"2\"", .notString("last_modified", .timestamp), .typeMismatch,
            at: "last_modified"),
        Refusal(
            "_exmpl_counts HAS ENDS \"3\"", .notString("_exmpl_counts", .integer), .typeMismatch,
            at: "_exmpl_counts"),
        Refusal("nelements = \"3\"", .valueMismatch("nelements", .integer), .typeMismatch, at: "\"3\""),
        Refusal("\"3\" = nelements", .valueMismatch("nelements", .integer), .typeMismatch, at: "\"3\""),
        Refusal("id < 3", .valueMismatch("id", .string), .typeMismatch, at: "3"),
        Refusal("id CONTAINS 3", .valueMismatch("id", .string), .typeMismatch, at: "3"),
        Refusal("formula ENDS TRUE", .valueMismatch("formula", .string), .typeMismatch, at: "TRUE"),
        Refusal("last_modified = 3", .valueMismatch("last_modified", .timestamp), .typeMismatch, at: "3"),
        Refusal("last_modified = TRUE", .valueMismatch("last_modified", .timestamp), .typeMismatch, at: "TRUE"),
        Refusal("nelements = TRUE", .valueMismatch("nelements", .integer), .typeMismatch, at: "TRUE"),
        Refusal("_exmpl_stable = 1", .valueMismatch("_exmpl_stable", .boolean), .typeMismatch, at: "1"),
        Refusal("elements HAS ALL \"Si\", 3", .valueMismatch("elements", .string), .typeMismatch, at: "3"),
        Refusal("elements HAS TRUE", .valueMismatch("elements", .string), .typeMismatch, at: "TRUE"),
        Refusal("references.id HAS 3", .valueMismatch("references.id", .string), .typeMismatch, at: "3"),
        Refusal(
            "references.id = \"r\"", .notScalar("references.id", .list(.string)), .typeMismatch, at: "references.id"),
        Refusal("nelements = id", .propertyMismatch("nelements", .integer, "id", .string), .typeMismatch, at: "id"),
        Refusal(
            "id = elements", .propertyMismatch("id", .string, "elements", .list(.string)), .typeMismatch,
            at: "elements"),
        Refusal(
            "elements HAS nsites", .propertyMismatch("elements", .string, "nsites", .integer), .typeMismatch,
            at: "nsites"),
        Refusal("_exmpl_stable > 0", .orderedProperty("_exmpl_stable", .greater), .typeMismatch, at: "_exmpl_stable"),
        Refusal(
            "_exmpl_stable < _exmpl_calc.converged", .orderedProperty("_exmpl_stable", .less), .typeMismatch,
            at: "_exmpl_stable"),
        Refusal("elements LENGTH \"3\"", .lengthNotInteger, .typeMismatch, at: "\"3\""),
        Refusal("elements LENGTH 2.5", .lengthNotInteger, .typeMismatch, at: "2.5"),
        Refusal("_foreign_x LENGTH = TRUE", .lengthNotInteger, .typeMismatch, at: "TRUE"),
        Refusal("_foreign_x CONTAINS TRUE", .substringOfBoolean, .typeMismatch, at: "TRUE"),
        Refusal("1 = TRUE", .constantMismatch, .typeMismatch, at: "1 = TRUE"),
        Refusal("\"1\" < 1", .constantMismatch, .typeMismatch, at: "\"1\" < 1"),
    ])
    func types(refusal: Refusal) throws { try check(refusal) }

    @Test(arguments: [
        Refusal("references IS KNOWN", .unsupported(.bareRelationship), .unsupported, at: "references"),
        Refusal(
            "references.target.year = \"x\"", .unsupported(.relationshipTarget), .unsupported,
            at: "references.target.year"),
        Refusal("\"a\" < \"b\"", .twoStrings, .twoStrings, at: "\"a\" < \"b\""),
        Refusal(
            "nsites < 9223372036854775808", .numberOutOfRange("9223372036854775808"), .numberOutOfRange,
            at: "9223372036854775808"),
        Refusal("_exmpl_band_gap < 1e999", .numberOutOfRange("1e999"), .numberOutOfRange, at: "1e999"),
        Refusal("_exmpl_band_gap > 1e-999", .numberOutOfRange("1e-999"), .numberOutOfRange, at: "1e-999"),
        Refusal(
            "elements LENGTH 9223372036854775808", .numberOutOfRange("9223372036854775808"), .numberOutOfRange,
            at: "9223372036854775808"),
    ])
    func whatIsNotOffered(refusal: Refusal) throws { try check(refusal) }

    @Test func syntaxErrorsComeBeforeAllOthers() throws {
        try check(Refusal("nope = 99999999999999999999 AND", .expected(Self.first, found: nil), .syntax, at: ""))
    }

    @Test(arguments: [201, 60_000])
    func parenthesesAreCounted(depth: Int) throws {
        let filter = String(repeating: "(", count: depth)
        let error = try #require(throws: FilterError.self) { try FilterSyntax(parsing: filter) }
        #expect(error.reason == .nestedTooDeeply(limit: 200))
        #expect(error.kind == .syntax)
        #expect(error.span == 200..<201)
    }

    @Test(
        arguments: [
            (#"id="漢字é" AND nelement=3"#, "characters 14–21"), (#"id="漢" AND ;"#, "character 12"),
            (#"id="漢" AND"#, "at the end"), ("id=\"e\u{301}\" AND nope=3", "characters 13–16"),
        ])
    func placesCountCharacters(_ filter: String, _ place: String) throws {
        let error = try #require(throws: FilterError.self) { try LoweredFilter(filter, sampleVocabulary) }
        #expect(error.description(in: filter).contains(place), "\(error.description(in: filter))")
    }

    @Test func longTextsAreShortenedInMessages() throws {
        let name = String(repeating: "x", count: 5_000)
        let error = try #require(throws: FilterError.self) { try LoweredFilter("\(name) = 1", sampleVocabulary) }
        #expect(error.span == 0..<5_000)
        #expect(error.description.utf8.count < 200)
        let letters = try #require(throws: FilterError.self) {
            try FilterSyntax(parsing: String(repeating: "漢", count: 5_000))
        }
        #expect(letters.reason == .noToken(String(repeating: "漢", count: 13) + "…"))
    }

    @Test func descriptionsSayWhatWhereAndWhatWouldBeRight() throws {
        let error = try #require(throws: FilterError.self) {
            try LoweredFilter("nsites=1 AND nelement=3", sampleVocabulary)
        }
        #expect(error.description == "there is no property nelement (at bytes 13–20); did you mean nelements?")
        #expect(
            error.description(in: "nsites=1 AND nelement=3")
                == "there is no property nelement (at characters 14–21); did you mean nelements?")
        let end = try #require(throws: FilterError.self) { try FilterSyntax(parsing: "nsites=") }
        #expect(
            end.description
                == "expected a string, a number, TRUE, FALSE or a property name, but the filter ends (at the end)")
    }
}
