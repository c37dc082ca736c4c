import FoundationEssentials
import OptimadeAPI
import RutileIndex
import RutileJSON
import RutileModel
import RutileOptimade
import RutileQuery
import RutileStore
import RutileTestSupport

/// The shared file `synth-300.jsonl`: 300 structures and 40 references of the provider `exmpl`.
struct ExchangeFile {
    let types: [EntryTypeDefinition]
    let resources: [Resource]

    /// Read once.
    static func synthetic() throws -> ExchangeFile { try shared.get() }

    private static let shared = Result { try read() }

    private static func read() throws -> ExchangeFile {
        let path = try SharedMaterial.path("cases/optimade/data/synth-300.jsonl")
        let text = try String(contentsOfFile: path, encoding: .utf8)
        var types: [EntryTypeDefinition] = [.structures, .references]
        var resources: [Resource] = []
        for line in text.utf8.split(separator: UInt8(ascii: "\n")) {
            let value = try Value(json: Array(line))
            guard let kind = value["type"]?.text, let id = value["id"]?.text else { continue }
            if kind == "info", let index = types.firstIndex(where: { $0.name == id }) {
                let properties = value["properties"]?.object ?? ObjectValue()
                types[index] = types[index].adding(
                    try properties.members.map { try PropertyDefinition($0, of: id, json: $1) })
            } else if types.contains(where: { $0.name == kind }) {
                resources.append(
                    Resource(
                        type: kind, id: id, attributes: value["attributes"]?.object ?? ObjectValue(),
                        relationships: value["relationships"]?.object ?? ObjectValue()))
            }
        }
        return ExchangeFile(types: types, resources: resources)
    }

    /// The file's entries in memory, one collection per type.
    func memoryCollections(_ rules: ParameterRules) async throws -> [MemoryCollection] {
        var collections: [MemoryCollection] = []
        for type in types {
            let collection = MemoryCollection(type, rules: rules)
            try await collection.insert(resources.filter { $0.type == type.name })
            collections.append(collection)
        }
        return collections
    }

    /// The file's entries in an index and a source, entry `n` in upload `n % 3`.
    func indexedCollections(
        _ rules: ParameterRules, _ makeIndex: (PropertyCatalogue) -> any EntryIndex
    ) async throws -> @Sendable (VisibleUploads) -> [IndexedCollection] {
        var indexes: [(EntryTypeDefinition, any EntryIndex)] = []
        for type in types {
            let index = makeIndex(type.documentCatalogue)
            let documents = resources.enumerated().filter { $0.element.type == type.name }.map { number, resource in
                IndexChange.Document(
                    entry: EntryID("e\(number)"), upload: UploadID("u\(number % 3)"), json: resource.indexDocument())
            }
            try await index.apply(IndexChange(documents: documents))
            indexes.append((type, index))
        }
        let source = ResourceList(resources: resources)
        return { [indexes] visible in
            indexes.map { IndexedCollection($0, rules: rules, index: $1, source: source, visible: visible) }
        }
    }
}

/// Resources by the number of their entry.
private struct ResourceList: ResourceSource {
    let resources: [Resource]

    func resources(_ entries: [EntryID], of type: String) async throws -> [EntryID: Resource] {
        Dictionary(uniqueKeysWithValues: entries.map { ($0, resources[Int($0.text.dropFirst())!]) })
    }
}

/// Where a service keeps its entries.
enum BackEnd: CaseIterable {
    /// `MemoryCollection`.
    case memory
    /// `IndexedCollection` over the reference index.
    case referenceIndex
    /// `IndexedCollection` over the search engine.
    case searchEngine
}

extension OptimadeService {
    static let base = "http://example.org/optimade"

    /// A service of the shared file's entries, as the provider `exmpl`.
    static func ofExchangeFile(
        in backEnd: BackEnd = .memory, _ change: (inout OptimadeSettings) -> Void = { _ in }
    ) async throws -> OptimadeService {
        var settings = OptimadeSettings(
            provider: .init(
                prefix: "exmpl", name: "Example <provider>", description: "Data & examples",
                homepage: "https://example.com"),
            implementation: .init(name: "Rutile", version: "1"), license: "CC-BY-4.0")
        change(&settings)
        let file = try ExchangeFile.synthetic()
        let now: @Sendable () -> Timestamp = { Timestamp(microseconds: 1_700_000_000_000_000) }
        switch backEnd {
        case .memory:
            let collections = try await file.memoryCollections(settings.parameterRules)
            return OptimadeService(settings, now: now) { _ in collections }
        case .referenceIndex:
            let collections = try await file.indexedCollections(settings.parameterRules, MemoryEntryIndex.init)
            return OptimadeService(settings, now: now) { collections($0) }
        case .searchEngine:
            let collections = try await file.indexedCollections(settings.parameterRules, { BitmapIndex($0) })
            return OptimadeService(settings, now: now) { collections($0) }
        }
    }

    /// Asks for `target`: path and query below the unversioned base URL, or a whole address below it.
    func reply(
        _ target: String, method: String = "GET", accept: String? = nil, visible: VisibleUploads = .all
    ) async throws -> Reply {
        let target = target.hasPrefix(Self.base) ? String(target.dropFirst(Self.base.count)) : target
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        return Reply(
            try await answer(
                OptimadeRequest(
                    method: method, path: String(parts[0]), query: parts.count > 1 ? String(parts[1]) : "",
                    accept: accept, baseURL: Self.base + "/", visible: visible)))
    }
}

/// What a service answered, read as JSON where it is that.
struct Reply {
    let status: Int
    let contentType: String
    let body: [UInt8]
    let json: Value?

    var text: String { String(decoding: body, as: UTF8.self) }

    init(_ answer: OptimadeAnswer) {
        status = answer.outcome.status
        contentType = answer.contentType
        body = answer.body
        json = try? Value(json: answer.body)
    }

    /// The value at a JSON pointer; `nil` where there is none.
    subscript(_ pointer: String) -> Value? {
        var value = json
        for part in pointer.split(separator: "/") {
            if let items = value?.items {
                value = Int(part).flatMap { items.indices.contains($0) ? items[$0] : nil }
            } else {
                value = value?[String(part)]
            }
        }
        return value
    }

    /// The ids of the entries.
    var ids: [String] { self["/data"]?.items?.compactMap { $0["id"]?.text } ?? [] }
}
