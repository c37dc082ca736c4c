import OptimadeAPI
import RutileArchive
import RutileJSON
import RutileMetainfo
import RutileModel
import RutileStore

/// Finds the archives that entries of one import depend on: those of files that are imported with them, and stored ones
/// that the author may read.
///
/// What an entry is made of must not depend on which file is read first, so files count as they will be, not as the
/// upload has them by now.
actor ArchiveLibrary {
    private let target: ImportTarget
    private let caller: Caller
    private let records: any ImportRecords
    private let parser: any FileParser
    private let directory: DataDirectory
    private let stored: SegmentFolder
    /// Files of the import by path.
    private let files: [UTF8Key: SourceTree.File]
    /// Paths of all files of the import.
    private let imported: Set<UTF8Key>
    /// Whether they are all that will be in the upload.
    private let isWhole: Bool
    /// Paths of files by the entries that will be made of them; the first where a file makes several.
    private let paths: [EntryID: String]
    private var found: [ArchivePlace: KnownArchives.Archive?] = [:]
    /// The archives with definitions that were found: many entries have one schema.
    private(set) var schemas = KnownArchives()

    init(_ target: ImportTarget, caller: Caller, services: Importer) {
        self.target = target
        self.caller = caller
        records = services.records
        parser = services.parser
        directory = services.directory
        stored = SegmentFolder(directory)
        imported = Set(target.raw.files.map { UTF8Key($0.path) })
        // Entries of archive files may stay without a main file, and what cannot be listed stays.
        isWhole =
            target.parsesRaw && !target.isAddition && target.raw.isComplete
            && !target.raw.leftOut.contains(where: \.isBad)
            && !target.raw.files.contains { SourceFormat(path: $0.path) == .archiveFile }
        let own = target.parsesRaw ? target.raw.files.filter { Self.format(of: $0) != nil } : []
        files = Dictionary(own.map { (UTF8Key($0.path), $0) }) { first, _ in first }
        paths = Dictionary(own.map { (EntryID(upload: target.upload, mainfile: $0.path), $0.path) }) { first, _ in first
        }
    }

    /// Formats whose entries have ids that are made of their places.
    private static func format(of file: SourceTree.File) -> SourceFormat? {
        switch SourceFormat(path: file.path) {
        case .archiveFile, .optimadeLines, nil: nil
        case let format?: format
        }
    }

    /// What lies at `place`; `nil` where nothing does that the author may read.
    func archive(at place: ArchivePlace) async throws -> KnownArchives.Archive? {
        if let known = found[place] { return known }
        let archive: KnownArchives.Archive? =
            if let own = try await importedArchive(at: place) { own } else { try await storedArchive(at: place) }
        found[place] = .some(archive)
        if archive?.definitions != nil { schemas.add(archive, at: place) }
        return archive
    }

    /// The archive that a file of the import makes; `nil` where `place` is none of them, or it cannot be read.
    private func importedArchive(at place: ArchivePlace) async throws -> KnownArchives.Archive? {
        let path: String? =
            switch place {
            case .archive(let key): key.upload == target.upload ? paths[key.entry] : nil
            case .entry(let entry, _): paths[entry]
            case .rawFile(let upload, let path, _): upload == target.upload ? path : nil
            }
        guard let path, let file = files[UTF8Key(path)], let format = Self.format(of: file) else { return nil }
        let key = ArchiveKey(upload: target.upload, entry: EntryID(upload: target.upload, mainfile: file.path))
        // Structures define nothing.
        if format.holdsStructures { return KnownArchives.Archive(key, mainfile: file.path, definitions: nil) }
        do {
            let archive = try await parser.read(file.source, format).entries.first?.archive
            return KnownArchives.Archive(key, mainfile: file.path, definitions: archive?["definitions"])
        } catch is SourceFailure {
            return nil
        }
    }

    private func storedArchive(at place: ArchivePlace) async throws -> KnownArchives.Archive? {
        let id: EntryID?
        switch place {
        case .archive(let key): id = key.entry
        case .entry(let entry, _): id = entry
        case .rawFile(let upload, let path, _):
            let mainfile = MainfilePlace(upload: upload, path: path)
            id = try await records.entries(at: [mainfile])[mainfile]
        }
        guard let id else { return nil }
        let (entries, uploads) = try await records.entriesWithUploads([id])
        guard let record = entries[id], let upload = uploads[record.upload], isStaying(record),
            AccessPolicy().mayRead(upload, as: caller)
        else { return nil }
        if case .archive(let key) = place, key.upload != record.upload { return nil }
        var definitions: Value?
        // An archive that is damaged is as good as none.
        if let address = record.archive, case .success(let node)? = try await stored.archives([address])[address] {
            definitions = try? node.child("definitions")?.value()
        }
        return KnownArchives.Archive(
            ArchiveKey(upload: record.upload, entry: id), mainfile: record.mainfile, definitions: definitions)
    }

    /// Whether the entry is there independently of the import. What the import itself makes counts only where it is known
    /// before: else it would be found by the next import and not by this one.
    private func isStaying(_ record: EntryRecord) -> Bool {
        guard record.upload == target.upload else { return true }
        return !isWhole && !imported.contains(UTF8Key(record.mainfile))
    }

    /// Whether entries of a file that is as it was may be made otherwise now: sections of theirs are defined in other
    /// entries, or such a definition was missing.
    nonisolated func dependOnOthers(_ work: ImportWork) -> Bool {
        guard case .main(let format) = work.kind, format.isArchiveText else { return false }
        return work.entries.contains { entry in
            if entry.lacksDefinitions { return true }
            let metadata = storedMetadata(of: entry)
            let sections = try? metadata?.child("sections")?.value().items
            let inherited = try? metadata?.child("section_defs")?.value().items
            let names =
                (sections ?? []).map(\.text) + (inherited ?? []).map { $0["definition_qualified_name"]?.text }
            let own = PackageKey.archivePrefix + entry.id.text + "."
            return names.contains { name in
                guard let name = name?.utf8 else { return false }
                return name.starts(with: PackageKey.archivePrefix.utf8) && !name.starts(with: own.utf8)
            }
        }
    }

    /// When the resources of `entries` were last found to be new or changed; absent where they are none.
    nonisolated func lastModified(of entries: [KnownEntry]) -> Timestamp? {
        for entry in entries {
            let metadata = storedMetadata(of: entry)
            for key in [Resource.ArchiveKeys.attributes, Resource.ArchiveKeys.publication] {
                let text = try? metadata?.child(key)?.child("last_modified")?.value().text
                if let time = text.flatMap({ Timestamp($0) }) { return time }
            }
        }
        return nil
    }

    /// The metadata in the stored archive of `entry`; absent where that is damaged, too.
    private nonisolated func storedMetadata(of entry: KnownEntry) -> ArchiveNode? {
        guard let place = entry.archive else { return nil }
        let address = ArchiveAddress(
            upload: target.upload, segment: place.segment, offset: place.offset, length: place.length)
        return try? stored.archive(at: address).child("metadata")
    }

    /// Whether `drafts` are what is stored of `entries`.
    nonisolated func haveStored(_ drafts: [EntryDraft], as entries: [KnownEntry]) -> Bool {
        guard !entries.isEmpty, drafts.count == entries.count else { return false }
        let archives = StoredArchives(of: target.upload, in: directory)
        return drafts.allSatisfy { draft in
            entries.contains { $0.id == draft.record.id && archives.isSame(draft.archive, as: $0) }
        }
    }
}
