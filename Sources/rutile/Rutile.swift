import ArgumentParser
import Glibc

/// The `rutile` command.
@main
struct Rutile: AsyncParsableCommand {
    /// The version of this software, as `--version`, the OpenAPI document and the log say it.
    static let version = "0.1.0"

    /// The command with its verb, as `rutile import`, for whatever it says of itself.
    static var verb: String {
        let given = CommandLine.arguments.dropFirst().first ?? ""
        let isKnown = configuration.subcommands.contains { $0.configuration.commandName == given }
        return isKnown ? "rutile \(given)" : "rutile"
    }

    static func main() async {
        // Names in packed files are converted to the encoding of the locale, and files here are named in UTF-8.
        _ = unsafe setlocale(LC_CTYPE, "C.UTF-8")
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch  where error is ExitCode || exitCode(for: error) != .failure {
            // Wrong use, and help that was asked for.
            let arguments = Array(CommandLine.arguments.dropFirst())
            if !(error is ExitCode), let hint = hint(onDashesOf: arguments, after: error) {
                exit(withError: ExitCode.after(saying: [hint], status: ExitCode.validationFailure.rawValue))
            }
            exit(withError: error)
        } catch {
            exit(withError: ExitCode.after(saying: ["\(error)"]))
        }
    }

    static let configuration = CommandConfiguration(
        commandName: "rutile",
        abstract: "A materials-data server, client and federated search in one binary.",
        version: version,
        subcommands: [
            ServeCommand.self, ImportCommand.self, ExportCommand.self, UploadCommand.self, DatasetCommand.self,
            ExplainCommand.self, ArchiveCommand.self,
            BundleCommand.self, SchemaCommand.self, FetchCommand.self, RawCommand.self, QueryCommand.self,
            GatewayCommand.self, SearchCommand.self, VerifyCommand.self,
            UserCommand.self, GroupCommand.self,
            TokenCommand.self, ParseCommand.self,
        ])
}
