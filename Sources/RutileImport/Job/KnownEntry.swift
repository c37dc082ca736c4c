import RutileJSON
import RutileModel
import RutileStore
import Synchronization

/// What an import has to know of an entry that exists already.
///
/// An object, since it stands in several collections, and an upload may have entries by the million: each takes some
/// 200 bytes.
final class KnownEntry: Sendable {
    let id: EntryID
    let mainfile: String
    let mainfileKey: String?
    let createTime: Timestamp
    let datasets: [DatasetID]
    let sourceDigest: String?
    /// Whether other parts of the entry's file could not be read when it was.
    let isOfPartlyReadFile: Bool

    fileprivate init(_ record: EntryRecord, mainfile: String, sourceDigest: String?) {
        id = record.id
        self.mainfile = mainfile
        mainfileKey = record.mainfileKey
        createTime = record.createTime
        datasets = record.datasets
        self.sourceDigest = sourceDigest
        isOfPartlyReadFile = record.isOfPartlyReadFile
    }
}

/// Makes known entries of records. Those that follow one another and come from one file share its path and digest.
final class KnownEntryMaker: Sendable {
    private let last = Mutex<(mainfile: String, digest: String?)>(("", nil))

    /// What has to be known of the entry of `record`.
    func entry(_ record: EntryRecord) -> KnownEntry {
        let shared = last.withLock { last in
            if !last.mainfile.hasSameUTF8(as: record.mainfile) || last.digest != record.sourceDigest {
                last = (record.mainfile, record.sourceDigest)
            }
            return last
        }
        return KnownEntry(record, mainfile: shared.mainfile, sourceDigest: shared.digest)
    }
}
