import Logging
import OptimadeAPI
import RutileClient
import RutileGateway
import RutileModel
import RutileOptimade
import RutileSQLite
import RutileServer
import Synchronization

/// The gateway of a running server.
///
/// Its own OPTIMADE server is asked without a connection; all other parts of the server are none of its business, least of
/// all itself.
final class CurrentGateway: Sendable {
    let service: GatewayService
    private let transport: NetworkTransport
    private let own: OwnAddresses
    private let providers: [WebAddress]
    private let checkMinutes: Int

    /// A gateway over the records of `installation`, of a server of `optimade`, if it is part of one.
    ///
    /// - Throws: `StoreError`.
    init(
        _ installation: Installation, settings: Settings, optimade: CurrentOptimade?, logger: Logger
    ) async throws {
        let (transport, own) = (NetworkTransport(), OwnAddresses(settings))
        self.transport = transport
        self.own = own
        providers = settings.gateway.providers
        checkMinutes = settings.gateway.checkMinutes
        let web = WebClient(
            transport: transport, resolver: SystemResolver(),
            policy: AddressPolicy(allowed: settings.gateway.allowedNetworks.ranges),
            limits: WebClient.Limits(bodyBytes: settings.gateway.bodyBytes, retries: settings.gateway.retries),
            slots: RequestSlots(total: settings.gateway.requests, perServer: settings.gateway.requestsPerServer),
            own: optimade.map { optimade in
                OwnServer(
                    role: { own.role(of: $0, $1) },
                    answer: { server, target in
                        let answer = try await optimade.answer(own.target(server, target), as: .anonymous)
                        return FetchResponse(status: answer.outcome.status, body: answer.body)
                    })
            } ?? .none)
        service = GatewayService(
            settings.gateway.settings(requestSeconds: settings.limits.requestSeconds),
            optimade: settings.optimade.settings(version: Rutile.version),
            store: installation.records,
            client: OptimadeClient(web), key: try await installation.records.gatewayKey(),
            report: { logger.error("gateway", metadata: ["reason": "\($0)"]) })
    }

    /// The server is reached at `address` from now on.
    func listens(at address: String) { own.listens(at: address) }

    /// Takes up unfinished queries, and removes old ones every minute, until cancelled.
    func follow(logger: Logger) async throws {
        do {
            try await service.resume()
        } catch let error where !(error is CancellationError) {
            logger.error("queries cannot be taken up", metadata: ["error": "\(error)"])
        }
        while true {
            do {
                try await service.sweep()
            } catch let error where !(error is CancellationError) {
                logger.error("queries cannot be removed", metadata: ["error": "\(error)"])
            }
            try await Task.sleep(for: .seconds(60))
        }
    }

    /// Registers the databases of the lists of providers, and checks those that are registered, until cancelled.
    func check(logger: Logger) async throws {
        guard checkMinutes > 0 else { return }
        // Without lists there is nothing new at the start.
        if providers.isEmpty { try await Task.sleep(for: .seconds(60 * checkMinutes)) }
        while true {
            do {
                try await service.refresh(providers) { reason in
                    logger.warning("a list of providers cannot be read", metadata: ["reason": "\(reason)"])
                }
            } catch let error where !(error is CancellationError) {
                logger.error("databases cannot be checked", metadata: ["error": "\(error)"])
            }
            try await Task.sleep(for: .seconds(60 * checkMinutes))
        }
    }

    /// Ends what runs and closes all connections.
    func stop() async {
        service.stop()
        await transport.shutdown()
    }
}

/// The addresses of the server that the gateway is part of.
private final class OwnAddresses: Sendable {
    /// The path of the OPTIMADE server.
    private let root: String
    private let origins: Mutex<Set<String>>

    /// The addresses that `settings` tell.
    init(_ settings: Settings) {
        root = settings.server.basePath + OptimadeRoutes.path
        let known = [settings.server.url, settings.optimade.baseURL, settings.gateway.baseURL].compactMap {
            try? WebAddress($0).origin
        }
        origins = Mutex(Set(known))
    }

    /// The server listens at `address`.
    func listens(at address: String) {
        guard let address = try? WebAddress(address) else { return }
        let names = ["127.0.0.1", "[::1]", "localhost", "0.0.0.0", "[::]"].map { "http://\($0):\(address.port)" }
        let more = names.compactMap { try? WebAddress($0).origin }
        origins.withLock { $0.formUnion([address.origin] + more) }
    }

    /// Only the OPTIMADE server is answered.
    func role(of server: WebAddress, _ target: String) -> OwnServer.Role {
        guard origins.withLock({ $0.contains(server.origin) }) else { return .other }
        guard target.utf8.starts(with: root.utf8) else { return .refused }
        let next = target.utf8.dropFirst(root.utf8.count).first
        return next == nil || next == UInt8(ascii: "/") || next == UInt8(ascii: "?") ? .answered : .refused
    }

    /// What `target` asks of the OPTIMADE server.
    func target(_ server: WebAddress, _ target: String) -> Route.Target {
        let rest = target.utf8.dropFirst(root.utf8.count)
        let path = rest.prefix { $0 != UInt8(ascii: "?") }
        var asked = Route.Target()
        asked.path = String(Substring(path))
        asked.query = String(Substring(rest.dropFirst(path.count + 1)))
        asked.address = server.origin + root
        return asked
    }
}
