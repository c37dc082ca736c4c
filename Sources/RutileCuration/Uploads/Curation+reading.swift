package import RutileModel
package import RutileStore

/// An upload with what is counted of it.
package struct UploadView: Hashable, Sendable {
    package var upload: UploadRecord
    package var counts: EntryCounts

    /// `upload` and its `counts`.
    package init(upload: UploadRecord, counts: EntryCounts) {
        self.upload = upload
        self.counts = counts
    }
}

extension Curation {
    /// The upload `id`, which `caller` may read.
    package func upload(_ id: UploadID, as caller: Caller) async throws -> UploadView {
        try await view(upload(id, for: caller, with: .read))
    }

    /// One page of the uploads in which `caller` has a role, and how many there are.
    package func uploads(
        _ list: UploadList, page: Page, as caller: Caller
    ) async throws -> (uploads: [UploadView], total: Int) {
        guard let user = caller.user else { throw CurationError.loginRequired }
        let found = list.list(try await records.uploads(with: user, groups: caller.groups), for: caller)
        let wanted = Array(found[page.range(of: found.count)])
        let counts = try await records.entryCounts(Set(wanted.map(\.id)))
        return (wanted.map { UploadView(upload: $0, counts: counts[$0.id] ?? EntryCounts()) }, found.count)
    }

    /// One page of the entries of the upload `id`, which `caller` may read.
    package func entries(
        of id: UploadID, by order: EntryOrder = .mainfile, isDescending: Bool = false, page: Page, as caller: Caller
    ) async throws -> (view: UploadView, entries: [EntryRecord]) {
        let view = try await upload(id, as: caller)
        let entries = try await records.entries(
            of: id, by: order, isDescending: isDescending, page.range(of: view.counts.total))
        return (view, entries)
    }

    /// One entry of an upload that `caller` may read.
    package func entry(_ entry: EntryID, of id: UploadID, as caller: Caller) async throws -> EntryRecord? {
        _ = try await upload(id, for: caller, with: .read)
        guard let record = try await records.entries([entry])[entry], record.upload == id else { return nil }
        return record
    }

    /// `upload` with its counts.
    func view(_ upload: UploadRecord) async throws -> UploadView {
        UploadView(upload: upload, counts: try await records.entryCounts([upload.id])[upload.id] ?? EntryCounts())
    }
}
