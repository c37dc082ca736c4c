import RutileJSON
import RutileTestSupport
import Testing

/// Every request of the documentation page about archives that is shown with an answer, over an archive that is built
/// from those answers.
@Suite struct SeedTests {
    /// A request and the answer that the page shows for it.
    struct Example: Sendable, CustomTestStringConvertible {
        let number: Int
        let request: Value
        let answer: Value

        var testDescription: String { "example \(number)" }
    }

    static let uploadID = "RzWMitKESo2dQmuE6uQB-Q"
    static let entryID = "x36WdKPMctUOkjXMyV8oQq2zWcSx"

    private static let page = "nomad-graph-archive.txt"

    /// The JSON blocks of a page, each request with the answer that follows it. What is no JSON is passed over.
    static func examples(of page: String) throws -> [Example] {
        let text = String(decoding: try GoldenCase.bytes("seeds/" + page), as: UTF8.self)
        var blocks: [Value] = []
        var lines: [Substring]? = nil
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line == "{" { lines = [] }
            lines?.append(line)
            guard line == "}", let block = lines else { continue }
            lines = nil
            let json = Array(block.joined(separator: "\n").utf8)
            if let value = try? Value(json: json, limits: .file, nonFinite: .refuse) { blocks.append(value) }
        }
        var examples: [Example] = []
        for (request, answer) in zip(blocks, blocks.dropFirst()) where isRequest(request) && !isRequest(answer) {
            examples.append(Example(number: examples.count + 1, request: request, answer: answer))
        }
        return examples
    }

    private static func isRequest(_ value: Value) -> Bool {
        switch value {
        case .object(let members): members.members.contains { $0.0 == "m_request" || isRequest($0.1) }
        case .list(let items): items.contains(where: isRequest)
        default: false
        }
    }

    /// The archive that all the answers of a page are parts of.
    static func archive(of page: String) throws -> Value {
        var archive = Value.object(ObjectValue())
        for example in try examples(of: page) {
            // What an answer replaces by an internal reference was a section where depth is limited, else a long list.
            let isDepth =
                example.request.description(contains: "depth")
                && !example.request.description(contains: "resolve_depth")
            let hidden: Value =
                isDepth
                ? .members(["material": .members(["material_id": .string("m")])])
                : .list(Array(repeating: .integer(0), count: 500))
            for part in [
                example.answer["entries"]?[entryID]?["archive"],
                example.answer["uploads"]?[uploadID]?["entries"]?[entryID]?["archive"],
            ] {
                if let part { archive = merged(archive, stored(part, hidden: hidden)) }
            }
        }
        return revealed(archive)
    }

    /// A part of an answer as it must have been stored.
    private static func stored(_ value: Value, hidden: Value) -> Value {
        switch value {
        case .string(let text):
            let fixed = "uploads/\(uploadID)/entries/\(entryID)/archive/"
            if text.hasPrefix("__INTERNAL__:") { return .object(ObjectValue([("$hidden", hidden)])) }
            return text.hasPrefix(fixed) ? .string("#/" + text.dropFirst(fixed.count)) : value
        case .list(let items): return .list(items.map { stored($0, hidden: hidden) })
        case .object(let members):
            return .object(ObjectValue(members.members.map { ($0.0, stored($0.1, hidden: hidden)) }))
        default: return value
        }
    }

    private static func merged(_ left: Value, _ right: Value) -> Value {
        switch (left, right) {
        case (_, .null): return left
        case (.null, _): return right
        case (_, .object(let members)) where members["$hidden"] != nil: return left
        case (.object(let members), _) where members["$hidden"] != nil: return right
        case (.object(var members), .object(let added)):
            for (key, value) in added.members { members[key] = members[key].map { merged($0, value) } ?? value }
            return .object(members)
        case (.list(let items), .list(let added)):
            return .list(
                (0..<max(items.count, added.count)).map { index in
                    merged(index < items.count ? items[index] : .null, index < added.count ? added[index] : .null)
                })
        default: return right
        }
    }

    /// Replaces what is still hidden by its stand-in.
    private static func revealed(_ value: Value) -> Value {
        switch value {
        case .list(let items): return .list(items.map(revealed))
        case .object(let members):
            if let hidden = members["$hidden"] { return hidden }
            return .object(ObjectValue(members.members.map { ($0.0, revealed($0.1)) }))
        default: return value
        }
    }

    private static let laboratory = Task {
        let bundle = Value.members([
            "users": .list([.members(["user_id": .string("u"), "username": .string("u")])]),
            "uploads": .list([
                .members([
                    "upload_id": .string(uploadID), "main_author": .string("u"),
                    "upload_create_time": .string("2025-05-27T09:00:00"),
                    "publish_time": .string("2025-05-27T10:00:00"),
                ])
            ]),
            "entries": .list([
                .members([
                    "entry_id": .string(entryID), "upload_id": .string(uploadID), "mainfile": .string("md.log"),
                    "parser_name": .string("parsers/gromacs"), "entry_create_time": .string("2025-05-27T09:00:00"),
                    "archive": try archive(of: page),
                ])
            ]),
        ])
        var writer = JSONWriter()
        writer.value(bundle)
        return try await GraphLaboratory(bundle: writer.bytes)
    }

    @Test func thePageHasExamples() throws {
        #expect(try Self.examples(of: Self.page).count >= 9)
    }

    @Test(arguments: try examples(of: page))
    func answersAsThePageShows(_ example: Example) async throws {
        let (status, answer) = try await Self.laboratory.value.ask(example.request)
        #expect(status == 200)
        let found = GoldenComparison.differences(wanted: example.answer, got: answer)
        #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
    }
}

extension Value {
    /// Whether a key `name` occurs anywhere.
    fileprivate func description(contains name: String) -> Bool {
        switch self {
        case .object(let members): members.members.contains { $0.0 == name || $0.1.description(contains: name) }
        case .list(let items): items.contains { $0.description(contains: name) }
        default: false
        }
    }
}
