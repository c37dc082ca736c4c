import RutileArchive
import RutileJSON
import RutileTestSupport
import Testing

/// One of the sample files: written by the original software, with its content as JSON beside it.
struct Sample: CustomTestStringConvertible, Sendable {
    let name: String
    let version: Int64
    /// `entries` or `root`: what the JSON file gives.
    let kind: String
    let settings: Value
    let writer: String

    var testDescription: String { name }

    static let folder = "cases/archive/samples/"

    /// The samples of the index; a test without them fails.
    static func all() throws -> [Sample] {
        let index = try Value(json: bytes(of: "index.json"), limits: .file)
        return (index["files"]?.items ?? []).map { file in
            Sample(
                name: file["file"]?.text ?? "?", version: file["format"]?.integer ?? 0,
                kind: file["kind"]?.text ?? "?", settings: file["settings"] ?? .null,
                writer: file["writer"]?.text ?? "?")
        }
    }

    static func named(_ name: String) throws -> Sample {
        try #require(try all().first { $0.name == name }, "no sample \(name)")
    }

    static func bytes(of name: String) throws -> [UInt8] {
        try fileBytes(SharedMaterial.path(folder + name))
    }

    var bytes: [UInt8] { get throws { try Self.bytes(of: name) } }
    var path: String { get throws { try SharedMaterial.path(Self.folder + name) } }

    /// What the file holds.
    var content: Value {
        get throws {
            let name = String(name.dropLast(4)) + ".json"
            let json = try Value(json: Self.bytes(of: name), limits: .file)
            return try #require(json[kind], "\(name) has no \(kind)")
        }
    }
}
