import RutileImport
import RutileJSON
import RutileModel

/// Says what an import did.
struct ImportConsole {
    private let reports: [ImportReport]
    /// Warnings that are shown; the others are counted.
    private static let shownWarnings = 20

    init(_ reports: [ImportReport]) { self.reports = reports }

    /// 0 when all files were imported, 3 when some were skipped, 1 when skipped ones kept all from being imported.
    var exitCode: Int32 {
        if reports.contains(where: { $0.verdict == .refused }) { return 1 }
        return reports.allSatisfy { $0.skipped.isEmpty } ? 0 : 3
    }

    /// Prints one JSON object to standard output.
    func printJSON() {
        var writer = JSONWriter(pretty: true)
        writer.value(
            .members([
                "result": .string(exitCode == 1 ? "refused" : exitCode == 3 ? "skipped" : "imported"),
                "uploads": .list(reports.map(\.json)),
            ]))
        print(writer.text)
    }

    /// Prints lines for people: what was done to standard output, what went wrong to standard error.
    func printText(quiet: Bool) {
        for report in reports {
            if !quiet {
                printWarnings(report)
                print(summary(report))
            }
            for (path, failure) in report.skipped {
                printError("  skipped \(path)\(failure.line.map { ", line \($0)" } ?? ""): \(failure.reason)")
            }
            if report.omittedBadLines > 0 { printError("  … and \(report.omittedBadLines) more lines") }
            if !quiet { for path in report.removedFiles { print("  removed \(path): it is no longer there") } }
        }
        if reports.contains(where: { $0.verdict == .refused }) {
            printError("Nothing was imported, since some files are bad (--strict).")
            return
        }
        guard !quiet else { return }
        for report in reports where !report.isPublic {
            print(
                report.isPublished
                    ? "The upload is under embargo: only its author and members can read its data."
                    : """
                    Only the author and members can read the upload. To publish it:
                      rutile upload publish \(report.upload)
                    """)
        }
    }

    private func summary(_ report: ImportReport) -> String {
        let name = report.uploadName.map { "'\($0)' (\(report.upload))" } ?? report.upload.text
        let counts = report.entryCounts
        var parts: [String] = []
        if counts.added > 0 { parts.append("\(counts.added) added") }
        if counts.updated > 0 { parts.append("\(counts.updated) updated") }
        if counts.unchanged > 0 { parts.append("\(counts.unchanged) unchanged") }
        if report.removedEntries > 0 { parts.append("\(report.removedEntries) removed") }
        let entries = parts.isEmpty ? "no entries" : "entries: " + parts.joined(separator: ", ")
        let files = "\(report.files.count) \(report.files.count == 1 ? "file" : "files")"
        let skipped = report.skipped.isEmpty ? "" : ", \(report.skipped.count + report.omittedBadLines) skipped"
        return "Upload \(name): \(files)\(skipped), \(entries)."
    }

    private func printWarnings(_ report: ImportReport) {
        let warnings =
            report.files.flatMap { file in file.warnings.map { "\(file.path): \($0)" } }
            + report.leftOut.filter { !$0.isBad }.map { "\($0.path): \($0.reason)" }
        for warning in warnings.prefix(Self.shownWarnings) { printError("  warning: \(warning)") }
        if warnings.count > Self.shownWarnings {
            printError("  … and \(warnings.count - Self.shownWarnings) more warnings; --json lists all")
        }
    }
}
