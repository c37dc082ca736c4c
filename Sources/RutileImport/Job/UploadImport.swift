import Dispatch
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
    private let target: ImportTarget
    private let services: Importer
    private let now: Timestamp
    private let lock: FolderLock
    private let stage: StagedFolder
    private let existingUpload: UploadRecord?
    private let existing: [EntryRecord]
    private let existingProperties: [PropertyRecord]
    private let maker: DraftMaker
    private var segments: SegmentWriter
    /// Files of OPTIMADE lines that were read, with all that came of them.
    private var lines: [LinesImport] = []
    /// Whether there is such a file that was not read, since it is as it was or turned bad.
    private var hasOtherLines = false
    private var writes: [RecordChange.EntryWrite] = []
    private var ids: Set<EntryID> = []
    /// Paths of raw files that the stage holds as they are to be.
    private var staged: Set<String> = []
    private var hasRawNews = false
    private(set) var ledger: ImportLedger

    /// - Throws: ``ImportError``, ``StoreError``, ``ArchiveError``.
    init(_ target: ImportTarget, services: Importer, isStrict: Bool) async throws {
        self.target = target
        self.services = services
        now = services.now()
        let directory = services.directory
        guard DataDirectory.isSafeName(target.upload.text) else { throw ImportError.unsafeUpload(target.upload.text) }
        lock = try FolderLock(target.upload, in: directory)
        existingUpload = try await services.records.uploads([target.upload])[target.upload]
        if let upload = existingUpload, upload.mainAuthor != target.author, !upload.coauthors.contains(target.author) {
            throw ImportError.notTheAuthor(target.upload, author: target.author)
        }
        existing = try await services.records.entries(of: target.upload)
        existingProperties = try await services.records.properties(of: target.upload)
        stage = try StagedFolder(directory, upload: target.upload, token: "\(now.microseconds)-\(getpid())")
        segments = try SegmentWriter(directory: directory, upload: target.upload)
        maker = DraftMaker(
            upload: target.upload, surveyor: services.surveyor,
            existing: Dictionary(existing.map { ($0.id, $0) }) { first, _ in first }, now: now)
        ledger = ImportLedger(
            ImportReport(upload: target.upload, uploadName: existingUpload?.name ?? target.name), isStrict: isStrict)
        ledger.record(target.raw.leftOut + target.archives.leftOut)
    }

    // MARK: Reading

    /// A file with what is to be done with it.
    private struct Work: Sendable {
        enum Kind: Sendable { case raw, main(SourceFormat), archive }
        let file: SourceTree.File
        let kind: Kind
        /// Entries that come from it by now.
        let entries: [EntryRecord]

        /// Whether its entries are too many to be read at once.
        var isLines: Bool { if case .main(.optimadeLines) = kind { true } else { false } }
    }

    /// What was made of a file.
    private struct Result: Sendable {
        let work: Work
        /// Whether the upload's raw file is the same already.
        let isCurrent: Bool
        let drafts: [EntryDraft]
        let failure: SourceFailure?
        /// Whether nothing needed to be read, since all is as it was.
        var isUnchanged = false
    }

    /// Reads all files. `progress` hears of each.
    func read(progress: @Sendable (ImportProgress) -> Void) async throws {
        let byMainfile = Dictionary(grouping: existing) { UTF8Key($0.mainfile) }
        let byDigest = Dictionary(grouping: existing) { $0.sourceDigest ?? "" }
        var works = target.raw.files.map { file in
            let format = target.parsesRaw ? SourceFormat(path: file.path) : nil
            return Work(
                file: file, kind: format.map(Work.Kind.main) ?? .raw, entries: byMainfile[UTF8Key(file.path)] ?? [])
        }
        works += target.archives.files.map { Work(file: $0, kind: .archive, entries: []) }
        let total = works.count
        let reader = FileReader(
            stage: stage, parser: services.parser, maker: maker, records: services.records, byDigest: byDigest)
        var done = 0
        let lineFiles = works.filter(\.isLines)
        works.removeAll(where: \.isLines)
        try await withThrowingTaskGroup(of: Result.self) { group in
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

    /// Reads a file of OPTIMADE lines, which uses all of the machine by itself.
    private func readLines(_ work: Work, _ reader: FileReader, progress: (Int) -> Void) async throws {
        let path = work.file.path
        guard let (isCurrent, digest) = try await reader.prepare(work) else {
            hasOtherLines = true
            return try take(FileReader.unchanged(work, work.entries))
        }
        let file = try LinesImport(
            mainfile: path, digest: digest, maker: maker, directory: services.directory,
            token: "\(now.microseconds)-\(getpid())-\(lines.count)", isKept: !ledger.isRefused)
        do {
            try await file.read(stage.staged(path), width: services.width, progress: progress)
            // A file of nothing but bad lines is a bad file.
            if file.count == 0, let failure = file.failures.items.first { throw failure }
        } catch let foreign as ForeignLines where target.raw.files.count > 1 && work.entries.isEmpty {
            // Among other files it may be any log that is called so.
            _ = foreign
            return try take(Result(work: work, isCurrent: isCurrent, drafts: [], failure: nil))
        } catch let foreign as ForeignLines {
            return try take(Result(work: work, isCurrent: isCurrent, drafts: [], failure: foreign.failure))
        } catch let failure as SourceFailure {
            hasOtherLines = true
            return try take(Result(work: work, isCurrent: isCurrent, drafts: [], failure: failure))
        }
        lines.append(file)
        settle(work, isCurrent: isCurrent, isRaw: true, entries: file.count, warnings: file.warnings)
        ledger.record(path, lines: file.failures)
    }

    /// Reads one file; many at once.
    private struct FileReader: Sendable {
        let stage: StagedFolder
        let parser: any FileParser
        let maker: DraftMaker
        let records: any ImportRecords
        let byDigest: [String: [EntryRecord]]

        func read(_ work: Work) async throws -> Result {
            try Task.checkCancellation()
            switch work.kind {
            case .raw:
                let isCurrent = try await blocking {
                    let isCurrent = try stage.isCurrent(work.file)
                    if !isCurrent { _ = try stage.copy(work.file) }
                    return isCurrent
                }
                return Result(work: work, isCurrent: isCurrent, drafts: [], failure: nil, isUnchanged: isCurrent)
            case .archive:
                let digest = try await blocking { try StagedFolder.digest(of: work.file.source) }
                if let known = byDigest[digest] { return Self.unchanged(work, known) }
                return try await archives(work, path: work.file.source, digest: digest, isCurrent: true)
            case .main(let format):
                return try await main(work, format)
            }
        }

        /// Brings a main file into the stage: whether it is the upload's present one, and its digest. `nil` when it
        /// is, and its entries are there.
        func prepare(_ work: Work) async throws -> (isCurrent: Bool, digest: String)? {
            let isCurrent = try await blocking { try stage.isCurrent(work.file) }
            if isCurrent && !work.entries.isEmpty { return nil }
            let digest = try await blocking {
                guard isCurrent else { return try stage.copy(work.file) }
                // Nothing came of it earlier; perhaps it does now.
                try stage.keep(work.file.path)
                return try StagedFolder.digest(of: stage.staged(work.file.path))
            }
            return (isCurrent, digest)
        }

        private func main(_ work: Work, _ format: SourceFormat) async throws -> Result {
            guard let (isCurrent, digest) = try await prepare(work) else { return Self.unchanged(work, work.entries) }
            let path = stage.staged(work.file.path)
            if format == .archiveFile {
                if isCurrent, let known = byDigest[digest] { return Self.unchanged(work, known) }
                return try await archives(work, path: path, digest: digest, isCurrent: isCurrent)
            }
            do {
                let entries =
                    format.isForeign
                    ? try await parser.entries(of: path, format: format)
                    : try await blocking { try InProcessParser.entries(of: path, format: format) }
                let drafts = try await blocking {
                    try entries.map {
                        try maker.draft(of: $0, mainfile: work.file.path, format: format, digest: digest)
                    }
                }
                return Result(work: work, isCurrent: isCurrent, drafts: drafts, failure: nil)
            } catch let failure as SourceFailure {
                return Result(work: work, isCurrent: isCurrent, drafts: [], failure: failure)
            }
        }

        private func archives(
            _ work: Work, path: String, digest: String, isCurrent: Bool
        ) async throws -> Result {
            do {
                let drafts = try await blocking {
                    try maker.drafts(of: ArchiveFileSource(path: path), file: work.file.path, digest: digest)
                }
                // These ids were not made of the upload's, so they may be taken.
                let taken = try await records.entries(Set(drafts.map(\.record.id))).values
                if let other = taken.first(where: { $0.upload != maker.upload }) {
                    throw SourceFailure("entry \(other.id) exists already, in upload \(other.upload)")
                }
                return Result(work: work, isCurrent: isCurrent, drafts: drafts, failure: nil)
            } catch let failure as SourceFailure {
                return Result(work: work, isCurrent: isCurrent, drafts: [], failure: failure)
            }
        }

        /// The entries stay as they are.
        static func unchanged(_ work: Work, _ entries: [EntryRecord]) -> Result {
            let known = Work(file: work.file, kind: work.kind, entries: entries)
            return Result(work: known, isCurrent: true, drafts: [], failure: nil, isUnchanged: true)
        }
    }

    /// Takes one file's result into the account.
    private func take(_ result: Result) throws {
        let path = result.work.file.path
        let isRaw = if case .archive = result.work.kind { false } else { true }
        if let failure = result.failure ?? duplicate(in: result.drafts) {
            ledger.record(path, .skipped(failure))
            // The entries that there are stay, and with them the file that they were made of.
            keptEntries.formUnion(result.work.entries.map(\.id))
            guard isRaw else { return }
            if !result.isCurrent && !result.work.entries.isEmpty {
                try stage.keep(path)
            } else if !result.isCurrent {
                hasRawNews = true
            }
            staged.insert(path)
            return
        }
        if result.isUnchanged {
            keptEntries.formUnion(result.work.entries.map(\.id))
            ledger.record(path, .unchanged(entries: result.work.entries.count))
            return
        }
        for draft in result.drafts {
            ids.insert(draft.record.id)
            writes.append(RecordChange.EntryWrite(draft.record, document: draft.document))
            if !ledger.isRefused { try segments.append(draft.record.id, draft.archive) }
        }
        settle(
            result.work, isCurrent: result.isCurrent, isRaw: isRaw, entries: result.drafts.count,
            warnings: result.drafts.flatMap { $0.record.process.warnings })
    }

    /// Accounts for a file from which so many entries come now.
    private func settle(_ work: Work, isCurrent: Bool, isRaw: Bool, entries: Int, warnings: [String]) {
        let path = work.file.path
        if isRaw {
            staged.insert(path)
            if !isCurrent { hasRawNews = true }
        }
        let isNew = work.entries.isEmpty && FileTree.kind(of: currentRaw + "/" + path) == nil
        ledger.record(path, isNew ? .added(entries: entries) : .updated(entries: entries), warnings: warnings)
    }

    private var keptEntries: Set<EntryID> = []
    private var currentRaw: String { services.directory.rawFolder(of: target.upload) }

    private func duplicate(in drafts: [EntryDraft]) -> SourceFailure? {
        var seen = ids
        for draft in drafts where !seen.insert(draft.record.id).inserted {
            return SourceFailure("two entries have the id \(draft.record.id)")
        }
        return nil
    }

    // MARK: Committing

    /// The records and files that have to change; `nil` when nothing has.
    ///
    /// Makes the archives and staged files durable. The change must be applied before this value goes away.
    func change(publishing: Bool) throws -> RecordChange? {
        try settleOtherFiles()
        let removed = existing.filter { entry in
            !ids.contains(entry.id) && !keptEntries.contains(entry.id) && !lines.contains { $0.holds(entry.id) }
        }
        if !target.isAddition {
            // Entries of files that are still there went because their block or frame did: no removal to speak of.
            let paths = Set(target.raw.files.map { UTF8Key($0.path) })
            ledger.remove(removed.filter { !paths.contains(UTF8Key($0.mainfile)) })
        }
        let publishes = publishing && existingUpload?.isPublished != true
        let isNew = existingUpload == nil
        guard
            isNew || publishes || hasRawNews || !writes.isEmpty || !lines.isEmpty
                || (!removed.isEmpty && !target.isAddition)
        else {
            ledger.close(.unchanged)
            return nil
        }
        var change = RecordChange(existing: .replace)
        var upload =
            existingUpload
            ?? UploadRecord(id: target.upload, name: target.name, createTime: now, mainAuthor: target.author)
        if publishes { upload.publishTime = now }
        upload.process = ProcessRecord(
            current: "process_upload", status: .success,
            lastStatusMessage: "Process process_upload completed successfully", completeTime: now)
        change.uploads = [upload]
        let addresses = try segments.commit()
        change.entries = writes
        for index in writes.indices { change.entries[index].record.archive = addresses[writes[index].record.id] }
        let streams = try lines.map { try $0.commit() }
        if !streams.isEmpty { change.laterEntries = { write in for stream in streams { try stream(write) } } }
        change.properties[target.upload] = properties
        if !target.isAddition {
            change.removedEntries = Set(removed.map(\.id))
        } else {
            // Of files that were imported now, entries whose block or frame is gone go too.
            let paths = Set(writes.map { UTF8Key($0.record.mainfile) } + lines.map { UTF8Key($0.mainfile) })
            change.removedEntries = Set(removed.filter { paths.contains(UTF8Key($0.mainfile)) }.map(\.id))
        }
        if hasRawNews || isNew {
            try stage.synchronize()
            change.files = [
                .move(
                    from: services.directory.relative(stage.path), to: services.directory.relative(currentRaw))
            ]
        }
        ledger.close(.imported)
        return change
    }

    /// The definitions of properties that the upload has from now on.
    private var properties: [PropertyRecord] {
        let new = lines.flatMap(\.properties)
        guard target.isAddition || hasOtherLines else { return new }
        // Which file an old definition came from is not known: those of files that were not read must stay.
        return existingProperties.filter { old in
            !new.contains { $0.entryType.hasSameUTF8(as: old.entryType) && $0.name.hasSameUTF8(as: old.name) }
        } + new
    }

    /// Drops everything: nothing changes.
    func refuse() { ledger.close(.refused) }

    /// How the upload is to readers, once the change is applied.
    func visibility(_ change: RecordChange?) -> (isPublished: Bool, isPublic: Bool) {
        guard let upload = change?.uploads.first ?? existingUpload else { return (false, false) }
        return (upload.isPublished, AccessPolicy().mayRead(upload, as: .anonymous))
    }

    /// Brings the raw files that were not read into the stage, where they are to stay.
    private func settleOtherFiles() throws {
        let present = try FileTree.files(below: currentRaw)
        let wanted = Set(target.raw.files.map(\.path))
        if !target.isAddition && !present.allSatisfy(wanted.contains) { hasRawNews = true }
        guard hasRawNews else { return }
        for path in present where !staged.contains(path) && (wanted.contains(path) || target.isAddition) {
            try stage.keep(path)
        }
    }
}

/// Runs `body`, which blocks, on a thread that may.
func blocking<Success: Sendable>(_ body: @escaping @Sendable () throws -> Success) async throws -> Success {
    try await withCheckedThrowingContinuation { continuation in
        blockingQueue.async { continuation.resume(with: Result { try body() }) }
    }
}

private let blockingQueue = DispatchQueue(label: "rutile.import", attributes: .concurrent)
