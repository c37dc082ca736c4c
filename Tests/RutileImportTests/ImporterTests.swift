import FoundationEssentials
import RutileImport
import RutileJSON
import RutileModel
import RutileStore
import Testing

struct ImporterTests {
    private let laboratory: ImportLaboratory

    init() throws { laboratory = try ImportLaboratory() }

    @Test func aFileDoesNotTakeThePlaceOfAFolderThatStaysNorTheReverse() async throws {
        try laboratory.write("a/b.archive.json", "{}")
        try laboratory.write("c", "text")
        let upload = try await laboratory.runOne().upload
        try laboratory.remove("a")
        try laboratory.remove("c")
        try laboratory.write("a", "a file now")
        try laboratory.write("c/d.archive.json", "{}")
        try laboratory.write("e.archive.json", "{}")
        let report = try await laboratory.runOne { $0.upload = upload }
        #expect(report.skipped.map(\.path) == ["a", "c/d.archive.json"])
        #expect(Set(try await laboratory.entries(of: upload).keys) == ["a/b.archive.json", "e.archive.json"])
        #expect(try Set(laboratory.raw(of: upload).keys) == ["a/b.archive.json", "c", "e.archive.json"])
    }

    private static let copper = "x\n3.6\n1 0 0\n0 1 0\n0 0 1\nCu\n1\nDirect\n0 0 0\n"
    private static let silver = "x\n4.1\n1 0 0\n0 1 0\n0 0 1\nAg\n1\nDirect\n0 0 0\n"

    @Test func aFolderBecomesAnUpload() async throws {
        try laboratory.write("a/POSCAR", Self.copper)
        try laboratory.write("one.archive.json", #"{"data": {"name": "first", "x": 1}}"#)
        try laboratory.write("two.archive.yaml", "data:\n  x: 2\n")
        try laboratory.write("notes/README", "hello")
        let report = try await laboratory.runOne()

        let id = UploadID(author: UserID("local"), name: "things")
        #expect(report.upload == id)
        #expect(report.verdict == .imported)
        #expect(report.entryCounts == (added: 3, updated: 0, unchanged: 0))
        #expect(report.skipped.isEmpty)
        let upload = try #require(try await laboratory.records.uploads([id])[id])
        #expect(upload.name == "things" && upload.mainAuthor == UserID("local") && upload.license == "CC BY 4.0")
        #expect(!upload.isPublished && !report.isPublic)
        #expect(upload.process.status == .success)
        #expect(try await laboratory.records.users([UserID("local")]).count == 1)
        let entries = try await laboratory.entries(of: id)
        #expect(Set(entries.keys) == ["a/POSCAR", "one.archive.json", "two.archive.yaml"])
        #expect(entries["a/POSCAR"]?.id == EntryID(upload: id, mainfile: "a/POSCAR"))
        #expect(try laboratory.raw(of: id)["notes/README"] == "hello")
        #expect(try laboratory.raw(of: id).count == 4)
        #expect(try laboratory.leftovers() == [])
    }

    @Test func stagedFilesStayUntilTheyCanTakeTheirPlaces() async throws {
        try laboratory.write("POSCAR", Self.copper)
        let id = UploadID(author: UserID("local"), name: "things")
        let folder = laboratory.directory.folder(of: id)
        @Sendable func staged() throws -> String? {
            try FileTree.names(in: folder).first { $0.hasPrefix("raw-") && !$0.hasSuffix(".old") }
        }
        let parser = DelayedParser {
            let staged = try #require(try staged())
            // What is in the place cannot be put aside.
            try FileTree.makeFolder(folder + "/raw")
            try FileTree.makeFolder(folder + "/" + staged + ".old/full")
        }
        let error = await #expect(throws: StoreError.self) { try await laboratory.run(parser: parser) }
        #expect(error.map { if case .unfinished = $0 { true } else { false } } == true)
        let entry = try #require(try await laboratory.entries(of: id)["POSCAR"])
        #expect(try await laboratory.archive(of: entry) != nil)
        #expect(try laboratory.raw(of: id) == [:])
        try FileTree.remove(folder + "/" + (try #require(try staged())) + ".old")
        try await laboratory.records.finishFiles()
        #expect(try laboratory.raw(of: id) == ["POSCAR": Self.copper])
    }

    @Test func whatIsUnwantedGoesWithItsEntriesAndTheRestStays() async throws {
        for path in ["a/b/POSCAR", "a/POSCAR", "ab/POSCAR", "c.txt"] { try laboratory.write(path, Self.copper) }
        let upload = try await laboratory.runOne().upload
        let kept = try await laboratory.entries(of: upload)["ab/POSCAR"]
        func remove(_ paths: [String]) async throws -> ImportReport {
            try await laboratory.runOne([]) {
                $0.upload = upload
                $0.isSent = true
                $0.removals = paths
            }
        }
        let report = try await remove(["a/b"])
        #expect(report.verdict == .imported && report.skipped.isEmpty && report.removedEntries == 1)
        #expect(Set(try await laboratory.entries(of: upload).keys) == ["a/POSCAR", "ab/POSCAR"])
        #expect(try Set(laboratory.raw(of: upload).keys) == ["a/POSCAR", "ab/POSCAR", "c.txt"])
        #expect(try await remove(["a", "c.txt"]).removedFiles == ["a/POSCAR", "c.txt"])
        #expect(try await laboratory.entries(of: upload) == ["ab/POSCAR": kept])
        #expect(try await remove([""]).removedEntries == 1)
        #expect(try laboratory.raw(of: upload).isEmpty)
        #expect(try laboratory.leftovers() == [])
    }

    @Test func packedFilesStayAsTheyAreWhereTheyAreNotUnpacked() async throws {
        try laboratory.write("x.zip", "no zip file")
        try laboratory.write("a/POSCAR", Self.copper)
        let upload = try await laboratory.runOne([laboratory.source + "/a"]) { $0.uploadName = "x" }.upload
        let report = try await laboratory.runOne([laboratory.source + "/x.zip"]) {
            $0.upload = upload
            $0.unpacks = false
        }
        #expect(report.skipped.isEmpty)
        #expect(try Set(laboratory.raw(of: upload).keys) == ["POSCAR", "x.zip"])
    }

    @Test func metadataAreCompleted() async throws {
        try laboratory.write(
            "one.archive.json",
            #"{"metadata": {"entry_id": "no", "comment": "kept"}, "data": {"name": "first", "part": [{"x": [1, 2]}]}}"#)
        let report = try await laboratory.runOne()
        let entry = try #require(try await laboratory.entries(of: report.upload)["one.archive.json"])
        let archive = try #require(try await laboratory.archive(of: entry))
        let metadata = try #require(archive["metadata"])
        #expect(metadata["entry_id"] == .string(entry.id.text))
        #expect(metadata["upload_id"] == .string(report.upload.text))
        #expect(metadata["mainfile"] == .string("one.archive.json"))
        #expect(metadata["mainfile_key"] == nil)
        #expect(metadata["parser_name"] == .string("parsers/archive"))
        #expect(metadata["entry_name"] == .string("first"))
        #expect(metadata["entry_create_time"] == .string("2023-11-14T22:13:21+00:00"))
        #expect(metadata["processed"] == .bool(true))
        #expect(metadata["comment"] == .string("kept"))
        let quantities = try #require(metadata["quantities"]?.texts)
        #expect(metadata["n_quantities"] == .integer(Int64(quantities.count)))
        #expect(
            quantities.contains("data.part.x") && quantities.contains("data.part") && quantities.contains("metadata"))
        #expect(quantities == quantities.sorted())
        #expect(metadata["sections"]?.texts.contains("nomad.datamodel.datamodel.EntryMetadata") == true)
        #expect(archive.value("data/part/0/x") == .list([.integer(1), .integer(2)]))
    }

    @Test func theSameFolderAgainChangesNothing() async throws {
        try laboratory.write("POSCAR", Self.copper)
        try laboratory.write("x.archive.json", "{}")
        let first = try await laboratory.runOne()
        let before = try await laboratory.entries(of: first.upload)
        for step in 1...2 {
            // Equal content under another time is no change either.
            if step == 2 { try laboratory.touch("POSCAR") }
            let again = try await laboratory.runOne()
            #expect(again.verdict == .unchanged)
            #expect(again.entryCounts == (added: 0, updated: 0, unchanged: 2))
            #expect(try await laboratory.entries(of: first.upload) == before)
        }
        #expect(try laboratory.leftovers() == [])
    }

    @Test(arguments: [false, true])
    func aChangeIsSeenThoughSizeAndTimeAreAsBefore(isPacked: Bool) async throws {
        let paths = isPacked ? [laboratory.path + "/things.tar"] : nil
        func write(_ lattice: String, _ text: String) throws {
            let files = [("POSCAR", lattice), ("raw.txt", text)]
            for (path, content) in files {
                try laboratory.write(path, content)
                try laboratory.touch(path)
            }
            if let path = paths?.first {
                try FileTree.remove(path)
                var tar = TarFile()
                for (path, content) in files { tar.add(path, content) }
                try FileTree.write(tar.finished, to: path)
            }
        }
        try write(Self.copper, "1")
        let upload = try await laboratory.runOne(paths).upload
        #expect(try await laboratory.runOne(paths).verdict == .unchanged)
        try write(Self.silver, "2")
        #expect(try await laboratory.runOne(paths).entryCounts == (added: 0, updated: 1, unchanged: 0))
        #expect(try laboratory.raw(of: upload) == ["POSCAR": Self.silver, "raw.txt": "2"])
        #expect(try await laboratory.runOne(paths).verdict == .unchanged)
    }

    @Test func aChangedFileUpdatesItsEntryOnly() async throws {
        try laboratory.write("a/POSCAR", Self.copper)
        try laboratory.write("b/POSCAR", Self.copper)
        try laboratory.write("raw.txt", "1")
        let upload = try await laboratory.runOne().upload
        let before = try await laboratory.entries(of: upload)
        try laboratory.write("a/POSCAR", Self.silver)
        try laboratory.write("raw.txt", "22")
        let report = try await laboratory.runOne()
        #expect(report.entryCounts == (added: 0, updated: 1, unchanged: 1))
        let after = try await laboratory.entries(of: upload)
        #expect(after["b/POSCAR"] == before["b/POSCAR"])
        #expect(after["a/POSCAR"]?.id == before["a/POSCAR"]?.id)
        #expect(after["a/POSCAR"]?.createTime == before["a/POSCAR"]?.createTime)
        #expect(
            try await laboratory.archive(of: after["a/POSCAR"])?.value("results/material/elements/0") == .string("Ag"))
        #expect(try laboratory.raw(of: upload) == ["a/POSCAR": Self.silver, "b/POSCAR": Self.copper, "raw.txt": "22"])
    }

    @Test func filesThatAreGoneAreRemovedWithTheirEntries() async throws {
        try laboratory.write("a/POSCAR", Self.copper)
        try laboratory.write("a/notes", "")
        try laboratory.write("b/POSCAR", Self.copper)
        let upload = try await laboratory.runOne().upload
        try laboratory.remove("a")
        let report = try await laboratory.runOne()
        #expect(report.removedEntries == 1 && report.removedFiles == ["a/POSCAR", "a/notes"])
        #expect(Set(try await laboratory.entries(of: upload).keys) == ["b/POSCAR"])
        #expect(try Set(laboratory.raw(of: upload).keys) == ["b/POSCAR"])
    }

    @Test func anImportIntoAnUploadByIdOnlyAdds() async throws {
        try laboratory.write("a/POSCAR", Self.copper)
        let upload = try await laboratory.runOne().upload
        try laboratory.remove("a")
        try laboratory.write("b/POSCAR", Self.silver)
        let report = try await laboratory.runOne { $0.upload = upload }
        #expect(report.removedEntries == 0 && report.entryCounts.added == 1)
        #expect(Set(try await laboratory.entries(of: upload).keys) == ["a/POSCAR", "b/POSCAR"])
        #expect(try laboratory.raw(of: upload) == ["a/POSCAR": Self.copper, "b/POSCAR": Self.silver])
    }

    @Test func framesThatAreNewAreCountedAsAdded() async throws {
        try laboratory.write("md.xyz", "1\nx\nHe 0 0 0\n")
        try laboratory.write("x.cif", Self.crystal("a", "4", "Cu") + Self.crystal("b", "4", "Ag"))
        #expect(try await laboratory.runOne().entryCounts == (added: 3, updated: 0, unchanged: 0))
        try laboratory.write("md.xyz", "1\nx\nHe 0 0 0\n1\nx\nNe 0 0 0\n1\nx\nAr 0 0 0\n")
        try laboratory.write("x.cif", Self.crystal("a", "4", "Cu") + Self.crystal("c", "4", "Ag"))
        let report = try await laboratory.runOne()
        #expect(report.entryCounts == (added: 3, updated: 2, unchanged: 0) && report.removedEntries == 1)
    }

    @Test func blocksThatAreGoneAreRemoved() async throws {
        try laboratory.write("md.xyz", "1\nx\nHe 0 0 0\n1\nx\nNe 0 0 0\n1\nx\nAr 0 0 0\n")
        let upload = try await laboratory.runOne().upload
        #expect(Set(try await laboratory.entries(of: upload).keys) == ["md.xyz", "md.xyz#1", "md.xyz#2"])
        try laboratory.write("md.xyz", "1\nx\nHe 0 0 0\n1\nx\nNe 0 0 0\n")
        #expect(try await laboratory.runOne().entryCounts == (added: 0, updated: 2, unchanged: 0))
        #expect(Set(try await laboratory.entries(of: upload).keys) == ["md.xyz", "md.xyz#1"])
    }

    @Test func aFrameThatIsAddedLeavesTheFirstItsId() async throws {
        try laboratory.write("md.xyz", "1\nx\nHe 0 0 0\n")
        let upload = try await laboratory.runOne().upload
        let first = try await laboratory.entries(of: upload)["md.xyz"]?.id
        try laboratory.write("md.xyz", "1\nx\nHe 0 0 0\n1\nx\nNe 0 0 0\n")
        _ = try await laboratory.runOne()
        let entries = try await laboratory.entries(of: upload)
        #expect(Set(entries.keys) == ["md.xyz", "md.xyz#1"])
        #expect(first != nil && entries["md.xyz"]?.id == first)
    }

    @Test func aBadFileIsSkippedWithLineAndReason() async throws {
        try laboratory.write("POSCAR", Self.copper)
        try laboratory.write("bad.archive.json", "{\"a\": 1,\n\"b\" 2}")
        let report = try await laboratory.runOne()
        #expect(report.verdict == .imported)
        #expect(report.entryCounts.added == 1)
        #expect(report.skipped.map(\.path) == ["bad.archive.json"])
        #expect(report.skipped[0].failure.line == 2)
        // It stays a raw file, and is tried again the next time.
        #expect(try laboratory.raw(of: report.upload).count == 2)
        let again = try await laboratory.runOne()
        #expect(again.verdict == .unchanged && again.skipped.count == 1)
    }

    @Test(arguments: [("bad.cif", "nonsense"), ("none.jsonl", #"{"x-optimade": {"api_version": "1.2.0"}}"# + "\n")])
    func aFileThatGivesNothingMakesNoUpload(_ name: String, _ content: String) async throws {
        try laboratory.write(name, content)
        for path in [laboratory.source, laboratory.source + "/" + name] {
            let report = try await laboratory.runOne([path]) { $0.publishes = true }
            #expect(report.verdict == .skipped && report.skipped.map(\.path) == [name])
            #expect(try await laboratory.records.uploads([report.upload]).isEmpty)
        }
        #expect(try laboratory.leftovers() == [])
    }

    @Test(
        arguments: [
            ("crystal.txt", "# by hand\n\n" + crystal("a", "4", "Cu")), ("md", "1\n\nCu 0 0 0\n"),
            (
                "data.json",
                #"{"x-optimade": {"api_version": "1.2.0"}}"# + "\n"
                    + #"{"type": "structures", "id": "s", "attributes": {"structure_features": []}}"#
            ),
        ])
    func aNamedFileIsReadByHowItBegins(_ name: String, _ content: String) async throws {
        try laboratory.write(name, content)
        let report = try await laboratory.runOne([laboratory.source + "/" + name])
        #expect(report.entryCounts.added == 1)
        // In a folder it is a file among others.
        let folder = try await laboratory.runOne { $0.uploadName = "folder" }
        #expect(folder.entryCounts.added == 0 && folder.files[0].warnings == [])
    }

    @Test func aNamedFileOfNoKnownFormatMakesNoUploadOfItsOwn() async throws {
        try laboratory.write("notes.txt", "1 2 3\nhello\n")
        try laboratory.write("POSCAR", Self.copper)
        let path = laboratory.source + "/notes.txt"
        for isStrict in [false, true] {
            let report = try await laboratory.runOne([path]) {
                $0.publishes = true
                $0.isStrict = isStrict
            }
            #expect(report.verdict == (isStrict ? .refused : .skipped) && report.skipped.map(\.path) == ["notes.txt"])
            #expect(report.skipped[0].failure.reason.hasPrefix("neither its name nor its beginning"))
            #expect(try await laboratory.records.uploads([report.upload]).isEmpty)
        }
        #expect(try FileTree.names(in: laboratory.directory.uploads) == [])
        // It is a raw file beside others, or of an upload that is there.
        let upload = try await laboratory.runOne([laboratory.source + "/POSCAR", path]) { $0.uploadName = "both" }
        #expect(upload.verdict == .imported && upload.files.flatMap(\.warnings).count == 1)
        try laboratory.write("more.txt", "more")
        let added = try await laboratory.runOne([laboratory.source + "/more.txt"]) { $0.upload = upload.upload }
        #expect(added.verdict == .imported && added.files[0].warnings.count == 1)
        #expect(try Set(laboratory.raw(of: upload.upload).keys) == ["POSCAR", "more.txt", "notes.txt"])
    }

    @Test func nothingMakesNoUpload() async throws {
        var hostile = TarFile()
        hostile.add("../evil", "x")
        try laboratory.write("bad.tar", hostile.finished)
        try laboratory.write("empty.zip", [0x50, 0x4B, 5, 6] + [UInt8](repeating: 0, count: 18))
        try FileTree.makeFolder(laboratory.source + "/empty")
        for (name, reason) in [
            ("bad.tar", "its path leaves the upload or has a name that cannot be kept"),
            ("empty.zip", "it holds no files"), ("empty", "it holds no files"),
        ] {
            let report = try await laboratory.runOne([laboratory.source + "/" + name])
            #expect(report.verdict == .skipped && report.skipped.map(\.failure.reason) == [reason], "\(name)")
            #expect(try await laboratory.records.uploads([report.upload]).isEmpty)
        }
        #expect(try FileTree.names(in: laboratory.directory.uploads) == [])
        try laboratory.write("full/POSCAR", Self.copper)
        let upload = try await laboratory.runOne([laboratory.source + "/full"]).upload
        let added = try await laboratory.runOne([laboratory.source + "/empty"]) { $0.upload = upload }
        #expect(added.verdict == .skipped && added.skipped.count == 1)
        #expect(try laboratory.raw(of: upload).count == 1)
    }

    @Test func aLongPathIsShownShortened() async throws {
        var file = TarFile()
        let record = " path=\(String(repeating: "folder/", count: 500))POSCAR\n"
        file.add("pax", "\(record.utf8.count + 4)\(record)", type: "x")
        file.add("short", "x")
        file.add("in/POSCAR", Self.copper)
        try laboratory.write("packed.tar", file.finished)
        let report = try await laboratory.runOne([laboratory.source + "/packed.tar"])
        #expect(report.entryCounts.added == 1 && report.skipped.count == 1)
        #expect(report.skipped[0].path.utf8.count < 250 && report.skipped[0].path.hasSuffix("/POSCAR"))
        #expect(report.skipped[0].failure.reason == "its path is too long")
    }

    @Test func aNewUploadHasAnIdOfTheUsualForm() async throws {
        try laboratory.write("POSCAR", Self.copper)
        for id in ["nope", "x y", "nope-nope-nope-nope-nop!"] {
            await #expect(throws: ImportError.noSuchUpload(UploadID(id))) {
                try await laboratory.run { $0.upload = UploadID(id) }
            }
        }
        #expect(try FileTree.names(in: laboratory.directory.uploads) == [])
        let id = UploadID("nope-nope-nope_nope-no")
        #expect(try await laboratory.runOne { $0.upload = id }.upload == id)
    }

    @Test func aFileThatTurnedBadKeepsItsOldEntryAndContent() async throws {
        try laboratory.write("POSCAR", Self.copper)
        let upload = try await laboratory.runOne().upload
        let before = try await laboratory.entries(of: upload)
        try laboratory.write("POSCAR", "nonsense")
        try laboratory.write("new.txt", "new")
        let report = try await laboratory.runOne()
        #expect(report.skipped.map(\.path) == ["POSCAR"])
        #expect(
            report.files.flatMap(\.warnings)
                == ["The entry of its earlier version stays, with that version of the file."])
        #expect(try await laboratory.entries(of: upload) == before)
        #expect(try laboratory.raw(of: upload) == ["POSCAR": Self.copper, "new.txt": "new"])
    }

    private static func crystal(_ name: String, _ length: String, _ element: String) -> String {
        """
        data_\(name)
        _cell_length_a \(length)
        _cell_length_b 4
        _cell_length_c 4
        _symmetry_space_group_name_H-M 'P 1'
        loop_
        _atom_site_label
        _atom_site_fract_x
        _atom_site_fract_y
        _atom_site_fract_z
        \(element) 0 0 0

        """
    }

    @Test func aBadBlockIsSkippedAndTheOthersOfItsFileAreImported() async throws {
        try laboratory.write("x.cif", Self.crystal("a", "4", "Cu") + Self.crystal("b", "?", "Ag"))
        let report = try await laboratory.runOne()
        #expect(report.verdict == .imported && report.entryCounts.added == 1)
        #expect(report.skipped.map(\.path) == ["x.cif"])
        #expect(report.skipped[0].failure.reason.hasPrefix("block 'b': "))
        #expect(report.skipped[0].failure.line == 13)
        #expect(report.files[0].warnings == [])
        let upload = report.upload
        let entry = try #require(try await laboratory.entries(of: upload)["x.cif"])
        #expect(entry.process.warnings.count == 1)
        // It is said each time, though nothing changes.
        let again = try await laboratory.runOne()
        #expect(again.verdict == .unchanged && again.skipped.count == 1 && again.entryCounts.unchanged == 1)
        // A block that turns bad keeps its old entry.
        try laboratory.write("x.cif", Self.crystal("a", "4", "Cu") + Self.crystal("b", "4", "Ag"))
        #expect(try await laboratory.runOne().entryCounts == (added: 1, updated: 1, unchanged: 0))
        let before = try await laboratory.entries(of: upload)
        #expect(Set(before.keys) == ["x.cif", "x.cif#b"] && before["x.cif"]?.process.warnings == [])
        try laboratory.write("x.cif", Self.crystal("a", "5", "Cu") + Self.crystal("b", "?", "Ag"))
        #expect(try await laboratory.runOne().skipped.count == 1)
        let after = try await laboratory.entries(of: upload)
        #expect(after["x.cif#b"] == before["x.cif#b"] && after["x.cif"] != before["x.cif"])
        #expect(try await laboratory.runOne().verdict == .unchanged)
        #expect(try await laboratory.runOne { $0.isStrict = true }.verdict == .refused)
    }

    @Test func strictImportsNothingIfAnyFileIsBad() async throws {
        try laboratory.write("POSCAR", Self.copper)
        try laboratory.write("bad.cif", "nonsense")
        let report = try await laboratory.runOne { $0.isStrict = true }
        #expect(report.verdict == .refused)
        #expect(report.skipped.map(\.path) == ["bad.cif"])
        #expect(try await laboratory.records.uploads([report.upload]).isEmpty)
        #expect(try await laboratory.records.users([UserID("local")]).isEmpty)
        #expect(try FileTree.names(in: laboratory.directory.uploads) == [])
    }

    @Test func strictImportsNoUploadIfAFileOfAnotherIsBad() async throws {
        try laboratory.write("good/POSCAR", Self.copper)
        try laboratory.write("worse/bad.cif", "nonsense")
        let paths = ["good", "worse"].map { laboratory.source + "/" + $0 }
        let reports = try await laboratory.run(paths) { $0.isStrict = true }
        #expect(reports.map(\.verdict) == [.refused, .refused])
        let uploads = laboratory.directory.uploads
        for prefix in try FileTree.names(in: uploads) { #expect(try FileTree.names(in: uploads + "/" + prefix) == []) }
    }

    @Test(arguments: [false, true])
    func twoPathsThatWouldBeOneUploadAreRefused(isStrict: Bool) async throws {
        try laboratory.write("one/same/POSCAR", Self.copper)
        try laboratory.write("two/same/CONTCAR", Self.copper)
        let paths = ["one", "two"].map { laboratory.source + "/" + $0 + "/same" }
        let upload = UploadID(author: ImportRequest.localAuthor, name: "same")
        await #expect(throws: ImportError.sameUpload(upload, first: paths[0], second: paths[1])) {
            try await laboratory.run(paths) { $0.isStrict = isStrict }
        }
        #expect(try await laboratory.records.uploads([upload]).isEmpty)
        #expect(try FileTree.names(in: laboratory.directory.uploads) == [])
        let report = try await laboratory.runOne(paths) { $0.uploadName = "same" }
        #expect(Set(try await laboratory.entries(of: report.upload).keys) == ["POSCAR", "CONTCAR"])
    }

    @Test func strictWithoutBadFilesImportsAll() async throws {
        try laboratory.write("POSCAR", Self.copper)
        let report = try await laboratory.runOne { $0.isStrict = true }
        #expect(report.verdict == .imported)
        #expect(try await laboratory.entries(of: report.upload).count == 1)
    }

    @Test func severalPathsAreSeveralUploadsUnlessOneIsNamed() async throws {
        try laboratory.write("a/POSCAR", Self.copper)
        try laboratory.write("b/CONTCAR", Self.copper)
        let paths = [laboratory.source + "/a", laboratory.source + "/b"]
        #expect(try await laboratory.run(paths).map(\.uploadName) == ["a", "b"])
        let report = try await laboratory.runOne(paths) { $0.uploadName = "both" }
        #expect(Set(try await laboratory.entries(of: report.upload).keys) == ["POSCAR", "CONTCAR"])
    }

    @Test func twoEqualMainfilesAreAnError() async throws {
        try laboratory.write("a/POSCAR", Self.copper)
        try laboratory.write("b/POSCAR", Self.copper)
        let paths = [laboratory.source + "/a", laboratory.source + "/b"]
        await #expect(throws: ImportError.self) {
            try await laboratory.run(paths) { $0.uploadName = "both" }
        }
    }

    @Test func publishingMakesAnUploadPublicOnce() async throws {
        try laboratory.write("POSCAR", Self.copper)
        let report = try await laboratory.runOne { $0.publishes = true }
        #expect(report.isPublished && report.isPublic)
        let first = try await laboratory.records.uploads([report.upload])[report.upload]?.publishTime
        #expect(first != nil)
        // The author may import again; the time of publication stays.
        try laboratory.write("POSCAR", Self.silver)
        #expect(try await laboratory.runOne().entryCounts.updated == 1)
        #expect(try await laboratory.records.uploads([report.upload])[report.upload]?.publishTime == first)
    }

    @Test func whatOthersChangeInAnUploadDuringAnImportStays() async throws {
        try laboratory.write("POSCAR", Self.copper)
        let upload = try await laboratory.runOne().upload
        try laboratory.write("POSCAR", Self.silver)
        let time = Timestamp(microseconds: 7)
        let parser = DelayedParser { [records = laboratory.records] in
            var change = RecordChange(existing: .refuse)
            change.publications = [upload: time]
            try await records.apply(change)
        }
        let report = try await laboratory.run(parser: parser)[0]
        #expect(report.entryCounts.updated == 1 && report.isPublished && report.isPublic)
        #expect(try await laboratory.records.uploads([upload])[upload]?.publishTime == time)
    }

    @Test func publishingAloneIsAChange() async throws {
        try laboratory.write("POSCAR", Self.copper)
        #expect(try await laboratory.runOne().isPublished == false)
        #expect(try await laboratory.runOne { $0.publishes = true }.isPublished)
    }

    @Test func theAuthorMustExistAndOwnTheUpload() async throws {
        try laboratory.write("POSCAR", Self.copper)
        await #expect(throws: ImportError.noSuchAuthor("nobody")) {
            try await laboratory.run { $0.author = "nobody" }
        }
        var change = RecordChange(existing: .refuse)
        change.users = [UserRecord(id: UserID("u-1"), username: "alice")]
        try await laboratory.records.apply(change)
        let upload = try await laboratory.runOne().upload
        await #expect(throws: ImportError.notTheAuthor(upload, author: UserID("u-1"))) {
            try await laboratory.run {
                $0.author = "alice"
                $0.upload = upload
            }
        }
        let own = try await laboratory.runOne { $0.author = "alice" }
        #expect(own.upload == UploadID(author: UserID("u-1"), name: "things"))
    }

    @Test func hostileUploadIdsAndMissingPathsAreRefused() async throws {
        for id in ["../x", "", "a/b", "..", "..x", "."] {
            await #expect(throws: ImportError.unsafeUpload(id)) {
                try await laboratory.run { $0.upload = UploadID(id) }
            }
        }
        await #expect(throws: ImportError.noSuchPath(laboratory.source + "/none")) {
            try await laboratory.run([laboratory.source + "/none"])
        }
    }

    @Test func aSingleFileIsAnUploadOfItsName() async throws {
        try laboratory.write("copper.vasp", Self.copper)
        let report = try await laboratory.runOne([laboratory.source + "/copper.vasp"])
        #expect(report.uploadName == "copper.vasp")
        #expect(Set(try await laboratory.entries(of: report.upload).keys) == ["copper.vasp"])
    }

    @Test func aTarFileIsUnpacked() async throws {
        var file = TarFile()
        file.add("in/POSCAR", Self.copper)
        file.add("../evil", "x")
        file.add("link", "", type: "2", link: "/etc/passwd")
        try laboratory.write("packed.tar", file.finished)
        let path = laboratory.source + "/packed.tar"
        let report = try await laboratory.runOne([path])
        #expect(report.uploadName == "packed.tar")
        #expect(Set(try await laboratory.entries(of: report.upload).keys) == ["in/POSCAR"])
        #expect(report.skipped.map(\.path) == ["../evil"])
        #expect(report.leftOut.map(\.path) == ["../evil", "link"])
        #expect(try await laboratory.runOne([path]).verdict == .unchanged)
        #expect(try laboratory.leftovers() == [])
        // What was imported stays when the file is damaged later.
        try laboratory.write("packed.tar", "broken")
        let broken = try await laboratory.runOne([path])
        #expect(broken.verdict == .skipped && broken.skipped.map(\.path) == [path])
        #expect(Set(try await laboratory.entries(of: report.upload).keys) == ["in/POSCAR"])
        #expect(try laboratory.raw(of: report.upload) == ["in/POSCAR": Self.copper])
    }

    @Test func aPackedFileThatIsDamagedKeepsNothingElseOut() async throws {
        try laboratory.write("bad.zip", "broken")
        try laboratory.write("good/POSCAR", Self.copper)
        let paths = ["bad.zip", "good"].map { laboratory.source + "/" + $0 }
        let reports = try await laboratory.run(paths)
        #expect(reports.map(\.verdict) == [.skipped, .imported])
        #expect(try await laboratory.records.uploads([reports[0].upload]).isEmpty)
        #expect(try laboratory.leftovers() == [])
        // With one name for both, what the damaged file holds is not known: nothing is removed.
        try laboratory.write("other/CONTCAR", Self.silver)
        let upload = try await laboratory.runOne([laboratory.source + "/other"]) { $0.uploadName = "both" }.upload
        let report = try await laboratory.runOne(paths) { $0.uploadName = "both" }
        #expect(report.skipped.count == 1 && report.removedEntries == 0)
        #expect(Set(try await laboratory.entries(of: upload).keys) == ["POSCAR", "CONTCAR"])
    }

    @Test func allPathsAreLookedForBeforeAnyIsImported() async throws {
        try laboratory.write("a/POSCAR", Self.copper)
        await #expect(throws: ImportError.noSuchPath(laboratory.source + "/none")) {
            try await laboratory.run(["a", "none"].map { laboratory.source + "/" + $0 })
        }
        let upload = UploadID(author: ImportRequest.localAuthor, name: "a")
        #expect(try await laboratory.records.uploads([upload]).isEmpty)
    }

    @Test func uploadsBeforeAFailingOneAreHeardOf() async throws {
        try laboratory.write("a/POSCAR", Self.copper)
        try laboratory.write("b/POSCAR", Self.copper)
        var change = RecordChange(existing: .refuse)
        let other = UserID("other")
        let taken = UploadID(author: ImportRequest.localAuthor, name: "b")
        change.users = [UserRecord(id: other, username: "other")]
        change.uploads = [
            UploadRecord(id: taken, name: "b", createTime: Timestamp(microseconds: 1), mainAuthor: other)
        ]
        try await laboratory.records.apply(change)
        var finished: [ImportReport] = []
        await #expect(throws: ImportError.notTheAuthor(taken, author: ImportRequest.localAuthor)) {
            try await laboratory.run(
                ImportRequest(paths: ["a", "b"].map { laboratory.source + "/" + $0 }),
                finished: { finished.append($0) })
        }
        #expect(finished.map(\.uploadName) == ["a"])
    }

    @Test(arguments: ["z.txt", "z.archive.json"])
    func aFileThatVanishesIsSkippedAndItsOldContentStays(name: String) async throws {
        try laboratory.write("a/POSCAR", Self.copper)
        try laboratory.write("b/POSCAR", Self.copper)
        try laboratory.write(name, "{}")
        let upload = try await laboratory.runOne().upload
        let before = try await laboratory.entries(of: upload)
        try laboratory.write("a/POSCAR", Self.silver)
        try laboratory.write(name, #"{"data": {}}"#)
        // Two files are read at once: the third is not begun when the first is done.
        let report = try await laboratory.run(progress: { [laboratory] _ in try? laboratory.remove(name) })[0]
        #expect(report.skipped.map(\.path) == [name])
        #expect(report.skipped[0].failure.reason == "cannot be read: No such file or directory")
        #expect(report.entryCounts.updated == 1 && report.removedFiles == [])
        #expect(try await laboratory.entries(of: upload)[name] == before[name])
        #expect(try laboratory.raw(of: upload) == ["a/POSCAR": Self.silver, "b/POSCAR": Self.copper, name: "{}"])
    }

    @Test func namesCompareByTheirBytes() async throws {
        let names = ["\u{E9}.archive.json", "e\u{301}.archive.json"]
        for name in names { try laboratory.write(name, #"{"data": {"name": "\#(name.utf8.count)"}}"#) }
        let report = try await laboratory.runOne()
        #expect(report.entryCounts.added == 2 && report.skipped.isEmpty)
        #expect(try await laboratory.records.entries(of: report.upload).count == 2)
        #expect(try FileTree.files(below: laboratory.directory.rawFolder(of: report.upload)).count == 2)
        try laboratory.remove(names[0])
        let second = try await laboratory.runOne()
        #expect(second.removedFiles.map { Array($0.utf8) } == [Array(names[0].utf8)])
        #expect(
            try await laboratory.records.entries(of: report.upload).map(\.mainfile.utf8.count) == [names[1].utf8.count])
    }

    @Test func linksInAFolderAreNotFollowed() async throws {
        try laboratory.write("POSCAR", Self.copper)
        try FileManager.default.createSymbolicLink(
            atPath: laboratory.source + "/link", withDestinationPath: "/etc")
        let report = try await laboratory.runOne()
        #expect(report.leftOut.map(\.path) == ["link"])
        #expect(report.skipped.isEmpty)
        #expect(try laboratory.raw(of: report.upload).count == 1)
    }

    @Test func aDataDirectoryInsideTheFolderIsPassedOver() async throws {
        let report = try await laboratory.runOne([laboratory.path])
        #expect(report.files.isEmpty)
        try laboratory.write("x.txt", "x")
        #expect(try await laboratory.runOne([laboratory.path]).files.map(\.path) == ["things/x.txt"])
    }

    @Test func warningsStandInTheEntry() async throws {
        try laboratory.write("x.archive.json", #"{"data": {"x": NaN}}"#)
        let report = try await laboratory.runOne()
        #expect(report.files[0].warnings.count == 1)
        #expect(try await laboratory.entries(of: report.upload)["x.archive.json"]?.process.warnings.count == 1)
    }

    @Test func aCrystalIsAStructureOfTheIndex() async throws {
        try laboratory.write("a/POSCAR", Self.copper)
        try laboratory.write("plain.archive.json", #"{"data": {"x": 1}}"#)
        let report = try await laboratory.runOne()
        let entry = try #require(try await laboratory.entries(of: report.upload)["a/POSCAR"])
        let batch = try await laboratory.records.documents(of: "structures", after: 0, limit: 10)
        #expect(batch.documents.map(\.entry) == [entry.id])
        #expect(batch.documents[0].upload == report.upload)
        let document = try Value(json: batch.documents[0].json)
        #expect(document["id"] == .string(entry.id.text))
        #expect(document["type"] == .string("structures"))
        #expect(document["elements"]?.texts == ["Cu"])
        #expect(document["lattice_vectors"] == .list([.null, .null, .null]))
        #expect(document["last_modified"] == .string("2023-11-14T22:13:21Z"))
        let archive = try #require(try await laboratory.archive(of: entry))
        #expect(archive.value("metadata/optimade/last_modified") == document["last_modified"])
    }

    @Test func anArchiveFilesStructureIsInTheIndexToo() async throws {
        try laboratory.write(
            "x.archive.json", #"{"metadata": {"optimade": {"elements": ["Si"], "dimension_types": [1, 1, 1]}}}"#)
        _ = try await laboratory.runOne()
        let documents = try await laboratory.records.documents(of: "structures", after: 0, limit: 10).documents
        let document = try Value(json: try #require(documents.first).json)
        #expect(document["nelements"] == .integer(1))
        #expect(document["nperiodic_dimensions"] == .integer(3))
    }

    @Test func anEntryThatIsGoneLeavesTheIndex() async throws {
        try laboratory.write("a/POSCAR", Self.copper)
        try laboratory.write("b/POSCAR", Self.copper)
        _ = try await laboratory.runOne()
        let last = try await laboratory.records.documents(of: "structures", after: 0, limit: 10).last
        try laboratory.remove("a")
        let report = try await laboratory.runOne()
        let batch = try await laboratory.records.documents(of: "structures", after: last, limit: 10)
        #expect(batch.documents.isEmpty)
        #expect(batch.removed == [EntryID(upload: report.upload, mainfile: "a/POSCAR")])
    }
}
