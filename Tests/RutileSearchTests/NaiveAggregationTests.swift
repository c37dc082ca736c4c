import NomadAPI
import RutileArchive
import RutileIndex
import RutileJSON
import RutileModel
import RutileSearch
import RutileStore
import RutileTestSupport
import Testing

/// Aggregations over random entries, against sums that are made one entry after the other.
struct NaiveAggregationTests {
    /// What is random of an entry.
    struct Facts: Sendable {
        let id: String
        let upload: String
        let parser: String
        let elements: [String]
        let quantities: Int
        let calculations: Int?
        let material: String
        let author: String
        let month: Int

        init(number: Int, _ random: inout RandomSource) {
            id = "e\(1_000 + number)"
            upload = "u\(random.int(0...3))"
            parser = "p\(random.int(0...6))"
            elements = ["Ti", "O", "Si", "Fe", "C"].filter { _ in random.once(in: 2) }
            quantities = random.int(1...90)
            calculations = random.once(in: 4) ? nil : random.int(0...9)
            material = "m\(random.int(0...20))"
            author = "a\(random.int(0...2))"
            month = random.int(1...12)
        }

        var time: String { "2023-\(month < 10 ? "0" : "")\(month)-17T10:00:00+00:00" }

        var document: ObjectValue {
            var properties = ObjectValue()
            properties["n_calculations"] = calculations.map { .integer(Int64($0)) }
            return ObjectValue([
                ("entry_id", .string(id)), ("upload_id", .string(upload)), ("parser_name", .string(parser)),
                ("n_quantities", .integer(Int64(quantities))), ("entry_create_time", .string(time)),
                ("authors", .list([.members(["name": .string(author)])])),
                (
                    "results",
                    .members([
                        "material": .members([
                            "elements": .list(elements.map(Value.string)), "material_id": .string(material),
                            "n_elements": .integer(Int64(elements.count)),
                        ]), "properties": .object(properties),
                    ])
                ),
            ])
        }
    }

    private static let entries: [Facts] = {
        var random = RandomSource(seed: 11)
        return (0..<200).map { Facts(number: $0, &random) }
    }()

    private static let search = Task {
        let folder = try TemporaryDirectory()
        let directory = DataDirectory(folder.path)
        let index = BitmapIndex(SearchProperties.catalogue)
        var change = IndexChange()
        for facts in entries {
            let id = EntryID(facts.id)
            change.documents.append(
                IndexChange.Document(
                    entry: id, upload: UploadID(facts.upload), json: SearchIndexEntry.json(id, given: facts.document)))
        }
        try await index.apply(change)
        let uploads = (0...3).map { number in
            var upload = UploadRecord(
                id: UploadID("u\(number)"), name: nil, createTime: .now(), mainAuthor: UserID("x"))
            upload.publishTime = upload.createTime
            return upload
        }
        return EntriesSearch(
            index: index, records: MemoryRecords(directory: directory), archives: SegmentFolder(directory)
        ) { uploads }
    }

    /// Queries, and which entries each means.
    private static let queries: [(String, @Sendable (Facts) -> Bool)] = [
        ("{}", { _ in true }), (#"{"results.material.elements": ["Ti"]}"#, { $0.elements.contains("Ti") }),
        (#"{"results.material.elements": ["Ti", "O"]}"#, { Set(["Ti", "O"]).isSubset(of: $0.elements) }),
        (#"{"n_quantities:gte": 40}"#, { $0.quantities >= 40 }),
        (#"{"not": {"results.material.elements": ["C"]}}"#, { !$0.elements.contains("C") }),
        (#"{"parser_name:any": ["p1", "p4"]}"#, { ["p1", "p4"].contains($0.parser) }),
        (#"{"parser_name": "none"}"#, { _ in false }),
    ]

    private func data(_ aggregation: String, _ query: String) async throws -> Value {
        let body = #"{"query": \#(query), "aggregations": {"x": \#(aggregation)}}"#
        let question = try EntriesQuery(Value(json: Array(body.utf8), limits: .request, nonFinite: .refuse))
        let answers = try await Self.search.value.aggregations(question, as: .anonymous)
        return try #require(answers["x"]?.object?.values.first?["data"])
    }

    private func pairs(_ data: Value) -> [String] {
        (data.items ?? []).map { bucket in
            "\(bucket["value"]?.text ?? "\(bucket["value"]?.real ?? -1)") \(bucket["count"]?.integer ?? -1)"
        }
    }

    private func counts(_ values: [String]) -> [String: Int] {
        Dictionary(values.map { ($0, 1) }, uniquingKeysWith: +)
    }

    @Test(arguments: queries.indices)
    func termsAreCounted(_ number: Int) async throws {
        let (query, isMeant) = Self.queries[number]
        let meant = Self.entries.filter(isMeant)
        let values: [(String, [String])] = [
            ("parser_name", meant.map(\.parser)), ("results.material.elements", meant.flatMap(\.elements)),
            ("upload_id", meant.map(\.upload)), ("results.material.material_id", meant.map(\.material)),
        ]
        for (quantity, values) in values {
            let counts = counts(values)
            let byCount = counts.sorted { $0.value == $1.value ? $0.key < $1.key : $0.value > $1.value }
            let found = pairs(try await data(#"{"terms": {"quantity": "\#(quantity)", "size": 100}}"#, query))
            #expect(found == byCount.map { "\($0.key) \($0.value)" }, "\(quantity)")

            var paged: [String] = []
            var after = "null"
            while true {
                let page = pairs(
                    try await data(
                        #"{"terms": {"quantity": "\#(quantity)", "pagination": {"page_size": 3, "page_after_value": \#(after)}}}"#,
                        query))
                if page.isEmpty { break }
                paged += page
                after = "\"" + page[page.count - 1].prefix { $0 != " " } + "\""
            }
            #expect(paged == counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }, "\(quantity)")
        }
    }

    @Test(arguments: queries.indices)
    func termsComeInTheOrderOfAnotherQuantity(_ number: Int) async throws {
        let (query, isMeant) = Self.queries[number]
        let meant = Self.entries.filter(isMeant)
        let orders: [(String, String, [(Int, String)])] = [
            ("results.material.material_id", "n_quantities", meant.map { ($0.quantities, $0.material) }),
            (
                "results.material.elements", "results.material.n_elements",
                meant.flatMap { facts in facts.elements.map { (facts.elements.count, $0) } }
            ), ("entry_id", "n_quantities", meant.map { ($0.quantities, $0.id) }),
        ]
        for (quantity, order, given) in orders {
            // A row is a pair of values, and counts the entries that have both.
            var rows: [(order: Int, value: String, count: Int)] = []
            for (order, value) in given.sorted(by: { $0 < $1 }) {
                if let last = rows.last, last.order == order, last.value == value {
                    rows[rows.count - 1].count += 1
                } else {
                    rows.append((order, value, 1))
                }
            }
            let page = #"{"page_size": 1000, "order_by": "\#(order)"}"#
            let found = try await data(#"{"terms": {"quantity": "\#(quantity)", "pagination": \#(page)}}"#, query)
            #expect(pairs(found) == rows.map { "\($0.value) \($0.count)" }, "\(quantity)")
        }
    }

    @Test(arguments: queries.indices)
    func numbersAreCounted(_ number: Int) async throws {
        let (query, isMeant) = Self.queries[number]
        let meant = Self.entries.filter(isMeant)
        let values = meant.map(\.quantities).sorted()
        let bounds = try await data(#"{"min_max": {"quantity": "n_quantities"}}"#, query)
        #expect(bounds == .list([values.first, values.last].map { $0.map { .integer(Int64($0)) } ?? .null }))

        var buckets: [String] = []
        if let first = values.first, let last = values.last {
            for start in stride(from: first / 7 * 7, through: last, by: 7) {
                buckets.append("\(Double(start)) \(values.filter { (start..<start + 7).contains($0) }.count)")
            }
        }
        #expect(pairs(try await data(#"{"histogram": {"quantity": "n_quantities", "interval": 7}}"#, query)) == buckets)

        // A number of buckets is turned into a whole width; they begin at its multiples.
        buckets = []
        if let first = values.first, let last = values.last, first < last {
            let width = (last - first + 3) / 4
            for start in stride(from: first / width * width, through: last, by: width) {
                buckets.append("\(Double(start)) \(values.filter { (start..<start + width).contains($0) }.count)")
            }
            #expect(
                pairs(try await data(#"{"histogram": {"quantity": "n_quantities", "buckets": 4}}"#, query)) == buckets)
        }

        var months: [String] = []
        if let first = meant.map(\.month).min(), let last = meant.map(\.month).max() {
            for month in first...last {
                let count = meant.filter { $0.month == month }.count
                months.append("2023-\(month < 10 ? "0" : "")\(month)-01 \(count)")
            }
        }
        let byMonth = try await data(#"{"date_histogram": {"quantity": "entry_create_time"}}"#, query)
        #expect(pairs(byMonth) == months)

        let percentiles = try await data(
            #"{"percentiles": {"quantity": "n_quantities", "percents": [0, 50, 100]}}"#, query)
        let found = percentiles.items?.first?["percentiles"]
        #expect(found?["0"]?.real == values.first.map(Double.init))
        #expect(found?["100"]?.real == values.last.map(Double.init))
        let median =
            values.isEmpty ? nil : Double(values[(values.count - 1) / 2] + values[values.count / 2]) / 2
        #expect(found?["50"]?.real == median)
    }

    @Test(arguments: queries.indices)
    func statisticsAreOfWhatMatches(_ number: Int) async throws {
        let (query, isMeant) = Self.queries[number]
        let meant = Self.entries.filter(isMeant)
        let metrics = #"["n_entries", "n_uploads", "n_authors", "n_materials", "n_quantities", "n_calculations"]"#
        let found = try await data(#"{"statistics": {"metrics": \#(metrics)}}"#, query)
        let wanted = [
            "n_entries": meant.count, "n_uploads": Set(meant.map(\.upload)).count,
            "n_authors": Set(meant.map(\.author)).count, "n_materials": Set(meant.map(\.material)).count,
            "n_quantities": meant.map(\.quantities).reduce(0, +),
            "n_calculations": meant.compactMap(\.calculations).reduce(0, +),
        ]
        for (name, number) in wanted { #expect(found[name]?.real == Double(number), "\(name)") }
    }
}
