import OptimadeAPI
import RutileModel
import RutileQuery
import Testing

/// Timestamps in filters.
struct RFC3339Tests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("1970-01-01t00:00:00z", 0), ("1970-01-01T02:30:00+02:30", 0),
        ("1969-12-31T23:00:00-01:00", 0), ("1970-01-01T00:00:00-00:00", 0), ("1970-01-01T00:00:00.5Z", 500_000),
        ("1970-01-01T00:00:00.1234567Z", 123_456), ("1972-02-29T00:00:00Z", 68_169_600_000_000),
        ("2016-12-31T23:59:60Z", 1_483_228_800_000_000), ("2000-02-29T12:00:00Z", 951_825_600_000_000),
        ("1970-01-01T00:00:59.999999Z", 59_999_999), ("1970-01-01T00:00:00.0000000Z", 0),
        // More than a whole second, if only by a microsecond.
        ("1970-01-01T00:00:00.0000009Z", 1),
        ("0000-01-01T00:00:00Z", -62_167_219_200_000_000), ("0000-02-29T00:00:00Z", -62_162_121_600_000_000),
    ])
    func instantsAreRead(text: String, microseconds: Int64) {
        #expect(Timestamp(rfc3339: text)?.microseconds == microseconds)
    }

    @Test(arguments: [
        "", "Z", "yesterday", "1970-01-01", "1970-01-01T00:00:00", "1970-01-01 00:00:00Z", "1970-01-01T00:00Z",
        "1970-13-01T00:00:00Z", "1970-00-01T00:00:00Z", "1970-01-00T00:00:00Z", "1970-01-32T00:00:00Z",
        "1970-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "1970-04-31T00:00:00Z", "1970-01-01T24:00:00Z",
        "1970-01-01T00:60:00Z", "1970-01-01T00:00:61Z", "1970-01-01T00:00:00.Z", "1970-01-01T00:00:00,5Z",
        "1970-01-01T00:00:00+0100", "1970-01-01T00:00:00+01", "1970-01-01T00:00:00+24:00", "1970-01-01T00:00:00+01:60",
        "1970-01-01T00:00:00+01:00Z", " 1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z ", "0001-02-29T00:00:00Z",
        "+970-01-01T00:00:00Z", "1970-1-01T00:00:00Z", "19700101T000000Z", "１970-01-01T00:00:00Z",
    ])
    func everythingElseIsRefused(text: String) { #expect(Timestamp(rfc3339: text) == nil) }

    @Test func allComparisonsCompareInstants() throws {
        for comparison in Comparison.allCases {
            let predicate = try LoweredFilter(
                "last_modified \(comparison.rawValue) \"1970-01-02T01:00:00+01:00\"", sampleVocabulary
            ).predicate
            #expect(predicate == compares("last_modified", comparison, midnight(day: 1)))
        }
        let items = try LoweredFilter("_exmpl_times HAS \"1970-01-03T00:00:00Z\"", sampleVocabulary).predicate
        #expect(items == has("_exmpl_times", .any, .equals(midnight(day: 2))))
        let nested = try LoweredFilter("\"1970-01-03T00:00:00Z\" < _exmpl_calc.when", sampleVocabulary).predicate
        #expect(nested == compares("_exmpl_calc.when", .greater, midnight(day: 2)))
    }
}
