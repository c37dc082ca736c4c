import NomadAPI
import OptimadeAPI
import RutileArchive
import RutileJSON
import RutileMetainfo
import RutileModel
import RutileStore

/// An entry that is ready to be stored: its record, without an address yet, its archive and its documents.
struct EntryDraft: Sendable {
    var record: EntryRecord
    let archive: EncodedArchive
    /// What the indexes of entry types hold of it; empty where its archive holds no resource.
    let documents: [IndexDocument]
    /// Where archives lie without which the draft is not complete.
    var needs: Set<ArchivePlace> = []
}

extension EntryRecord {
    /// Begins the warning of entries whose file has parts that could not be read.
    private static let partWarning = "A part of the file makes no entry: "

    /// Whether other parts of the entry's file could not be read when it was.
    var isOfPartlyReadFile: Bool {
        process.warnings.contains { $0.utf8.starts(with: Self.partWarning.utf8) }
    }

    /// The warning of an entry that a line of its file makes none.
    static func warning(of line: SourceFailure) -> String {
        "\(partWarning)line \(line.line ?? 0), \(line.reason)"
    }

    /// Warns readers of parts of the entry's file.
    fileprivate mutating func warn(of parts: [FileEntries.BadPart]) {
        process.warnings += parts.map { "\(Self.partWarning)\($0.name), \($0.failure.reason)" }
    }

    /// Begins the warning of entries whose definitions cannot be found.
    private static let definitionWarning = "A definition in another entry is not found: "

    /// Whether definitions in other entries could not be found when it was read.
    var lacksDefinitions: Bool {
        process.warnings.contains { $0.utf8.starts(with: Self.definitionWarning.utf8) }
    }

    /// Warns readers that definitions are missing.
    fileprivate mutating func warn(of missing: [String]) {
        process.warnings += missing.map { Self.definitionWarning + $0 }
    }

    /// Warnings that concern the entry itself.
    fileprivate var ownWarnings: [String] {
        process.warnings.filter { !$0.utf8.starts(with: Self.partWarning.utf8) }
    }
}

extension EntryDraft {
    /// What a reader should know of how the entry was read; what else is in its file is not among it.
    var warnings: [String] { record.ownWarnings }
}

/// Makes drafts of what was read from the files of one upload.
struct DraftMaker: Sendable {
    let upload: UploadID
    let surveyor: any ArchiveSurveyor
    /// Entries that exist already, by id.
    let existing: [EntryID: KnownEntry]
    /// Where their archives are.
    let stored: SegmentFolder
    /// Whether entries of archive files keep ids that the upload does not have yet.
    let keepsIDs: Bool
    let now: Timestamp
    /// When what the entries are made of was found to be new or changed; now, unless it was before.
    var modified: Timestamp
    let encoder = ArchiveEncoder()

    init(
        upload: UploadID, surveyor: any ArchiveSurveyor, existing: [EntryID: KnownEntry], stored: SegmentFolder,
        keepsIDs: Bool, now: Timestamp
    ) {
        self.upload = upload
        self.surveyor = surveyor
        self.existing = existing
        self.stored = stored
        self.keepsIDs = keepsIDs
        self.now = now
        modified = now
    }

    /// The drafts of a text file's entries.
    func drafts(
        of file: FileEntries, mainfile: String, format: SourceFormat, digest: String, knowing known: KnownArchives
    ) throws(SourceFailure) -> [EntryDraft] {
        var drafts: [EntryDraft] = []
        for entry in file.entries {
            var draft = try draft(of: entry, mainfile: mainfile, format: format, digest: digest, knowing: known)
            draft.record.warn(of: file.badParts)
            drafts.append(draft)
        }
        return drafts
    }

    private func draft(
        of entry: RawEntry, mainfile: String, format: SourceFormat, digest: String, knowing known: KnownArchives
    ) throws(SourceFailure) -> EntryDraft {
        let id = EntryID(upload: upload, mainfile: mainfile, key: entry.key)
        var record = record(id, mainfile: mainfile, key: entry.key, parserName: format.parserName, digest: digest)
        record.process.warnings = entry.warnings
        record.references = references(of: id, stated: entry.archive["metadata"]?["references"])
        let completion = EntryCompletion(
            upload: upload, mainfile: mainfile, parserName: format.parserName, surveyor: surveyor,
            modified: modified, known: known)
        do {
            return try draft(of: entry.archive, completion, record)
        } catch {
            throw SourceFailure("cannot be stored: \(error)")
        }
    }

    /// The draft of an archive that has no inventory.
    private func draft(
        of archive: ObjectValue, _ completion: EntryCompletion, _ record: EntryRecord
    ) throws(ArchiveError) -> EntryDraft {
        let (archive, survey) = completion.complete(
            archive, id: record.id, key: record.mainfileKey, created: record.createTime)
        var record = record
        record.warn(of: survey.missing)
        return EntryDraft(
            record: record, archive: try encoder.encode(.object(archive)),
            documents: documents(of: record, metadata: archive["metadata"]?.object, results: archive["results"]),
            needs: survey.needs)
    }

    /// The drafts of an archive file's entries.
    ///
    /// Their `mainfile` is the one that they state, where it can be a path, else `file` with their id as key. So it is,
    /// too, where they do not keep their ids: those are made of their places, and one that is stated may be another's.
    func drafts(
        of source: ArchiveFileSource, file: String, digest: String, knowing known: KnownArchives
    ) throws(SourceFailure) -> [EntryDraft] {
        var drafts: [EntryDraft] = []
        for (index, entry) in source.entries.enumerated() {
            let kept = entry.id.flatMap { keepsIDs || existing[$0] != nil ? $0 : nil }
            let isPlaced = keepsIDs || kept != nil
            let stated = entry.metadata["mainfile"]?.text.flatMap {
                isPlaced && SafePath.parts(of: $0) != nil ? $0 : nil
            }
            let key =
                (isPlaced ? entry.metadata["mainfile_key"]?.text : nil)
                ?? (stated == nil && source.entries.count > 1 ? entry.id?.text ?? String(index) : nil)
            let mainfile = stated ?? file
            let id = kept ?? EntryID(upload: upload, mainfile: mainfile, key: key)
            let parser = entry.metadata["parser_name"]?.text ?? SourceFormat.archiveFile.parserName
            var record = record(id, mainfile: mainfile, key: key, parserName: parser, digest: digest)
            if existing[id] == nil, let created = entry.metadata["entry_create_time"]?.text.flatMap({ Timestamp($0) }) {
                record.createTime = created
            }
            record.references = references(of: id, stated: entry.metadata["references"])
            let completion = EntryCompletion(
                upload: upload, mainfile: mainfile, parserName: parser, surveyor: surveyor, modified: modified,
                known: known)
            do {
                drafts.append(try draft(of: entry, completion, record))
            } catch {
                throw SourceFailure("entry \(id.text): \(error)")
            }
        }
        return drafts
    }

    private func draft(
        of entry: ArchiveFileSource.Entry, _ completion: EntryCompletion, _ record: EntryRecord
    ) throws(ArchiveError) -> EntryDraft {
        // An archive that was processed has its inventory; it may be large, so only its metadata are decoded.
        guard entry.metadata["quantities"]?.items != nil, entry.metadata["sections"]?.items != nil else {
            return try draft(of: try entry.root.value().object ?? ObjectValue(), completion, record)
        }
        let metadata = completion.identify(
            entry.metadata, id: record.id, key: record.mainfileKey, created: record.createTime)
        let members = try entry.root.members().filter { $0.key != "metadata" }
        let archive = try encoder.encode(reserving: entry.root.encodedSize) { (writer) throws(ArchiveError) in
            writer.object(members.count + 1)
            writer.text("metadata")
            writer.value(.object(metadata))
            for (key, node) in members {
                writer.text(key)
                try node.write(to: &writer)
            }
        }
        let results = try entry.root.child("results")?.value()
        return EntryDraft(
            record: record, archive: archive, documents: documents(of: record, metadata: metadata, results: results))
    }

    private func documents(of record: EntryRecord, metadata: ObjectValue?, results: Value?) -> [IndexDocument] {
        let resources = Resource.all(of: record.id.text) { metadata?[$0] }
        let optimade = resources.first { $0.type.hasSameUTF8(as: Resource.structures) }?.attributes
        let search = SearchIndexEntry.json(record, metadata: metadata, results: results, optimade: optimade)
        return resources.map { IndexDocument(type: $0.type, json: $0.indexDocument()) }
            + [IndexDocument(type: SearchIndexEntry.entryType, json: search)]
    }

    /// The record of an entry that was read now.
    func record(
        _ id: EntryID, mainfile: String, key: String?, parserName: String, digest: String
    ) -> EntryRecord {
        var record = EntryRecord(
            id: id, upload: upload, mainfile: mainfile, parserName: parserName,
            createTime: existing[id]?.createTime ?? now)
        record.mainfileKey = key
        record.datasets = existing[id]?.datasets ?? []
        record.references = existing[id]?.references ?? []
        record.sourceDigest = digest
        record.process = ProcessRecord(current: "process_entry", status: .success, completeTime: now)
        return record
    }

    /// What the entry refers to whose file states `value`: that, with what people added and took away since its file was
    /// read last.
    private func references(of id: EntryID, stated value: Value?) -> [String] {
        let stated = Self.texts(value).map(UTF8Key.init)
        let now = existing[id]?.references.map(UTF8Key.init) ?? stated
        if now == stated { return stated.map(\.string) }
        let before = Self.texts(storedReferences(of: id)).map(UTF8Key.init)
        let removed = Set(before).subtracting(now)
        let added = Set(now).subtracting(before).subtracting(stated)
        return (stated.filter { !removed.contains($0) } + now.filter(added.contains)).map(\.string)
    }

    /// What the stored archive states, which edits leave as it is. One that is damaged states nothing.
    private func storedReferences(of id: EntryID) -> Value? {
        guard let place = existing[id]?.archive else { return nil }
        let address = ArchiveAddress(
            upload: upload, segment: place.segment, offset: place.offset, length: place.length)
        return try? stored.archive(at: address).child("metadata")?.child("references")?.value()
    }

    private static func texts(_ value: Value?) -> [String] { value?.items?.compactMap(\.text) ?? [] }
}
