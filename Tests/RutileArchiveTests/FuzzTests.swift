import FoundationEssentials
import RutileArchive
import RutileJSON
import RutileModel
import Testing

/// Damaged files are errors, never crashes, endless walks or memory.
@Suite(.serialized) struct FuzzTests {
    static let mutations = 10_000

    /// In a process of its own: what other tests need meanwhile is not growth of this one.
    @Test(.timeLimit(.minutes(10)))
    func mutatedSamplesEndInAValueOrAnError() async {
        await #expect(processExitsWith: .success) { try FuzzTests().readMutations() }
    }

    private func readMutations() throws {
        let samples = try Sample.all().map { try $0.bytes }
        var random = SplitMix(seed: 0x5275_7469_6C65)
        var outcomes = (read: 0, refused: 0)
        // A first round, so that what is allocated once does not count as growth.
        for sample in samples { _ = read(sample) }
        let before = try residentBytes()
        for index in 0..<Self.mutations {
            let mutated = mutate(samples[index % samples.count], with: &random)
            if read(mutated) { outcomes.read += 1 } else { outcomes.refused += 1 }
        }
        let growth = try residentBytes() - before
        #expect(growth <= 64 << 20)
        // Both happen often, else the mutations are too weak or too strong to test anything.
        #expect(outcomes.read > Self.mutations / 20)
        #expect(outcomes.refused > Self.mutations / 20)
    }

    @Test func everyPrefixOfASampleEndsInAnError() throws {
        for name in ["v1_short_ids.msg", "v2_short_ids.msg", "v3_empty.msg", "v3_scalar_root.msg"] {
            let bytes = try Sample.bytes(of: name)
            for length in 0..<bytes.count { #expect(!read(Array(bytes[..<length])), "\(name), \(length) bytes") }
        }
    }

    /// Reads everything in every way; whether that went without an error.
    private func read(_ bytes: [UInt8]) -> Bool {
        var isGood = true
        func attempt(_ body: () throws(ArchiveError) -> Void) {
            do throws(ArchiveError) { try body() } catch { isGood = false }
        }
        guard let file = try? ArchiveFile(bytes: bytes) else { return false }
        attempt { () throws(ArchiveError) in
            var writer = JSONWriter()
            try file.root.writeJSON(to: &writer)
        }
        attempt { () throws(ArchiveError) in _ = try file.root.value() }
        attempt { () throws(ArchiveError) in try visit(file.root) }
        attempt { () throws(ArchiveError) in _ = try ArchiveEncoder(threshold: 256).encode(file.root) }
        attempt { () throws(ArchiveError) in
            for id in try file.entryIDs() { _ = try file.entry(id)?.kind }
        }
        return isGood
    }

    /// Visits all nodes by way of the tables of contents, where there are any.
    private func visit(_ node: ArchiveNode, levelsLeft: Int = 100) throws(ArchiveError) {
        guard levelsLeft > 0 else { throw .nestedTooDeeply(limit: 100) }
        switch try node.kind {
        case .object:
            for (key, child) in try node.members() {
                _ = try node.child(key)?.kind
                try visit(child, levelsLeft: levelsLeft - 1)
            }
        case .list:
            _ = try node.item(max(0, node.count - 1))?.kind
            for item in try node.items(0..<Int.max) { try visit(item, levelsLeft: levelsLeft - 1) }
        default: _ = try node.value()
        }
    }

    private func mutate(_ sample: [UInt8], with random: inout SplitMix) -> [UInt8] {
        var bytes = sample
        for _ in 0...random.below(4) {
            guard !bytes.isEmpty else { break }
            // Headers and tables of contents are where damage is interesting: half of it goes to both ends.
            let place: Int
            switch random.below(4) {
            case 0: place = random.below(min(bytes.count, 200))
            case 1: place = bytes.count - 1 - random.below(min(bytes.count, 200))
            default: place = random.below(bytes.count)
            }
            switch random.below(8) {
            case 0: bytes[place] = UInt8(random.below(256))
            case 1: bytes[place] ^= 1 << random.below(8)
            case 2:
                bytes[place] =
                    [0x00, 0xFF, 0x7F, 0x80, 0xDD, 0xDF, 0xDB, 0xC6, 0x9F, 0xBF, 0x5B, 0x81][random.below(12)]
            case 3: bytes.removeSubrange(place..<min(bytes.count, place + 1 + random.below(16)))
            case 4: bytes.insert(contentsOf: (0...random.below(16)).map { _ in UInt8(random.below(256)) }, at: place)
            case 5: bytes.removeSubrange(place...)
            case 6:
                let length = min(1 + random.below(40), bytes.count - place)
                let source = random.below(bytes.count - length + 1)
                bytes.replaceSubrange(place..<place + length, with: Array(bytes[source..<source + length]))
            default:
                let length = min(4, bytes.count - place)
                for index in 0..<length { bytes[place + index] = 0xFF }
            }
        }
        return bytes
    }
}

/// A fixed sequence of numbers for one seed (SplitMix64).
struct SplitMix {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }
}

/// Resident memory of this process, from the system.
func residentBytes() throws -> Int {
    let status = try String(contentsOf: URL(filePath: "/proc/self/status"), encoding: .utf8)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") })
    let kilobytes = try #require(line.split { !$0.isNumber }.compactMap { Int($0) }.first)
    return kilobytes << 10
}
