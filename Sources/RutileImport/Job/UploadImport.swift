import Glibc
import OptimadeAPI
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
    /// Whether what is not imported now stays.
    private let isAddition: Bool
    private let existing: [KnownEntry]
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
    private var staged: Set<UTF8Key> = []
    /// Paths of raw files that entries were made of.
    private var read: Set<UTF8Key> = []
    private var hasRawNews = false
    /// Whether it is known what the source holds. Not where an archive file cannot be read: nobody knows which of the
    /// entries that there are came from it.
    private var isComplete: Bool
    /// Files and folders of the source that were left out though they are there.
    private let outOfReach: Set<UTF8Key>
    /// Segments that are complete and that no record knows yet.
    private var committed: [String] = []
    private(set) var ledger: ImportLedger

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
        isAddition = target.isAddition || isJoined
        let known = KnownEntryMaker()
        existing = try await services.records.entries(of: target.upload) { known.entry($0) }
        existingProperties = try await services.records.properties(of: target.upload)
        stage = try StagedFolder(
            directory, upload: target.upload, keepsOthers: isAddition, token: "\(now.microseconds)-\(getpid())")
        segments = try SegmentWriter(directory: directory, upload: target.upload)
        maker = DraftMaker(
            upload: target.upload, surveyor: services.surveyor,
            existing: Dictionary(existing.map { ($0.id, $0) }) { first, _ in first }, keepsIDs: !target.isSent,
            now: now)
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

    /// Leaves the archives to the records, which know them now.
    func handOver() { committed = [] }

    private static func isSame(_ name: String?, _ other: String) -> Bool { name.map(UTF8Key.init) == UTF8Key(other) }

    // MARK: Reading

    /// A file with what is to be done with it.
    private struct Work: Sendable {
        enum Kind: Sendable { case raw, main(SourceFormat), archive }
        let file: SourceTree.File
        let kind: Kind
        /// Entries that come from it by now.
        let entries: [KnownEntry]

        /// Whether it holds archives, whose entries need not have its name.
        var isArchiveFile: Bool {
            switch kind {
            case .raw: false
            case .archive: true
            case .main(let format): format == .archiveFile
            }
        }
        /// Whether somebody named it and will wonder that it makes no entry.
        var isUnknown: Bool { if case .raw = kind { file.isNamed } else { false } }
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
        /// Parts of the file that make no entry.
        var badParts: [FileEntries.BadPart] = []
        /// Whether nothing needed to be read, since all is as it was.
        var isUnchanged = false
        /// Whether the file could not even be copied, so that the stage has nothing of it.
        var isUnread = false
    }

    /// Reads all files. `progress` hears of each.
    func read(progress: @Sendable (ImportProgress) -> Void) async throws {
        let byMainfile = Dictionary(grouping: existing) { UTF8Key($0.mainfile) }
        var works = target.raw.files.map { file in
            var format = target.parsesRaw ? SourceFormat(path: file.path) : nil
            if format == nil, target.parsesRaw, file.isNamed { format = SourceFormat.ofContent(file.source) }
            return Work(
                file: file, kind: format.map(Work.Kind.main) ?? .raw, entries: byMainfile[UTF8Key(file.path)] ?? [])
        }
        works += target.archives.files.map { Work(file: $0, kind: .archive, entries: []) }
        let total = works.count
        // Only archives are known by their content, and an upload may have entries by the million.
        let hasArchives = works.contains(where: \.isArchiveFile)
        let byDigest = hasArchives ? Dictionary(grouping: existing) { $0.sourceDigest ?? "" } : [:]
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
        let prepared: (isCurrent: Bool, digest: String)?
        do {
            prepared = try await reader.prepare(work)
        } catch let failure as SourceFailure {
            hasOtherLines = true
            return try take(Result(work: work, isCurrent: false, drafts: [], failure: failure, isUnread: true))
        }
        guard let (isCurrent, digest) = prepared else {
            hasOtherLines = true
            return try take(FileReader.unchanged(work, work.entries))
        }
        let file = try LinesImport(
            mainfile: path, digest: digest, maker: maker, directory: services.directory,
            token: "\(now.microseconds)-\(getpid())-\(lines.count)", isKept: !ledger.isRefused)
        do {
            try await file.read(stage.staged(path), width: services.width, progress: progress)
            // A file of nothing but bad lines is a bad file.
            if file.count == 0 { throw file.failures.items.first ?? SourceFailure("it holds no entries") }
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
        ledger.record(path, lines: file.failures)
        let missing = work.entries.filter { !file.holds($0.id) }
        let isPartlyRead = !file.failures.items.isEmpty
        if isCurrent, file.added == 0, missing.isEmpty || isPartlyRead {
            hasOtherLines = true
            return try take(FileReader.unchanged(work, work.entries))
        }
        if isPartlyRead, !missing.isEmpty {
            // Nobody knows whether they are gone, or stand on the lines that cannot be read.
            keptEntries.formUnion(missing.map(\.id))
            hasOtherLines = true
        }
        lines.append(file)
        let outcome =
            work.entries.isEmpty
            ? nil
            : FileOutcome.replaced(
                added: file.added, updated: file.known.updated, unchanged: file.known.unchanged)
        settle(
            work, isCurrent: isCurrent, isRaw: true, entries: file.count,
            warnings: try await conflicts(of: file) + file.warnings, outcome: outcome)
    }

    /// Warnings of properties that `file` defines otherwise than another upload does.
    private func conflicts(of file: LinesImport) async throws -> [String] {
        let new = file.properties
        guard !new.isEmpty else { return [] }
        let others = try await services.records.propertyDefinitions().filter { !existingProperties.contains($0) }
        return new.filter { property in
            others.contains { other in
                guard other.entryType.hasSameUTF8(as: property.entryType), other.name.hasSameUTF8(as: property.name),
                    let first = try? PropertyDefinition(other.name, of: other.entryType, json: other.definition),
                    let second = try? PropertyDefinition(
                        property.name, of: property.entryType, json: property.definition)
                else { return false }
                return !first.agrees(with: second)
            }
        }.map { "\($0.name) of \($0.entryType) has another type or unit in another upload; searches know one of both." }
    }

    /// Reads one file; many at once.
    private struct FileReader: Sendable {
        let stage: StagedFolder
        let parser: any FileParser
        let maker: DraftMaker
        let records: any ImportRecords
        let byDigest: [String: [KnownEntry]]

        func read(_ work: Work) async throws -> Result {
            try Task.checkCancellation()
            do {
                return try await result(of: work)
            } catch let failure as SourceFailure {
                return Result(work: work, isCurrent: false, drafts: [], failure: failure, isUnread: true)
            }
        }

        /// - Throws: ``SourceFailure`` when the file is out of reach.
        private func result(of work: Work) async throws -> Result {
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
            // What is bad in a file is said each time, so that has to be read again.
            if isCurrent, !work.entries.isEmpty, !work.entries.contains(where: \.isOfPartlyReadFile) { return nil }
            let digest = try await blocking {
                guard isCurrent else { return try stage.copy(work.file) }
                // Nothing came of it earlier; perhaps it does now.
                try stage.keep(work.file.path)
                return try stage.digest(ofStaged: work.file.path)
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
                    try maker.drafts(of: entries, mainfile: work.file.path, format: format, digest: digest)
                }
                return Result(
                    work: work, isCurrent: isCurrent, drafts: drafts, failure: nil, badParts: entries.badParts)
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
                    throw SourceFailure("entry \(other.id) exists already, in another upload")
                }
                return Result(work: work, isCurrent: isCurrent, drafts: drafts, failure: nil)
            } catch let failure as SourceFailure {
                return Result(work: work, isCurrent: isCurrent, drafts: [], failure: failure)
            }
        }

        /// The entries stay as they are.
        static func unchanged(_ work: Work, _ entries: [KnownEntry]) -> Result {
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
            if result.work.isArchiveFile { isComplete = false }
            guard isRaw, !result.isUnread else { return }
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
            ledger.record(path, .unchanged(entries: result.work.entries.count))
            return
        }
        var failures = CappedList<SourceFailure>()
        for part in result.badParts {
            failures.append(SourceFailure(line: part.failure.line, "block '\(part.key)': \(part.failure.reason)"))
        }
        let badKeys = Set(result.badParts.map { UTF8Key($0.key) })
        let kept = result.work.entries.filter { $0.mainfileKey.map { badKeys.contains(UTF8Key($0)) } ?? false }
        keptEntries.formUnion(kept.map(\.id))
        if result.isCurrent, !result.badParts.isEmpty,
            Set(result.drafts.map(\.record.id)).union(kept.map(\.id)) == Set(result.work.entries.map(\.id))
        {
            keptEntries.formUnion(result.work.entries.map(\.id))
            ledger.record(path, .unchanged(entries: result.work.entries.count))
            ledger.record(path, lines: failures)
            return
        }
        for draft in result.drafts {
            ids.insert(draft.record.id)
            writes.append(RecordChange.EntryWrite(draft.record, documents: draft.documents))
            if !ledger.isRefused { try segments.append(draft.record.id, draft.archive) }
        }
        settle(
            result.work, isCurrent: result.isCurrent, isRaw: isRaw, entries: result.drafts.count,
            warnings: result.drafts.flatMap(\.warnings) + (result.work.isUnknown ? [Self.unknownFormat] : []))
        ledger.record(path, lines: failures)
    }

    private static let unknownFormat = """
        Nothing was made of it but a raw file: neither its name nor its beginning is that of a format which is read \
        (*.cif, POSCAR, *.xyz, *.jsonl, *.archive.json …).
        """

    /// Accounts for a file from which so many entries come now; `outcome`, where it is known better.
    private func settle(
        _ work: Work, isCurrent: Bool, isRaw: Bool, entries: Int, warnings: [String], outcome: FileOutcome? = nil
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
        let goneFiles = try settleOtherFiles()
        let others = existing.filter { entry in
            !ids.contains(entry.id) && !keptEntries.contains(entry.id) && !lines.contains { $0.holds(entry.id) }
        }
        let rewritten = existing.count { entry in
            ids.contains(entry.id) || lines.contains { $0.holds(entry.id) }
        }
        // Of a file that was read, the block, frame or line is gone: it is counted, but no file to speak of.
        let replaced = others.filter { read.contains(UTF8Key($0.mainfile)) }
        let removed = others.filter { !read.contains(UTF8Key($0.mainfile)) && isGone($0.mainfile) }
        ledger.remove(files: goneFiles + removed.map(\.mainfile), entries: removed.count + replaced.count)
        guard !target.isEmpty || isComplete else {
            ledger.close(.skipped)
            return nil
        }
        // An upload of nothing but bad files is of no use to anybody.
        guard existingUpload != nil || !ledger.hasOnlyBadFiles else {
            ledger.close(.skipped)
            return nil
        }
        let publishes = publishing && existingUpload?.isPublished != true
        let isNew = existingUpload == nil
        guard isNew || publishes || hasRawNews || !writes.isEmpty || !lines.isEmpty || !removed.isEmpty else {
            ledger.close(.unchanged)
            return nil
        }
        var change = RecordChange(existing: .replace)
        let process = ProcessRecord(
            current: "process_upload", status: .success,
            lastStatusMessage: "Process process_upload completed successfully", completeTime: now)
        if isNew {
            var upload = UploadRecord(
                id: target.upload, name: target.name, createTime: now, mainAuthor: target.author)
            if publishes { upload.publishTime = now }
            upload.process = process
            upload.license = license(staying: false)
            change.uploads = [upload]
        } else {
            if !lines.isEmpty {
                let staying = existing.count - replaced.count - removed.count - rewritten
                change.licenses = [target.upload: license(staying: staying > 0)]
            }
            change.processes = [target.upload: process]
            if publishes { change.publications = [target.upload: now] }
        }
        if hasRawNews || isNew {
            try stage.synchronize()
            change.files = [
                .move(
                    from: services.directory.relative(stage.path), to: services.directory.relative(currentRaw))
            ]
        }
        let addresses = try segments.commit()
        committed += segments.committed
        change.entries = writes
        for index in writes.indices { change.entries[index].record.archive = addresses[writes[index].record.id] }
        var streams: [RecordChange.EntryStream] = []
        for file in lines {
            streams.append(try file.commit())
            committed += file.segmentPaths
        }
        if !streams.isEmpty { change.laterEntries = { [streams] write in for stream in streams { try stream(write) } } }
        change.properties[target.upload] = properties
        change.removedEntries = Set((replaced + removed).map(\.id))
        ledger.close(.imported)
        return change
    }

    /// The definitions of properties that the upload has from now on.
    private var properties: [PropertyRecord] {
        let new = lines.flatMap(\.properties)
        guard isAddition || hasOtherLines || !isComplete || !outOfReach.isEmpty else { return new }
        // Which file an old definition came from is not known: those of files that were not read must stay.
        return existingProperties.filter { old in
            !new.contains { $0.entryType.hasSameUTF8(as: old.entryType) && $0.name.hasSameUTF8(as: old.name) }
        } + new
    }

    /// The licence that the upload has from now on: the one that all of its entries have, else none. `staying` says that
    /// there are entries that are not imported now.
    private func license(staying: Bool) -> String? {
        var licenses = Set(lines.map(\.license))
        if lines.isEmpty || !writes.isEmpty { licenses.insert(UploadRecord.usualLicense) }
        if staying, let existingUpload { licenses.insert(existingUpload.license) }
        return licenses.count == 1 ? licenses.first ?? nil : nil
    }

    /// Drops everything: nothing changes.
    func refuse() { ledger.close(.refused) }

    /// Brings the raw files that were not read into the stage, where they are to stay; those that are to go.
    private func settleOtherFiles() throws -> [String] {
        let present = try FileTree.files(below: currentRaw)
        let wanted = Set(target.raw.files.map { UTF8Key($0.path) })
        let gone = present.filter { !wanted.contains(UTF8Key($0)) && isGone($0) }
        if !gone.isEmpty { hasRawNews = true }
        guard hasRawNews else { return gone }
        let dropped = staged.union(gone.map(UTF8Key.init))
        for path in present where !dropped.contains(UTF8Key(path)) { try stage.keep(path) }
        return gone
    }

    /// Whether `path`, which is not among the files of the source, is to go: not where it may well be there.
    private func isGone(_ path: String) -> Bool {
        guard !isAddition, isComplete else { return false }
        if outOfReach.isEmpty { return true }
        let ends = path.utf8.indices.filter { path.utf8[$0] == UInt8(ascii: "/") } + [path.utf8.endIndex]
        return !ends.contains { outOfReach.contains(UTF8Key(String(path[..<$0]))) }
    }
}
