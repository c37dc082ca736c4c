import FoundationEssentials
import RutileIndex
import RutileModel
import RutileQuery
import RutileStore
import RutileTestSupport

/// The embedded search engine over generated structures: building, memory and the time of searches.
enum IndexBench {
    /// Documents of one change while the index is built.
    private static let batch = 100_000
    /// Operands vary from run to run, so that no answer is remembered.
    private static let runs = 301

    /// The measurements over `count` structures.
    static func lines(_ count: Int) async throws -> [Measurement] {
        let before = residentMegabytes()
        let index = BitmapIndex(SyntheticStructures.catalogue)
        let structures = SyntheticStructures()
        var building = Duration.zero
        var bytes = 0
        for start in stride(from: 0, to: count, by: batch) {
            let documents = (start..<min(start + batch, count)).map { structures.document($0, uploads: 50) }
            bytes += documents.reduce(0) { $0 + $1.json.count }
            let clock = ContinuousClock()
            building += try await clock.measure { try await index.apply(IndexChange(documents: documents)) }
        }
        let seconds = microseconds(building) / 1e6
        var lines = [
            Measurement(
                name: "index of \(count) structures: build", figure: rounded(seconds, 2) + " s",
                target: count == 1_000_000 ? "<= 12 s" : ""),
            Measurement(name: "  documents per second", figure: rounded(Double(count) / seconds, 0), target: ""),
            Measurement(
                name: "  memory, resident", figure: rounded(residentMegabytes() - before, 0) + " MB",
                target: count == 1_000_000 ? "< 400 MB" : ""),
            Measurement(name: "  JSON read", figure: rounded(Double(bytes) / 1e6, 0) + " MB", target: ""),
        ]
        for query in Query.all {
            var random = RandomSource(seed: 7)
            var times: [Double] = []
            var found = 0
            for _ in 0..<runs {
                let search = query.search(&random, count)
                let clock = ContinuousClock()
                let start = clock.now
                let page = try await index.entries(search)
                times.append(microseconds(clock.now - start) / 1_000)
                found += page.total
            }
            times.sort()
            lines.append(
                Measurement(
                    name: "  " + query.name,
                    figure: "\(rounded(times[runs / 2], 3)) / \(rounded(times[runs * 99 / 100], 3)) ms",
                    target: query.target + "  (\(found / runs) found)"))
        }
        lines.append(try await updates(of: index, structures, count))
        return lines
    }

    /// One document at a time replaces what its entry had.
    private static func updates(
        of index: BitmapIndex, _ structures: SyntheticStructures, _ count: Int
    ) async throws -> Measurement {
        var random = RandomSource(seed: 11)
        let time = try await medianMicroseconds(runs: 1_001) {
            let number = random.int(0...count - 1)
            try await index.apply(IndexChange(documents: [structures.document(number, uploads: 50)]))
        }
        return Measurement(name: "  replace one document", figure: rounded(time / 1_000, 3) + " ms", target: "")
    }

    /// What this process occupies now.
    private static func residentMegabytes() -> Double {
        // The second number of the file counts pages of 4 KiB.
        let pages = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ")
        return (pages.flatMap { $0.count > 1 ? Double(String($0[1])) : nil } ?? 0) * 4_096 / 1e6
    }
}

/// A question that `IndexBench` asks with operands of its own each time.
private struct Query: Sendable {
    let name: String
    let target: String
    let search: @Sendable (inout RandomSource, Int) -> EntrySearch

    private static let elements = ["O", "Si", "H", "C", "Al", "N", "Fe", "S", "F", "Li", "Na", "Mg", "P", "Ti", "Ca"]

    /// Median and 99th percentile are printed.
    static let all = [
        Query(name: "first page", target: "<= 1 ms") { _, _ in EntrySearch(limit: 20) },
        Query(name: "elements HAS ALL a, b AND nelements = n", target: "<= 1 ms") { random, _ in
            EntrySearch(
                .and([
                    .has(.all, "elements", .string(random.pick(elements)), .string(random.pick(elements))),
                    .compare("nelements", .equal, .integer(Int64(random.int(2...5)))),
                ]), limit: 20)
        },
        Query(name: "chemical_formula_reduced = f", target: "<= 1 ms") { random, _ in
            let formula = "\(random.pick(elements))2\(random.pick(elements))"
            return EntrySearch(.compare("chemical_formula_reduced", .equal, .string(formula)), limit: 20)
        },
        Query(name: "nsites > n AND NOT elements HAS a, by nelements, -nsites", target: "<= 1 ms") { random, _ in
            EntrySearch(
                .and([
                    .compare("nsites", .greater, .integer(Int64(random.int(50...150)))),
                    .not(.has(.any, "elements", .string(random.pick(elements)))),
                ]), sort: Sort([SortKey("nelements"), SortKey("nsites", isDescending: true)]), limit: 20)
        },
        Query(name: "chemical_formula_descriptive CONTAINS s", target: "<= 10 ms") { random, _ in
            let part = random.pick(elements) + random.pick(["", "2", "4"])
            return EntrySearch(
                .test("chemical_formula_descriptive", Test(.contains, .literal(.string(part)))), limit: 20)
        },
        Query(name: "id = i", target: "<= 1 ms") { random, count in
            EntrySearch(
                .compare("id", .equal, .string(SyntheticStructures().id(random.int(0...count - 1)))), limit: 1)
        },
        Query(name: "_exmpl_band_gap > x, by _exmpl_band_gap", target: "<= 1 ms") { random, _ in
            EntrySearch(
                .compare("_exmpl_band_gap", .greater, .real(random.fraction() * 10)),
                sort: Sort([SortKey("_exmpl_band_gap")]), limit: 20)
        },
        Query(name: "elements HAS ONLY a, b, c", target: "") { random, _ in
            EntrySearch(
                .has(
                    .only, "elements", .string(random.pick(elements)), .string(random.pick(elements)),
                    .string(random.pick(elements))), limit: 20)
        },
        Query(name: "elements:_exmpl_element_counts HAS a:n", target: "") { random, _ in
            EntrySearch(
                .items(
                    ItemsTest(
                        ["elements", "_exmpl_element_counts"], .any,
                        [
                            [
                                Test(.compares(.equal), .literal(.string(random.pick(elements)))),
                                Test(.compares(.greater), .literal(.integer(Int64(random.int(1...20))))),
                            ]
                        ])), limit: 20)
        },
        Query(name: "nelements <= _exmpl_count", target: "") { _, _ in
            EntrySearch(.compare("nelements", .lessOrEqual, property: "_exmpl_count"), limit: 20)
        },
        Query(name: "half of the uploads, last_modified > t", target: "") { random, _ in
            EntrySearch(
                .compare(
                    "last_modified", .greater,
                    .timestamp(Timestamp(microseconds: Int64(random.int(1_420_070_400...1_735_689_599)) * 1_000_000))),
                visible: .only(Set((0..<25).map { UploadID("upload-\($0)") })), limit: 20)
        },
        Query(name: "a page somewhere in the middle, by cursor", target: "") { random, count in
            EntrySearch(
                sort: Sort([SortKey("last_modified", isDescending: true)]),
                after: Cursor(
                    values: [
                        .timestamp(
                            Timestamp(microseconds: Int64(random.int(1_420_070_400...1_735_689_599)) * 1_000_000))
                    ], id: "synth/5"), limit: 20)
        },
        Query(name: "a page somewhere in the middle, by offset", target: "") { random, count in
            EntrySearch(skip: random.int(0...count - 1), limit: 20)
        },
    ]
}
