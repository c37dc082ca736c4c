import OptimadeAPI
import RutileArchive
import RutileIndex
import RutileJSON
import RutileModel
import RutileOptimade
import RutileQuery
import RutileSQLite
import RutileStore
import RutileTestSupport

/// Pages of 20 whole structures, by their stages: where the time of an OPTIMADE answer goes.
struct PageBench {
    private let records: SQLiteRecords
    private let archives: SegmentFolder
    private let index = BitmapIndex(EntryTypeDefinition.structures.documentCatalogue)
    private let upload: UploadRecord
    private let count: Int
    private static let runs = 1_001

    /// `count` structures in a data directory at `folder`.
    init(_ count: Int, in folder: String) async throws {
        self.count = count
        let directory = DataDirectory(folder)
        records = try BenchRecords.open(directory)
        archives = SegmentFolder(directory)
        let user = UserRecord(id: UserID("u"), username: "u")
        var upload = UploadRecord(id: UploadID("upl"), name: "bench", createTime: .now(), mainAuthor: user.id)
        upload.publishTime = upload.createTime
        self.upload = upload
        var change = RecordChange(existing: .refuse)
        change.users = [user]
        change.uploads = [upload]
        var segments = try SegmentWriter(directory: directory, upload: upload.id)
        var random = RandomSource(seed: 3)
        var documents: [IndexChange.Document] = []
        for number in 0..<count {
            let resource = Self.structure(number, &random)
            let id = EntryID(upload: upload.id, mainfile: "s.jsonl", key: resource.id)
            try segments.append(
                id, try ArchiveEncoder().encode(.members(["metadata": .object(resource.archiveMetadata)])))
            let json = resource.indexDocument()
            documents.append(IndexChange.Document(entry: id, upload: upload.id, json: json))
            var record = EntryRecord(
                id: id, upload: upload.id, mainfile: "s.jsonl", parserName: "bench", createTime: upload.createTime)
            record.mainfileKey = resource.id
            change.entries.append(.init(record, documents: [IndexDocument(type: resource.type, json: json)]))
        }
        let addresses = try segments.commit()
        for index in change.entries.indices {
            change.entries[index].record.archive = addresses[change.entries[index].record.id]
        }
        try await records.apply(change)
        try await index.apply(IndexChange(documents: documents))
    }

    private static func structure(_ number: Int, _ random: inout RandomSource) -> Resource {
        let elements = ["Al", "C", "Fe", "H", "N", "O", "S", "Si"]
        let sites = random.int(2...30)
        let names = (0..<sites).map { _ in Value.string(random.pick(elements)) }
        func triple() -> Value { .list((0..<3).map { _ in .real((random.fraction() * 90_000).rounded() / 10_000) }) }
        return Resource(
            type: "structures", id: "gen-\(number)",
            attributes: ObjectValue([
                ("last_modified", .string("2024-0\(number % 9 + 1)-11T10:00:00Z")),
                ("elements", .list(Set(names.compactMap(\.text)).sorted().map(Value.string))),
                ("nelements", .integer(Int64(Set(names).count))), ("elements_ratios", .list([.real(1.0 / 3)])),
                ("chemical_formula_descriptive", .string("Fe2O\(sites)")),
                ("chemical_formula_reduced", .string("Fe2O\(sites)")),
                ("chemical_formula_anonymous", .string("A\(sites)B2")),
                ("dimension_types", .list([.integer(1), .integer(1), .integer(1)])),
                ("nperiodic_dimensions", .integer(3)), ("lattice_vectors", .list([triple(), triple(), triple()])),
                ("cartesian_site_positions", .list((0..<sites).map { _ in triple() })),
                ("nsites", .integer(Int64(sites))),
                (
                    "species",
                    .list(
                        elements.prefix(3).map {
                            .members([
                                "name": .string($0), "chemical_symbols": .list([.string($0)]),
                                "concentration": .list([.real(1)]),
                            ])
                        })
                ),
                ("species_at_sites", .list(names)), ("structure_features", .list([])),
            ]))
    }

    /// The measurements.
    func lines() async throws -> [Measurement] {
        let source = ArchiveResources(records: records, archives: archives)
        let settings = OptimadeSettings(
            provider: .init(prefix: "x", name: "X", description: "X"), implementation: .init(name: "R", version: "1"))
        let collection = IndexedCollection(
            .structures, rules: settings.parameterRules, index: index, source: source,
            visible: .only([upload.id]), defaultSort: Sort([SortKey("last_modified", isDescending: true)]))
        let service = OptimadeService(settings) { _ in [collection] }
        var random = RandomSource(seed: 5)
        var pages: [[EntryID]] = []
        for _ in 0..<Self.runs {
            let page = try await index.entries(EntrySearch(skip: random.int(0...count - 21), limit: 20))
            pages.append(page.entries)
        }
        var lines: [Measurement] = []
        func measure(_ name: String, _ body: (Int) async throws -> Void) async throws {
            var run = 0
            let time = try await medianMicroseconds(runs: Self.runs) {
                try await body(run)
                run += 1
            }
            lines.append(Measurement(name: "  " + name, figure: rounded(time / 1_000, 3) + " ms", target: ""))
        }
        var addresses: [Set<ArchiveAddress>] = []
        for page in pages { addresses.append(Set(try await records.archives(of: Set(page)).values)) }
        let fields = ResponseFields(usual: .structures)
        var size = 0
        try await measure("addresses of 20 archives") { _ = try await records.archives(of: Set(pages[$0])) }
        try await measure("20 archives opened") { _ = try await archives.archives(addresses[$0]) }
        try await measure("20 entries decoded (all of the above)") {
            _ = try await source.resources(pages[$0], of: "structures")
        }
        try await measure("20 entries as JSON, not decoded (the same)") {
            _ = try await source.written(pages[$0], of: "structures", fields)
        }
        try await measure("whole answer, filtered") { run in
            let element = ["Al", "C", "Fe", "H", "N", "O", "S", "Si"][run % 8]
            let query = "filter=elements%20HAS%20%22\(element)%22%20AND%20nsites>\(run % 20)&page_limit=20"
            size += try await service.answer(
                OptimadeRequest(path: "/v1/structures", query: query, baseURL: "http://localhost/optimade")
            ).body.count
        }
        lines.append(
            Measurement(
                name: "  size of an answer", figure: rounded(Double(size / Self.runs) / 1e3, 1) + " kB", target: ""))
        return lines
    }
}
