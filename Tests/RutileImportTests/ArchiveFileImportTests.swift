import RutileArchive
import RutileImport
import RutileJSON
import RutileModel
import RutileStore
import RutileTestSupport
import Testing

struct ArchiveFileImportTests {
    private let laboratory: ImportLaboratory

    init() throws { laboratory = try ImportLaboratory() }

    /// A staging file of NOMAD: one value, an object with the entry's id as its key.
    private func stagingFile(_ id: String, upload: String?, mainfile: String?) throws -> [UInt8] {
        var metadata = ObjectValue([("entry_id", .string(id))])
        metadata["upload_id"] = upload.map(Value.string)
        metadata["mainfile"] = mainfile.map(Value.string)
        metadata["entry_create_time"] = .string("2020-01-02T03:04:05+00:00")
        metadata["references"] = .list([.string("https://example.org")])
        return try ArchiveEncoder().encode(
            .members([id: .members(["metadata": .object(metadata), "data": .members(["x": .integer(7)])])])
        ).bytes
    }

    @Test func aNOMADUploadKeepsItsIds() async throws {
        try laboratory.write("raw/in/calc.out", "output")
        try laboratory.write("raw/extra.cif", "not looked at: the archives are the entries")
        try laboratory.write(
            "archive/entry-1-v1.2.msg", try stagingFile("entry-1", upload: "upload-1", mainfile: "in/calc.out"))
        let report = try await laboratory.runOne()
        #expect(report.upload == UploadID("upload-1"))
        #expect(report.skipped.isEmpty)
        let entry = try #require(try await laboratory.entries(of: report.upload)["in/calc.out"])
        #expect(entry.id == EntryID("entry-1"))
        #expect(entry.createTime == Timestamp("2020-01-02T03:04:05"))
        #expect(entry.references == ["https://example.org"])
        let archive = try #require(try await laboratory.archive(of: entry))
        #expect(archive.value("data/x") == .integer(7))
        #expect(archive.value("metadata/upload_id") == .string("upload-1"))
        #expect(try Set(laboratory.raw(of: report.upload).keys) == ["in/calc.out", "extra.cif"])
        #expect(try await laboratory.runOne().verdict == .unchanged)
    }

    @Test func archivesOfSeveralUploadsAreRefused() async throws {
        try laboratory.write("raw/a", "")
        for (id, upload) in [("e1", "u1"), ("e2", "u2")] {
            try laboratory.write("archive/\(id).msg", try stagingFile(id, upload: upload, mainfile: nil))
        }
        await #expect(throws: ImportError.severalUploads(laboratory.source)) { try await laboratory.run() }
        let report = try await laboratory.runOne { $0.upload = UploadID("u3") }
        #expect(report.entryCounts.added == 2)
    }

    @Test func archiveFilesOfEveryVersionAreRead() async throws {
        let folder = try SharedMaterial.path("cases/archive/samples")
        let index = try JSONDocument(json: FileTree.read(folder + "/index.json"), limits: .file).root.value
        let samples = (index["files"]?.items ?? []).filter { $0["kind"] == .string("entries") }
            .compactMap { $0["file"]?.text }
        try #require(samples.count > 5)
        for sample in samples {
            try laboratory.write(sample + "/" + sample, try FileTree.read(folder + "/" + sample))
        }
        for sample in samples {
            let file = laboratory.source + "/" + sample + "/" + sample
            let ids = Set(try ArchiveFile(path: file).entryIDs())
            let report = try await laboratory.runOne([file]) { $0.upload = UploadID("upload-of-" + sample) }
            if report.skipped.isEmpty {
                #expect(Set(try await laboratory.entries(of: report.upload).values.map(\.id)) == ids)
                var change = RecordChange(existing: .replace)
                change.removedUploads = [report.upload]
                try await laboratory.records.apply(change)
            } else {
                Issue.record("\(sample): \(report.skipped[0].failure.reason)")
            }
        }
    }

    @Test func idsThatAnotherUploadHasAreRefused() async throws {
        try laboratory.write("one/e.msg", try stagingFile("entry-1", upload: nil, mainfile: nil))
        try laboratory.write("two/e.msg", try stagingFile("entry-1", upload: nil, mainfile: nil))
        let reports = try await laboratory.run([laboratory.source + "/one", laboratory.source + "/two"])
        #expect(reports[0].entryCounts.added == 1)
        #expect(
            reports[1].skipped.map(\.failure.reason) == ["entry entry-1 exists already, in upload \(reports[0].upload)"]
        )
    }

    @Test func aBareArchiveIsAnEntryOfItsFile() async throws {
        try laboratory.write(
            "bare.msg", try ArchiveEncoder().encode(.members(["data": .members(["x": .integer(1)])])).bytes)
        let report = try await laboratory.runOne()
        let entry = try #require(try await laboratory.entries(of: report.upload)["bare.msg"])
        #expect(entry.id == EntryID(upload: report.upload, mainfile: "bare.msg"))
        #expect(try await laboratory.archive(of: entry)?.value("data/x") == .integer(1))
    }

    @Test func aBrokenArchiveFileIsSkipped() async throws {
        try laboratory.write("broken.msg", "this is no archive")
        try laboratory.write("x.archive.json", "{}")
        let report = try await laboratory.runOne()
        #expect(report.skipped.map(\.path) == ["broken.msg"])
        #expect(report.entryCounts.added == 1)
    }
}
