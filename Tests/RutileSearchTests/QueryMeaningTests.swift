import FoundationEssentials
import NomadAPI
import RutileIndex
import RutileJSON
import RutileModel
import RutileQuery
import RutileSearch
import RutileStore
import RutileTestSupport
import Testing

/// What NOMAD's router asked Elasticsearch for each request finds the same documents as our predicate.
struct QueryMeaningTests {
    /// An unoptimised build takes a sample.
    private static let documents = _isDebugAssertConfiguration() ? 200 : 1_000

    struct Case: CustomTestStringConvertible {
        let testDescription: String
        let request: Value
        let elastic: Value

        /// The question as its body, or as its parameters, ask it.
        func question() throws -> EntriesQuery {
            guard request["method"]?.text == "GET" else { return try EntriesQuery(request["body"] ?? .null) }
            var parameters: [(name: String, value: String)] = []
            for (name, given) in request["params"]?.object?.members ?? zip([], []) {
                for item in given.items ?? [given] {
                    parameters.append((name, item.text ?? item.integer.map(String.init) ?? ""))
                }
            }
            return try EntriesQuery(parameters: parameters)
        }
    }

    static func cases() throws -> [Case] {
        let path = try SharedMaterial.path("cases/archive/cases_query.json")
        let data = try #require(FileManager.default.contents(atPath: path))
        return (try Value(json: Array(data), limits: .file)["cases"]?.items ?? []).compactMap { item in
            guard let elastic = item["es"]?["query"], item["status"]?.integer == 200 else { return nil }
            return Case(testDescription: item["id"]?.text ?? "", request: item, elastic: elastic)
        }
    }

    @Test(arguments: try cases())
    func predicatesFindWhatElasticsearchWouldFind(_ test: Case) async throws {
        let question = try test.question()
        // Other owners are groups of uploads here, not predicates.
        guard question.owner == .public else { return }
        let elastic = try ElasticQuery()
        let predicate =
            try question.query.map { (query) throws(EntriesProblem) in
                try QueryLowering.predicate(query)
            } ?? .constant(.true)
        let open = Predicate.and([
            .test("published", Test(.compares(.equal), .literal(.boolean(true)))),
            .test("with_embargo", Test(.compares(.equal), .literal(.boolean(false)))), predicate,
        ])
        var documents = SearchDocuments(test.elastic, seed: 7)
        let evaluator = Evaluator(SearchProperties.catalogue)
        let index = BitmapIndex(SearchProperties.catalogue)
        var expected: Set<EntryID> = []
        var change = IndexChange()
        for number in 0..<Self.documents {
            let id = EntryID("e\(number)")
            let document = documents.next()
            let json = SearchIndexEntry.json(id, given: document.object ?? ObjectValue())
            change.documents.append(IndexChange.Document(entry: id, upload: UploadID("u"), json: json))
            let isHit = try elastic.matches(test.elastic, document)
            let flat = try #require(try Value(json: json, limits: .file).object)
            #expect((evaluator.truth(of: open, for: flat) == .true) == isHit, "\(document)")
            if isHit { expected.insert(id) }
        }
        try await index.apply(change)
        #expect(Set(try await index.entries(EntrySearch(open, limit: .max)).entries) == expected)
    }

    @Test
    func theCasesTellDocumentsApart() throws {
        let elastic = try ElasticQuery()
        var decided = 0
        for test in try Self.cases() {
            var documents = SearchDocuments(test.elastic, seed: 7)
            let hits = try (0..<Self.documents).filter { _ in try elastic.matches(test.elastic, documents.next()) }
                .count
            if hits > 0 && hits < Self.documents { decided += 1 }
        }
        // `upload_id: ["a", "b"]` and its like find nothing at all.
        #expect(decided > 55)
    }
}

/// Random search documents with values that a query asks for, and others.
private struct SearchDocuments {
    private var random: RandomSource
    private var operands: [(path: String, values: [Value])] = []
    private var sections: Set<String> = []

    init(_ query: Value, seed: UInt64) {
        random = RandomSource(seed: seed)
        collect(query)
    }

    private mutating func collect(_ query: Value) {
        switch query {
        case .list(let items): for item in items { collect(item) }
        case .object(let members):
            for (kind, body) in members.members {
                switch kind {
                case "term", "match", "match_phrase_prefix", "terms", "range":
                    guard let (name, operand) = body.object?.members.first(where: { _ in true }) else { continue }
                    let path = name.hasSuffix(".keyword") ? String(name.dropLast(8)) : name
                    var values = operand.items ?? operand.object?.values ?? [operand]
                    values += values.flatMap(Self.others)
                    operands.append((path, values))
                case "nested":
                    if let path = body["path"]?.text { sections.insert(path) }
                    collect(body)
                default: collect(body)
                }
            }
        default: return
        }
    }

    private static func others(of value: Value) -> [Value] {
        switch value {
        case .bool(let flag): [.bool(!flag)]
        case .integer(let number): [.integer(number - 1), .integer(number + 1), .real(Double(number) + 0.5)]
        case .string("true"): [.bool(true), .bool(false)]
        case .string(let text) where Int64(text) != nil: [.integer(3), .integer(4)]
        case .string(let text) where text.hasPrefix("20"):
            [.string(text + "T10:00:00+00:00"), .string("2020-01-02T00:00:00+00:00"), .string("2019-12-31T23:59:59Z")]
        case .string(let text):
            [.string(text.lowercased()), .string("x " + text + "2/dir/" + text), .string("zz")]
        default: []
        }
    }

    mutating func next() -> Value {
        var document = ObjectValue([
            ("published", .bool(!random.once(in: 8))), ("with_embargo", .bool(random.once(in: 8))),
        ])
        for (path, values) in operands where path != "published" || random.once(in: 3) {
            if path == "with_embargo" || random.once(in: 4) { continue }
            let count = path != "published" && random.once(in: 3) ? random.int(0...3) : 1
            let picked = (0..<count).map { _ in random.pick(values) }
            set(
                path.split(separator: ".").map(String.init)[...], to: count == 1 ? picked[0] : .list(picked),
                in: &document, "")
        }
        return .object(document)
    }

    private mutating func set(
        _ path: ArraySlice<String>, to value: Value, in object: inout ObjectValue, _ prefix: String
    ) {
        guard let name = path.first else { return }
        let whole = prefix.isEmpty ? name : prefix + "." + name
        if path.count == 1 {
            // Booleans that were asked for as text stand as what they are.
            object[name] = value
            return
        }
        var inner = object[name]?.items ?? [object[name] ?? .object(ObjectValue())]
        if sections.contains(whole), random.once(in: 3) { inner.append(.object(ObjectValue())) }
        let place = random.int(0...inner.count - 1)
        var target = inner[place].object ?? ObjectValue()
        set(path.dropFirst(), to: value, in: &target, whole)
        inner[place] = .object(target)
        object[name] = sections.contains(whole) ? .list(inner) : inner[0]
    }
}
