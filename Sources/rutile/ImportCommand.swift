import ArgumentParser
import Glibc
import RutileBundle
import RutileImport
import RutileMetainfo
import RutileModel
import RutileSQLite
import RutileStore

/// `rutile import PATH…`
struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Import files: archives, CIF, POSCAR, XYZ, and uploads of a NOMAD installation.",
        discussion: """
            An upload belongs to an author and has a name; imported again under the same name, it becomes what the \
            path holds now: files that are as they were stay untouched, entries of files that are gone are removed. \
            With --upload files are added or replaced, and nothing is removed.

            Exit code: 0 all files were imported, 3 some were skipped (they are listed), 1 nothing was imported, or an \
            error ended the import: the uploads that were done before it are listed.
            """)

    @Argument(help: "Folders, zip or tar files, or single files. Each becomes an upload, unless one is named.")
    var paths: [String]
    @OptionGroup var data: DataOption
    @Option(help: "Id of the upload to import into.")
    var upload: String?
    @Option(help: "Name of the upload; by default that of the folder or file.")
    var uploadName: String?
    @Option(help: "Id or name of the user who owns the upload; by default 'local'.")
    var author: String?
    @Flag(help: "Publish the upload: everybody can read it.")
    var publish = false
    @Flag(help: "Import nothing if any file is bad.")
    var strict = false
    @Flag(help: "Print only what went wrong.")
    var quiet = false
    @Flag(help: "Print one JSON object instead of text.")
    var json = false

    func validate() throws {
        if paths.isEmpty { throw ValidationError("Name at least one path.") }
        if let uploadName, uploadName.isEmpty { throw ValidationError("--upload-name must not be empty.") }
        if upload != nil && uploadName != nil {
            throw ValidationError("--upload names an upload already: --upload-name cannot be given with it.")
        }
    }

    func run() async throws {
        let directory = data.directory
        var request = ImportRequest(paths: paths)
        request.upload = upload.map { UploadID($0) }
        request.uploadName = uploadName
        request.author = author
        request.publishes = publish
        request.isStrict = strict
        let progress = ImportProgressLine(isShown: !quiet && !json)
        var reports: [ImportReport] = []
        do {
            let records = try SQLiteRecords(directory)
            // What earlier imports left when they were killed goes first.
            _ = try await DataSweep(directory, records: records).run()
            let catalogue = DefinitionCatalogue(installed: try await records.installedPackages())
            let importer = Importer(
                records: records, directory: directory, parser: ParsePool(), surveyor: DefinitionSurveyor(catalogue),
                width: max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
            _ = try await importer.run(request, progress: { progress.show($0) }, finished: { reports.append($0) })
        } catch {
            progress.clear()
            try say(ImportConsole(reports, data: data, error: error))
        }
        progress.clear()
        try say(ImportConsole(reports, data: data, error: nil))
    }

    private func say(_ console: ImportConsole) throws(ExitCode) {
        if json {
            console.printJSON()
        } else {
            console.printText(quiet: quiet)
        }
        if console.exitCode != 0 { throw ExitCode(console.exitCode) }
    }
}

/// Writes a line to standard error.
func printError(_ line: String) { writeError(line + "\n") }

/// Writes text to standard error as it is.
func writeError(_ text: String) {
    let bytes = Array(text.utf8)
    // Where standard error is closed there is nobody to tell.
    _ = unsafe bytes.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
}
