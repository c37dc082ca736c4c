package import RutileJSON
package import RutileModel

/// What became of one file.
package enum FileOutcome: Hashable, Sendable {
    /// It makes so many entries that were not there before; 0 for a file that stays raw.
    case added(entries: Int)
    /// It replaces a file that was different; so many entries come from it now.
    case updated(entries: Int)
    /// It replaces a file of many entries, some of which are new, some different from what they were, and some equal.
    case replaced(added: Int, updated: Int, unchanged: Int)
    /// It is as it was; so many entries come from it.
    case unchanged(entries: Int)
    /// It cannot be read, or makes no entry though its name says that it should.
    case skipped(SourceFailure)
}

/// What an import into one upload did.
package struct ImportReport: Hashable, Sendable {
    /// One file with its outcome.
    package struct File: Hashable, Sendable {
        /// Path within the upload.
        package let path: String
        /// What became of it.
        package let outcome: FileOutcome
        /// What a reader should know of its entries.
        package let warnings: [String]
    }

    /// A line of a file, or a block that has it, that makes no entry although it should, while others of the file do.
    package struct BadLine: Hashable, Sendable {
        /// Path of the file within the upload.
        package let path: String
        /// What is wrong, and at which line.
        package let failure: SourceFailure
    }

    /// Whether, and how, the upload changed.
    package enum Verdict: String, Hashable, Sendable {
        /// Everything that could be imported is there.
        case imported
        /// All was there already.
        case unchanged
        /// Nothing could be read: nothing changed.
        case skipped
        /// A bad file, under ``ImportRequest/isStrict``: nothing changed.
        case refused
    }

    /// The upload.
    package let upload: UploadID
    /// Its name.
    package let uploadName: String?
    /// Files in the order of their paths.
    package var files: [File] = []
    /// Members of packed files that were left out, links among them.
    package var leftOut: [UnpackReport.Item] = []
    /// Lines and blocks that were skipped, in the order of their files; no more than a thousand of each.
    package var badLines: [BadLine] = []
    /// Number of skipped lines that are not listed.
    package var omittedBadLines = 0
    /// Entries that were removed since their files are gone from the imported path, or have them no more.
    package var removedEntries = 0
    /// Raw files that were removed and main files of removed entries, in order, each once.
    package var removedFiles: [String] = []
    /// Whether the archives name this upload, which existed under another name or author: the files were added to it,
    /// and nothing was removed.
    package let isJoined: Bool
    /// Whether everybody may read the upload now.
    package var isPublic = false
    /// Whether it has been published.
    package var isPublished = false
    /// The licence of the upload; absent where none is stated, and before there is an upload.
    package var license: String?
    /// What happened in the end.
    package var verdict = Verdict.unchanged

    /// Nothing was imported yet.
    package init(upload: UploadID, uploadName: String?, isJoined: Bool = false) {
        self.upload = upload
        self.isJoined = isJoined
        self.uploadName = uploadName
    }

    /// Files, and parts of files, that were skipped, with the reason.
    package var skipped: [(path: String, failure: SourceFailure)] {
        var skipped = files.compactMap { file in
            if case .skipped(let failure) = file.outcome { (path: file.path, failure: failure) } else { nil }
        }
        skipped += badLines.map { (path: $0.path, failure: $0.failure) }
        skipped += leftOut.filter(\.isBad).map { (path: $0.path, failure: SourceFailure($0.reason)) }
        return skipped
    }

    /// Entries that are new, changed and as before.
    package var entryCounts: (added: Int, updated: Int, unchanged: Int) {
        var counts = (added: 0, updated: 0, unchanged: 0)
        for file in files {
            switch file.outcome {
            case .added(let entries): counts.added += entries
            case .updated(let entries): counts.updated += entries
            case .replaced(let added, let updated, let unchanged):
                counts.added += added
                counts.updated += updated
                counts.unchanged += unchanged
            case .unchanged(let entries): counts.unchanged += entries
            case .skipped: break
            }
        }
        return counts
    }

    /// The report as JSON, for programs.
    package var json: Value {
        let counts = entryCounts
        return .members([
            "upload_id": .string(upload.text),
            "upload_name": uploadName.map(Value.string) ?? .null,
            "result": .string(verdict.rawValue),
            "published": .bool(isPublished),
            "license": license.map(Value.string) ?? .null,
            "files": .integer(Int64(files.count)),
            "entries": .members([
                "added": .integer(Int64(counts.added)), "updated": .integer(Int64(counts.updated)),
                "unchanged": .integer(Int64(counts.unchanged)), "removed": .integer(Int64(removedEntries)),
            ]),
            "skipped": .list(
                skipped.map { item in
                    .members([
                        "path": .string(item.path),
                        "line": item.failure.line.map { .integer(Int64($0)) } ?? .null,
                        "reason": .string(item.failure.reason),
                    ])
                }),
            "joined": .bool(isJoined),
            "more_skipped_lines": .integer(Int64(omittedBadLines)),
            "removed": .list(removedFiles.map(Value.string)),
            "warnings": .list(
                files.flatMap { file in
                    file.warnings.map { .members(["path": .string(file.path), "warning": .string($0)]) }
                }
                    + leftOut.filter { !$0.isBad }.map {
                        .members(["path": .string($0.path), "warning": .string($0.reason)])
                    }),
        ])
    }
}

/// How far an import is.
package struct ImportProgress: Hashable, Sendable {
    /// What is imported.
    package let source: String
    /// Files that are done.
    package let done: Int
    /// Files that there are.
    package let total: Int
    /// Entries that the present file has given so far, where it is read line by line; else 0.
    package let entries: Int
}
