import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NomadAPI
import RutileArchive
import RutileBundle
import RutileCuration
import RutileClient
import RutileEntries
import RutileGateway
import RutileGraph
import RutileIndex
import RutileJSON
import RutileMetainfo
import RutileModel
import RutileOptimade
import RutileSearch
import RutileServer
import RutileStore
import RutileTestSupport
import Synchronization
import Testing

/// An OPTIMADE service without any collection; routes that are about structures find a few.
struct EmptyOptimade: OptimadeRoutes.Service {
    func answer(_ target: Route.Target, as caller: Caller) async throws -> OptimadeAnswer {
        let service = OptimadeService(Settings().optimade.settings(version: "0.0.0")) { _ in [] }
        return try await service.answer(OptimadeRequest(target, visible: .all))
    }

    func structures(as caller: Caller) async throws -> StructureRoutes.Structures { try await FewStructures.seen() }
}

/// Reads no file: what is sent stays.
struct NoProcessor: UploadProcessor {
    func process(
        _ job: UploadJob, author: UserID, conclude: @escaping @Sendable (UploadOutcome, inout RecordChange) -> Void
    ) async throws { throw CancellationError() }
}

/// A network in which nobody answers.
struct NoNetwork: HTTPTransport, NameResolver {
    func get(_ request: FetchRequest) async throws -> FetchResponse { throw FetchFailure.unreachable("no network") }
    func addresses(of host: String) async throws -> [NetworkAddress] { throw FetchFailure.unreachable("no network") }
}

/// A server without a socket, over a graph service that a test makes up.
struct TestServer {
    let server: WebServer
    let tokens: TokenAuthority
    let log: LogLines
    let records: MemoryRecords
    /// What was sent and waits, in ``folder``.
    let queue: UploadQueue
    let folder: TemporaryDirectory
    private let index: IndexFeed

    /// Two users, `u-ada` and the administrator `u-root`; settings as given.
    init(
        settings: Settings = Settings(),
        graph: @escaping GraphRoutes.Service = { body, _ in body },
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) async throws {
        folder = try TemporaryDirectory()
        let directory = DataDirectory(folder.path)
        records = MemoryRecords(directory: directory)
        var change = RecordChange(existing: .refuse)
        var root = UserRecord(id: UserID("u-root"), username: "root")
        root.isAdmin = true
        change.users = [UserRecord(id: UserID("u-ada"), username: "ada"), root]
        try await records.apply(change)
        tokens = TokenAuthority(records)
        let log = LogLines()
        self.log = log
        let logger = Logger(label: "test") { _ in LineLog(level: .debug, format: .text) { log.add($0) } }
        let curation = Curation(records: records, directory: directory)
        queue = UploadQueue(records: records, directory: directory, processor: NoProcessor(), width: 1)
        let limits = UploadDesk.Limits(
            bytes: settings.limits.uploadBytes, unpublished: settings.limits.unpublishedUploads)
        let index = IndexFeed(
            BitmapIndex(SearchProperties.catalogue), of: SearchIndexEntry.entryType, records: EntriesFeed(records))
        self.index = index
        let (archives, files) = (SegmentFolder(directory), RawFolders(directory))
        let search = EntriesSearch(
            index: index.index, records: records, archives: archives,
            catchUp: { try await index.catchUp(as: SearchProperties.catalogue) },
            uploads: { [records] in try await records.snapshot().allUploads() })
        let entries = EntriesService(
            search: search,
            graph: GraphService(
                records: records, archives: archives, search: search, files: files, definitions: .builtIn),
            records: records, files: files)
        let web = WebClient(transport: NoNetwork(), resolver: NoNetwork())
        let gateway = GatewayService(
            settings.gateway.settings(requestSeconds: settings.limits.requestSeconds),
            optimade: settings.optimade.settings(version: "0.0.0"), store: MemoryGatewayStore(),
            client: OptimadeClient(web), key: Array(repeating: 7, count: 32))
        let parts = WebServer.Parts(
            graph: graph, optimade: EmptyOptimade(), entries: { entries },
            gateway: { try await gateway.answer($0) }, records: records, tokens: tokens, curation: curation,
            desk: UploadDesk(curation, queue: queue, limits: limits),
            status: .init(directory: directory, queue: queue) {
                [("search", index.index.size)]
            }, version: "0.0.0")
        server = WebServer(parts, settings: settings, logger: logger, now: now)
    }

    /// Loads the bundle `name` of the shared material, and lets the search follow.
    func load(shared name: String) async throws {
        let data = try #require(FileManager.default.contents(atPath: try SharedMaterial.path(name)))
        try await load(bundle: Array(data))
    }

    /// Loads `bundle`, and lets the search follow.
    func load(bundle: [UInt8]) async throws {
        _ = try await BundleLoader(
            into: DataDirectory(folder.path), records: records, checkHash: { _ in }, hash: { $0 }
        ).load(bundle)
        try await catchUp()
    }

    /// Lets the search follow the records.
    func catchUp() async throws { try await index.catchUp(as: SearchProperties.catalogue) }

    /// What the server answers to one request.
    func send(
        _ method: HTTPRequest.Method, _ path: String, headers: HTTPFields = [:], body: [UInt8] = [],
        from address: String = "127.0.0.1", host: String? = "test"
    ) async throws -> TestAnswer {
        let request = Request(
            head: HTTPRequest(method: method, scheme: "http", authority: host, path: path, headerFields: headers),
            body: RequestBody(buffer: ByteBuffer(bytes: body)))
        let response = await server.edge.respond(to: request, context: ClientAddress(address: address))
        let collector = Collector()
        try await response.body.write(collector)
        return TestAnswer(
            status: response.status.code, headers: response.headers, body: collector.bytes.withLock { $0 })
    }

    /// What the server answers to a graph request.
    func query(_ body: String, headers: HTTPFields = [:], from address: String = "127.0.0.1") async throws -> TestAnswer
    {
        try await send(.post, "/api/v1/graph/query", headers: headers, body: Array(body.utf8), from: address)
    }
}

extension TokenAuthority {
    /// A token of `user` for everything.
    func token(for user: UserID, lifetime: Duration) async throws -> String {
        try await issue(for: user, .personal, lifetime: lifetime).text
    }
}

extension Duration {
    /// Longer than any test takes, on any machine.
    static let day = Duration.seconds(86_400)
}

/// An answer with its whole body.
struct TestAnswer {
    let status: Int
    let headers: HTTPFields
    let body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }
    var json: Value? { try? Value(json: body, limits: .file, nonFinite: .refuse) }
}

/// Collects log lines.
final class LogLines: Sendable {
    private let lines = Mutex<[String]>([])

    func add(_ line: [UInt8]) { lines.withLock { $0.append(String(decoding: line, as: UTF8.self)) } }

    var all: [String] { lines.withLock { $0 } }
}

private final class Collector: ResponseBodyWriter, Sendable {
    let bytes = Mutex<[UInt8]>([])

    func write(_ buffer: ByteBuffer) async throws { bytes.withLock { $0 += buffer.readableBytesView } }
    func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
