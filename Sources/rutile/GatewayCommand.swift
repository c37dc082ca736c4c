import ArgumentParser
import Logging
import RutileClient
import RutileGateway
import RutileImport
import RutileJSON
import RutileModel
import RutileServer
import RutileStore

/// `rutile gateway`: the databases that the gateway knows.
struct GatewayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gateway", abstract: "Register and check the databases of the gateway.",
        subcommands: [Add.self, List.self, Check.self, Load.self])

    /// `rutile gateway add NAME URL`
    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add", abstract: "Register a database by its base URL.",
            discussion: "A database that is registered already stays as it is. A running server knows it at once.")

        @Argument(help: "What it is called.")
        var name: String
        @Argument(help: "Its base URL.")
        var url: String
        @Option(help: "Its id, which stands before the ids of its entries. Default: chance.")
        var id: String?
        @OptionGroup var options: SettingsOptions

        func run() async throws {
            try await GatewayCommand.open(options) { service in
                let base: WebAddress
                do {
                    base = try WebAddress(base: url)
                } catch {
                    throw ExitCode.after(saying: ["\(url) is no base URL: \(error)"])
                }
                do {
                    let attributes = ObjectValue([
                        ("name", Value.string(name)), ("description", .string("")), ("base_url", .string(url)),
                        ("homepage", .null), ("link_type", .string("external")), ("aggregate", .string("ok")),
                    ])
                    let (resource, isNew) = try await service.register(
                        id: id, attributes: attributes, base: base, name: name)
                    if !service.admits(base) {
                        printError(
                            "note: \(base.authority) is not in gateway.allowed_networks, and so not asked, unless it "
                                + "is the server's own.")
                    }
                    print(isNew ? "registered as \(resource.id)" : "registered before as \(resource.id)")
                } catch let refusal as GatewayRefusal {
                    throw ExitCode.after(saying: refusal.problems.map(\.detail))
                }
            }
        }
    }

    /// `rutile gateway list`
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List the registered databases, and how they were when last checked.")

        @OptionGroup var options: SettingsOptions

        func run() async throws {
            try await GatewayCommand.open(options, create: false) { service in
                for database in try await service.registeredDatabases() {
                    let health = database.health.map { "\($0.status) at \($0.checked.text(offset: "Z"))" }
                    GatewayCommand.printLine(
                        [database.id, "\(database.base)", database.name, health ?? "not checked"])
                }
            }
        }
    }

    /// `rutile gateway check`
    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check", abstract: "Ask every registered database for one structure.",
            discussion: """
                The exit status is 1 when one of them does not answer. What became of them is remembered, but for those \
                that the settings of this command do not let it ask: a server may have others.
                """)

        @OptionGroup var options: SettingsOptions

        func run() async throws {
            try await GatewayCommand.open(options, create: false) { service in
                var failed = false
                for (id, health) in try await service.checkDatabases(remembersRefusals: false) {
                    failed = failed || health.detail != nil
                    GatewayCommand.printLine([id, health.detail ?? "ok"])
                }
                if failed { throw ExitCode(1) }
            }
        }
    }

    /// `rutile gateway load FILE|URL`
    struct Load: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "load", abstract: "Register the databases of a federation's list of providers.",
            discussion: """
                The list is a document of OPTIMADE's /links, such as https://providers.optimade.org/v1/links. Databases \
                that do not answer are left out.
                """)

        @Argument(help: "The list: a file, - for standard input, or an address.")
        var list: String
        @OptionGroup var options: SettingsOptions

        func run() async throws {
            let document: Value
            do {
                document = try Value(json: try await read(), limits: .file)
            } catch let error as JSONError {
                throw ExitCode.after(saying: ["\(list): \(error)"])
            }
            guard document["data"]?.items != nil else {
                throw ExitCode.after(saying: ["\(list): no list of providers: its data must be a list"])
            }
            try await GatewayCommand.open(options) { service in
                let loaded = try await service.load(providers: document)
                for database in loaded {
                    let outcome = database.problem ?? (database.isNew ? "registered" : "registered before")
                    GatewayCommand.printLine([database.id, database.address, outcome])
                }
                print("\(loaded.count { $0.problem == nil && $0.isNew }) registered, \(loaded.count) in the list")
            }
        }

        private func read() async throws -> [UInt8] {
            let isAddress = ["http://", "https://"].contains { list.utf8.starts(with: $0.utf8) }
            guard isAddress else { return try FileTree.input(list) }
            return try await HTTPFetch.open { fetch in
                let answer = try await fetch.get(list, limit: 16 << 20)
                guard answer.status == 200 else {
                    throw ExitCode.after(saying: ["\(list) answered with status \(answer.status)"])
                }
                return answer.body
            }
        }
    }

    /// Prints `cells` with tabs between them.
    private static func printLine(_ cells: [String]) { print(cells.map(\.visible).joined(separator: "\t")) }

    /// Gives the gateway service of the data directory to `body`; where there is none, it is made unless `create` is off.
    private static func open(
        _ options: SettingsOptions, create: Bool = true, _ body: (GatewayService) async throws -> Void
    ) async throws {
        let settings: Settings
        do {
            settings = try options.settings()
        } catch {
            throw ExitCode.after(saying: error.problems, status: 2)
        }
        let installation = try Installation(at: settings.data, create: create)
        let gateway = try await CurrentGateway(
            installation, settings: settings, optimade: nil, logger: Logger(label: "rutile", settings: settings.log))
        do {
            try await body(gateway.service)
            await gateway.stop()
        } catch {
            await gateway.stop()
            throw error
        }
    }
}
