import FoundationEssentials
import NomadAPI
import RutileArchive
import RutileModel
import RutileSQLite
import RutileSearch
import RutileStore

/// The records that benchmarks run on: the same driver as the server's.
enum BenchRecords {
    static func open(_ directory: DataDirectory) throws -> SQLiteRecords { try SQLiteRecords(directory) }

    /// The change that makes an upload `upl` of the user `u`: `count` entries that can be searched for, with archives,
    /// which are written to `directory`.
    static func upload(
        of count: Int, in directory: DataDirectory, isPublished: Bool, mainfile: (Int) -> String = { "\($0).json" },
        archive: (EntryID) throws -> EncodedArchive
    ) throws -> RecordChange {
        var change = RecordChange(existing: .refuse)
        change.users = [UserRecord(id: UserID("u"), username: "u")]
        var upload = UploadRecord(id: UploadID("upl"), name: "bench", createTime: .now(), mainAuthor: UserID("u"))
        if isPublished { upload.publishTime = upload.createTime }
        change.uploads = [upload]
        var segment = try SegmentWriter(directory: directory, upload: upload.id)
        var entries: [EntryRecord] = []
        for number in 0..<count {
            let mainfile = mainfile(number)
            let id = EntryID(upload: upload.id, mainfile: mainfile)
            try segment.append(id, try archive(id))
            entries.append(
                EntryRecord(
                    id: id, upload: upload.id, mainfile: mainfile, parserName: "bench", createTime: upload.createTime))
        }
        let addresses = try segment.commit()
        change.entries = entries.map { entry in
            var entry = entry
            entry.archive = addresses[entry.id]
            let document = SearchIndexEntry.json(entry, metadata: nil, results: nil, optimade: nil)
            return RecordChange.EntryWrite(
                entry, documents: [IndexDocument(type: SearchIndexEntry.entryType, json: document)])
        }
        return change
    }
}

/// Writes a whole file.
func writeFile(_ path: String, _ bytes: [UInt8]) throws { try Data(bytes).write(to: URL(filePath: path)) }
