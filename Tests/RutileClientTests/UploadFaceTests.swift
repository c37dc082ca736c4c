import RutileClient
import RutileJSON
import Testing

/// The walk-through of the documentation of NOMAD's client of 2022.
struct UploadFaceTests {
    private static let counts: KeyValuePairs = [
        "-19NlAwxTCCXb6YT9Plifw": 526, "-2ewONNGTZ68zuTQ6zrRZw": 4, "-3LrFBvFQtCtmEp3Hy15EA": 12,
        "-3ofEqLvSZiqo59vtf-TAQ": 4, "-4W-jogwReafpdva4ELdrw": 32, "-BLVfvlJRWawtHyuUWvP_g": 68,
        "-Dm30DqRQX6pZUbJYwHUmw": 320, "-Jfjp-lZSjqyaph2chqZfw": 6, "-K2QS7s4QiqRg6nMPqzaTw": 82,
        "-Li36ZXhQPucJvkd8yzYoA": 10,
        // The documentation shows nine of the next ten uploads; the first one was downloaded by then.
        "-Mm00000000000000000ma": 4, "-NiRWNGjS--JtFoEnYrCfg": 8, "-OcPUKZtS6u3lXlkWBM4qg": 129,
        "-PA35e2ZRsq4AdDfBU4M_g": 14, "-TG77dGiSTyrDAFNqTKa6Q": 366, "-VzlPYtnS4q1tSl3NOmlCw": 178,
        "-XeqzVqwSMCJFwhvDqWs8A": 14, "-Y7gwnleQI6Q61jp024fXQ": 16, "-Zf1RO1MQXegYVTbFybtQQ": 8,
        "-Zm4S9VGRdOX-kbF1J5lOA": 50,
    ]

    private static let server = SimulatedNomad(
        counts.flatMap { upload, count in
            (0..<count).map { ListedEntry(entryID: "\($0)-of\(upload)", uploadID: upload) }
        })

    private func query(_ change: (inout ArchiveQuery.Options) -> Void = { _ in }) throws -> ArchiveQuery {
        var settings = NomadServer.Settings()
        settings.requestsPerSecond = 0
        var options = ArchiveQuery.Options()
        options.face = .uploads
        options.pageSize = 10
        options.resultsMax = 10_000
        change(&options)
        return ArchiveQuery(
            try NomadServer("http://nomad.example", settings: settings, transport: Self.server), options: options)
    }

    private func pairs(_ range: Range<Int>) -> [UploadCount] {
        Self.counts.map { UploadCount(uploadID: $0.key, count: $0.value) }[range].map { $0 }
    }

    @Test func theDocumentedWalkThroughGivesTheDocumentedNumbers() async throws {
        let query = try query()
        #expect(try await query.fetch(1_000) == 1_064)
        #expect(query.uploadList == pairs(0..<10))

        #expect(try await query.download(100).count == 526)
        #expect(query.uploadList == pairs(1..<10))

        #expect(try await query.download(300).count == 440)
        #expect(query.uploadList == pairs(7..<10))

        let before = query.pendingCount
        let archives = try await query.download(100)
        #expect(archives.count == 102)
        #expect(query.pendingCount - before + archives.count == 787)
        #expect(query.uploadList == pairs(11..<20))
        #expect(Set(archives.map(\.entryID)).count == 102)
    }

    @Test func theSumIsNotMoreThanResultsMax() async throws {
        let query = try query { $0.resultsMax = 600 }
        #expect(try await query.fetch() == 600)
        #expect(query.uploadList.last == UploadCount(uploadID: "-BLVfvlJRWawtHyuUWvP_g", count: 22))
        #expect(try await query.download().count == 600)
        #expect(try await query.download().isEmpty)
    }

    @Test func aListMayBeginAfterAnUpload() async throws {
        let query = try query { $0.after = "-Y7gwnleQI6Q61jp024fXQ" }
        #expect(try await query.fetch() == 58)
        #expect(query.uploadList == pairs(18..<20))
    }

    @Test func allUploadsComeToTheEndOnce() async throws {
        let query = try query()
        var ids: Set<String> = []
        var count = 0
        for try await archive in query.archives() {
            ids.insert(archive.entryID)
            count += 1
        }
        #expect(count == Self.server.entries.count)
        #expect(ids.count == count)
    }
}
