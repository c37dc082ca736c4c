import RutileMetainfo
import RutileModel
import Testing

@Suite struct ArchiveReferenceTests {
    private static let here = ArchiveKey(upload: UploadID("U0"), entry: EntryID("E0"))

    private static func archive(_ entry: String, in upload: String, on installation: String? = nil) -> ArchivePlace {
        .archive(
            ArchiveKey(upload: UploadID(upload), entry: EntryID(entry), on: installation.map(InstallationID.init)))
    }

    /// The id of the entry that `x/y.out` makes in upload `U0`, by hand: base64url(sha512("U0x/y.out"))[:28].
    private static let mainfileEntry = "60PHVLezrooq5ig2_MbHkyHHFpj5"

    static let spellings: [(String, ArchiveReference)] = [
        ("#/a/b", .local(path: ["a", "b"])),
        ("/a/b", .local(path: ["a", "b"])),
        ("#a/b", .local(path: ["a", "b"])),
        ("#/a//0/b/", .local(path: ["a", "0", "b"])),
        ("#", .local(path: [])),
        ("#/a?b", .local(path: ["a?b"])),
        ("/a/b#c", .local(path: ["a", "b#c"])),
        ("../upload/archive/E#/a", .archive(archive("E", in: "U0"), path: ["a"])),
        ("../upload/archive/E#a/0", .archive(archive("E", in: "U0"), path: ["a", "0"])),
        ("../uploads/U/archive/E-x_#/a", .archive(archive("E-x_", in: "U"), path: ["a"])),
        ("../uploads/U/archive/E#/a#b", .archive(archive("E", in: "U"), path: ["a#b"])),
        ("../upload//archive/E#/x", .archive(archive("E", in: "U0"), path: ["x"])),
        ("../upload/archive/E#/", .archive(archive("E", in: "U0"), path: [])),
        ("../upload/archive/mainfile/x/y.out#/a", .archive(archive(mainfileEntry, in: "U0"), path: ["a"])),
        ("../uploads/U0/archive/mainfile/x/y.out#a", .archive(archive(mainfileEntry, in: "U0"), path: ["a"])),
        ("../upload/raw/x/y.out#/a", .archive(.rawFile(UploadID("U0"), path: "x/y.out"), path: ["a"])),
        ("../uploads/U/raw/x y.json#/a", .archive(.rawFile(UploadID("U"), path: "x y.json"), path: ["a"])),
        (
            "../upload/raw/a/upload/archive/E#/a",
            .archive(.rawFile(UploadID("U0"), path: "a/upload/archive/E"), path: ["a"])
        ),
        ("../entries/E/archive#/a", .archive(.entry(EntryID("E")), path: ["a"])),
        ("/entries/E/archive#/x", .archive(.entry(EntryID("E")), path: ["x"])),
        ("/uploads/U/archive/E#/x", .archive(archive("E", in: "U"), path: ["x"])),
        ("/upload/archive/E#/x", .archive(archive("E", in: "U0"), path: ["x"])),
        ("/uploads/U/raw/x#/x", .archive(.rawFile(UploadID("U"), path: "x"), path: ["x"])),
        (
            "https://h/api/v1/uploads/U/archive/E#/a",
            .archive(archive("E", in: "U", on: "https://h/api/v1"), path: ["a"])
        ),
        (
            "https://h/uploads/U/raw/x#a",
            .archive(.rawFile(UploadID("U"), path: "x", on: InstallationID("https://h")), path: ["a"])
        ),
        ("https://h/entries/E/archive#/a", .invalid),
        ("../upload/archive/E", .invalid),
        ("../upload/archive/E#", .invalid),
        ("../upload/archive/E?x#/a", .invalid),
        ("../upload/archive/E/more#/a", .invalid),
        ("../upload/raw/a?b#/x", .invalid),
        ("../uploads/U/entries/E/archive#/a", .invalid),
        ("uploads/U/archive/E#/a", .invalid),
        ("not a reference at all", .invalid),
        ("data", .invalid),
        ("", .invalid),
    ]

    @Test(arguments: spellings)
    func everySpellingIsRead(_ text: String, _ reference: ArchiveReference) {
        #expect(ArchiveReference(text, in: Self.here) == reference)
    }

    @Test(arguments: [
        ("#/a", "far/uploads/U0/entries/E0/archive/a"),
        ("../upload/archive/E#/a", "far/uploads/U0/entries/E/archive/a"),
        ("../upload/raw/x#/a", "far/uploads/U0/files/x/entries/archive/a"),
        ("../entries/E/archive#/a", "../entries/E/archive#/a"),
        ("https://h/uploads/U/archive/E#/a", "https://h/uploads/U/entries/E/archive/a"),
    ])
    func referencesInArchivesOfOtherInstallationsStayThere(_ text: String, _ rewritten: String) {
        let there = ArchiveKey(upload: UploadID("U0"), entry: EntryID("E0"), on: InstallationID("far"))
        #expect(ArchiveReference.rewritten(text, in: there) == rewritten)
    }

    @Test(arguments: [
        ("#/a/b", "uploads/U0/entries/E0/archive/a/b"),
        ("/data", "uploads/U0/entries/E0/archive/data"),
        ("../upload/archive/E#/a/0/b", "uploads/U0/entries/E/archive/a/0/b"),
        ("/uploads/U/archive/E#data", "uploads/U/entries/E/archive/data"),
        ("../uploads/U/raw/x/y.out#/a", "uploads/U/files/x/y.out/entries/archive/a"),
        ("../entries/E/archive#/a", "uploads/U0/entries/E/archive/a"),
        ("../entries/known/archive#/a", "uploads/U7/entries/known/archive/a"),
        ("https://h/api/v1/uploads/U/archive/E#/a", "https://h/api/v1/uploads/U/entries/E/archive/a"),
        ("https://h/api/v1/uploads/U/raw/x.y#/a", "https://h/api/v1/uploads/U/files/x.y/entries/archive/a"),
        ("data", "metainfo//data"),
        ("a.b.C", "metainfo/a.b/C"),
        ("entry_id:E.x.Y", "metainfo/entry_id:E.x/Y"),
        ("nomad.x.Y@abc", "metainfo/nomad.x/Y"),
        ("", "metainfo//"),
        ("entry_id:E", "entry_id:E"),
        ("a b", "a b"),
        ("a-b", "a-b"),
        ("../upload/archive/E?x#/a", "../upload/archive/E?x#/a"),
    ])
    func referencesAreRewrittenAsNOMADDoes(_ text: String, _ rewritten: String) {
        let uploads = [EntryID("known"): UploadID("U7")]
        #expect(ArchiveReference.rewritten(text, in: Self.here, uploads: uploads) == rewritten)
    }
}
