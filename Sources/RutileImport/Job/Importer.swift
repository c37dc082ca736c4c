package import RutileModel
package import RutileStore

/// What an importer needs of records.
package typealias ImportRecords = RecordStore & RecordWriter

/// Imports files into a data directory.
///
/// One upload is one change: all of its files and entries are there, or none. Nothing is changed in place, so a process
/// that is killed at any moment leaves the old state or the new one.
package struct Importer: Sendable {
    let records: any ImportRecords
    let directory: DataDirectory
    let parser: any FileParser
    let surveyor: any ArchiveSurveyor
    /// Files that are read at once.
    let width: Int
    let now: @Sendable () -> Timestamp

    /// An importer into `directory`, whose records are `records`.
    package init(
        records: any ImportRecords, directory: DataDirectory, parser: any FileParser, surveyor: any ArchiveSurveyor,
        width: Int, now: @escaping @Sendable () -> Timestamp = Timestamp.now
    ) {
        self.records = records
        self.directory = directory
        self.parser = parser
        self.surveyor = surveyor
        self.width = max(1, width)
        self.now = now
    }

    /// Imports what `request` names; a report for each upload, in the order of the paths.
    ///
    /// - Throws: ``ImportError``, ``StoreError``, `ArchiveError`, `CancellationError`; uploads before the failing one
    ///   are imported then, unless the request is strict.
    package func run(
        _ request: ImportRequest, progress: @escaping @Sendable (ImportProgress) -> Void = { _ in }
    ) async throws -> [ImportReport] {
        let lock = try await blocking { [directory] in try DataLock(writing: directory) }
        defer { withExtendedLifetime(lock) {} }
        let author = try await author(request.author)
        var reports: [ImportReport] = []
        var strict: [(UploadImport, RecordChange?)] = []
        var scratch: [ScratchFolder] = []
        defer { withExtendedLifetime(scratch) {} }
        for paths in request.upload != nil || request.uploadName != nil
            ? [request.paths] : request.paths.map({ [$0] })
        {
            let target = try await target(paths, request, author: author.id, scratch: &scratch)
            let upload = try await UploadImport(target, services: self, isStrict: request.isStrict)
            try await upload.read(progress: progress)
            if upload.ledger.isRefused {
                upload.refuse()
                strict.append((upload, nil))
                continue
            }
            let change = try upload.change(publishing: request.publishes)
            if request.isStrict {
                strict.append((upload, change))
            } else {
                if let change { try await apply([change], author) }
                reports.append(report(of: upload, change))
            }
        }
        guard request.isStrict else { return reports }
        if strict.contains(where: { $0.0.ledger.isRefused }) {
            return strict.map { upload, _ in
                upload.refuse()
                return report(of: upload, nil)
            }
        }
        try await apply(strict.compactMap(\.1), author)
        return strict.map { report(of: $0, $1) }
    }

    private func report(of upload: UploadImport, _ change: RecordChange?) -> ImportReport {
        var report = upload.ledger.report
        (report.isPublished, report.isPublic) = upload.visibility(change)
        return report
    }

    private func apply(_ changes: [RecordChange], _ author: (id: UserID, record: UserRecord?)) async throws {
        guard var whole = changes.first else { return }
        for change in changes.dropFirst() {
            whole.uploads += change.uploads
            whole.entries += change.entries
            whole.properties.merge(change.properties) { _, last in last }
            if let later = change.laterEntries {
                let earlier = whole.laterEntries
                whole.laterEntries = { write in
                    try earlier?(write)
                    try later(write)
                }
            }
            whole.removedEntries.formUnion(change.removedEntries)
            whole.files += change.files
        }
        if let record = author.record { whole.users = [record] }
        try await records.apply(whole)
    }

    /// The author, with the record to make where it is missing.
    private func author(_ name: String?) async throws -> (id: UserID, record: UserRecord?) {
        let id = name.map { UserID($0) } ?? ImportRequest.localAuthor
        if try await records.users([id])[id] != nil { return (id, nil) }
        if let name {
            if let user = try await records.user(named: name) { return (user.id, nil) }
            guard id == ImportRequest.localAuthor else { throw ImportError.noSuchAuthor(name) }
        }
        var local = UserRecord(id: id, username: id.text)
        local.created = now()
        return (id, local)
    }
}
