import FoundationEssentials
import RutileJSON
import RutileModel
import RutileTestSupport
import Testing

/// The part of Elasticsearch's query language that NOMAD's router uses, read from its definition on one document at a
/// time. It knows nothing of this software's own queries.
struct ElasticQuery {
    /// What Elasticsearch calls the fields, and how it keeps them.
    private struct Field {
        let path: String
        let type: String
        let isPath: Bool
    }

    private let fields: [String: Field]

    init() throws {
        let path = try SharedMaterial.path("cases/archive/search_quantities.json")
        let data = try #require(FileManager.default.contents(atPath: path))
        var fields: [String: Field] = [:]
        for (name, fact) in try Value(json: Array(data), limits: .file)["quantities"]?.object?.members ?? zip([], []) {
            guard let field = fact["search_field"]?.text, let type = fact["es_type"]?.text else { continue }
            var path = field
            if path.hasSuffix(".keyword"), name != "search_quantities.str_value.keyword" {
                path.removeLast(".keyword".count)
            }
            fields[field] = Field(path: path, type: type, isPath: fact["analyzer"]?.text == "path_analyzer")
        }
        self.fields = fields
    }

    /// Whether `document` is a hit.
    func matches(_ query: Value, _ document: Value) throws -> Bool { try matches(query, document, below: "") }

    private func matches(_ query: Value, _ document: Value, below section: String) throws -> Bool {
        let (kind, body) = try #require(query.object?.members.first { _ in true })
        switch kind {
        case "bool":
            let should = body["should"]?.items ?? []
            let must = try (body["must"]?.items ?? []).allSatisfy { try matches($0, document, below: section) }
            let not = try (body["must_not"]?.items ?? []).contains { try matches($0, document, below: section) }
            let needed = body["minimum_should_match"]?.integer ?? (body["must"] == nil && !should.isEmpty ? 1 : 0)
            let met = try should.filter { try matches($0, document, below: section) }.count
            return must && !not && met >= Int(should.isEmpty ? 0 : needed)
        case "nested":
            let path = try #require(body["path"]?.text)
            let inner = try #require(body["query"])
            let items = values(at: relative(path, to: section), in: document)
            return try items.contains { try matches(inner, $0, below: path) }
        case "term", "match", "match_phrase_prefix", "terms", "range":
            let (name, operand) = try #require(body.object?.members.first { _ in true })
            let field = try #require(fields[name], "field \(name)")
            return values(at: relative(field.path, to: section), in: document).contains { value in
                switch kind {
                case "terms": (operand.items ?? []).contains { meets(value, field, $0) }
                case "range": isWithin(value, operand)
                case "match_phrase_prefix":
                    value.text.map { hasPhrase(words($0), words(operand.text ?? "")) } ?? false
                default: meets(value, field, operand)
                }
            }
        default:
            Issue.record("no such query: \(kind)")
            return false
        }
    }

    private func relative(_ path: String, to section: String) -> String {
        section.isEmpty ? path : String(path.dropFirst(section.count + 1))
    }

    private func values(at path: String, in document: Value) -> [Value] {
        var values = [document]
        for name in path.split(separator: ".") {
            values = values.flatMap { value -> [Value] in
                guard let member = value[String(name)], !member.isNull else { return [] }
                return member.items ?? [member]
            }
        }
        return values
    }

    private func meets(_ value: Value, _ field: Field, _ operand: Value) -> Bool {
        switch field.type {
        case "text":
            let wanted = parts(operand.text ?? "", field)
            return parts(value.text ?? "", field).contains { wanted.contains($0) }
        case "integer", "long", "double":
            return (value.real ?? Double(value.text ?? "")) == (operand.real ?? Double(operand.text ?? ""))
        case "boolean": return (value.bool ?? (value.text == "true")) == (operand.bool ?? (operand.text == "true"))
        case "date":
            let day = (operand.text ?? "").prefix(10)
            return (value.text ?? "").prefix(10) == day
        default: return value.text == operand.text && value.text != nil
        }
    }

    private func isWithin(_ value: Value, _ range: Value) -> Bool {
        guard let number = value.real else { return false }
        func bound(_ name: String) -> Double? { range[name]?.real }
        return bound("gt").map { number > $0 } ?? true && bound("gte").map { number >= $0 } ?? true
            && bound("lt").map { number < $0 } ?? true && bound("lte").map { number <= $0 } ?? true
    }

    private func parts(_ text: String, _ field: Field) -> [String] {
        field.isPath ? text.split(separator: "/").map(String.init) : words(text)
    }

    private func words(_ text: String) -> [String] {
        text.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
    }

    private func hasPhrase(_ words: [String], _ wanted: [String]) -> Bool {
        guard let last = wanted.last, words.count >= wanted.count else { return false }
        return (0...words.count - wanted.count).contains { start in
            zip(words[start...], wanted.dropLast()).allSatisfy { $0 == $1 }
                && words[start + wanted.count - 1].hasPrefix(last)
        }
    }
}
