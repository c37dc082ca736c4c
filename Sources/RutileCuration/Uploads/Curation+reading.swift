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

/// What the entries of an upload are ordered by. Raw values are what requests say.
package enum EntryOrder: String, Sendable, CaseIterable {
    case mainfile
    case parserName = "parser_name"
    case processStatus = "process_status"
    case currentProcess = "current_process"
    case createTime = "entry_create_time"

    fileprivate var listed: EntryListing.Order {
        switch self {
        case .mainfile: .mainfile
        case .parserName: .parserName
        case .processStatus: .processStatus
        case .currentProcess: .currentProcess
        case .createTime: .createTime
        }
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
        _ = try user(caller)
        let found = list.list(try await records.uploads(of: caller), for: caller)
        let wanted = Array(found[page.range(of: found.count)])
        let counts = try await records.entryCounts(Set(wanted.map(\.id)))
        return (wanted.map { UploadView(upload: $0, counts: counts[$0.id] ?? EntryCounts()) }, found.count)
    }

    /// One page of the entries of the upload `id`, which `caller` may read.
    package func entries(
        of id: UploadID, by order: EntryOrder = .mainfile, isDescending: Bool = false, page: Page, as caller: Caller
    ) async throws -> (view: UploadView, entries: [EntryRecord]) {
        let view = try await upload(id, as: caller)
        let range = page.range(of: view.counts.total)
        let listing = EntryListing(
            of: [id], by: order.listed, isDescending ? .descending : .ascending,
            at: ListWindow(.offset(range.lowerBound), size: range.count))
        return (view, try await records.entries(listing)?.records ?? [])
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
