import FoundationEssentials
import RutileImport
import RutileJSON
import RutileStore
import Testing

struct PackedFileTests {
    private let laboratory: ImportLaboratory

    init() throws { laboratory = try ImportLaboratory() }

    private func write(_ name: String, _ content: String) throws {
        try laboratory.write(name, Array(try #require(Data(base64Encoded: content))))
    }

    @Test func structuresAndArchivesAreReadPacked() async throws {
        try write("a/POSCAR.gz", poscar)
        try write("a/u.CIF.gz", cif)
        try write("a/p.xyz.bz2", xyz)
        try write("a/ok.archive.json.gz", archive)
        let report = try await laboratory.runOne()
        #expect(report.skipped.isEmpty)
        let entries = try await laboratory.entries(of: report.upload)
        #expect(Set(entries.keys) == ["a/POSCAR.gz", "a/u.CIF.gz", "a/p.xyz.bz2", "a/ok.archive.json.gz"])
        let structure = try await laboratory.archive(of: entries["a/POSCAR.gz"])
        #expect(structure?.value("metadata/optimade/chemical_formula_reduced") == .string("Cu"))
        #expect(try laboratory.raw(of: report.upload).keys.contains("a/u.CIF.gz"))
        #expect(try await laboratory.runOne().verdict == .unchanged)
    }

    /// A name tells nothing about the packing, nor, of a file that is named itself, about the format.
    @Test func packedFilesAreKnownByTheirBeginning() async throws {
        try write("POSCAR_1", poscar)
        try write("thing.dat", cif)
        for name in ["POSCAR_1", "thing.dat"] {
            let report = try await laboratory.runOne([laboratory.source + "/" + name])
            #expect(report.entryCounts.added == 1, "\(name)")
        }
    }

    @Test func aPackedFileThatIsCutOffIsSkipped() async throws {
        let whole = try #require(Data(base64Encoded: cif))
        try laboratory.write("u.cif.gz", Array(whole.prefix(80)))
        let report = try await laboratory.runOne([laboratory.source + "/u.cif.gz"])
        #expect(report.skipped.first?.failure.reason.hasPrefix("cannot be unpacked") == true)
    }

    @Test func otherPackedFilesStayRaw() {
        for path in ["a.msg.gz", "a.gz", "b.txt.gz", ".cif.gz", "x.tar.gz"] {
            #expect(SourceFormat(path: path) == nil, "\(path)")
        }
        #expect(SourceFormat(path: "d/A.ExtXYZ.BZ2") == .xyz)
        #expect(SourceFormat(path: "x.jsonl.gz") == .optimadeLines)
    }
}

private let poscar = """
    H4sIAAAAAAACA6vgMtYz4zJUMFAw4DJQMASTQJrLuZTLkMslsyg1uQQsYsAFAH0Ea/UqAAAA
    """

private let cif = """
    H4sIAAAAAAACA0tJLEmMr+CKT07NyYnPSc1LL8mIT1QwRRVIQhdIBgrk5OcXxHPFJ5bk58YXZ5akxuckJqXmIAukFSUml4AMRxeq\
    xBSq4nIuVTAAQS5/BQM9UxjmAgDt8eIUoQAAAA==
    """

private let xyz = """
    QlpoOTFBWSZTWfRkynoAAATdgAAQQABgAABAAgAAQCAAIaNM1CGAZGi5Ub4u5IpwoSHoyZT0
    """

private let archive = """
    H4sIAAAAAAACA6tWSkksSVSyUqhWykvMTQUylAoSk7NTU5RqawFe3Z61HAAAAA==
    """
