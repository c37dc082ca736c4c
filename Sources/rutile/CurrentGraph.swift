import Logging
import RutileGraph
import RutileJSON
import RutileModel
import RutileSQLite
import RutileServer
import Synchronization

/// The graph service of a running server: made anew when `rutile schema add` has installed definitions.
final class CurrentGraph: Sendable {
    private struct Current {
        /// The change of the records that the packages are no older than.
        var change: Int64
        var packages: [Value]
        var service: GraphService
    }

    private let installation: Installation
    private let settings: Settings
    private let search: CurrentSearch
    private let foreign: any ForeignEntries
    private let remote: any RemoteArchives
    private let current: Mutex<Current>

    /// A service with the definitions that are installed now, entries of other databases from `foreign`, and archives of
    /// other installations from `remote`.
    ///
    /// - Throws: `StoreError`.
    init(
        _ installation: Installation, settings: Settings, search: CurrentSearch, foreign: any ForeignEntries,
        remote: any RemoteArchives
    ) async throws {
        self.installation = installation
        self.settings = settings
        self.search = search
        self.foreign = foreign
        self.remote = remote
        let change = try await installation.records.changeNumber()
        let packages = try await installation.records.installedPackages()
        current = Mutex(
            Current(
                change: change, packages: packages,
                service: installation.graph(
                    settings, packages: packages, search: search.search, foreign: foreign, remote: remote)))
    }

    /// The service with the definitions of this moment.
    var service: GraphService { current.withLock { $0.service } }

    /// Answers a request with the definitions of the moment at which it came.
    func answer(_ body: [UInt8], as caller: Caller) async throws -> [UInt8] {
        try await service.answer(body, as: caller)
    }

    /// Looks for newly installed definitions every second, until cancelled.
    func follow(logger: Logger) async throws {
        while true {
            try await Task.sleep(for: .seconds(1))
            do {
                let change = try await installation.records.changeNumber()
                guard change != current.withLock({ $0.change }) else { continue }
                let packages = try await installation.records.installedPackages()
                guard packages != current.withLock({ $0.packages }) else {
                    current.withLock { $0.change = change }
                    continue
                }
                let service = installation.graph(
                    settings, packages: packages, search: search.search, foreign: foreign, remote: remote)
                current.withLock { $0 = Current(change: change, packages: packages, service: service) }
                logger.notice("definitions changed", metadata: ["packages": "\(packages.count)"])
            } catch let error as CancellationError {
                throw error
            } catch {
                logger.error("installed definitions cannot be read", metadata: ["error": "\(error)"])
            }
        }
    }
}
