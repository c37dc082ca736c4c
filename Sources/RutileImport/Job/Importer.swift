package import RutileModel
package import RutileStore

/// What an importer needs of records.
package typealias ImportRecords = RecordStore & RecordWriter & DocumentFeed

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
    /// - Parameters:
    ///   - progress: hears of each file.
    ///   - finished: hears of each upload as soon as it is done.
    /// - Throws: ``ImportError``, ``StoreError`` (`missing` where an upload that has to exist is gone), `ArchiveError`,
    ///   `CancellationError`; uploads before the failing one
    ///   are imported then, and `finished` has heard of them, unless the request is strict.
    package func run(
        _ request: ImportRequest, progress: @escaping @Sendable (ImportProgress) -> Void = { _ in },
        finished: (ImportReport) -> Void = { _ in }
    ) async throws -> [ImportReport] {
        let lock = try await blocking { [directory] in try DataLock(writing: directory) }
        defer { withExtendedLifetime(lock) {} }
        let author = try await author(request.author)
        var targets = try await targets(of: request, author: author.id)
        if request.isStrict {
            let reports = try await runStrictly(targets, request, author, progress)
            for report in reports { finished(report) }
            return reports
        }
        var reports: [ImportReport] = []
        while !targets.isEmpty {
            // Off the list, so that what was unpacked for it goes with it.
            let upload = try await UploadImport(targets.removeFirst(), services: self, isStrict: false)
            try await upload.read(progress: progress)
            try await apply([upload], request, author)
            let report = try await report(of: upload)
            finished(report)
            reports.append(report)
        }
        return reports
    }

    /// Imports all of `targets`, or none where any file of any is bad.
    private func runStrictly(
        _ targets: [ImportTarget], _ request: ImportRequest, _ author: (id: UserID, record: UserRecord?),
        _ progress: @escaping @Sendable (ImportProgress) -> Void
    ) async throws -> [ImportReport] {
        var uploads: [UploadImport] = []
        for target in targets {
            let upload = try await UploadImport(target, services: self, isStrict: true)
            try await upload.read(progress: progress)
            uploads.append(upload)
        }
        if uploads.contains(where: \.ledger.isRefused) {
            for upload in uploads { upload.refuse() }
        } else {
            try await apply(uploads, request, author)
        }
        var reports: [ImportReport] = []
        for upload in uploads { reports.append(try await report(of: upload)) }
        return reports
    }

    /// The report on `upload`, whose change is applied or dropped.
    private func report(of upload: UploadImport) async throws -> ImportReport {
        var report = upload.ledger.report
        if let record = try await records.uploads([report.upload])[report.upload] {
            report.isPublished = record.isPublished
            report.license = record.license
            report.isPublic = AccessPolicy().mayRead(record, as: .anonymous)
        }
        return report
    }

    /// Commits `uploads` together.
    private func apply(
        _ uploads: [UploadImport], _ request: ImportRequest, _ author: (id: UserID, record: UserRecord?)
    ) async throws {
        let changes = try uploads.compactMap { try $0.change(publishing: request.publishes) }
        guard var whole = changes.first ?? request.conclude.map({ _ in RecordChange(existing: .replace) }) else {
            return
        }
        for change in changes.dropFirst() { whole.merge(change) }
        if let record = author.record { whole.users = [record] }
        if let conclude = request.conclude { for upload in uploads { conclude(upload.ledger.report, &whole) } }
        do {
            try await records.apply(whole)
        } catch StoreError.unfinished(let reason) {
            for upload in uploads { upload.handOver(unfinished: true) }
            throw StoreError.unfinished(reason)
        }
        for upload in uploads { upload.handOver() }
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
