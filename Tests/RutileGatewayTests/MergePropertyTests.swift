import OptimadeAPI
import RutileJSON
import RutileModel
import RutileQuery
import RutileTestSupport
import Testing

/// The merged list of any databases is the sorted union of what they have, whatever their habits and however the pages are cut.
struct MergePropertyTests {
    @Test(arguments: 0..<50)
    func pagesOfTheMergedListAreTheSortedUnion(seed: Int) async throws {
        var random = RandomSource(seed: UInt64(seed))
        let databases = (0..<random.int(1...5)).map { database(number: $0, &random) }
        let laboratory = GatewayLaboratory(databases)
        try await laboratory.makeGateway()
        for _ in 0..<10 {
            let filter = filter(&random)
            let sort = sort(&random)
            let limit = random.int(1...25)
            var query = "page_limit=\(limit)"
            if let filter { query += "&filter=" + PercentCoding.encoded(filter) }
            if let sort { query += "&sort=\(sort)" }
            if random.once(in: 3) { query += "&response_fields=nelements" }
            let expected = try union(databases, filter, sort)

            let walk = try await laboratory.walk("/gateways/g/structures?" + query)
            let context = "seed \(seed), \(query)"
            #expect(walk.ids == expected, "\(context)")
            #expect(walk.sizes.dropLast().allSatisfy { $0 == limit }, "\(context): \(walk.sizes)")
            let changing = try await laboratory.walk("/gateways/g/structures?" + query) { random.int(1...25) }
            #expect(changing.ids == expected, "\(context): pages of \(changing.sizes)")
            let offset = random.int(0...max(1, expected.count))
            let page = try await laboratory.ask("GET", "/gateways/g/structures?\(query)&page_offset=\(offset)")
            let ids = page.json["data"]?.texts("id") ?? []
            #expect(ids == Array(expected.dropFirst(offset).prefix(limit)), "\(context), offset \(offset)")
            let areKnown = databases.allSatisfy(\.habits.countsAreGiven)
            if areKnown {
                #expect(page.json["meta"]?["data_returned"]?.integer == Int64(expected.count), "\(context)")
            }
        }
    }

    private func database(number: Int, _ random: inout RandomSource) -> SimulatedDatabase {
        var habits = SimulatedDatabase.Habits()
        habits.sorting = random.pick(SimulatedDatabase.Sorting.allCases)
        // One that lies is found out only where its first page shows it.
        if habits.sorting == .lies { habits.sorting = .ignores }
        habits.paging = random.pick(SimulatedDatabase.Paging.allCases)
        habits.cap = random.pick([3, 10, 500])
        habits.refusesMore = random.once(in: 2)
        habits.countsAreGiven = !random.once(in: 4)
        if random.once(in: 4) { habits.latency = .microseconds(random.int(1...3_000)) }
        let entries = (0..<random.int(0...40)).map { index in
            var entry = ObjectValue([
                ("id", Value.string("\(random.int(0...9))-\(index)")), ("type", .string("structures")),
                ("nsites", .integer(Int64(random.int(1...6)))),
            ])
            if !random.once(in: 4) { entry["nelements"] = .integer(Int64(random.int(1...4))) }
            if !random.once(in: 5) {
                entry["chemical_formula_reduced"] = .string(random.pick(["Si", "O2Si", "al", "\u{E9}", "Z"]))
            }
            return entry
        }
        return SimulatedDatabase(entries, habits)
    }

    private func filter(_ random: inout RandomSource) -> String? {
        random.pick([
            nil, nil, "nelements>1", "NOT nelements=2", "nsites<4 OR chemical_formula_reduced=\"Si\"",
            "chemical_formula_reduced IS UNKNOWN", "nsites=99", "nelements=1 AND NOT (nsites=1 OR nsites=2)",
        ])
    }

    private func sort(_ random: inout RandomSource) -> String? {
        random.pick([
            nil, "nsites", "-nsites", "nelements", "-nelements,nsites", "chemical_formula_reduced,-nsites",
            "-chemical_formula_reduced", "id", "-id",
        ])
    }

    /// Names of the entries that match, as the merged list has to have them.
    private func union(_ databases: [SimulatedDatabase], _ filter: String?, _ sort: String?) throws -> [String] {
        let type = EntryTypeDefinition.structures
        let evaluator = Evaluator(type.catalogue)
        let predicate = try filter.map {
            try LoweredFilter($0, FilterVocabulary(type.catalogue, ownPrefixes: [], relationships: [])).predicate
        }
        let all = databases.enumerated().flatMap { number, database -> [ObjectValue] in
            let matching = database.entries.filter { entry in
                predicate.map { evaluator.truth(of: $0, for: entry) == .true } ?? true
            }
            return matching.map { entry in
                var named = entry
                named["id"] = .string("d\(number)/" + (entry["id"]?.text ?? ""))
                return named
            }
        }
        return (sort.map { Oracle.sorted(all, by: $0) } ?? all).compactMap { $0["id"]?.text }
    }
}
