import RutileIndex
import RutileJSON
import RutileModel
import RutileQuery
import RutileStore
import RutileTestSupport

/// Whole searches that are little more than set operations, over a million rows; `Benchmarks/roaring.cpp` does the
/// operations alone with CRoaring, on the same sets.
enum SetBench {
    private static let rows = 1_000_000
    private static let shares = [0.5, 0.2, 0.05, 0.01, 0.001]

    /// The measurements.
    static func lines() async throws -> [Measurement] {
        let index = BitmapIndex(PropertyCatalogue([Property("id", .string), Property("in", .list(.string))]))
        var random = RandomSource(seed: 9)
        for start in stride(from: 0, to: rows, by: 100_000) {
            let documents = (start..<start + 100_000).map { row in
                let sets = shares.filter { random.fraction() < $0 }
                let json = Value.members([
                    "id": .string(String(1_000_000 + row)), "in": .list(sets.map { .string("\($0)") }),
                ]).json()
                return IndexChange.Document(entry: EntryID("e\(row)"), upload: UploadID("u"), json: json)
            }
            try await index.apply(IndexChange(documents: documents))
        }
        func isIn(_ sets: Double...) -> Predicate {
            .items(ItemsTest(["in"], .all, sets.map { [Test(.compares(.equal), .literal(.string("\($0)")))] }))
        }
        let searches: [(String, Predicate)] = [
            ("0.5 AND 0.2", isIn(0.5, 0.2)), ("0.5 AND 0.2 AND 0.05", isIn(0.5, 0.2, 0.05)),
            ("0.05 AND 0.01", isIn(0.05, 0.01)), ("0.2 OR 0.001", .or([isIn(0.2), isIn(0.001)])),
            ("0.05 AND NOT 0.2", .and([isIn(0.05), .not(isIn(0.2))])), ("NOT 0.001", .not(isIn(0.001))),
        ]
        var lines: [Measurement] = []
        for (name, predicate) in searches {
            func time(_ limit: Int) async throws -> String {
                let time = try await medianMicroseconds(runs: 301) {
                    _ = try await index.entries(EntrySearch(predicate, limit: limit))
                }
                return rounded(time / 1_000, 4)
            }
            let figure = "\(try await time(0)) / \(try await time(20)) ms"
            lines.append(Measurement(name: "  " + name, figure: figure, target: ""))
        }
        return lines
    }
}
