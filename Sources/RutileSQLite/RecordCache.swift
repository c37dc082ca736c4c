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
    /// Most entries that are kept, of some 800 bytes each as a rule. When there would be more, all others are forgotten.
    private static let bound = 16_384
    /// Bytes of the texts of a record that is kept; there may be long warnings, and lists of any length.
    private static let largest = 2_048

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
                guard let upload = state.uploads[entry.upload] else { return nil }
                found.uploads[entry.upload] = upload
            }
            return found
        }
    }

    /// Keeps what was read in one transaction that saw change `number`.
    func keep(_ records: Records, at number: Int64) {
        let entries = records.entries.filter { $1.textSize <= Self.largest }
        let uploads = records.uploads.filter { $1.textSize <= Self.largest }
        guard entries.count <= Self.bound else { return }
        state.withLock { state in
            guard number >= state.number else { return }
            if number > state.number { state = State(number: number) }
            state.entries.merge(entries) { $1 }
            state.uploads.merge(uploads) { $1 }
            if state.entries.count > Self.bound {
                state = State(number: number, entries: entries, uploads: uploads)
            }
        }
    }
}

extension EntryRecord {
    /// Bytes of the texts that may be long.
    fileprivate var textSize: Int { mainfile.utf8.count + process.textSize + references.textSize + 32 * datasets.count }
}

extension UploadRecord {
    /// Bytes of the texts that may be long; what was selected from others' entries counts as such.
    fileprivate var textSize: Int {
        (description?.utf8.count ?? 0) + (name?.utf8.count ?? 0) + process.textSize + publishedTo.textSize
            + 32 * (coauthors.count + coauthorGroups.count + reviewers.count + reviewerGroups.count)
            + (includedEntries == nil ? 0 : 4_096)
    }
}

extension ProcessRecord {
    fileprivate var textSize: Int { (lastStatusMessage?.utf8.count ?? 0) + errors.textSize + warnings.textSize }
}

extension [String] {
    fileprivate var textSize: Int { reduce(0) { $0 + $1.utf8.count + 16 } }
}
