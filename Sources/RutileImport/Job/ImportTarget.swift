import RutileJSON
import RutileModel

/// One upload to import into, with the files that go there.
struct ImportTarget {
    let upload: UploadID
    let name: String
    let author: UserID
    /// What becomes raw files of the upload.
    var raw: SourceTree
    /// Archive files of a NOMAD upload; they make entries but are no raw files.
    var archives: SourceTree
    /// Whether ``upload`` is the one that the archives themselves name.
    let isStated: Bool
    /// Whether entries are made of raw files. Not in a NOMAD upload: its archives are its entries.
    let parsesRaw: Bool
    /// Whether files of the upload that are not among ``raw`` stay: the upload was named by its id, so the path is
    /// an addition to it, not what it holds.
    let isAddition: Bool
    /// Whether nothing but ``upload`` may be touched, see ``ImportRequest/isSent``.
    let isSent: Bool
    /// Files and folders of the upload that go, see ``ImportRequest/removals``.
    let removals: [String]
    /// Path or paths, for people.
    let source: String
    /// Where packed files were unpacked; they stay while the target is in use.
    let scratch: [ScratchFolder]

    /// Whether there is no file to read.
    var isEmpty: Bool { raw.files.isEmpty && archives.files.isEmpty }
}

/// What an import did so far, file by file, and what follows from it.
///
/// Pure: told of events, asked for the verdict.
struct ImportLedger {
    /// What was found out.
    private(set) var report: ImportReport
    private let isStrict: Bool

    init(_ report: ImportReport, isStrict: Bool) {
        self.report = report
        self.isStrict = isStrict
    }

    /// `file` was dealt with.
    mutating func record(_ path: String, _ outcome: FileOutcome, warnings: [String] = []) {
        report.files.append(ImportReport.File(path: path, outcome: outcome, warnings: warnings))
    }

    /// Lines or blocks of `file` make no entry although they should; `file` makes others.
    mutating func record(_ path: String, lines: CappedList<SourceFailure>) {
        report.badLines += lines.items.map { ImportReport.BadLine(path: path, failure: $0) }
        report.omittedBadLines += lines.omitted
    }

    /// Members of a packed file were left out.
    mutating func record(_ leftOut: [UnpackReport.Item]) {
        report.leftOut += leftOut.map {
            UnpackReport.Item(path: SafePath.shown($0.path), reason: $0.reason, isBad: $0.isBad)
        }
    }

    /// Files from which no entry comes are not imported after all; `reason` says why none comes from a path.
    mutating func skipRaw(_ reason: (String) -> String) {
        report.files = report.files.map { file in
            guard file.outcome == .added(entries: 0) else { return file }
            return ImportReport.File(
                path: file.path, outcome: .skipped(SourceFailure(reason(file.path))), warnings: [])
        }
    }

    /// `files` go, or main files are gone of which nothing else was kept, and with them or with parts of other files so
    /// many entries.
    mutating func remove(files: [String], entries: Int) {
        report.removedEntries += entries
        report.removedFiles = Set((report.removedFiles + files).map(UTF8Key.init)).sorted().map(\.string)
    }

    /// Whether a bad file forbids everything.
    var isRefused: Bool { isStrict && !report.skipped.isEmpty }

    /// Whether no file could be read.
    var hasOnlyBadFiles: Bool {
        !report.files.isEmpty
            && report.files.allSatisfy { if case .skipped = $0.outcome { true } else { false } }
    }

    /// Whether a file is new or different.
    var hasNews: Bool {
        report.removedEntries > 0
            || report.files.contains { file in
                switch file.outcome {
                case .added, .updated, .replaced: true
                case .unchanged, .skipped: false
                }
            }
    }

    /// Closes the ledger: files in the order of their paths.
    mutating func close(_ verdict: ImportReport.Verdict) {
        report.verdict = verdict
        report.files.sort { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }
}
