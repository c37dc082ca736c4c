import ArgumentParser
import RutileBundle
import RutileSQLite
import RutileStore

/// `rutile verify`: do records and files agree?
struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Check that the records and the archives of a data directory agree.",
        discussion: """
            Exit code: 0 clean, 1 problems. Orphans, files that a crash left and no record needs, are listed and no \
            problem: the next start of serve or import removes them.
            """)

    @Flag(help: "Read every value of every archive.")
    var deep = false
    @OptionGroup var data: DataOption

    func run() async throws {
        do {
            let records = try SQLiteRecords(data.directory, create: false)
            let report = try await DataCheck(data.directory, records: records).run(deep: deep)
            print(report)
            if !report.problems.isEmpty { throw ExitCode(1) }
        } catch let error as StoreError {
            throw ExitCode.after(saying: ["\(error)"])
        }
    }
}
