import ArgumentParser
import RutileJSON
import RutileMetainfo
import RutileModel
import RutileSQLite
import RutileStore

/// `rutile schema`: definitions that an installation has beside the built-in ones.
struct SchemaCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Install definitions of sections and quantities.", subcommands: [Add.self])

    /// `rutile schema add FILE`
    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add", abstract: "Install a package of definitions, in NOMAD's JSON form.",
            discussion: "A package of the same name is replaced. A running server uses it within a second.")

        @Argument(help: "The package, or - for standard input.")
        var file: String
        @OptionGroup var data: DataOption

        func run() async throws {
            do {
                let package = try read()
                let records = try SQLiteRecords(data.directory)
                try PackageCheck.check(package, besides: try await records.installedPackages())
                var change = RecordChange(existing: .replace)
                change.packages = [package]
                try await records.apply(change)
                print("installed \(package["name"]?.text ?? "the package")")
            } catch let error as PackageError {
                throw ExitCode.after(saying: ["\(file): \(error)"])
            } catch let error as StoreError {
                throw ExitCode.after(saying: ["\(error)"])
            }
        }

        private func read() throws -> Value {
            let text = try FileTree.input(file)
            do {
                return try Value(json: text, limits: .file)
            } catch {
                let (line, column) = error.place(in: text)
                throw ExitCode.after(saying: ["\(file):\(line):\(column): \(error.reason)"])
            }
        }
    }
}
