import FoundationEssentials
import RutileTestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#endif

/// A zip file, as another program reads it.
struct ZipFile {
    private let files: [String: [UInt8]]

    /// Unpacks `bytes` with Python's zipfile, which checks every checksum.
    init(_ bytes: [UInt8]) throws {
        let folder = try TemporaryDirectory()
        let zip = folder.path + "/a.zip"
        try Data(bytes).write(to: URL(filePath: zip))
        let target = folder.path + "/out"
        #expect(system("python3 -m zipfile -e '\(zip)' '\(target)' && python3 -m zipfile -t '\(zip)' >/dev/null") == 0)
        var files: [String: [UInt8]] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: target) {
            if let data = FileManager.default.contents(atPath: target + "/" + name) { files[name] = Array(data) }
        }
        self.files = files
    }

    var names: [String] { files.keys.sorted() }

    func bytes(_ name: String) -> [UInt8] { files[name] ?? [] }

    func text(_ name: String) -> String { String(decoding: bytes(name), as: UTF8.self) }
}
