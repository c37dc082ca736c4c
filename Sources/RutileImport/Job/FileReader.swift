import RutileArchive
import RutileJSON
import RutileMetainfo
import RutileModel
import RutileStore

/// A file with what is to be done with it.
struct ImportWork: Sendable {
    enum Kind: Sendable { case raw, main(SourceFormat), archive }
    let file: SourceTree.File
    let kind: Kind
    /// Entries that come from it by now.
    var entries: [KnownEntry]

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
struct ReadResult: Sendable {
    let work: ImportWork
    /// Whether the upload's raw file is the same already.
    let isCurrent: Bool
    var drafts: [EntryDraft]
    let failure: SourceFailure?
    /// Parts of the file that make no entry.
    var badParts: [FileEntries.BadPart] = []
    /// Whether nothing needed to be read, since all is as it was.
    var isUnchanged = false
    /// Whether the file could not even be copied, so that the stage has nothing of it.
    var isUnread = false
}

/// Reads one file; many at once.
struct FileReader: Sendable {
    let stage: StagedFolder
    let parser: any FileParser
    let maker: DraftMaker
    /// Where definitions in other archives are found.
    let library: ArchiveLibrary
    let records: any ImportRecords
    /// Entries by the digests of the files that they were made of; empty where no archive file is read.
    let byDigest: [String: [KnownEntry]]
    /// Raw files that the upload will have.
    let raw: Set<UTF8Key>

    func read(_ work: ImportWork) async throws -> ReadResult {
        try Task.checkCancellation()
        do {
            return try await result(of: work)
        } catch let failure as SourceFailure {
            return ReadResult(work: work, isCurrent: false, drafts: [], failure: failure, isUnread: true)
        }
    }

    /// - Throws: ``SourceFailure`` when the file is out of reach.
    private func result(of work: ImportWork) async throws -> ReadResult {
        switch work.kind {
        case .raw:
            let isCurrent = try await blocking {
                let isCurrent = try stage.isCurrent(work.file)
                if !isCurrent { _ = try stage.copy(work.file) }
                return isCurrent
            }
            return ReadResult(work: work, isCurrent: isCurrent, drafts: [], failure: nil, isUnchanged: isCurrent)
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
    func prepare(_ work: ImportWork) async throws -> (isCurrent: Bool, digest: String)? {
        let isCurrent = try await blocking { try stage.isCurrent(work.file) }
        // What is bad in a file is said each time, so that has to be read again.
        if isCurrent, !work.entries.isEmpty, !work.entries.contains(where: \.isOfPartlyReadFile),
            try await blocking({ [library] in !library.dependOnOthers(work) })
        {
            return nil
        }
        let digest = try await blocking {
            guard isCurrent else { return try stage.copy(work.file) }
            // Nothing came of it earlier; perhaps it does now.
            try stage.keep(work.file.path)
            return try stage.digest(ofStaged: work.file.path)
        }
        return (isCurrent, digest)
    }

    private func main(_ work: ImportWork, _ format: SourceFormat) async throws -> ReadResult {
        guard let (isCurrent, digest) = try await prepare(work) else { return Self.unchanged(work, work.entries) }
        let path = stage.staged(work.file.path)
        if format == .archiveFile {
            return try await archiveFile(work, path: path, digest: digest, isCurrent: isCurrent)
        }
        do {
            let entries = try await parser.read(path, format)
            var maker = maker
            // It is the file that was not changed, whatever its definitions are.
            if isCurrent, format.isArchiveText,
                let modified = try await blocking({ [library] in library.lastModified(of: work.entries) })
            {
                maker.modified = modified
            }
            let drafts = try await drafts { [maker] known in
                try maker.drafts(
                    of: entries, mainfile: work.file.path, format: format, digest: digest, knowing: known)
            }
            // It was read for the sake of others, which say what they said.
            if isCurrent, format.isArchiveText,
                try await blocking({ [library] in library.haveStored(drafts, as: work.entries) })
            {
                return Self.unchanged(work, work.entries)
            }
            return ReadResult(
                work: work, isCurrent: isCurrent, drafts: drafts, failure: nil, badParts: entries.badParts)
        } catch let failure as SourceFailure {
            return ReadResult(work: work, isCurrent: isCurrent, drafts: [], failure: failure)
        }
    }

    /// Reads an archive file that is a raw file too.
    private func archiveFile(
        _ work: ImportWork, path: String, digest: String, isCurrent: Bool
    ) async throws -> ReadResult {
        if isCurrent, let known = byDigest[digest] { return Self.unchanged(work, known) }
        var work = work
        if !isCurrent, let before = try await blocking({ [work] in try stage.digest(ofCurrent: work.file.path) }) {
            let others = Set(work.entries.map(\.id))
            work.entries += (byDigest[before] ?? []).filter { !others.contains($0.id) }
        }
        let result = try await archives(work, path: path, digest: digest, isCurrent: isCurrent)
        let known = result.drafts.compactMap { maker.existing[$0.record.id] }
        // Another file has replaced its entries since, and this one says nothing new.
        if isCurrent, result.failure == nil, known.count == result.drafts.count { return Self.unchanged(work, known) }
        return result
    }

    private func archives(
        _ work: ImportWork, path: String, digest: String, isCurrent: Bool
    ) async throws -> ReadResult {
        do {
            let source = try await blocking {
                let source = try ArchiveFileSource(path: path)
                try source.checkText()
                return source
            }
            var drafts = try await drafts { [maker] known in
                try maker.drafts(of: source, file: work.file.path, digest: digest, knowing: known)
            }
            for index in drafts.indices where !raw.contains(UTF8Key(drafts[index].record.mainfile)) {
                drafts[index].record.sourceDigest = SourceDigest.withoutMainfile(digest)
            }
            // These ids were not made of the upload's, so they may be taken.
            let taken = try await records.entries(Set(drafts.map(\.record.id))).values
            if let other = taken.first(where: { $0.upload != maker.upload }) {
                throw SourceFailure("entry \(other.id) exists already, in another upload")
            }
            return ReadResult(work: work, isCurrent: isCurrent, drafts: drafts, failure: nil)
        } catch let failure as SourceFailure {
            return ReadResult(work: work, isCurrent: isCurrent, drafts: [], failure: failure)
        }
    }

    /// What `make` makes of a file when it knows all archives that this depends on.
    private func drafts(
        _ make: @escaping @Sendable (KnownArchives) throws -> [EntryDraft]
    ) async throws -> [EntryDraft] {
        var known = await library.schemas
        var left = Self.mostArchives
        while true {
            let drafts = try await blocking { [known] in try make(known) }
            let needs = drafts.reduce(into: Set<ArchivePlace>()) { $0.formUnion($1.needs) }
            if needs.isEmpty || left == 0 { return drafts }
            for place in needs.prefix(left) { known.add(try await library.archive(at: place), at: place) }
            left -= min(left, needs.count)
        }
    }

    /// Other archives that are looked for on account of one file.
    private static let mostArchives = 10_000

    /// The entries stay as they are.
    static func unchanged(_ work: ImportWork, _ entries: [KnownEntry]) -> ReadResult {
        let known = ImportWork(file: work.file, kind: work.kind, entries: entries)
        return ReadResult(work: known, isCurrent: true, drafts: [], failure: nil, isUnchanged: true)
    }
}
