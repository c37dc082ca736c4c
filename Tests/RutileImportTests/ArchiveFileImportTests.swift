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
    private func stagingFile(_ id: String, upload: String?, mainfile: String?, x: Int64 = 7) throws -> [UInt8] {
        var metadata = ObjectValue([("entry_id", .string(id))])
        metadata["upload_id"] = upload.map(Value.string)
        metadata["mainfile"] = mainfile.map(Value.string)
        metadata["entry_create_time"] = .string("2020-01-02T03:04:05+00:00")
        metadata["references"] = .list([.string("https://example.org")])
        return try ArchiveEncoder().encode(
            .members([id: .members(["metadata": .object(metadata), "data": .members(["x": .integer(x)])])])
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

    @Test func aNOMADUploadCountsItsEntriesAndLosesThoseWhoseArchiveIsGone() async throws {
        for (id, mainfile) in [("e1", "in/a"), ("e2", "in/b")] {
            try laboratory.write("raw/" + mainfile, "output")
            try laboratory.write("archive/\(id).msg", try stagingFile(id, upload: "u", mainfile: mainfile))
        }
        #expect(try await laboratory.runOne().entryCounts == (added: 2, updated: 0, unchanged: 0))
        #expect(try await laboratory.runOne().entryCounts == (added: 0, updated: 0, unchanged: 2))
        try laboratory.write("archive/e1.msg", try stagingFile("e1", upload: "u", mainfile: "in/a", x: 8))
        #expect(try await laboratory.runOne().entryCounts == (added: 0, updated: 1, unchanged: 1))
        try laboratory.remove("archive/e2.msg")
        let report = try await laboratory.runOne()
        #expect(report.entryCounts == (added: 0, updated: 0, unchanged: 1) && report.removedEntries == 1)
        #expect(report.removedFiles == [] && report.verdict == .imported)
        #expect(Set(try await laboratory.entries(of: UploadID("u")).keys) == ["in/a"])
        #expect(try laboratory.raw(of: UploadID("u")).count == 2)
        // What was added to it by an archive file stays.
        let added = laboratory.path + "/added.msg"
        try FileTree.write(try stagingFile("e3", upload: "u", mainfile: "in/c"), to: added)
        #expect(try await laboratory.runOne([added]).isJoined)
        #expect(try await laboratory.runOne().verdict == .unchanged)
        #expect(Set(try await laboratory.entries(of: UploadID("u")).keys) == ["in/a", "in/c"])
    }

    /// A file of several archives of the upload `u`.
    private func file(_ ids: [String], x: Int64) throws -> [UInt8] {
        let archives = ids.map { id in
            let metadata = Value.members(["entry_id": .string(id), "upload_id": .string("u"), "mainfile": .string(id)])
            return (id, Value.members(["metadata": metadata, "data": .members(["x": .integer(x)])]))
        }
        return try ArchiveEncoder().encode(.object(ObjectValue(archives))).bytes
    }

    @Test func entriesOfArchiveFilesAreKnownByTheirIds() async throws {
        try laboratory.write("one.msg", try file(["a", "b"], x: 1))
        try laboratory.write("two.msg", try file(["b", "c", "d"], x: 2))
        func run(_ name: String) async throws -> ImportReport {
            try await laboratory.runOne([laboratory.source + "/" + name])
        }
        #expect(try await run("one.msg").entryCounts == (added: 2, updated: 0, unchanged: 0))
        let second = try await run("two.msg")
        #expect(second.entryCounts == (added: 2, updated: 1, unchanged: 0) && second.isJoined)
        let before = try await laboratory.entries(of: UploadID("u"))
        #expect(Set(before.keys) == ["a", "b", "c", "d"])
        // The same again, though another file has replaced one of its entries.
        for name in ["one.msg", "two.msg", "one.msg"] {
            let report = try await run(name)
            #expect(report.verdict == .unchanged && report.removedEntries == 0 && report.skipped.isEmpty)
            #expect(try await laboratory.entries(of: UploadID("u")) == before)
        }
        // A new version of a file takes away no more than the old one brought.
        try laboratory.write("two.msg", try file(["d"], x: 3))
        let third = try await run("two.msg")
        #expect(third.entryCounts == (added: 0, updated: 1, unchanged: 0) && third.removedEntries == 2)
        #expect(Set(try await laboratory.entries(of: UploadID("u")).keys) == ["a", "d"])
    }

    @Test func entriesGoWithTheirArchiveFileAndNotWithTheMainFileThatItStates() async throws {
        try laboratory.write("one.msg", try stagingFile("one", upload: nil, mainfile: "notes.txt"))
        try laboratory.write("two.msg", try stagingFile("two", upload: nil, mainfile: "elsewhere.txt"))
        try laboratory.write("notes.txt", "what was read once")
        let upload = try await laboratory.runOne().upload
        func remove(_ path: String) async throws -> ImportReport {
            try await laboratory.runOne([]) {
                $0.upload = upload
                $0.isSent = true
                $0.removals = [path]
            }
        }
        #expect(try await remove("notes.txt").removedEntries == 0)
        #expect(Set(try await laboratory.entries(of: upload).keys) == ["notes.txt", "elsewhere.txt"])
        #expect(try await remove("two.msg").removedEntries == 1)
        #expect(Set(try await laboratory.entries(of: upload).keys) == ["notes.txt"])
        #expect(try Set(laboratory.raw(of: upload).keys) == ["one.msg"])
    }

    @Test(arguments: ["entry-1", "references", "https://"])
    func textThatIsNoUTF8IsRefusedWithItsOffset(part: String) async throws {
        var bytes = try stagingFile("entry-1", upload: nil, mainfile: nil)
        while let range = bytes.firstRange(of: part.utf8) { bytes[range.lowerBound] = 0xFF }
        try laboratory.write("bad.msg", bytes)
        try laboratory.write("x.archive.json", "{}")
        let report = try await laboratory.runOne()
        let offset = try #require(bytes.firstIndex(of: 0xFF))
        #expect(report.skipped.map(\.failure.reason) == ["byte \(offset): not valid UTF-8"])
        #expect(report.entryCounts.added == 1)
    }

    @Test func filesInARowAreEntriesByTheirIds() async throws {
        let sample = try SharedMaterial.path("cases/archive/samples/v3_combined_list.msg")
        let report = try await laboratory.runOne([sample])
        let ids = try ArchiveFile(path: sample).entries().map(\.id)
        #expect(ids.count > 1 && report.skipped.isEmpty)
        #expect(Set(try await laboratory.entries(of: report.upload).values.map(\.id)) == Set(ids))
    }

    @Test func anArchiveFileThatNamesAnUploadIsAddedToIt() async throws {
        try laboratory.write("crystals/md.xyz", "1\nx\nHe 0 0 0\n1\nx\nNe 0 0 0\n")
        try laboratory.write("crystals/notes", "kept")
        let upload = try await laboratory.runOne([laboratory.source + "/crystals"]).upload
        // It states a file of the upload as its main file.
        try laboratory.write("one.msg", try stagingFile("entry-1", upload: upload.text, mainfile: "notes"))
        for verdict in [ImportReport.Verdict.imported, .unchanged] {
            let report = try await laboratory.runOne([laboratory.source + "/one.msg"])
            #expect(report.upload == upload && report.isJoined && report.verdict == verdict)
            #expect(report.removedEntries == 0 && report.removedFiles == [])
        }
        #expect(Set(try await laboratory.entries(of: upload).keys) == ["md.xyz", "md.xyz#1", "notes"])
        #expect(try Set(laboratory.raw(of: upload).keys) == ["md.xyz", "notes", "one.msg"])
    }

    @Test func aSegmentOfAnUploadAddsToTheUploadItself() async throws {
        try laboratory.write("a.archive.json", #"{"data": {"x": 1}}"#)
        try laboratory.write("b.archive.json", #"{"data": {"x": 2}}"#)
        let upload = try await laboratory.runOne().upload
        let before = Set(try await laboratory.entries(of: upload).values.map(\.id))
        let segments = laboratory.directory.archiveFolder(of: upload)
        let copy = laboratory.path + "/copy.msg"
        try FileTree.write(FileTree.read(segments + "/" + FileTree.names(in: segments)[0]), to: copy)
        let report = try await laboratory.runOne([copy])
        #expect(report.isJoined && report.removedEntries == 0)
        #expect(Set(try await laboratory.entries(of: upload).values.map(\.id)) == before)
        #expect(try laboratory.raw(of: upload).count == 3)
    }

    @Test func anArchiveFileThatNamesAHostileUploadIsRefused() async throws {
        try laboratory.write("one.msg", try stagingFile("entry-1", upload: "..x", mainfile: nil))
        await #expect(throws: ImportError.unsafeUpload("..x")) {
            try await laboratory.run([laboratory.source + "/one.msg"])
        }
    }

    @Test func archivesOfSeveralUploadsAreRefused() async throws {
        try laboratory.write("raw/a", "")
        for (id, upload) in [("e1", "u1"), ("e2", "u2")] {
            try laboratory.write("archive/\(id).msg", try stagingFile(id, upload: upload, mainfile: nil))
        }
        let error = await #expect(throws: ImportError.self) { try await laboratory.run() }
        #expect(error == .severalUploads(laboratory.source))
        #expect(error?.description.contains("into one with --upload ID") ?? false)
        let report = try await laboratory.runOne { $0.upload = UploadID(author: ImportRequest.localAuthor, name: "u3") }
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
            let report = try await laboratory.runOne([file]) {
                $0.upload = UploadID(author: ImportRequest.localAuthor, name: sample)
            }
            if ids.isEmpty {
                #expect(report.verdict == .skipped)
                #expect(report.skipped.map(\.failure.reason) == ["it holds no entries"])
            } else if report.skipped.isEmpty {
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
            reports[1].skipped.map(\.failure.reason) == ["entry entry-1 exists already, in another upload"])
    }

    @Test func whoSendsAnArchiveFileTakesNoEntryOfOthersAndHearsOfNone() async throws {
        try laboratory.write("one/e.msg", try stagingFile("entry-1", upload: nil, mainfile: nil))
        let other = try await laboratory.runOne([laboratory.source + "/one"])
        let before = try await laboratory.records.entries([EntryID("entry-1")])
        try await empty(UploadID("mine"))
        try laboratory.write("two/e.msg", try stagingFile("entry-1", upload: other.upload.text, mainfile: "a/b.out"))
        for verdict in [ImportReport.Verdict.imported, .unchanged] {
            let report = try await laboratory.runOne([laboratory.source + "/two/e.msg"]) {
                $0.upload = UploadID("mine")
                $0.isSent = true
            }
            #expect(report.verdict == verdict && report.skipped.isEmpty)
        }
        let entry = try #require(try await laboratory.entries(of: UploadID("mine"))["e.msg"])
        #expect(entry.id == EntryID(upload: UploadID("mine"), mainfile: "e.msg"))
        let archive = try #require(try await laboratory.archive(of: entry))
        #expect(archive.value("metadata/entry_id") == .string(entry.id.text))
        #expect(archive.value("metadata/upload_id") == .string("mine"))
        #expect(archive.value("data/x") == .integer(7))
        #expect(try await laboratory.records.entries([EntryID("entry-1")]) == before)
    }

    @Test func entriesThatTheUploadHasKeepTheirIDsWhenTheirFileIsSentAgain() async throws {
        try laboratory.write("one/e.msg", try stagingFile("entry-1", upload: nil, mainfile: "a/b.out"))
        let upload = try await laboratory.runOne([laboratory.source + "/one"]).upload
        try laboratory.write("two/e.msg", try stagingFile("entry-1", upload: nil, mainfile: "a/c.out"))
        let report = try await laboratory.runOne([laboratory.source + "/two/e.msg"]) {
            $0.upload = upload
            $0.isSent = true
        }
        #expect(report.verdict == .imported)
        #expect(try await laboratory.entries(of: upload).mapValues(\.id.text) == ["a/c.out": "entry-1"])
    }

    @Test func anUploadThatIsGoneDoesNotComeBackWithWhatWasSentForIt() async throws {
        try laboratory.write("a.archive.json", "{}")
        await #expect(throws: StoreError.missing(kind: "upload", id: "gone")) {
            try await laboratory.runOne {
                $0.upload = UploadID("gone")
                $0.isSent = true
            }
        }
        #expect(try await laboratory.records.uploads([UploadID("gone")]) == [:])
        #expect(try laboratory.leftovers() == [])
    }

    /// Makes an upload without entries.
    private func empty(_ id: UploadID) async throws {
        var change = RecordChange(existing: .refuse)
        change.uploads = [
            UploadRecord(
                id: id, name: nil, createTime: Timestamp(microseconds: 1), mainAuthor: ImportRequest.localAuthor)
        ]
        try await laboratory.records.apply(change)
    }

    @Test func aBareArchiveIsAnEntryOfItsFile() async throws {
        try laboratory.write(
            "bare.msg", try ArchiveEncoder().encode(.members(["data": .members(["x": .integer(1)])])).bytes)
        let report = try await laboratory.runOne()
        let entry = try #require(try await laboratory.entries(of: report.upload)["bare.msg"])
        #expect(entry.id == EntryID(upload: report.upload, mainfile: "bare.msg"))
        #expect(try await laboratory.archive(of: entry)?.value("data/x") == .integer(1))
    }

    @Test func entriesOfAnArchiveFileThatTurnedBadStay() async throws {
        try laboratory.write("raw/in", "")
        try laboratory.write("archive/e1.msg", try stagingFile("e1", upload: "u", mainfile: "in"))
        try laboratory.write("archive/e2.msg", try stagingFile("e2", upload: "u", mainfile: "other"))
        _ = try await laboratory.runOne()
        try laboratory.write("archive/e2.msg", "broken")
        let report = try await laboratory.runOne()
        #expect(report.skipped.map(\.path) == ["e2.msg"])
        #expect(Set(try await laboratory.entries(of: UploadID("u")).values.map(\.id.text)) == ["e1", "e2"])
    }

    @Test func aBrokenArchiveFileIsSkipped() async throws {
        try laboratory.write("broken.msg", "this is no archive")
        try laboratory.write("x.archive.json", "{}")
        let report = try await laboratory.runOne()
        #expect(report.skipped.map(\.path) == ["broken.msg"])
        #expect(report.entryCounts.added == 1)
    }
}
