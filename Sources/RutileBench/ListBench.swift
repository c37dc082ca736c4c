import NomadAPI
import RutileArchive
import RutileGraph
import RutileIndex
import RutileJSON
import RutileMetainfo
import RutileModel
import RutileSQLite
import RutileSearch
import RutileStore
import RutileTestSupport

/// Lists and searches of the graph API over one upload of many entries, all with an archive.
enum ListBench {
    static func lines(_ count: Int, in folder: String) async throws -> [Measurement] {
        let directory = DataDirectory(folder + "/lists")
        let records = try BenchRecords.open(directory)
        let archive = try SyntheticArchive(bytes: 2_000).encoded()
        let change = try BenchRecords.upload(
            of: count, in: directory, isPublished: false, mainfile: { "run/\($0 % 97)/\($0).json" },
            archive: { _ in archive })
        try await records.apply(change)
        let service = try await service(over: records, in: directory)
        let caller = Caller(user: UserID("u"), isAdmin: false, groups: [])
        func time(_ request: String, runs: Int = 51) async throws -> Double {
            let body = Array(request.utf8)
            let answer = try await service.answer(body, as: caller)
            precondition(!String(decoding: answer, as: UTF8.self).contains("m_errors"), "the answer has errors")
            return try await medianMicroseconds(runs: runs) { _ = try await service.answer(body, as: caller) } / 1_000
        }
        let fields = #""entry_id": "*", "mainfile_path": "*", "entry_create_time": "*""#
        func entries(_ pagination: String) -> String {
            #"{"uploads": {"upl": {"entries": {"m_request": {"pagination": {\#(pagination)}}, "*": {\#(fields)}}}}}"#
        }
        let scalar = #""archive": {"run[0]": {"calculation[-1]": {"energy": {"total": {"value": "*"}}}}}"#
        let search = """
            {"search": {"m_request": {"query": {"owner": "user", "query": {"upload_id": "upl"}, "pagination":
            {"page_size": 20}}}, "*": {"entry": {"mainfile_path": "*", "upload": {"upload_name": "*"}, \(scalar)}}}}
            """
        let large = try await time(entries("\"page_size\": 10000"))
        let last = try await time(entries("\"page_size\": 10, \"page_offset\": \(count - 10)"))
        let ordered = try await time(entries(#""page_size": 10, "order_by": "mainfile", "order": "desc""#))
        let top = try await time(#"{"entries": {"*": {"entry_id": "*"}}}"#)
        let hits = try await time(search)
        return [
            Measurement(
                name: "graph list, 10,000 of \(count) entries x 3 fields", figure: rounded(large, 1) + " ms",
                target: "<= 60 ms"),
            Measurement(name: "the last page of 10", figure: rounded(last, 2) + " ms", target: ""),
            Measurement(
                name: "the first page of 10 by main file, downwards", figure: rounded(ordered, 2) + " ms", target: ""),
            Measurement(name: "the first page of 10, at top level", figure: rounded(top, 2) + " ms", target: ""),
            Measurement(
                name: "graph search, 20 hits: entry, upload, one scalar", figure: rounded(hits, 2) + " ms",
                target: "<= 10 ms"),
        ]
    }

    /// A service over `records`, with an index of all that is in them.
    static func service(over records: SQLiteRecords, in directory: DataDirectory) async throws -> GraphService {
        let feed = IndexFeed(
            BitmapIndex(SearchProperties.catalogue), of: SearchIndexEntry.entryType, records: EntriesFeed(records))
        try await feed.catchUp(as: SearchProperties.catalogue)
        let archives = SegmentFolder(directory)
        let uploads = try await records.snapshot().allUploads()
        let search = EntriesSearch(index: feed.index, records: records, archives: archives) { uploads }
        return GraphService(
            records: records, archives: archives, search: search, files: RawFolders(directory),
            definitions: DefinitionCatalogue(installed: []))
    }
}
