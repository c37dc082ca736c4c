import RutileArchive
import RutileJSON
import RutileModel
import Testing

/// Files of all versions by the original writers read to what they hold, whichever way one goes.
@Suite struct SampleTests {
    @Test func theIndexNamesAllSamples() throws {
        #expect(try Sample.all().count == 23)
    }

    @Test(arguments: try Sample.all())
    func aSampleIsRecognised(_ sample: Sample) throws {
        let file = try ArchiveFile(path: sample.path)
        #expect(Int64(file.version) == sample.version)
        #expect(file.codec == (sample.name.contains("cbor") ? .cbor : .messagePack))
        #expect(file.size == (try sample.bytes.count))
    }

    @Test(arguments: try Sample.all())
    func aSampleTranscodesToItsJSON(_ sample: Sample) throws {
        let file = try ArchiveFile(path: sample.path)
        #expect(try file.root.transcoded() == sample.content)
    }

    @Test(arguments: try Sample.all())
    func aSampleDecodesToItsJSON(_ sample: Sample) throws {
        let file = try ArchiveFile(bytes: sample.bytes)
        #expect(try file.root.value() == sample.content)
    }

    @Test(arguments: try Sample.all())
    func aSampleWalkedChildByChildIsItsJSON(_ sample: Sample) throws {
        let file = try ArchiveFile(path: sample.path)
        let content = try sample.content
        #expect(try file.root.walked() == content)
        // Once more, with all places remembered.
        #expect(try file.root.walked() == content)
        #expect(try file.root.listed() == content)
    }

    @Test(arguments: try Sample.all())
    func eachEntryOfASampleIsFoundByItsID(_ sample: Sample) throws {
        guard sample.kind == "entries" else { return }
        let file = try ArchiveFile(path: sample.path)
        let content = try #require(try sample.content.object)
        #expect(try file.entryIDs().map(\.text) == content.keys)
        for (id, archive) in content.members {
            let entry = try #require(try file.entry(EntryID(id)), "entry \(id)")
            #expect(try entry.value() == archive)
            #expect(try entry.transcoded() == archive)
        }
        #expect(try file.entry(EntryID("nobody")) == nil)
    }

    @Test(arguments: try Sample.all())
    func aSampleEncodedAnewHoldsTheSame(_ sample: Sample) throws {
        let file = try ArchiveFile(path: sample.path)
        for threshold in [1, 64, 1_024, 4 << 20] {
            let again = try ArchiveEncoder(threshold: threshold).encode(file.root)
            #expect(try again.root().walked() == sample.content)
        }
    }
}
