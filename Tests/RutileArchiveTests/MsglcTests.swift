import Foundation
import RutileArchive
import RutileJSON
import RutileModel
import RutileTestSupport
import Testing

/// The original implementation reads what we write, and writes what we write.
///
/// Needs a Python with the package `msglc`, named by `$RUTILE_PYTHON`; fails without it.
@Suite struct MsglcTests {
    /// NOMAD uses the writer in Rust; for the one in Python a size equal to the threshold is beyond it.
    ///
    /// Reads `<name>.msg` to `<name>.out.json` in a folder, and writes `<name>.json` with a threshold to `<name>.ref`.
    private static let script = """
        import json, pathlib, sys
        from msglc import LazyReader, dump, to_obj
        from msglc.config import config
        folder = pathlib.Path(sys.argv[1])
        for file in sorted(folder.glob("*.msg")):
            with LazyReader(str(file)) as reader:
                file.with_suffix(".out.json").write_text(json.dumps(to_obj(reader.read())))
        for file in sorted(folder.glob("*.in.json")):
            case = json.loads(file.read_text())
            config.small_obj_optimization_threshold = case["threshold"]
            config.trivial_size = case["trivial"]
            dump(str(folder / file.name.replace(".in.json", ".ref")), case["value"], backend="rust")
        """

    private func run(in folder: String) throws {
        let python = try #require(
            ProcessInfo.processInfo.environment["RUTILE_PYTHON"],
            "set RUTILE_PYTHON to a Python that has the package msglc")
        let process = Process()
        let errors = Pipe()
        process.executableURL = URL(filePath: python)
        process.arguments = ["-c", Self.script, folder]
        process.standardError = errors
        try process.run()
        let message = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "\(python) with msglc failed: \(message)")
    }

    @Test func msglcReadsWhatWeWrite() throws {
        let folder = try TemporaryDirectory()
        var expected: [String: Value] = [:]
        for sample in try Sample.all() where sample.version == 3 {
            let name = String(sample.name.dropLast(4))
            expected[name] = try sample.content
            let encoder = ArchiveEncoder(threshold: 256)
            try write(encoder.encode(ArchiveFile(path: sample.path).root).bytes, to: folder.path + "/\(name).msg")
        }
        for name in ["v1_many_entries", "v2_many_entries", "v1_short_ids", "v3_empty"] {
            let sample = try Sample.named(name + ".msg")
            expected[name] = try sample.content
            _ = try ArchiveConversion.convert(
                ArchiveFile(path: sample.path), to: folder.path + "/\(name).msg", with: ArchiveEncoder(threshold: 1_024)
            )
        }
        try run(in: folder.path)
        #expect(expected.count == 16)
        for (name, content) in expected {
            let json = try fileBytes(folder.path + "/\(name).out.json")
            #expect(try Value(json: json, limits: .file) == content, "\(name)")
        }
    }

    @Test func randomValuesAreEncodedAsByMsglc() throws {
        let folder = try TemporaryDirectory()
        var random = SplitMix(seed: 42)
        var ours: [String: [UInt8]] = [:]
        for index in 0..<400 {
            let threshold = [1, 16, 64, 256, 1_024][random.below(5)]
            let trivial = [1, 9, 20, 40][random.below(4)]
            let value = Value.members(["root": randomValue(&random, levels: 4)])
            ours["\(index)"] = try ArchiveEncoder(threshold: threshold, trivialSize: trivial).encode(value).bytes
            let task = Value.members([
                "threshold": .integer(Int64(threshold)), "trivial": .integer(Int64(trivial)), "value": value,
            ])
            try write(task.json(), to: folder.path + "/\(index).in.json")
        }
        try run(in: folder.path)
        for (name, bytes) in ours {
            #expect(try fileBytes(folder.path + "/\(name).ref") == bytes, "case \(name)")
        }
    }

    private func randomValue(_ random: inout SplitMix, levels: Int) -> Value {
        switch random.below(levels > 0 ? 11 : 6) {
        case 0: return .null
        case 1: return .bool(random.below(2) == 0)
        case 2: return .integer(Int64(truncatingIfNeeded: random.next()) >> Int64(random.below(63)))
        case 3: return .real(Double(random.below(1_000_000)) / 7)
        case 4: return .string(String(repeating: "ü", count: random.below(40)))
        case 5: return .unsigned(random.next() | 1 << 63)
        case 6: return .list((0..<random.below(60)).map { _ in .real(Double(random.below(1_000)) / 3) })
        case 7: return .list((0..<random.below(300)).map { _ in .integer(Int64(random.below(100_000))) })
        case 8: return .list((0..<random.below(12)).map { _ in randomValue(&random, levels: levels - 1) })
        default:
            return .object(
                ObjectValue((0..<random.below(10)).map { ("key \($0)", randomValue(&random, levels: levels - 1)) }))
        }
    }
}
