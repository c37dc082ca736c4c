import RutileArchive
import RutileJSON
package import RutileModel
package import RutileStore

/// Checks that the records and files of a data directory agree.
package struct DataCheck<Records: RecordCatalogue>: Sendable {
    private let directory: DataDirectory
    private let records: Records

    /// A check of `directory`, whose records are `records`.
    package init(_ directory: DataDirectory, records: Records) {
        self.directory = directory
        self.records = records
    }

    /// Checks everything: what the records say of themselves, and that the archive of every entry is where its record
    /// says and can be read, and that the main files of imported entries are there. With `deep`, every value of every
    /// archive is read.
    ///
    /// Orphans are found only while no other process writes, whose new files would look like them.
    /// - Throws: ``StoreError``.
    package func run(deep: Bool = false, now: Timestamp = .now()) async throws -> DataReport {
        var report = DataReport()
        if let lock = try DataLock.sweeping(directory) {
            defer { withExtendedLifetime(lock) {} }
            let snapshot = try await records.snapshot()
            let retired = try await records.retiredSegments()
            report.orphans = try await OrphanSearch(directory, snapshot, retired: retired, now: now).orphans
            try await check(snapshot, deep: deep, &report)
        } else {
            let lock = try DataLock(writing: directory)
            defer { withExtendedLifetime(lock) {} }
            report.isBeingWritten = true
            try await check(try await records.snapshot(), deep: deep, &report)
        }
        return report
    }

    private func check(_ snapshot: any RecordSnapshot, deep: Bool, _ report: inout DataReport) async throws {
        report.problems += try await snapshot.inconsistencies()
        report.users = try await snapshot.allUsers().count
        let archives = SegmentFolder(directory)
        for upload in try await snapshot.allUploads() {
            report.uploads += 1
            var segments: [UTF8Key: [(EntryID, ArchiveAddress)]] = [:]
            var files = RawFileCheck(upload.id, directory)
            for entry in try await snapshot.entries(of: upload.id) {
                report.entries += 1
                files.take(entry)
                guard let address = entry.archive else { continue }
                report.archives += 1
                do {
                    try Self.check(try archives.archive(at: address), deep: deep)
                    segments[UTF8Key(address.segment), default: []].append((entry.id, address))
                } catch {
                    report.problems.append(
                        "entry \(entry.id): its archive in segment \(address.segment) of upload \(upload.id): \(error)")
                }
            }
            archives.forget(upload.id)
            report.problems += files.problems
            for (segment, entries) in segments.sorted(by: { $0.key < $1.key }) {
                report.problems += problems(of: segment.string, in: upload.id, entries)
            }
        }
    }

    /// What is wrong with a segment as a file of its own, though the archives of `entries` can be read where their
    /// records say. Its header and table of contents are for others' readers, and for its import elsewhere.
    private func problems(
        of segment: String, in upload: UploadID, _ entries: [(id: EntryID, address: ArchiveAddress)]
    ) -> [String] {
        let place = "segment \(segment) of upload \(upload)"
        let members: [EntryID: Range<Int>]
        do {
            let file = try ArchiveFile(path: directory.archiveFolder(of: upload) + "/" + segment)
            guard file.form == .combinedByName else { return ["\(place): it is no combined file"] }
            members = Dictionary(try file.entries().map { ($0.id, $0.archive.fileRange) }) { _, last in last }
        } catch {
            return ["\(place): \(error)"]
        }
        return entries.compactMap { id, address in
            guard let range = members[id] else { return "\(place): it does not list the entry \(id)" }
            let isThere = range == address.offset..<(address.offset + address.length)
            return isThere ? nil : "\(place): it has the entry \(id) elsewhere than its record says"
        }
    }

    private static func check(_ archive: ArchiveNode, deep: Bool) throws(ArchiveError) {
        guard try archive.kind == .object else { throw .unexpected(offset: 0, expected: "an object") }
        _ = try archive.members()
        guard deep else { return }
        try archive.checkText()
        var writer = JSONWriter()
        try archive.writeJSON(to: &writer)
    }
}

/// What a check found.
package struct DataReport: Equatable, Sendable {
    package var users = 0
    package var uploads = 0
    package var entries = 0
    /// Entries that have an archive.
    package var archives = 0
    /// What is wrong, one sentence each, for people. Orphans are not wrong.
    package var problems: [String] = []
    /// Paths of files that no record needs. The next start of `serve` or `import` removes them.
    package var orphans: [String] = []
    /// Whether another process was writing, so that orphans were not looked for.
    package var isBeingWritten = false

    /// Nothing.
    package init() {}
}

extension DataReport: CustomStringConvertible {
    package var description: String {
        var lines = problems
        lines += orphans.map { "orphan: \($0)" }
        if isBeingWritten { lines.append("another process is writing: orphans were not looked for") }
        lines.append("\(users) users, \(uploads) uploads, \(entries) entries, \(archives) archives")
        lines.append(problems.isEmpty ? "clean" : "\(problems.count) problems")
        return lines.joined(separator: "\n")
    }
}
