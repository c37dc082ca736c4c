import ArgumentParser
import CProcess
import Glibc
import Logging
import RutileGateway
import RutileBundle
import RutileCuration
import RutileModel
import RutileServer

/// `rutile serve`: answers requests until it is told to stop.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Serve a data directory over HTTP.",
        discussion: """
            Settings come from a configuration file, from the environment (RUTILE_SERVER_PORT …) and from flags; later \
            ones win. SIGTERM or Ctrl-C ends what runs and stops within ten seconds.
            """)

    @OptionGroup var options: SettingsOptions

    @Option(help: ArgumentHelp("Name or address to listen on. Default: 127.0.0.1.", valueName: "host"))
    var host: String?

    @Option(help: ArgumentHelp("Port to listen on. Default: 8080.", valueName: "port"))
    var port: String?

    func run() async throws {
        var flags: [SettingEntry] = []
        if let host { flags.append(SettingEntry("server.host", host, from: .flag("--host"))) }
        if let port { flags.append(SettingEntry("server.port", port, from: .flag("--port"))) }
        let settings: Settings
        do {
            settings = try options.settings(flags)
        } catch {
            throw ExitCode.after(saying: error.problems, status: 2)
        }
        let logger = Logger(label: "rutile", settings: settings.log)
        let installation = try Installation(at: settings.data)
        let removed = try await DataSweep(installation.directory, records: installation.records).run()
        if !removed.isEmpty { logger.notice("orphans removed", metadata: ["count": "\(removed.count)"]) }

        let uploads = CurrentUploads(installation.records)
        // To fill the index of a million entries takes all cores ten seconds: one is filled before there are requests, the
        // other when there may be some, which wait for it.
        let optimade = try await CurrentOptimade(installation, uploads: uploads, settings: settings)
        let search = CurrentSearch(installation, uploads: uploads, settings: settings)
        // What the indexes were made from is several times what they are.
        rutile_return_memory()
        let gateway = try await CurrentGateway(installation, settings: settings, optimade: optimade, logger: logger)
        let graph = try await CurrentGraph(
            installation, settings: settings, search: search, foreign: GatewayEntries(gateway: gateway.service),
            remote: InstallationArchives(settings) { what in
                logger.warning("an archive of another installation cannot be read", metadata: ["reason": "\(what)"])
            })
        let curation = installation.curation(settings)
        let queue = UploadQueue(
            records: installation.records, directory: installation.directory, processor: ImportProcessor(installation),
            width: settings.limits.uploadJobs,
            report: { logger.error("upload failed", metadata: ["upload": "\($0)", "error": "\($1)"]) })
        let desk = UploadDesk(
            curation, queue: queue,
            limits: .init(bytes: settings.limits.uploadBytes, unpublished: settings.limits.unpublishedUploads))
        let parts = WebServer.Parts(
            graph: { try await graph.answer($0, as: $1) }, optimade: optimade,
            entries: { installation.entries(settings, search: search.search, graph: graph.service) },
            gateway: { try await gateway.service.answer($0) }, records: installation.records,
            tokens: installation.tokens, curation: curation, desk: desk,
            status: .init(directory: installation.directory, queue: queue) {
                [search.indexSize] + optimade.indexSizes
            }, version: Rutile.version)
        let server = WebServer(parts, settings: settings, logger: logger)
        let following = [
            Task { try await graph.follow(logger: logger) }, Task { try await optimade.follow(logger: logger) },
            Task {
                do {
                    try await queue.run()
                } catch {
                    logger.error("uploads that wait cannot be read", metadata: ["error": "\(error)"])
                }
            },
            Task { try await search.follow(logger: logger) }, Task { try await gateway.follow(logger: logger) },
            Task { try await gateway.check(logger: logger) },
        ]
        defer { following.forEach { $0.cancel() } }
        do {
            try await server.run { address in
                gateway.listens(at: address)
                logger.notice("serving", metadata: ["address": "\(address)", "data": "\(settings.data)"])
                print("Rutile serves \(address)\(settings.server.basePath)/api/v1 from \(settings.data)")
                // Only now: where nobody can be reached, nobody would read the password either.
                do {
                    if let (username, password) = try await FirstAdministrator.make(in: installation.records) {
                        logger.notice("administrator made", metadata: ["user": "\(username)"])
                        // Not to the log: logs are kept, and read by others.
                        print("Administrator: \(username), password: \(password) (shown only this once)")
                    }
                } catch {
                    logger.error("no administrator could be made", metadata: ["error": "\(error)"])
                }
                // Whoever reads this through a pipe waits for it.
                fflush(nil)
            }
        } catch let error as WebServer.CannotListen {
            await gateway.stop()
            throw ExitCode.after(saying: [error.description])
        }
        await gateway.stop()
        logger.notice("stopped")
    }
}
