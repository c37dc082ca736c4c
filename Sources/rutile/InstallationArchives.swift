import CProcess
import RutileArchive
import RutileClient
import RutileGraph
import RutileJSON
import RutileModel
import RutileServer
import RutileStore
import Synchronization

/// Archives of other installations, by the entries API of each.
struct InstallationArchives: RemoteArchives {
    let installations: Set<InstallationID>
    private let bytes: Int
    private let time: Duration
    private let report: @Sendable (String) -> Void

    /// The installations that `settings` name. That one of them fails is told to `report`, once in a request for each.
    init(_ settings: Settings, report: @escaping @Sendable (String) -> Void) {
        installations = Set(settings.references.remote)
        bytes = settings.references.remoteBytes
        // What is there by then has still to be answered.
        time = .seconds(min(settings.references.remoteSeconds, max(1, settings.limits.requestSeconds - 5)))
        self.report = report
    }

    func reading() -> any RemoteReading { InstallationReading(bytes: bytes, time: time, report: report) }
}

/// What one request reads of other installations.
private final class InstallationReading: RemoteReading {
    private struct State {
        var bytesLeft: Int
        /// When the request waits no longer; absent before it began to.
        var end: ContinuousClock.Instant?
        var servers: [InstallationID: NomadServer] = [:]
        var reported: Set<InstallationID> = []
    }

    /// The bytes that are allowed have come.
    private struct TooManyBytes: Error {}

    /// A document takes many times its size while it is decoded.
    private static let decoding = LongWork(width: 1)

    private let state: Mutex<State>
    private let time: Duration
    private let report: @Sendable (String) -> Void

    init(bytes: Int, time: Duration, report: @escaping @Sendable (String) -> Void) {
        state = Mutex(State(bytesLeft: bytes))
        self.time = time
        self.report = report
    }

    func archives(of entries: Set<RemoteEntry>) async throws -> [RemoteEntry: RemoteArchive] {
        let end = state.withLock { state in
            let end = state.end ?? ContinuousClock.now + time
            state.end = end
            return end
        }
        var found: [RemoteEntry: RemoteArchive] = [:]
        if ContinuousClock.now < end {
            found = try await withThrowingTaskGroup(of: (RemoteEntry, RemoteArchive)?.self) { group in
                for entry in entries { group.addTask { (entry, try await self.archive(of: entry)) } }
                group.addTask {
                    try await Task.sleep(until: end, clock: .continuous)
                    return nil
                }
                var found: [RemoteEntry: RemoteArchive] = [:]
                while found.count < entries.count, let (entry, archive) = try await group.next() ?? nil {
                    found[entry] = archive
                }
                group.cancelAll()
                return found
            }
        }
        let seconds = time.components.seconds
        for entry in entries where found[entry] == nil {
            complain("no answer in \(seconds) s", of: entry.installation)
            found[entry] = .failed("it did not come in the \(seconds) s that a request waits for other installations")
        }
        return found
    }

    private func archive(of entry: RemoteEntry) async throws -> RemoteArchive {
        do {
            let server = try server(entry.installation)
            guard let body = try await server.archiveDocument(of: entry.entry.text, self.admit) else { return .absent }
            let archive = try await Self.decoding.run { Self.archive(in: body, of: entry.entry) }
            if case .failed(let why) = archive { complain("\(entry.entry): \(why)", of: entry.installation) }
            return archive
        } catch is TooManyBytes {
            complain("\(entry.entry): more than references.remote_bytes", of: entry.installation)
            return .failed("references.remote_bytes does not allow for its size")
        } catch let error as ClientError {
            complain("\(error)", of: entry.installation)
            switch error.code {
            case .unreachable: return .failed("there is no connection, or none that lasts")
            default: return .failed("the answer is none" + (error.status.map { " (status \($0))" } ?? ""))
            }
        }
    }

    /// The server of `installation`. Each request has its own, which asks for eight archives at once: what many requests
    /// share are the connections, 32 to each installation.
    private func server(_ installation: InstallationID) throws(ClientError) -> NomadServer {
        try state.withLock { state throws(ClientError) in
            if let server = state.servers[installation] { return server }
            var settings = NomadServer.Settings()
            // Somebody waits for the answer.
            settings.retry = RetryPolicy(retries: 0)
            settings.requestsPerSecond = 0
            let server = try NomadServer(installation.text, settings: settings)
            state.servers[installation] = server
            return server
        }
    }

    private func admit(_ count: Int) throws(TooManyBytes) {
        let left = state.withLock { state in
            state.bytesLeft -= count
            return state.bytesLeft
        }
        guard left >= 0 else { throw TooManyBytes() }
    }

    private func complain(_ what: String, of installation: InstallationID) {
        if state.withLock({ $0.reported.insert(installation).inserted }) { report("\(installation): \(what)") }
    }

    /// The archive in a `document` of the entries API.
    private static func archive(in document: [UInt8], of entry: EntryID) -> RemoteArchive {
        defer { if document.count > 1 << 20 { rutile_return_memory() } }
        // Whatever is wrong with it, it is nothing that could be shown.
        let limits = JSONLimits(maximumDepth: JSONLimits.file.maximumDepth, maximumBytes: .max)
        guard let data = try? Value(json: document, limits: limits, nonFinite: .null)["data"],
            data["entry_id"]?.text?.hasSameUTF8(as: entry.text) ?? false, let upload = data["upload_id"]?.text,
            let archive = data["archive"], archive.object != nil, let root = try? ArchiveNode(value: archive)
        else { return .failed("the answer has no archive in it") }
        return .open(root, in: UploadID(upload))
    }
}
