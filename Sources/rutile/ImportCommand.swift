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
        abstract:
            "Import files (archives, CIF, POSCAR, XYZ, OPTIMADE JSON Lines), uploads of NOMAD, OPTIMADE databases.",
        discussion: """
            An upload belongs to an author and has a name; imported again under the same name, it becomes what the \
            path holds now: files that are as they were stay untouched, entries of files that are gone are removed. \
            With --upload files are added or replaced, and nothing is removed.

            The address of an OPTIMADE database (https://example.org/optimade) stands for all its structures and \
            references. They are read page by page; the same command goes on where an earlier one was broken off.

            Exit code: 0 all files were imported, 3 some were skipped (they are listed), 1 nothing was imported, or an \
            error ended the import: the uploads that were done before it are listed.
            """)

    @Argument(
        help: ArgumentHelp(
            """
            Folders, zip or tar files, single files, or addresses of OPTIMADE databases. Each becomes an upload, \
            unless one is named.
            """, valueName: "path"))
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
        let progress = ProgressLine(isShown: !quiet && !json)
        var reports: [ImportReport] = []
        do {
            let records = try SQLiteRecords(directory)
            // What earlier imports left when they were killed goes first.
            _ = try await DataSweep(directory, records: records).run()
            let catalogue = DefinitionCatalogue(installed: try await records.installedPackages())
            let importer = Importer(
                records: records, directory: directory, parser: ParsePool(), surveyor: DefinitionSurveyor(catalogue),
                width: max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
            let databases = try await mirrors(in: directory, progress)
            for request in requests(databases) {
                _ = try await importer.run(request, progress: { progress.show($0) }, finished: { reports.append($0) })
            }
            // What is imported is kept as a raw file of its upload.
            if reports.allSatisfy({ $0.verdict == .imported || $0.verdict == .unchanged }) {
                for database in databases { try database.remove() }
            }
        } catch {
            progress.clear()
            try say(ImportConsole(reports, data: data, error: error))
        }
        progress.clear()
        try say(ImportConsole(reports, data: data, error: nil))
    }

    /// Copies the databases whose addresses are among the paths.
    private func mirrors(in directory: DataDirectory, _ progress: ProgressLine) async throws -> [Mirror.File] {
        let addresses = try paths.filter(MirrorAddress.isAddress).map { text in
            guard let address = MirrorAddress(text) else { throw MirrorError.noAddress(text) }
            return address
        }
        guard !addresses.isEmpty else { return [] }
        return try await HTTPFetch.open { network in
            var files: [Mirror.File] = []
            for address in addresses {
                let mirror = Mirror(
                    of: address, in: directory, fetch: { try await network.get($0, limit: $1) },
                    pausing: { progress.show($0, of: address.text) })
                let file = try await mirror.run { progress.show($0, of: address.text) }
                progress.clear()
                if !quiet && !json { for warning in file.warnings { printError("  warning: \(warning)".visible) } }
                files.append(file)
            }
            return files
        }
    }

    /// What is to be imported, with `databases` in the places of their addresses: all in one upload where one is named,
    /// else the files as they are and each database under its address.
    private func requests(_ databases: [Mirror.File]) -> [ImportRequest] {
        let files = paths.filter { !MirrorAddress.isAddress($0) }
        var requests: [ImportRequest] = []
        if upload != nil || uploadName != nil {
            requests = [request(files + databases.map(\.path), name: uploadName)]
        } else {
            if !files.isEmpty { requests.append(request(files, name: nil)) }
            requests += databases.map { request([$0.path], name: $0.uploadName) }
        }
        return requests
    }

    private func request(_ paths: [String], name: String?) -> ImportRequest {
        var request = ImportRequest(paths: paths)
        request.upload = upload.map { UploadID($0) }
        request.uploadName = name
        request.author = author
        request.publishes = publish
        request.isStrict = strict
        return request
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
