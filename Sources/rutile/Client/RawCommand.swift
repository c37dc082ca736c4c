import ArgumentParser
import Glibc
import RutileClient
import RutileJSON
import RutileStore

/// `rutile raw`: raw files of a server.
struct RawCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "raw",
        abstract: "Download raw files of entries from Rutile or an installation of NOMAD.",
        discussion: """
            With ENTRY the files in the folder of its main file are listed, with their sizes in bytes; with FILE as \
            well, that file is written. With --query the files of all entries that match are written as one zip file.

            Exit code: 0 done, 1 there is no such entry or file, or the server could not be asked, or no longer, 2 the \
            request is wrong.
            """)

    @Argument(help: "The id of an entry.")
    var entry: String?
    @Argument(help: "A file, as the list shows it.")
    var file: String?
    @OptionGroup var options: ServerOptions
    @Option(help: "With --query: whose entries: public, visible, shared, user, staging or admin.")
    var owner = "visible"
    @Option(help: ArgumentHelp("The entries whose files are wanted, in NOMAD's query language.", valueName: "json"))
    var query: JSONArgument?
    @Option(help: ArgumentHelp("With --query: only files with names like this, as *.cif.", valueName: "pattern"))
    var glob: String?
    @Option(
        name: .customLong("re"), help: ArgumentHelp("With --query: only names that match.", valueName: "expression"))
    var expression: String?
    @Option(name: .shortAndLong, help: "The file to write, or - for standard output.")
    var output = "-"
    @Flag(help: "Show no progress and no warnings.")
    var quiet = false

    func validate() throws {
        guard (entry == nil) != (query == nil) else { throw ValidationError("Give either an entry or --query.") }
        guard !(entry?.isEmpty ?? false), !(file?.isEmpty ?? false), !output.isEmpty else {
            throw ValidationError("The entry, the file and --output must not be empty.")
        }
        guard query != nil || (glob == nil && expression == nil) else {
            throw ValidationError("--glob and --re choose among the files of --query.")
        }
        guard query == nil || output != "-" || isatty(STDOUT_FILENO) == 0 else {
            throw ValidationError("A zip file is nothing for a terminal: give --output FILE.")
        }
    }

    func run() async throws {
        let progress = ProgressLine(isShown: !quiet && output != "-")
        let server = try options.server { [quiet] line in
            guard !quiet else { return }
            progress.clear()
            printError("  \(line)".visible)
        }
        do {
            try await download(EntryFiles(server), progress)
        } catch let error as ClientError {
            progress.clear()
            throw ExitCode.after(saying: ["\(error)"], status: error.code == .refused ? 2 : 1)
        }
    }

    private func download(_ files: EntryFiles, _ progress: ProgressLine) async throws {
        if let entry, file == nil {
            for file in try await files.files(of: entry) { print("\(file.size)\t\(file.name.visible)") }
            return
        }
        let target = try FileOutput(output, mode: 0o666)
        var size = 0
        func write(_ piece: [UInt8]) throws {
            try target.write(piece)
            size += piece.count
            progress.show(output, done: 0, of: 0) { elapsed in
                let seconds = max(Double(elapsed.components.seconds), 1)
                return "\(size >> 20) MiB, \(Int(Double(size >> 10) / seconds)) KiB per second"
            }
        }
        if let entry, let file {
            try await files.read(file, of: entry) { try write($0) }
        } else {
            var selection = EntryFiles.Selection()
            selection.glob = glob
            selection.expression = expression
            try await files.zip(
                owner: ArchiveQuery.Owner(owner), query: try query?.value(of: "--query") ?? [:], selection: selection
            ) { try write($0) }
        }
        try target.finish()
        progress.clear()
        if !quiet && output != "-" { printError("\(size) bytes in \(output)") }
    }
}
