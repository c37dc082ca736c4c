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
    private let servers: [InstallationID: NomadServer]
    private let time: Duration
    private let report: @Sendable (String) -> Void

    /// Answers that are cut off at a number of bytes which several of them share.
    private final class Budget: Sendable {
        /// There is none left.
        struct IsSpent: Error {}

        private let left: Mutex<Int>

        init(_ bytes: Int) { left = Mutex(bytes) }

        func take(_ count: Int) throws(IsSpent) {
            let rest = left.withLock { left in
                left -= count
                return left
            }
            guard rest >= 0 else { throw IsSpent() }
        }
    }

    /// The installations that `settings` name; what goes wrong with them is told to `report`.
    ///
    /// - Throws: `ClientError` for an address that is none.
    init(_ settings: Settings.References, report: @escaping @Sendable (String) -> Void) throws {
        var asking = NomadServer.Settings()
        // Somebody waits for the answer.
        asking.retry = RetryPolicy(retries: 0)
        asking.requestsPerSecond = 0
        var servers: [InstallationID: NomadServer] = [:]
        for installation in settings.remote {
            servers[installation] = try NomadServer(installation.text, settings: asking)
        }
        self.servers = servers
        installations = Set(settings.remote)
        time = .seconds(settings.remoteSeconds)
        self.report = report
    }

    func archives(of entries: Set<RemoteEntry>, within bytes: Int) async throws -> [RemoteEntry: RemoteArchive] {
        let budget = Budget(bytes)
        return try await withThrowingTaskGroup(of: (RemoteEntry, RemoteArchive)?.self) { group in
            for entry in entries { group.addTask { (entry, try await archive(of: entry, budget)) } }
            group.addTask {
                try await Task.sleep(for: time)
                return nil
            }
            var found: [RemoteEntry: RemoteArchive] = [:]
            while found.count < entries.count, let (entry, archive) = try await group.next() ?? nil {
                found[entry] = archive
            }
            group.cancelAll()
            let late = entries.filter { found[$0] == nil }
            for installation in Set(late.map(\.installation)) {
                report("\(installation): no answer in \(time.components.seconds) s")
            }
            for entry in late { found[entry] = .failed("it did not come in \(time.components.seconds) s") }
            return found
        }
    }

    private func archive(of entry: RemoteEntry, _ budget: Budget) async throws -> RemoteArchive {
        guard let server = servers[entry.installation] else { return .absent }
        do {
            guard let body = try await server.archiveDocument(of: entry.entry.text, budget.take) else { return .absent }
            return try await LongWork.shared.run { Self.archive(in: body, of: entry.entry) }
        } catch is Budget.IsSpent {
            return .failed("references.remote_bytes does not allow for its size")
        } catch let error as ClientError {
            report("\(entry.installation): \(error)")
            switch error.code {
            case .unreachable: return .failed("there is no connection, or none that lasts")
            default: return .failed("the answer is none" + (error.status.map { " (status \($0))" } ?? ""))
            }
        }
    }

    /// The archive in a `document` of the entries API.
    private static func archive(in document: [UInt8], of entry: EntryID) -> RemoteArchive {
        guard
            let data = try? Value(
                json: document, limits: JSONLimits(maximumDepth: 512, maximumBytes: .max), nonFinite: .null)["data"],
            data["entry_id"]?.text?.hasSameUTF8(as: entry.text) ?? false, let upload = data["upload_id"]?.text,
            let archive = data["archive"], archive.object != nil, let root = try? ArchiveNode(value: archive)
        else { return .failed("the answer has no archive in it") }
        return .open(root, in: UploadID(upload), bytes: document.count)
    }
}
