import RutileJSON
import Synchronization

/// How much of a download is left to ask for. Pure.
struct DownloadPlan: Sendable {
    /// Entries still to take, 0 or less when there are enough; absent for no bound.
    fileprivate var wanted: Int?
    /// Whether entries are listed when the list has no more.
    fileprivate let lists: Bool
    /// By uploads, the upload of the entry that was taken last: what is begun of it is taken whole.
    fileprivate var upload: String?

    /// A plan for `amount`.
    init(_ amount: ArchiveQuery.Amount) {
        switch amount {
        case .listed: (wanted, lists) = (nil, false)
        case .atLeast(let count): (wanted, lists) = (max(0, count), true)
        case .everything: (wanted, lists) = (nil, true)
        }
    }
}

extension ArchiveQuery {
    /// The entries of the next request, which are outstanding from now on; none where the download has what it wants.
    /// Pages are listed as needed.
    func take(_ plan: inout DownloadPlan, round: Int) async throws -> [DownloadList.Item] {
        let most = sizes.withLock { $0.next }
        while true {
            if let wanted = plan.wanted, wanted <= 0 {
                guard options.face == .uploads, let upload = plan.upload else { return [] }
                return list.withLock { $0.takeFresh(most, of: upload) }
            }
            let count = min(most, plan.wanted ?? .max)
            let fresh = list.withLock { $0.takeFresh(count) }
            if let last = fresh.last {
                plan.upload = last.entry.uploadID
                plan.wanted = plan.wanted.map { $0 - fresh.count }
                return fresh
            }
            if try await listMore(plan, round: round) { continue }
            let again = list.withLock { $0.takeFailed(count, before: round) }
            plan.upload = nil
            plan.wanted = plan.wanted.map { $0 - again.count }
            return again
        }
    }

    /// Lists entries, of the next upload or of the next page; false where there are none, or none are needed.
    private func listMore(_ plan: DownloadPlan, round: Int) async throws -> Bool {
        try await turns.run("") {
            // Others may have listed some meanwhile.
            if list.withLock({ $0.freshCount }) > 0 { return true }
            if list.withLock({ !$0.uploads.isEmpty }) {
                try await listFirstUpload()
                return true
            }
            let waiting = list.withLock { $0.failedCount(before: round) }
            guard plan.lists, plan.wanted.map({ $0 > waiting }) ?? true else { return false }
            return try await listPage() != nil
        }
    }
}
