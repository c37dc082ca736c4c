import Foundation
import Testing

/// The map of this module in `docs/architecture.md`.
@Suite struct ArchitectureTests {
    /// The repository, three levels above this file.
    private static let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(
        separator: "/")

    @Test(arguments: ["Plan", "Execute", "Assemble", "Required"])
    func eachFileHasAPlaceOnTheMap(folder: String) throws {
        let map = try String(contentsOfFile: Self.root + "/docs/architecture.md", encoding: .utf8)
        let files = try FileManager.default.contentsOfDirectory(
            atPath: "\(Self.root)/Sources/RutileGraph/\(folder)")
        for file in files {
            #expect(map.contains("`\(folder)/\(file)`") || map.contains("`\(file)`"), "\(folder)/\(file)")
        }
        let rows = map.split(separator: "\n").filter { $0.hasPrefix("| `\(folder)/") }
        let named = rows.flatMap { row in
            row.split(separator: "|")[0].split(separator: "`").filter { $0.hasSuffix(".swift") }
        }
        #expect(!named.isEmpty)
        for name in named {
            let file = name.split(separator: "/").last.map(String.init) ?? ""
            #expect(files.contains(file), "\(name)")
        }
    }
}
