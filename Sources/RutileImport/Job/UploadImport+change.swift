import Glibc
import RutileArchive
import RutileJSON
import RutileModel
import RutileStore

extension UploadImport {
    /// The records and files that have to change; `nil` when nothing has.
    ///
    /// Makes the archives and staged files durable. The change must be applied before this value goes away.
    func change(publishing: Bool) throws -> RecordChange? {
        let added = try addedArchives()
        let goneFiles = try settleOtherFiles(keeping: added.files)
        let others = existing.filter { entry in
            !ids.contains(entry.id) && !keptEntries.contains(entry.id) && !lines.contains { $0.holds(entry.id) }
        }
        let rewritten = existing.count { entry in
            ids.contains(entry.id) || lines.contains { $0.holds(entry.id) }
        }
        // Of a file that was read, the block, frame or line is gone: it is counted, but no file to speak of.
        func isReplaced(_ entry: KnownEntry) -> Bool {
            read.contains(UTF8Key(entry.mainfile)) || superseded.contains(entry.id)
        }
        let replaced = others.filter(isReplaced)
        let archives = try archiveDigests(without: goneFiles)
        let removed = others.filter { entry in
            let digest = entry.sourceDigest ?? ""
            return !isReplaced(entry) && (isGone(entry.mainfile) || archives.gone.contains(digest))
                && !added.digests.contains(digest) && !archives.staying.contains(digest)
        }
        // The main file of an archive that is gone may well be there.
        let present = Set(target.raw.files.map { UTF8Key($0.path) })
        let goneMainfiles = removed.map(\.mainfile).filter { !present.contains(UTF8Key($0)) }
        ledger.remove(files: goneFiles + goneMainfiles, entries: removed.count + replaced.count)
        // An upload without a file that could be read is of no use to anybody.
        let isNew = existingUpload == nil
        let hasNothing =
            target.isEmpty && target.removals.isEmpty
            ? isNew || isAddition || !isComplete : isNew && ledger.hasOnlyBadFiles
        guard !hasNothing else {
            ledger.close(.skipped)
            return nil
        }
        let publishes = publishing && existingUpload?.isPublished != true
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
    private func settleOtherFiles(keeping added: Set<UTF8Key>) throws -> [String] {
        let present = try FileTree.files(below: currentRaw)
        let wanted = added.union(target.raw.files.map { UTF8Key($0.path) })
        let gone = present.filter { !wanted.contains(UTF8Key($0)) && isGone($0) }
        if !gone.isEmpty { hasRawNews = true }
        guard hasRawNews else { return gone }
        let dropped = staged.union(gone.map(UTF8Key.init))
        for path in present where !dropped.contains(UTF8Key(path)) { try stage.keep(path) }
        return gone
    }

    /// Archive files that were added to a NOMAD upload, whose own archives are no raw files: their paths, and the digests
    /// of those that entries come from.
    private func addedArchives() throws -> (files: Set<UTF8Key>, digests: Set<String>) {
        guard !target.parsesRaw, !isAddition else { return ([], []) }
        let sources = Set(existing.compactMap(\.sourceDigest))
        let own = Set(target.raw.files.map { UTF8Key($0.path) })
        var added: (files: Set<UTF8Key>, digests: Set<String>) = ([], [])
        for path in try FileTree.files(below: currentRaw)
        where SourceFormat(path: path) == .archiveFile && !own.contains(UTF8Key(path)) {
            guard let digest = try stage.digest(ofCurrent: path), sources.contains(digest) else { continue }
            added.files.insert(UTF8Key(path))
            added.digests.insert(digest)
        }
        return added
    }

    /// Digests of the archive files among `gone`, the raw files that go on demand, and of those that stay: entries have
    /// other main files than the archive files that they come from.
    private func archiveDigests(without gone: [String]) throws -> (gone: Set<String>, staying: Set<String>) {
        guard !target.removals.isEmpty, !gone.isEmpty else { return ([], []) }
        func isArchive(_ path: String) -> Bool { SourceFormat(path: path) == .archiveFile }
        let staying = Set(
            try FileTree.files(below: stage.path).filter(isArchive).map { try stage.digest(ofStaged: $0) })
        let left = Set(try gone.filter(isArchive).compactMap { try stage.digest(ofCurrent: $0) })
        return (left.subtracting(staying), staying)
    }

    /// Whether `path` is to go since somebody wants it to.
    private func isUnwanted(_ path: String) -> Bool {
        target.removals.contains { removal in
            removal.isEmpty || path.hasSameUTF8(as: removal) || path.utf8.starts(with: (removal + "/").utf8)
        }
    }

    /// Whether `path`, which is not among the files of the source, is to go: not where it may well be there.
    private func isGone(_ path: String) -> Bool {
        if isUnwanted(path) { return true }
        guard !isAddition, isComplete else { return false }
        if outOfReach.isEmpty { return true }
        let ends = path.utf8.indices.filter { path.utf8[$0] == UInt8(ascii: "/") } + [path.utf8.endIndex]
        return !ends.contains { outOfReach.contains(UTF8Key(String(path[..<$0]))) }
    }
}
