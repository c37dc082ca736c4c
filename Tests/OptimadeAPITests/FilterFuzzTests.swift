import OptimadeAPI
import RutileJSON
import RutileQuery
import Testing

/// Hostile filters: refused or answered, never a crash, in time that their length bounds.
struct FilterFuzzTests {
    private static let fragments = [
        "nelements", "elements", "_exmpl_calc.code", "references.id", "_foreign_x", "(", ")", "NOT", "AND", "OR", "HAS",
        "ALL", "ANY", "ONLY", "LENGTH", "IS", "KNOWN", "UNKNOWN", "CONTAINS", "STARTS", "ENDS", "WITH", "TRUE", "FALSE",
        "=", "!=", "<", "<=", ">", ">=", ",", ":", ".", "\"Si\"", "\"", "\\", "3", "-1.5e3", "99999999999999999999",
        "1e999", "\"2020-01-01T00:00:00Z\"", " ", "\n", "é", "漢", "🧪", "\u{0}", "'", "last_modified", "_exmpl_stable",
        "lattice_vectors", "species.name", "x", "_", "__",
    ]

    /// Answers, prints and answers again; what is printed has to be the same filter.
    private func exercise(_ filter: String) {
        do {
            let predicate = try LoweredFilter(filter, sampleVocabulary).predicate
            guard let text = try? predicate.filterText() else { return }
            #expect((try? LoweredFilter(text, sampleVocabulary))?.predicate == predicate, "\(filter)")
        } catch {
            let count = filter.utf8.count
            #expect((0...count).contains(error.span.lowerBound) && error.span.upperBound <= count, "\(filter)")
            #expect(error.span.isEmpty == (error.span.lowerBound == count), "\(filter)")
            #expect(error.description.utf8.count < 1_000)
        }
    }

    @Test(arguments: 0..<4)
    func fragmentsInAnyOrder(seed: UInt64) {
        var generator = SeededGenerator(state: seed)
        for _ in 0..<3_000 {
            let count = Int.random(in: 0...12, using: &generator)
            let parts = (0..<count).map { _ in Self.fragments.randomElement(using: &generator) ?? "" }
            exercise(parts.joined(separator: Bool.random(using: &generator) ? " " : ""))
        }
    }

    @Test(arguments: 0..<4)
    func randomBytes(seed: UInt64) {
        var generator = SeededGenerator(state: seed)
        for _ in 0..<2_000 {
            let count = Int.random(in: 0...40, using: &generator)
            let bytes = (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
            exercise(String(decoding: bytes, as: UTF8.self))
        }
    }

    @Test(arguments: 0..<4)
    func validFiltersWithBytesChanged(seed: UInt64) throws {
        var random = RandomPredicate(generator: SeededGenerator(state: seed))
        for _ in 0..<800 {
            var bytes = Array(try random.predicate(depth: 2).filterText().utf8)
            for _ in 0..<Int.random(in: 1...3, using: &random.generator) {
                let place = Int.random(in: 0..<bytes.count, using: &random.generator)
                switch Int.random(in: 0..<3, using: &random.generator) {
                case 0: bytes.remove(at: place)
                case 1: bytes.insert(UInt8.random(in: 0x20...0x7E, using: &random.generator), at: place)
                default: bytes[place] = UInt8.random(in: .min ... .max, using: &random.generator)
                }
                if bytes.isEmpty { break }
            }
            exercise(String(decoding: bytes, as: UTF8.self))
        }
    }

    /// 64 kB of each. The limit is far above what any needs, and far below what quadratic time would.
    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            "(", ")", "NOT ", "NOT(", "\"", "\\", "a", "a.", "a:", "1", "-", "\"\\\\\" ", "é", "a OR ",
            "id=\"x\" AND ", "elements HAS ALL \"a\",", "nelements = 1 OR ", "(id) AND ", "_f_x OR ", "nelemets AND ",
            "((id) OR id) AND ",
        ])
    func longFiltersAreReadInTime(fragment: String) {
        let text = String(repeating: fragment, count: 65_536 / fragment.utf8.count)
        exercise(text)
        exercise(text + "nelements = 1")
        exercise("id = \"" + text)
    }
}
