import Glibc
import NomadAPI
import RutileArchive
import RutileEntries
import RutileGraph
import RutileIndex
import RutileJSON
import RutileMetainfo
import RutileModel
import RutileSQLite
import RutileSearch
import RutileStore
import RutileTestSupport

/// The entries API in process, as a client asks for archives: batches of 100 by their ids.
enum EntriesBench {
    static func lines(_ count: Int, in folder: String) async throws -> [Measurement] {
        let directory = DataDirectory(folder + "/entries")
        let records = try BenchRecords.open(directory)
        let change = try BenchRecords.upload(of: count, in: directory, isPublished: true) {
            try SyntheticArchive(entryID: $0.text, bytes: 20_000).encoded()
        }
        let ids = change.entries.map(\.record.id).sorted()
        try await records.apply(change)
        let feed = IndexFeed(
            BitmapIndex(SearchProperties.catalogue), of: SearchIndexEntry.entryType, records: EntriesFeed(records))
        try await feed.catchUp(as: SearchProperties.catalogue)
        let archives = SegmentFolder(directory)
        let files = RawFolders(directory)
        let uploads = try await records.snapshot().allUploads()
        let search = EntriesSearch(index: feed.index, records: records, archives: archives) { uploads }
        let graph = GraphService(
            records: records, archives: archives, search: search, files: files, definitions: .builtIn)
        let service = EntriesService(search: search, graph: graph, records: records, files: files)

        func perEntry(_ required: String) async throws -> Double {
            func pass() async throws {
                for start in stride(from: 0, to: ids.count, by: 100) {
                    let batch = ids[start..<min(start + 100, ids.count)].map { "\"\($0)\"" }.joined(separator: ",")
                    let body = """
                        {"owner": "visible", "query": {"and": [{"quantities": []}, {"entry_id:any": [\(batch)]}]},
                         "pagination": {"page_size": 100}, "required": \(required)}
                        """
                    let question = try ArchivesQuestion(
                        Value(json: Array(body.utf8), limits: .request, nonFinite: .refuse))
                    var source = try await service.archives(question, as: .anonymous)
                    var size = 0
                    while let piece = try await source.next() { size += piece.count }
                    precondition(size > 100 * 60, "the answer is empty")
                }
            }
            try await pass()
            let start = processMicroseconds()
            for _ in 0..<5 { try await pass() }
            return (processMicroseconds() - start) / Double(5 * ids.count)
        }
        let scalars = try await perEntry(
            #"{"metadata": {"entry_id": "*"}, "run[0]": {"calculation[-1]": {"step": "*", "energy": {"total": {"value": "*"}}}}}"#
        )
        let whole = try await perEntry(#""*""#)
        return [
            Measurement(
                name: "required, three scalars of a 20 kB archive, CPU", figure: rounded(scalars, 1) + " us",
                target: "<= 50 us"),
            Measurement(name: "the whole of such an archive, CPU", figure: rounded(whole, 1) + " us", target: ""),
        ]
    }

    /// Time that processors have worked for this process.
    private static func processMicroseconds() -> Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e6 + Double(time.tv_nsec) / 1e3
    }
}
