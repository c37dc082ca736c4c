import ArgumentParser
import Glibc
import RutileBundle
import RutileMetainfo
import RutileModel
import RutileSQLite
import RutileServer
import RutileStore

/// `rutile bundle`: everything of a data directory as one JSON file.
struct BundleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bundle", abstract: "Load and save everything as one JSON file.",
        subcommands: [Load.self, Save.self])

    /// `rutile bundle load FILE`
    struct Load: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "load", abstract: "Add the users, groups, uploads, entries, datasets and files of a bundle.",
            discussion:
                "All or nothing. Ids are kept; one that exists already refuses the load, unless --replace is given.")

        @Argument(help: "The bundle, or - for standard input.")
        var file: String
        @Flag(help: "Replace what exists already, an upload with all its entries and files.")
        var replace = false
        @OptionGroup var data: DataOption

        func run() async throws {
            do {
                let text = try FileTree.input(file)
                let records = try SQLiteRecords(data.directory)
                let installed = try await records.installedPackages()
                let loader = BundleLoader(
                    into: data.directory, records: records,
                    checkPackage: { try PackageCheck.check($0, besides: installed + $1) },
                    checkHash: { _ = try PasswordHash(phc: $0) }, checkPassword: { PasswordHash.fault(ofNew: $0) },
                    hash: { try PasswordHash(of: $0).phc })
                let summary = try await loader.load(text, replace: replace)
                if summary.replacedNumbers > 0 {
                    printError(
                        "\(Rutile.verb): \(file): \(summary.replacedNumbers) numbers such as NaN were read as null")
                }
                print("loaded \(summary)")
                if !summary.removed.isEmpty { print("removed with what was replaced: \(summary.removed)") }
            } catch let error as BundleError {
                throw ExitCode.after(saying: ["\(file): \(error)"])
            } catch let error as StoreError {
                throw ExitCode.after(saying: ["\(error)"])
            }
        }
    }

    /// `rutile bundle save FILE`
    struct Save: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "save", abstract: "Save everything as a bundle.",
            discussion: """
                The file holds the hashes of passwords and everything that is not published: only its owner may read it.
                """)

        @Argument(help: "The file to write, or - for standard output. It is replaced when the bundle is complete.")
        var file: String
        @OptionGroup var data: DataOption

        func run() async throws {
            do {
                let records = try SQLiteRecords(data.directory, create: false)
                let output = try FileOutput(file)
                let summary = try await BundleSaver(data.directory, records: records).save { try output.write($0) }
                try output.finish()
                printError("saved \(summary)")
            } catch let error as BundleError {
                throw ExitCode.after(saying: ["\(error)"])
            } catch let error as StoreError {
                throw ExitCode.after(saying: ["\(error)"])
            }
        }
    }
}
