import Glibc
import RutileArchive
import RutileJSON
import RutileModel
import RutileStore

/// The import into one upload: reads everything, then is committed or dropped as a whole.
///
/// Until ``Importer`` applies ``change``, nothing that a reader can see has changed: raw files are staged, archives are in
/// segments that no record knows. Dropping the value removes both.
final class UploadImport {
    let target: ImportTarget
    let services: Importer
    let now: Timestamp
    private let lock: FolderLock
    let stage: StagedFolder
    let existingUpload: UploadRecord?
    /// Whether what is not imported now stays.
    let isAddition: Bool
    let existing: [KnownEntry]
    let existingProperties: [PropertyRecord]
    let maker: DraftMaker
    var segments: SegmentWriter
    /// Files of OPTIMADE lines that were read, with all that came of them.
    var lines: [LinesImport] = []
    /// Whether there is such a file that was not read, since it is as it was or turned bad.
    var hasOtherLines = false
    private(set) var writes: [RecordChange.EntryWrite] = []
    private(set) var ids: Set<EntryID> = []
    /// Entries that stay as they are.
    var keptEntries: Set<EntryID> = []
    /// Those of them that come from archive files.
    private var keptArchives: Set<EntryID> = []
    /// Entries of earlier versions of archive files that were read: those that the new version has no more go.
    private(set) var superseded: Set<EntryID> = []
    /// Paths of raw files that the stage holds as they are to be.
    private(set) var staged: Set<UTF8Key> = []
    /// Paths of raw files that entries were made of.
    private(set) var read: Set<UTF8Key> = []
    var hasRawNews = false
    /// Whether it is known what the source holds. Not where an archive file cannot be read: nobody knows which of the
    /// entries that there are came from it.
    private(set) var isComplete: Bool
    /// Files and folders of the source that were left out though they are there.
    let outOfReach: Set<UTF8Key>
    /// Segments that are complete and that no record knows yet.
    var committed: [String] = []
    var ledger: ImportLedger

    /// - Throws: ``ImportError``, ``StoreError``, ``ArchiveError``.
    init(_ target: ImportTarget, services: Importer, isStrict: Bool) async throws {
        self.target = target
        self.services = services
        now = services.now()
        let directory = services.directory
        lock = try FolderLock(target.upload, in: directory)
        existingUpload = try await services.records.uploads([target.upload])[target.upload]
        // Somebody may have deleted it since the files came: it must not come back.
        if target.isSent, existingUpload == nil { throw StoreError.missing(kind: "upload", id: target.upload.text) }
        if let upload = existingUpload, upload.mainAuthor != target.author, !upload.coauthors.contains(target.author) {
            throw ImportError.notTheAuthor(target.upload, author: target.author)
        }
        // Archives that name an upload are no more than a part of it, unless it was made of what is imported now.
        let isJoined =
            target.isStated
            && existingUpload.map { $0.mainAuthor != target.author || !Self.isSame($0.name, target.name) } ?? false
        // Other archive files may have been added to it since. A NOMAD upload folder is all of its upload.
        isAddition = target.isAddition || isJoined || (target.isStated && target.parsesRaw)
        let known = KnownEntryMaker()
        existing = try await services.records.entries(of: target.upload) { known.entry($0) }
        existingProperties = try await services.records.properties(of: target.upload)
        stage = try StagedFolder(
            directory, upload: target.upload, keepsOthers: isAddition, token: "\(now.microseconds)-\(getpid())")
        segments = try SegmentWriter(directory: directory, upload: target.upload)
        maker = DraftMaker(
            upload: target.upload, surveyor: services.surveyor,
            existing: Dictionary(existing.map { ($0.id, $0) }) { first, _ in first },
            stored: SegmentFolder(directory), keepsIDs: !target.isSent, now: now)
        ledger = ImportLedger(
            ImportReport(upload: target.upload, uploadName: existingUpload?.name ?? target.name, isJoined: isJoined),
            isStrict: isStrict)
        ledger.record(target.raw.leftOut + target.archives.leftOut)
        isComplete = target.raw.isComplete && target.archives.isComplete
        outOfReach = Set(target.raw.leftOut.filter(\.isBad).map { UTF8Key($0.path) })
    }

    deinit {
        // Before the lock goes, which takes the upload's folder along where it is empty.
        lines = []
        segments.abort()
        for path in committed { try? FileTree.remove(path) }
        stage.remove()
    }

    /// Leaves the archives to the records, which know them now, and where the change is `unfinished` the staged files.
    func handOver(unfinished: Bool = false) {
        committed = []
        if unfinished { stage.leave() }
    }

    private static func isSame(_ name: String?, _ other: String) -> Bool { name.map(UTF8Key.init) == UTF8Key(other) }

    // MARK: Reading

    /// Reads all files. `progress` hears of each.
    func read(progress: @Sendable (ImportProgress) -> Void) async throws {
        let (works, reader) = try await plan()
        try await readAll(works, reader, progress)
        if target.isEmpty, target.removals.isEmpty, isComplete, existingUpload == nil || isAddition,
            ledger.report.skipped.isEmpty
        {
            ledger.record([UnpackReport.Item(path: target.source, reason: "it holds no files", isBad: true)])
        }
        // Nobody wants an upload of a file that was taken for something else.
        let isNamed = target.archives.files.isEmpty && target.raw.files.allSatisfy(\.isNamed)
        if existingUpload == nil, isNamed, ids.isEmpty, lines.isEmpty {
            ledger.skipRaw { SourceFormat(path: $0) == nil ? Self.unknownFormat : "it holds no entries" }
        }
    }

    /// What is to be done with each file, and who does it.
    private func plan() async throws -> ([ImportWork], FileReader) {
        // In a NOMAD upload the archives are the entries, whichever raw files they name.
        let byMainfile = target.parsesRaw ? Dictionary(grouping: existing) { UTF8Key($0.mainfile) } : [:]
        var works = target.raw.files.map { file in
            var format = target.parsesRaw ? SourceFormat(path: file.path) : nil
            if format == nil, target.parsesRaw, file.isNamed { format = SourceFormat.ofContent(file.source) }
            return ImportWork(
                file: file, kind: format.map(ImportWork.Kind.main) ?? .raw,
                entries: byMainfile[UTF8Key(file.path)] ?? [])
        }
        works += target.archives.files.map { ImportWork(file: $0, kind: .archive, entries: []) }
        // Only archives are known by their content, and an upload may have entries by the million.
        let hasArchives = works.contains(where: \.isArchiveFile)
        let byDigest = hasArchives ? Dictionary(grouping: existing) { $0.sourceDigest ?? "" } : [:]
        // What administrators may read beyond others must not get into entries that others read.
        let groups = try await services.records.caller(target.author)?.groups ?? []
        let library = ArchiveLibrary(
            target, caller: Caller(user: target.author, isAdmin: false, groups: groups), services: services)
        var raw = Set(target.raw.files.map { UTF8Key($0.path) })
        if hasArchives, isAddition { raw.formUnion(try FileTree.files(below: currentRaw).map(UTF8Key.init)) }
        return (
            works,
            FileReader(
                stage: stage, parser: services.parser, maker: maker, library: library, records: services.records,
                byDigest: byDigest, raw: raw)
        )
    }

    private func readAll(
        _ all: [ImportWork], _ reader: FileReader, _ progress: @Sendable (ImportProgress) -> Void
    ) async throws {
        var works = all
        let total = works.count
        var done = 0
        let lineFiles = works.filter(\.isLines)
        works.removeAll(where: \.isLines)
        try await withThrowingTaskGroup(of: ReadResult.self) { group in
            var waiting = works.makeIterator()
            for _ in 0..<services.width {
                guard let work = waiting.next() else { break }
                group.addTask { try await reader.read(work) }
            }
            while let result = try await group.next() {
                try take(result)
                done += 1
                progress(ImportProgress(source: target.source, done: done, total: total, entries: 0))
                if let work = waiting.next() { group.addTask { try await reader.read(work) } }
            }
        }
        for work in lineFiles {
            try await readLines(work, reader) { [target, done] count in
                progress(ImportProgress(source: target.source, done: done, total: total, entries: count))
            }
            done += 1
        }
    }

    /// Takes one file's result into the account.
    func take(_ result: ReadResult) throws {
        let path = result.work.file.path
        let isRaw = if case .archive = result.work.kind { false } else { true }
        if let failure = result.failure ?? duplicate(in: result) {
            // The entries that there are stay, and with them the file that they were made of.
            let kept = result.work.entries.map(\.id)
            keptEntries.formUnion(kept)
            ledger.record(path, .skipped(failure), warnings: kept.isEmpty ? [] : [Self.staying(kept.count)])
            if result.work.isArchiveFile { isComplete = false }
            guard isRaw, !result.isUnread, !result.isUnchanged else { return }
            if !result.isCurrent && !result.work.entries.isEmpty {
                try stage.keep(path)
            } else if !result.isCurrent {
                hasRawNews = true
            }
            staged.insert(UTF8Key(path))
            return
        }
        if result.isUnchanged {
            keptEntries.formUnion(result.work.entries.map(\.id))
            if result.work.isArchiveFile { keptArchives.formUnion(result.work.entries.map(\.id)) }
            ledger.record(path, .unchanged(entries: result.work.entries.count))
            return
        }
        var failures = CappedList<SourceFailure>()
        for part in result.badParts {
            failures.append(SourceFailure(line: part.failure.line, "block '\(part.name)': \(part.failure.reason)"))
        }
        let badKeys = Set(result.badParts.map { $0.key.map(UTF8Key.init) })
        let kept = result.work.entries.filter { badKeys.contains($0.mainfileKey.map(UTF8Key.init)) }
        keptEntries.formUnion(kept.map(\.id))
        if result.isCurrent, !result.badParts.isEmpty,
            Set(result.drafts.map(\.record.id)).union(kept.map(\.id)) == Set(result.work.entries.map(\.id))
        {
            keptEntries.formUnion(result.work.entries.map(\.id))
            ledger.record(path, .unchanged(entries: result.work.entries.count))
            ledger.record(path, lines: failures)
            return
        }
        if result.work.isArchiveFile { superseded.formUnion(result.work.entries.map(\.id)) }
        for draft in result.drafts {
            ids.insert(draft.record.id)
            writes.append(RecordChange.EntryWrite(draft.record, documents: draft.documents))
            if !ledger.isRefused { try segments.append(draft.record.id, draft.archive) }
        }
        var warnings = result.drafts.flatMap(\.warnings)
        if result.work.isUnknown { warnings.append("Nothing was made of it but a raw file: \(Self.unknownFormat).") }
        settle(
            result.work, isCurrent: result.isCurrent, isRaw: isRaw, entries: result.drafts.count, warnings: warnings,
            outcome: outcome(of: result.drafts))
        ledger.record(path, lines: failures)
    }

    private static func staying(_ count: Int) -> String {
        let entries = count == 1 ? "The entry" : "The \(count) entries"
        return "\(entries) of its earlier version \(count == 1 ? "stays" : "stay"), with that version of the file."
    }

    private static let unknownFormat = """
        neither its name nor its beginning is that of a format which is read (*.cif, POSCAR, *.xyz, *.jsonl, *.msg, \
        *.archive.json …)
        """

    /// Accounts for a file from which so many entries come now; `outcome`, where it is known better.
    func settle(
        _ work: ImportWork, isCurrent: Bool, isRaw: Bool, entries: Int, warnings: [String], outcome: FileOutcome? = nil
    ) {
        let path = work.file.path
        if isRaw {
            staged.insert(UTF8Key(path))
            if entries > 0 { read.insert(UTF8Key(path)) }
            if !isCurrent { hasRawNews = true }
        }
        let isNew = work.entries.isEmpty && FileTree.kind(of: currentRaw + "/" + path) == nil
        let usual = isNew ? FileOutcome.added(entries: entries) : .updated(entries: entries)
        ledger.record(path, outcome ?? usual, warnings: warnings)
    }

    /// What the entries that a file makes do, by their ids, of an archive file whatever file had them; `nil` where it
    /// makes none.
    private func outcome(of drafts: [EntryDraft]) -> FileOutcome? {
        guard !drafts.isEmpty else { return nil }
        let known = drafts.count { maker.existing[$0.record.id] != nil }
        if known == 0 { return .added(entries: drafts.count) }
        return .replaced(added: drafts.count - known, updated: known, unchanged: 0)
    }

    var currentRaw: String { services.directory.rawFolder(of: target.upload) }

    private func duplicate(in result: ReadResult) -> SourceFailure? {
        let isUnchanged = result.isUnchanged && result.work.isArchiveFile
        var own: Set<EntryID> = []
        for id in isUnchanged ? result.work.entries.map(\.id) : result.drafts.map(\.record.id)
        where ids.contains(id) || keptArchives.contains(id) || !own.insert(id).inserted {
            return SourceFailure("two entries have the id \(id)")
        }
        return nil
    }
}
