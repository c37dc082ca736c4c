import ArgumentParser

/// The `rutile` command.
@main
struct Rutile: AsyncParsableCommand {
    /// The version of this software, as `--version`, the OpenAPI document and the log say it.
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "rutile",
        abstract: "A materials-data server, client and federated search in one binary.",
        version: version,
        subcommands: [
            ServeCommand.self, ImportCommand.self, UploadCommand.self, ExplainCommand.self, ArchiveCommand.self,
            BundleCommand.self, SchemaCommand.self, VerifyCommand.self, TokenCommand.self, ParseCommand.self,
        ])
}
