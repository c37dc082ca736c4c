import ArgumentParser
import Glibc
import OptimadeAPI
import RutileModel
import RutileOptimade
import RutileQuery
import RutileServer
import RutileStore

/// `rutile export [OUT]`
struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write structures to a file: OPTIMADE JSON Lines, CSV, CIF, POSCAR, XYZ.",
        discussion: """
            Without --filter all structures are written, those of uploads that are not published too; with \
            --format optimade-jsonl their references follow. The file can be imported again, here or elsewhere.

            Exit code: 0 all were written, 3 some cannot be said in the format and were left out (they are listed), \
            1 nothing was written.
            """)

    /// What can be written.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case optimadeLines = "optimade-jsonl"
        case csv, cif, poscar, extxyz

        /// Whether the user may choose properties: in the others atoms and cell are all there is.
        var hasFields: Bool { self == .optimadeLines || self == .csv }
    }

    @Argument(help: "The file to write; by default, or with -, standard output. It is replaced when it is complete.")
    var output = "-"
    @Option(help: "The format of the file.")
    var format = Format.optimadeLines
    @Option(help: "An OPTIMADE filter, for example 'elements HAS \"Si\" AND nelements=2'.")
    var filter: String?
    @Option(help: "Properties to write, with commas between them; for optimade-jsonl and csv.")
    var fields: String?
    @Flag(help: "Only what everybody may see.")
    var published = false
    @OptionGroup var options: SettingsOptions

    /// Entries that were left out and are listed; the others are counted.
    private static let shown = 20

    func validate() throws {
        if fields != nil && !format.hasFields {
            throw ValidationError("--fields is for --format optimade-jsonl and csv only.")
        }
    }

    func run() async throws {
        let settings: Settings
        do {
            settings = try options.settings()
        } catch {
            throw ExitCode.after(saying: error.problems, status: 2)
        }
        let report: EntryExport.Report
        do {
            let installation = try Installation(at: settings.data, create: false)
            let optimade = try await CurrentOptimade(installation, settings: settings)
            let visible = published ? optimade.visibleUploads(to: .anonymous) : .all
            let collections = optimade.collections(visible: visible)
            guard let structures = collections.first(where: { $0.type.name == Resource.structures }) else {
                preconditionFailure("structures are always served")
            }
            let others = collections.filter { $0.type.name != Resource.structures }
            let names = try fieldNames(collections.map(\.type))
            let export = EntryExport(
                structures, related: format == .optimadeLines ? others : [],
                writer: writer(names, collections.map(\.type), settings))
            let file = try OutputFile(output, permissions: 0o644)
            report = try await export.run(filter: filter) { try file.write($0) }
            try file.finish()
        } catch let error as OptimadeProblem {
            throw ExitCode.after(saying: [error.detail])
        } catch let error as SeveralEntries {
            throw ExitCode.after(saying: ["\(error): choose it with --filter, for example 'id=\"…\"'"])
        } catch let error as StoreError {
            throw ExitCode.after(saying: ["\(error)"])
        }
        try say(report)
    }

    private func writer(
        _ fields: [String]?, _ types: [EntryTypeDefinition], _ settings: Settings
    ) -> any ResourceWriter {
        switch format {
        case .optimadeLines:
            ExchangeWriter(settings.optimade.settings(version: Rutile.version), types: types, fields: fields)
        case .csv: CSVWriter(fields: fields ?? Self.columns(of: types[0]))
        case .cif: CIFWriter()
        case .poscar: POSCARWriter()
        case .extxyz: ExtendedXYZWriter()
        }
    }

    /// The properties that `--fields` names; `nil` without it.
    ///
    /// - Throws: an exit that says which are none.
    private func fieldNames(_ types: [EntryTypeDefinition]) throws -> [String]? {
        guard let fields else { return nil }
        let names = fields.split(separator: ",").map(String.init)
        let unknown = names.filter { name in !types.contains { $0[name] != nil } }
        guard unknown.isEmpty else {
            throw ExitCode.after(saying: ["no entries have the property \(unknown.joined(separator: ", "))"])
        }
        return names
    }

    /// Columns of a table where nobody chose any: all properties that are one value, or a list of values.
    private static func columns(of type: EntryTypeDefinition) -> [String] {
        type.properties.filter { definition in
            if case .list(let item) = definition.property.type { return item.isScalar }
            return definition.property.type.isScalar
        }.map(\.name)
    }

    private func say(_ report: EntryExport.Report) throws(ExitCode) {
        for (id, reason) in report.leftOut.prefix(Self.shown) { printError("  left out \(id): \(reason)".visible) }
        if report.leftOutCount > Self.shown { printError("  … and \(report.leftOutCount - Self.shown) more") }
        printError("\(report.written) \(report.written == 1 ? "entry" : "entries") written")
        if report.leftOutCount > 0 { throw ExitCode(report.written > 0 ? 3 : 1) }
    }
}
