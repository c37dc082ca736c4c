import ArgumentParser
import Foundation
import RutileServer

/// Flags by which settings are given.
struct SettingsOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The configuration file (YAML).", valueName: "file"))
    var config: String?

    @Option(
        help: ArgumentHelp("The data directory. Default: $RUTILE_DATA, else ./rutile-data.", valueName: "directory"))
    var data: String?

    @Option(help: ArgumentHelp("Any setting of docs/configuration.md. May be repeated.", valueName: "key=value"))
    var set: [String] = []

    /// The settings of the file, the environment, these flags and `more` flags.
    ///
    /// - Throws: ``SettingsError``.
    func settings(_ more: [SettingEntry] = []) throws(SettingsError) -> Settings {
        var flags: [SettingEntry] = []
        for text in set {
            guard let equals = text.firstIndex(of: "=") else {
                throw SettingsError(["--set: “\(text)” is not of the form KEY=VALUE"])
            }
            flags.append(
                SettingEntry(String(text[..<equals]), String(text[text.index(after: equals)...]), from: .flag("--set")))
        }
        if let data { flags.append(SettingEntry("data", data, from: .flag("--data"))) }
        let file = try config.map { path throws(SettingsError) in try SettingsFile(path: path) }
        return try Settings(
            file: file?.entries ?? [], problems: file?.problems ?? [],
            environment: ProcessInfo.processInfo.environment, flags: flags + more)
    }
}
