import RutileJSON
import RutileMetainfo
import RutileModel
import Testing

@Suite struct DefinitionDigestTests {
    @Test(arguments: [
        ("ent-local", "Crate", "4f445b347f46bc5f8761aca9f3eb5af247f68d73"),
        ("ent-local", "Lid", "b0476947a65b023371b9ca4f9b1210d1d8a82097"),
        ("ent-schema", "Sample", "5f5c617ece2d44ad3eab0d4839ce5ca6f88bd530"),
        ("ent-schema", "Origin", "ac425bfddf5f2728a5a3eda7bdc1b430845b2a45"),
        ("ent-schema", "Measurement", "48d94499cf4424b70e18830b2dc3e02323a730be"),
        ("ent-schema", "Step", "f453509b95e07b2ff0faee249dc435fdb06e7915"),
    ])
    func sectionsOfArchivesHaveTheGoldenIDs(_ entry: String, _ name: String, _ id: String) throws {
        let scope = try Fixture().scope()
        let current = ArchiveKey(upload: UploadID("upl-lab"), entry: EntryID("other"))
        let section = try scope.section(mDef: "../upload/archive/\(entry)#/definitions/\(name)", in: current).found()
        #expect(try scope.definitionID(of: section).found() == id)
        #expect(try scope.shortForm(of: section).found() == "entry_id:\(entry).\(name)@\(id)")
    }
}
