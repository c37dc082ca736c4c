import RutileArchive
import RutileTestSupport
import Testing

/// The archives that benchmarks read are what they say.
@Suite struct SyntheticArchiveTests {
    @Test func aSyntheticArchiveHasTheSizeAndTheEnergiesItPromises() throws {
        let archive = SyntheticArchive(bytes: 1_000_000)
        let encoded = try archive.encodedByID(with: ArchiveEncoder(threshold: 65_536))
        #expect((900_000...1_100_000).contains(encoded.bytes.count))
        let root = try encoded.root()
        for step in [0, 1, archive.steps / 2, archive.steps - 1] {
            let path = ArchivePath("synthetic/run/0/calculation/\(step)/energy/total/value")
            #expect(try root.descendant(path).real == SyntheticArchive.totalEnergy(ofStep: step))
        }
        #expect(try root.descendant(ArchivePath("synthetic/run/0/system/-1/atoms/positions/49")).count == 3)
    }
}
