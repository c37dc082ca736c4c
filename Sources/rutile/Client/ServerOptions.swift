import ArgumentParser
import Glibc
import RutileClient

/// Which server with NOMAD's API is asked, and as whom.
struct ServerOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            The server: Rutile, or an installation of NOMAD. May end in /api or /api/v1. Default: $RUTILE_URL, else \
            http://127.0.0.1:8080.
            """, valueName: "url"))
    var url: String?
    @Option(
        help: ArgumentHelp(
            "A token to ask with. Others on this machine can read arguments: $RUTILE_TOKEN is safer.",
            valueName: "token"))
    var token: String?
    @Option(
        help: ArgumentHelp(
            "Log in as this user. The password is $RUTILE_PASSWORD, or asked for, or read from standard input.",
            valueName: "name"))
    var username: String?

    /// The address that is asked.
    var address: String { url ?? Self.environment("RUTILE_URL") ?? "http://127.0.0.1:8080" }

    /// The server. `report` is told what goes wrong and is tried again.
    ///
    /// - Throws: `ExitCode`.
    func server(
        requestsPerSecond: Double = 20, concurrency: Int = 8, report: @escaping @Sendable (String) -> Void
    ) throws -> NomadServer {
        var settings = NomadServer.Settings()
        settings.retry = RetryPolicy(retries: 8, firstPause: .seconds(1))
        settings.requestsPerSecond = requestsPerSecond
        settings.concurrency = concurrency
        settings.report = report
        do {
            return try NomadServer(
                address, login: try login(), settings: settings,
                transport: DirectTransport.ofProgram)
        } catch let error as ClientError {
            throw ExitCode.after(saying: ["\(error)"], status: 2)
        }
    }

    private func login() throws -> NomadServer.Login {
        if let username {
            guard token == nil else { throw ValidationError("Give either --token or --username.") }
            return .password(username: username, password: try SecretInput.password(for: username))
        }
        return (token ?? Self.environment("RUTILE_TOKEN")).map { .token($0) } ?? .anonymous
    }

    /// The variable `name` of the environment, unless it is empty.
    static func environment(_ name: String) -> String? {
        let value = unsafe getenv(name).map { unsafe String(cString: $0) }
        return value.flatMap { $0.isEmpty ? nil : $0 }
    }
}

extension DirectTransport {
    /// Connections of a command, which end with the process.
    static let ofProgram = DirectTransport(agent: "rutile/\(Rutile.version)")
}
