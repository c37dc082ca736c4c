import RutileJSON
import RutileModel
import RutileStore
import Synchronization

/// What an import has to know of an entry that exists already.
///
/// An object, since it stands in several collections, and an upload may have entries by the million: each takes some
/// 250 bytes.
final class KnownEntry: Sendable {
    let id: EntryID
    let mainfile: String
    let mainfileKey: String?
    let createTime: Timestamp
    let datasets: [DatasetID]
    let references: [String]
    /// Digest of the file that it was made of.
    let sourceDigest: String?
    /// Whether other parts of the entry's file could not be read when it was.
    let isOfPartlyReadFile: Bool
    /// Whether definitions in other entries could not be found when it was read.
    let lacksDefinitions: Bool
    /// Where its archive is.
    let archive: (segment: String, offset: Int, length: Int)?

    fileprivate init(_ record: EntryRecord, mainfile: String, sourceDigest: String?, segment: String) {
        id = record.id
        self.mainfile = mainfile
        mainfileKey = record.mainfileKey
        createTime = record.createTime
        datasets = record.datasets
        references = record.references
        self.sourceDigest = sourceDigest
        isOfPartlyReadFile = record.isOfPartlyReadFile
        lacksDefinitions = record.lacksDefinitions
        archive = record.archive.map { (segment, $0.offset, $0.length) }
    }
}

/// Makes known entries of records. Those that follow one another and come from one file share its path and digest, and
/// the name of the segment.
final class KnownEntryMaker: Sendable {
    private let last = Mutex<(mainfile: String, digest: String?, segment: String)>(("", nil, ""))

    /// What has to be known of the entry of `record`.
    func entry(_ record: EntryRecord) -> KnownEntry {
        let shared = last.withLock { last in
            let digest = record.sourceDigest.map { SourceDigest.digest(in: $0) }
            if !last.mainfile.hasSameUTF8(as: record.mainfile) || last.digest != digest {
                (last.mainfile, last.digest) = (record.mainfile, digest)
            }
            if let segment = record.archive?.segment, !segment.hasSameUTF8(as: last.segment) { last.segment = segment }
            return last
        }
        return KnownEntry(record, mainfile: shared.mainfile, sourceDigest: shared.digest, segment: shared.segment)
    }
}
