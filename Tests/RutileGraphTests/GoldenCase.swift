import FoundationEssentials
import RutileJSON
import RutileTestSupport
import Testing

/// Reads whole files.
enum FileBytes {
    static func read(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: path))) }

    /// The lines of the file `name` beside this one.
    static func lines(beside name: String) throws -> [Substring] {
        var path = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        path[path.count - 1] = name[...]
        return String(decoding: try read(path.joined(separator: "/")), as: UTF8.self).split(separator: "\n")
    }
}

/// One recorded request with its answer.
struct GoldenCase: Sendable, CustomTestStringConvertible {
    let name: String
    let user: String?
    let endpoint: String
    let status: Int
    let request: Value
    let response: Value

    var testDescription: String { name }

    /// The shared golden cases, by name.
    static func all() throws -> [GoldenCase] {
        let files = try FileManager.default.contentsOfDirectory(atPath: SharedMaterial.path("cases/graph/cases"))
        let names = files.filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }
        return try names.sorted().map { try GoldenCase(named: $0) }
    }

    /// Answers of NOMAD 2.0.0 over the same records that the shared cases do not have: one line each, of the same form.
    static func measured() throws -> [GoldenCase] {
        try FileBytes.lines(beside: "Measured-answers.jsonl").map { line in
            GoldenCase(try Value(json: Array(line.utf8), limits: .file, nonFinite: .refuse))
        }
    }

    /// Our own answers to the shared cases whose recorded answer is not ours, on purpose: one line each, without requests.
    static func different() throws -> [GoldenCase] {
        try FileBytes.lines(beside: "Different-answers.jsonl").map { line in
            GoldenCase(try Value(json: Array(line.utf8), limits: .file, nonFinite: .refuse))
        }
    }

    /// A file of the shared material.
    static func bytes(_ name: String) throws -> [UInt8] { try FileBytes.read(SharedMaterial.path(name)) }

    init(named name: String) throws {
        self.init(try Value(json: Self.bytes("cases/graph/cases/\(name).json"), limits: .file, nonFinite: .null))
    }

    private init(_ value: Value) {
        name = value["name"]?.text ?? ""
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

    /// Where `got` differs from `wanted`; empty when they agree. With `order`, the order of keys counts.
    static func differences(wanted: Value, got: Value, order: Bool = false) -> [String] {
        let wanted = withLastPagesEnding(canonical(wanted, inside: []))
        let got = canonical(got, inside: [])
        let found = compare(wanted, got, at: "")
        return found.isEmpty && order && text(wanted) != text(got) ? ["the order of keys"] : found
    }

    private static func canonical(_ value: Value, inside keys: [String]) -> Value {
        switch value {
        case .object(let members):
            var kept = ObjectValue()
            for (key, value) in members.members {
                if key == "upload_files_server_path" || key == "description" && value == .string("<text>") { continue }
                // How many packages there are is the installation's business.
                if key == "total", keys.contains("metainfo") { continue }
                kept[key] = canonical(value, inside: keys + [key])
            }
            return .object(kept)
        case .list(let items):
            let canonicalItems = items.map { canonical($0, inside: keys) }
            guard let key = keys.last else { return .list(canonicalItems) }
            let isFilter = key == "include" || key == "exclude"
            guard sets.contains(key) || (isFilter && keys.contains("m_response")) else { return .list(canonicalItems) }
            return .list(canonicalItems.sorted { text($0) < text($1) })
        case .real(let number): return Int64(exactly: number).map(Value.integer) ?? value
        default: return value
        }
    }

    /// Where a page with an offset is the last one, there is no id to go on from (D10).
    private static func withLastPagesEnding(_ value: Value) -> Value {
        switch value {
        case .list(let items): return .list(items.map(withLastPagesEnding))
        case .object(let members):
            var changed = ObjectValue(members.members.map { ($0.0, withLastPagesEnding($0.1)) })
            guard changed["next_page_after_value"] != nil, let total = changed["total"]?.integer,
                changed["page_after_value"]?.isNull ?? true
            else { return .object(changed) }
            let size = changed["page_size"]?.integer ?? 0
            let start = changed["page_offset"]?.integer ?? ((changed["page"]?.integer ?? 1) - 1) * size
            if start + size >= total { changed["next_page_after_value"] = .null }
            return .object(changed)
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
