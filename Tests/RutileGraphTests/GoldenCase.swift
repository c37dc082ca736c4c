import FoundationEssentials
import RutileJSON
import RutileTestSupport
import Testing

/// Reads whole files.
enum FileBytes {
    static func read(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: path))) }
}

/// One recorded request with its answer, from the shared golden cases.
struct GoldenCase: Sendable, CustomTestStringConvertible {
    let name: String
    let user: String?
    let endpoint: String
    let status: Int
    let request: Value
    let response: Value

    var testDescription: String { name }

    /// The cases that need explicit ids only, by name, and further ones that are served.
    static func served() throws -> [GoldenCase] {
        let list = String(decoding: try bytes("cases/graph/first-issue.txt"), as: UTF8.self)
        let names = list.split(separator: "\n").map(String.init) + ["form-body-star", "layout-auto"]
        return try (names + files + definitions).map { try GoldenCase(named: $0) }
    }

    private static let files =
        [
            "config-and-child", "directory", "directory-path-key", "empty", "exclude", "missing", "no-access",
            "no-config", "page-beyond", "page-desc", "page-offset", "page-order-by", "published", "published-depth-1",
            "published-desc", "published-dir", "query-ignored", "relative", "resolved", "root-alias",
        ].map { "files-" + $0 } + ["entry-mainfile-deep", "entry-mainfile-sibling"]

    private static let definitions =
        [
            "all-quantities", "custom-entry-section", "package-plain", "package-section", "package-section-plain",
            "package-section-resolved", "page", "unknown",
        ].map { "metainfo-" + $0 }

    /// A file of the shared material.
    static func bytes(_ name: String) throws -> [UInt8] { try FileBytes.read(SharedMaterial.path(name)) }

    init(named name: String) throws {
        let value = try Value(
            json: Self.bytes("cases/graph/cases/\(name).json"), limits: .file, nonFinite: .null)
        self.name = name
        user = value["as_user"]?.text
        endpoint = value["endpoint"]?.text ?? ""
        status = Int(value["status"]?.integer ?? 0)
        request = value["request"] ?? .null
        response = value["response"] ?? .null
    }
}

/// The rules by which an answer agrees with a recorded one; the same as those of the recorded cases' own runner.
enum GoldenComparison {
    private static let sets: Set<String> = ["m_errors", "viewers", "writers", "viewer_groups", "writer_groups"]

    /// Where `got` differs from `wanted`; empty when they agree.
    static func differences(wanted: Value, got: Value) -> [String] {
        compare(canonical(wanted), canonical(got), at: "")
    }

    private static func canonical(_ value: Value, key: String? = nil, inMetainfo: Bool = false) -> Value {
        switch value {
        case .object(let members):
            var kept = ObjectValue()
            for (key, value) in members.members {
                if key == "upload_files_server_path" || key == "description" && value == .string("<text>") { continue }
                if key == "total", inMetainfo { continue }
                kept[key] = canonical(value, key: key, inMetainfo: inMetainfo || key == "metainfo")
            }
            return .object(kept)
        case .list(let items):
            let items = items.map { canonical($0, inMetainfo: inMetainfo) }
            guard let key, sets.contains(key) else { return .list(items) }
            return .list(items.sorted { text($0) < text($1) })
        case .real(let number): return Int64(exactly: number).map(Value.integer) ?? value
        default: return value
        }
    }

    private static func text(_ value: Value) -> String {
        var writer = JSONWriter()
        writer.value(value)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private static func compare(_ wanted: Value, _ got: Value, at path: String) -> [String] {
        switch (wanted, got) {
        case (.object(let wanted), .object(let got)):
            var found: [String] = []
            for key in wanted.keys + got.keys.filter({ wanted[$0] == nil }) {
                switch (wanted[key], got[key]) {
                case (let wanted?, let got?): found += compare(wanted, got, at: path + "/" + key)
                case (_, nil) where key != "description": found.append("\(path)/\(key): missing")
                case (nil, let got?) where key != "description":
                    found.append("\(path)/\(key): not wanted: \(text(got).prefix(120))")
                default: break
                }
            }
            return found
        case (.list(let wanted), .list(let got)) where wanted.count == got.count:
            return zip(wanted, got).enumerated().flatMap { compare($1.0, $1.1, at: path + "/\($0)") }
        default:
            return wanted == got ? [] : ["\(path): wanted \(text(wanted).prefix(160)), got \(text(got).prefix(160))"]
        }
    }
}
