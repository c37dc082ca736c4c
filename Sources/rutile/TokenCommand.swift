import ArgumentParser
import RutileModel
import RutileSQLite
import RutileServer

/// `rutile token`: tokens by which clients say who they are.
struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Issue tokens for clients.", subcommands: [Issue.self])

    /// `rutile token issue`: prints one token.
    struct Issue: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "issue", abstract: "Print a token for a user.",
            discussion:
                "Clients send it as “Authorization: Bearer TOKEN”. Whoever has it is that user until it expires.")

        @Option(help: "The user's id or username.")
        var user: String

        @Option(help: ArgumentHelp("How long the token is good.", valueName: "days"))
        var expires = 90

        @OptionGroup var data: DataOption

        func validate() throws {
            guard (1...3_650).contains(expires) else { throw ValidationError("--expires must be 1 to 3650 days.") }
        }

        func run() async throws {
            let installation = try Installation(at: data.directory.root, create: false)
            let byID = try await installation.records.users([UserID(user)])[UserID(user)]
            let byName = try await installation.records.user(named: user)
            guard let known = byID ?? byName else {
                throw ExitCode.after(saying: ["there is no user with the id or username “\(user)”"])
            }
            print(try await installation.tokens().token(for: known.id, lifetime: .seconds(expires * 86_400)))
        }
    }
}
