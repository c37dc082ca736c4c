import RutileModel
import Synchronization

/// Entries and uploads that were read lately, all as they are at one change number.
///
/// Whoever pages through entries asks for the records of each page again with its archives. Every change moves the
/// number, whichever process made it, and nothing is kept from before: what is found here is what the database holds.
final class RecordCache: Sendable {
    /// Records that were read together.
    typealias Records = (entries: [EntryID: EntryRecord], uploads: [UploadID: UploadRecord])

    private struct State {
        var number: Int64 = -1
        var entries: [EntryID: EntryRecord] = [:]
        var uploads: [UploadID: UploadRecord] = [:]
    }

    private let state = Mutex(State())
    /// Most entries that are kept, of some 800 bytes each. When there would be more, all others are forgotten.
    private let bound: Int

    /// Nothing yet.
    init(bound: Int = 16_384) { self.bound = bound }

    /// The entries `ids` and their uploads; `nil` unless all of them were read at change `number`.
    func records(_ ids: Set<EntryID>, at number: Int64) -> Records? {
        state.withLock { state in
            guard state.number == number, ids.count <= state.entries.count else { return nil }
            var found: Records = ([:], [:])
            found.entries.reserveCapacity(ids.count)
            var last: UploadID?
            for id in ids {
                guard let entry = state.entries[id] else { return nil }
                found.entries[id] = entry
                // Entries that are asked for together mostly belong to few uploads: not each of them is hashed.
                guard entry.upload != last else { continue }
                last = entry.upload
                found.uploads[entry.upload] = state.uploads[entry.upload]
            }
            return found
        }
    }

    /// Keeps what was read in one transaction that saw change `number`.
    func keep(_ records: Records, at number: Int64) {
        guard records.entries.count <= bound else { return }
        state.withLock { state in
            guard number >= state.number else { return }
            if number > state.number || state.entries.count + records.entries.count > bound {
                state = State(number: number)
            }
            state.entries.merge(records.entries) { $1 }
            state.uploads.merge(records.uploads) { $1 }
        }
    }
}
