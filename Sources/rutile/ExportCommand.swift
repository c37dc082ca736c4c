import ArgumentParser
import OptimadeAPI
import RutileJSON
import RutileOptimade
import RutileServer
import RutileStore

/// `rutile export [OUT]`
struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write stored entries to a file, for other programs.",
        discussion: """
            All entries are written, published or not, or those that a filter chooses. What a format has no way to say \
            is left out and named; the exit code is then 3.
            """)

    @Argument(help: "The file to write, or - for standard output. It takes its name when it is complete.")
    var output = "-"
    @Option(help: "The format of the file.")
    var format: ExportFormat
    @Option(help: "The entry type, structures or references.")
    var type = "structures"
    @Option(help: "An OPTIMADE filter; without one all entries are written.")
    var filter: String?
    @Option(help: "Properties to write, with commas between them; for optimade-jsonl and csv.")
    var fields: String?
    @OptionGroup var options: SettingsOptions

    func validate() throws {
        guard fields == nil || format.hasFields else {
            throw ValidationError("--fields: a file of the format \(format.rawValue) holds no chosen properties")
        }
    }

    func run() async throws {
        let settings: Settings
        do {
            settings = try options.settings()
        } catch {
            throw ExitCode.after(saying: error.problems, status: 2)
        }
        let installation = try Installation(at: settings.data, create: false)
        let optimade = try await CurrentOptimade(
            installation, uploads: CurrentUploads(installation.records), settings: settings)
        let collections = optimade.collections(.all)
        guard let entries = collections.first(where: { $0.type.name.hasSameUTF8(as: type) }) else {
            let known = collections.map(\.type.name).joined(separator: ", ")
            throw ExitCode.after(saying: ["--type: there is no entry type “\(type)”, only \(known)"])
        }
        let related = format.holdsTypes ? collections.filter { !$0.type.name.hasSameUTF8(as: type) } : []
        let writer = format.writer(
            optimade.settings, types: ([entries] + related).map(\.type), fields: try names(of: entries.type))
        let file = try FileOutput(output)
        do {
            let report = try await EntryExport(entries, related: related, writer: writer)
                .run(filter: filter) { try file.write($0) }
            try file.finish()
            try conclude(report)
        } catch let problem as OptimadeProblem {
            throw ExitCode.after(saying: ["--filter: \(problem.detail)"])
        }
    }

    /// The properties that were asked for.
    private func names(of type: EntryTypeDefinition) throws -> [String]? {
        guard let fields else { return nil }
        let names = fields.split(separator: ",").map(String.init)
        for name in names where type[name] == nil {
            throw ExitCode.after(saying: ["--fields: \(type.name) have no property “\(name)”"])
        }
        return names
    }

    private func conclude(_ report: EntryExport.Report) throws {
        for (id, reason) in report.leftOut { printError("  left out \(id): \(reason)".visible) }
        let unlisted = report.leftOutCount - report.leftOut.count
        if unlisted > 0 { printError("  … and \(unlisted) more") }
        printError("wrote \(report.written) entries")
        if report.leftOutCount > 0 { throw ExitCode(3) }
    }
}
