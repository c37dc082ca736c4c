import ArgumentParser
import FoundationEssentials
import RutileModel

/// The option `--data` of commands that work on a data directory.
struct DataOption: ParsableArguments {
    @Option(
        help: ArgumentHelp("The data directory. Default: $RUTILE_DATA, else ./rutile-data.", valueName: "directory"))
    var data: String?

    /// The directory that was asked for.
    var directory: DataDirectory {
        let environment = ProcessInfo.processInfo.environment["RUTILE_DATA"].flatMap { $0.isEmpty ? nil : $0 }
        return DataDirectory(data ?? environment ?? "rutile-data")
    }
}
