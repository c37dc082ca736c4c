import Dispatch
import Glibc
import Hummingbird
import HummingbirdCore
package import Logging
import NIOCore
package import RutileCuration
import RutileModel
import RutileStore
import ServiceLifecycle
import UnixSignals

/// The server: listens, answers until it is told to stop, and stops.
package struct WebServer: Sendable {
    /// What a server needs besides its settings.
    package struct Parts: Sendable {
        /// Answers graph requests.
        package let graph: GraphRoutes.Service
        /// Answers OPTIMADE requests.
        package let optimade: any OptimadeRoutes.Service
        /// Answers requests to the gateway.
        package let gateway: GatewayRoutes.Service
        /// Answers questions about entries.
        package let entries: EntriesRoutes.Service
        /// Users and groups are here; it also tells whether the server is ready.
        package let records: any GroupRoutes.Records
        package let tokens: TokenAuthority
        /// What people do with uploads and datasets.
        package let curation: Curation
        /// New uploads come here.
        package let desk: UploadDesk
        /// What administrators are told of the server.
        package let status: StatusRoutes.Sources
        /// Of this software.
        package let version: String

        /// All parts.
        package init(
            graph: @escaping GraphRoutes.Service, optimade: any OptimadeRoutes.Service,
            entries: @escaping EntriesRoutes.Service, gateway: @escaping GatewayRoutes.Service,
            records: any GroupRoutes.Records, tokens: TokenAuthority, curation: Curation, desk: UploadDesk,
            status: StatusRoutes.Sources, version: String
        ) {
            self.graph = graph
            self.optimade = optimade
            self.entries = entries
            self.gateway = gateway
            self.records = records
            self.tokens = tokens
            self.curation = curation
            self.desk = desk
            self.status = status
            self.version = version
        }
    }

    /// The server did not start, because its address is taken, unknown or not allowed.
    package struct CannotListen: Error, CustomStringConvertible {
        package let description: String
    }

    /// What stands between the network and the routes. Tests ask it directly.
    package let edge: Edge
    /// All routes.
    package let routes: RouteTable
    private let settings: Settings
    private let readiness: Readiness
    private let logger: Logger

    /// A server of `parts` that does not listen yet.
    package init(
        _ parts: Parts, settings: Settings, logger: Logger,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.settings = settings
        self.logger = logger
        let records = parts.records
        let metrics = ServerMetrics()
        let slowRequests = SlowRequests()
        readiness = Readiness { _ = try await records.users([UserID("")]) }
        let login = Login(
            records: records, tokens: parts.tokens, passwords: PasswordChecker(),
            lifetimes: Login.Lifetimes(
                access: .seconds(settings.login.tokenMinutes * 60),
                refresh: .seconds(settings.login.refreshDays * 86_400)),
            logger: logger, now: now)
        let basePath = settings.server.basePath
        let served =
            GraphRoutes.routes(parts.graph) + OptimadeRoutes.routes(parts.optimade)
            + StructureRoutes.routes(parts.optimade)
            + GatewayRoutes.routes(parts.gateway)
            + EntriesRoutes.routes(parts.entries) + EntryFileRoutes.routes(parts.entries)
            + FactRoutes.routes(parts.entries, version: parts.version)
            + UploadRoutes.routes(parts.curation, desk: parts.desk, parts.entries)
            + UploadFileRoutes.routes(parts.curation, desk: parts.desk, parts.entries)
            + DatasetRoutes.routes(parts.curation, parts.entries)
            + LoginRoutes.routes(login) + UserRoutes.routes(records, email: settings.visibility.userEmail)
            + GroupRoutes.routes(records)
            + StatusRoutes.routes(
                parts.status, metrics: metrics, slowRequests: slowRequests, version: parts.version)
            + OperationRoutes.routes(readiness: readiness, metrics: metrics)
            + PageRoutes.routes(basePath: basePath)
        let document = OpenAPIDocument.route(of: served, basePath: basePath, version: parts.version)
        routes = RouteTable(served + [document], basePath: basePath)
        edge = Edge(
            routes: routes, authentication: Authentication(parts.tokens), limits: settings.limits,
            publicURL: settings.server.url, metrics: metrics, slowRequests: slowRequests, logger: logger, now: now)
    }

    /// Serves until SIGTERM or SIGINT, then ends what runs and returns, within ten seconds.
    ///
    /// `started` is called with the address once connections are accepted.
    ///
    /// - Throws: ``CannotListen``.
    package func run(started: @escaping @Sendable (_ address: String) async -> Void = { _ in }) async throws {
        var quiet = logger
        // The framework's own lines (connections, services) are for its developers.
        quiet.logLevel = max(logger.logLevel, .warning)
        let host = settings.server.host
        let departures = edge.departures
        let application = Application(
            responder: edge,
            server: .http1(
                configuration: .init(
                    additionalChannelHandlers: [departures.handler(), ContinueHandler.Installer()],
                    idleTimeout: .seconds(75))),
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: settings.server.port), serverName: "rutile"),
            onServerRunning: { channel in
                let port = channel.localAddress?.port ?? 0
                await started("http://\(host.contains(":") ? "[\(host)]" : host):\(port)")
            },
            logger: quiet)
        var configuration = ServiceGroupConfiguration(
            services: [
                .init(service: Watch(edge: edge)), .init(service: application), .init(service: Stop(server: self)),
            ],
            gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet)
        configuration.maximumGracefulShutdownDuration = .seconds(8)
        do {
            try await ServiceGroup(configuration: configuration).run()
        } catch let error as IOError {
            let reason = unsafe String(cString: strerror(error.errnoCode))
            throw CannotListen(description: "cannot listen on \(host), port \(settings.server.port): \(reason)")
        } catch let error as SocketAddressError.UnknownHost {
            throw CannotListen(
                description: "cannot listen on \(host), port \(settings.server.port): \(error.errorDescription)")
        } catch let error as SocketAddressError {
            throw CannotListen(description: "cannot listen on \(host), port \(settings.server.port): \(error)")
        }
    }

    /// Looks after deadlines until the server stops.
    private struct Watch: Service {
        let edge: Edge

        func run() async throws {
            // The watch ends in one way only, by being cancelled, and that is no failure.
            await cancelWhenGracefulShutdown { try? await edge.running.watch() }
        }
    }

    /// Waits for the signal. Services are stopped last to first, so this one hears of it before the others.
    private struct Stop: Service {
        let server: WebServer

        func run() async throws {
            try await gracefulShutdown()
            server.readiness.stop()
            server.logger.notice("stopping")
            let logger = server.logger
            // Outside of all structure, on a thread of its own (a serial queue has one): it must act even when nothing
            // else ends and every thread that runs tasks is taken.
            DispatchQueue(label: "rutile.stop").asyncAfter(deadline: .now() + .milliseconds(9_500)) {
                logger.error("requests did not end in time")
                _exit(1)
            }
        }
    }
}
