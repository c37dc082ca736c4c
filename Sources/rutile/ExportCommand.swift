import ArgumentParser
import OptimadeAPI
import RutileEntries
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

    @Argument(
        help: """
            The file to write, or - for standard output. It takes its name when it is complete. Where its name ends in \
            .zip, cif, poscar and extxyz make a file in it for each structure; where it ends in .gz it is compressed.
            """)
    var output = "-"
    @Option(help: "The format of the file.")
    var format: ExportFormat
    @Option(help: "The entry type, structures or references.")
    var type = "structures"
    @Option(help: "An OPTIMADE filter; without one all entries are written.")
    var filter: String?
    @Option(help: "Properties of that type to write, with commas between them; for optimade-jsonl and csv.")
    var fields: String?
    @OptionGroup var options: SettingsOptions

    func validate() throws {
        guard fields == nil || format.hasFields else {
            throw ValidationError("--fields: a file of the format \(format.rawValue) holds no chosen properties")
        }
        guard !format.isOfStructures || type.hasSameUTF8(as: "structures") else {
            throw ValidationError("--type: a file of the format \(format.rawValue) holds structures only")
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
        let view = optimade.whole
        let collections = optimade.collections(view)
        guard let entries = collections.first(where: { $0.type.name.hasSameUTF8(as: type) }) else {
            let known = collections.map(\.type.name).joined(separator: ", ")
            throw ExitCode.after(saying: ["--type: there is no entry type “\(type)”, only \(known)"])
        }
        let related = format.holdsTypes ? collections : []
        let others = related.filter { !$0.type.name.hasSameUTF8(as: type) }
        let writer = format.writer(
            view.settings, types: ([entries] + others).map(\.type), fields: try names(of: entries.type))
        let file = try FileOutput(output, mode: 0o666)
        do {
            let export = EntryExport(entries, related: related, writer: writer)
            let report: EntryExport.Report
            if let ending = format.ending, output.lowercased().hasSuffix(".zip") {
                report = try await pack(export, into: file, ending: ending)
            } else if output.lowercased().hasSuffix(".gz") {
                report = try await compress(export, into: file)
            } else {
                report = try await export.run(filter: filter) { try file.write($0) }
            }
            try file.finish()
            try conclude(report)
        } catch let problem as OptimadeProblem {
            throw ExitCode.after(saying: ["--filter: \(problem.detail)"])
        }
    }

    /// Writes the file compressed with gzip.
    private func compress(_ export: EntryExport, into file: FileOutput) async throws -> EntryExport.Report {
        let stream = try GzipStream(level: 6)
        let report = try await export.run(filter: filter) { try file.write(stream.compress($0[...], last: false)) }
        try file.write(stream.compress([], last: true))
        return report
    }

    /// Writes a zip file with a file for each structure, named after its id.
    private func pack(
        _ export: EntryExport, into file: FileOutput, ending: String
    ) async throws -> EntryExport.Report {
        let zip = try ZipStream(compresses: true)
        var names = FileNames(ending: ending)
        let report = try await export.files(filter: filter) { id, bytes in
            try zip.begin(names.name(for: id), size: bytes.count)
            try zip.write(bytes)
            try file.write(zip.take())
        }
        try zip.finish()
        try file.write(zip.take())
        return report
    }

    /// The properties that were asked for.
    private func names(of type: EntryTypeDefinition) throws -> [String]? {
        guard let fields else { return nil }
        let names = fields.utf8.split(separator: UInt8(ascii: ",")).map { name in
            let start = name.drop { $0 == 0x20 }
            let end = start.lastIndex { $0 != 0x20 }.map { start.index(after: $0) } ?? start.startIndex
            return String(Substring(start[..<end]))
        }.filter { !$0.isEmpty }
        guard !names.isEmpty else { throw ExitCode.after(saying: ["--fields: it names no property"]) }
        for name in names where type[name] == nil {
            throw ExitCode.after(saying: ["--fields: \(type.name) have no property “\(name)”"])
        }
        return names
    }

    private func conclude(_ report: EntryExport.Report) throws {
        for warning in report.warnings { printError("  warning: --filter: \(warning.detail)".visible) }
        for (id, reason) in report.leftOut { printError("  left out \(id): \(reason)".visible) }
        let unlisted = report.leftOutCount - report.leftOut.count
        if unlisted > 0 { printError("  … and \(unlisted) more") }
        for (id, loss) in report.losses { printError("  \(id): \(loss)".visible) }
        let unlistedLosses = report.lossCount - report.losses.count
        if unlistedLosses > 0 { printError("  … and \(unlistedLosses) more") }
        printError("wrote \(report.written) entries")
        if report.leftOutCount > 0 { throw ExitCode(3) }
    }
}
