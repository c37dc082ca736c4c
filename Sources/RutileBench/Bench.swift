import RutileArchive
import RutileGraph
import RutileJSON
import RutileMetainfo
import RutileModel
import RutileSQLite
import RutileStore
import RutileTestSupport

/// Measures, in this process, what `Benchmarks/RESULTS.md` records. Whole-server figures come from `Scripts/bench.sh`.
///
/// Without arguments everything, else the parts that are named: `scalar`, `archive`, `graph`, `lists`, `entries`,
/// `pages`, `sets`, `index`.
@main
struct Bench {
    static func main() async throws {
        let folder = try TemporaryDirectory()
        let names = Set(CommandLine.arguments.dropFirst())
        func isWanted(_ name: String) -> Bool { names.isEmpty || names.contains(name) }
        var lines: [Measurement] = []
        if isWanted("scalar") { lines += try await oneScalar(of: 100_000_000, in: folder.path) }
        if isWanted("archive") { lines += try await wholeArchive(of: 10_000_000) }
        if isWanted("graph") { lines += try await manyEntries(100, in: folder.path) }
        if isWanted("lists") { lines += try await ListBench.lines(100_000, in: folder.path) }
        if isWanted("entries") { lines += try await EntriesBench.lines(2_000, in: folder.path) }
        for line in lines { print(line.text) }
        if isWanted("pages") {
            let bench = try await PageBench(20_000, in: folder.path + "/pages")
            print("pages of 20 among 20,000 structures")
            for line in try await bench.lines() { print(line.text) }
        }
        if isWanted("sets") {
            print("sets of a million rows: count / count and first 20")
            for line in try await SetBench.lines() { print(line.text) }
        }
        if isWanted("index") { for line in try await IndexBench.lines(1_000_000) { print(line.text) } }
    }

    /// A scalar of one large archive in a file, with the page cache warm.
    private static func oneScalar(of bytes: Int, in folder: String) async throws -> [Measurement] {
        let path = folder + "/large.msg"
        let sample = SyntheticArchive(bytes: bytes)
        try writeFile(path, sample.encodedByID().bytes)
        func read(_ file: ArchiveFile) throws -> Double? {
            try file.entry(EntryID(sample.entryID))?.child("run")?.item(0)?.child("calculation")?.item(
                sample.steps - 1)?
                .child("energy")?.child("total")?.child("value")?.real
        }
        guard try read(ArchiveFile(path: path)) == SyntheticArchive.totalEnergy(ofStep: sample.steps - 1) else {
            preconditionFailure("the sample does not hold what it should")
        }
        let first = try await medianMicroseconds(runs: 21) { _ = try read(ArchiveFile(path: path)) }
        let file = try ArchiveFile(path: path)
        _ = try read(file)
        let again = try await medianMicroseconds(runs: 201) { _ = try read(file) }
        return [
            Measurement(
                name: "scalar of a 100 MB archive, first touch", figure: rounded(first / 1000, 3) + " ms",
                target: "<= 3 ms"),
            Measurement(name: "the same again", figure: rounded(again, 1) + " us", target: "<= 50 us"),
        ]
    }

    private static func wholeArchive(of bytes: Int) async throws -> [Measurement] {
        let root = try SyntheticArchive(bytes: bytes).encoded().root()
        var size = 0
        let time = try await medianMicroseconds(runs: 21) {
            var writer = JSONWriter(reserving: 2 * bytes)
            try root.writeJSON(to: &writer)
            size = writer.byteCount
        }
        return [
            Measurement(
                name: "whole 10 MB archive to JSON", figure: rounded(Double(size) / time, 0) + " MB/s",
                target: ">= 300 MB/s")
        ]
    }

    /// A graph request for one scalar of each of many entries, all in one upload.
    private static func manyEntries(_ count: Int, in folder: String) async throws -> [Measurement] {
        let directory = DataDirectory(folder + "/data")
        let change = try BenchRecords.upload(of: count, in: directory, isPublished: true) {
            try SyntheticArchive(entryID: $0.text, bytes: 20_000).encoded()
        }
        let entries = change.entries.map(\.record)
        let records = try BenchRecords.open(directory)
        try await records.apply(change)
        let service = try await ListBench.service(over: records, in: directory)
        let scalar = #"{"archive": {"run[0]": {"calculation[-1]": {"energy": {"total": {"value": "*"}}}}}}"#
        let request = "{\"entries\": {" + entries.map { "\"\($0.id)\": \(scalar)" }.joined(separator: ", ") + "}}"
        _ = try await service.answer(Array(request.utf8), as: .anonymous)
        let time = try await medianMicroseconds(runs: 301) {
            _ = try await service.answer(Array(request.utf8), as: .anonymous)
        }
        let ids = Set(entries.map(\.id))
        let read = try await medianMicroseconds(runs: 101) { _ = try await records.entries(ids) }
        return [
            Measurement(
                name: "records of \(count) entries, one batch", figure: rounded(read / 1000, 3) + " ms", target: ""),
            Measurement(
                name: "graph request, \(count) entries x one scalar", figure: rounded(time / 1000, 3) + " ms",
                target: "<= 3 ms"),
        ]
    }
}
