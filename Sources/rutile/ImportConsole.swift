import RutileImport
import RutileJSON
import RutileModel

/// Says what an import did.
struct ImportConsole {
    private let reports: [ImportReport]
    private let data: DataOption
    private let error: (any Error)?
    /// Warnings that are shown; the others are counted.
    private static let shownWarnings = 20

    /// Says `reports`, and what ended the import after these, if something did.
    init(_ reports: [ImportReport], data: DataOption, error: (any Error)?) {
        self.reports = reports
        self.data = data
        self.error = error
    }

    /// 0 when all files were imported, 3 when some were skipped, 1 when nothing could be imported or an error ended it.
    var exitCode: Int32 {
        if error != nil || reports.allSatisfy({ $0.verdict == .refused || $0.verdict == .skipped }) { return 1 }
        return reports.allSatisfy { $0.skipped.isEmpty } ? 0 : 3
    }

    /// Prints one JSON object to standard output.
    func printJSON() {
        var writer = JSONWriter(pretty: true)
        let isRefused = reports.contains { $0.verdict == .refused }
        let result = error != nil ? "failed" : isRefused ? "refused" : exitCode == 0 ? "imported" : "skipped"
        var members = ObjectValue([("result", .string(result))])
        members["error"] = error.map { .string("\($0)") }
        members["uploads"] = .list(reports.map(\.json))
        writer.value(.object(members))
        print(writer.text)
    }

    /// Prints lines for people: what was done to standard output, what went wrong to standard error.
    func printText(quiet: Bool) {
        for report in reports {
            if !quiet {
                printWarnings(report)
                if report.verdict != .refused { print(summary(report)) }
                if report.verdict == .imported {
                    print("  Licence: \(report.license ?? "none is stated").".visible)
                }
                if report.isJoined {
                    print("  Its archives name this upload, so they were added to it; nothing was removed.")
                }
            }
            for (path, failure) in report.skipped {
                let line = failure.line.map { ", line \($0)" } ?? ""
                printError("  skipped \(path)\(line): \(failure.reason)".visible)
            }
            if report.omittedBadLines > 0 { printError("  … and \(report.omittedBadLines) more lines") }
            guard !quiet, report.verdict != .refused else { continue }
            for path in report.removedFiles { print("  removed \(path): it is no longer there".visible) }
        }
        if let error { printError("rutile import: \(error)".visible) }
        if reports.contains(where: { $0.verdict == .refused }) {
            printError("Nothing was imported, since some files are bad (--strict).")
            return
        }
        guard !quiet else { return }
        for report in reports where !report.isPublic && report.verdict != .skipped {
            print(
                report.isPublished
                    ? "The upload is under embargo: only its author and members can read its data."
                    : """
                    Only the author and members can read the upload. To publish it:
                      rutile upload publish \(publishArguments(report.upload))
                    """)
        }
    }

    /// What has to follow `rutile upload publish`, as a shell reads it.
    private func publishArguments(_ upload: UploadID) -> String {
        let option = data.data.map { "--data \($0.quotedForShell) " } ?? ""
        return option + (upload.text.utf8.first == UInt8(ascii: "-") ? "-- " : "") + upload.text.quotedForShell
    }

    private func summary(_ report: ImportReport) -> String {
        let name = report.uploadName.map { "'\($0)' (\(report.upload))" } ?? report.upload.text
        if report.verdict == .skipped { return "Upload \(name): nothing was imported.".visible }
        let counts = report.entryCounts
        var parts: [String] = []
        if counts.added > 0 { parts.append("\(counts.added) added") }
        if counts.updated > 0 { parts.append("\(counts.updated) updated") }
        if counts.unchanged > 0 { parts.append("\(counts.unchanged) unchanged") }
        if report.removedEntries > 0 { parts.append("\(report.removedEntries) removed") }
        let entries = parts.isEmpty ? "no entries" : "entries: " + parts.joined(separator: ", ")
        let files = "\(report.files.count) \(report.files.count == 1 ? "file" : "files")"
        let skipped = report.skipped.isEmpty ? "" : ", \(report.skipped.count + report.omittedBadLines) skipped"
        return "Upload \(name): \(files)\(skipped), \(entries).".visible
    }

    private func printWarnings(_ report: ImportReport) {
        let warnings =
            report.files.flatMap { file in file.warnings.map { "\(file.path): \($0)" } }
            + report.leftOut.filter { !$0.isBad }.map { "\($0.path): \($0.reason)" }
        for warning in warnings.prefix(Self.shownWarnings) { printError("  warning: \(warning)".visible) }
        if warnings.count > Self.shownWarnings {
            printError("  … and \(warnings.count - Self.shownWarnings) more warnings; --json lists all")
        }
    }
}
