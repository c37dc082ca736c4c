import NomadAPI
import RutileGraph
import RutileJSON
import RutileModel
import RutileStore
import Testing

/// Many entries by id, which several walks read side by side.
@Suite struct WalkPartTests {
    /// 100 entries with values, references of every kind, some to each other, and keys that only some of them have.
    private static let bundle: [UInt8] = {
        let time = #""2024-01-01T00:00:00""#
        let entries = (0..<100).map { number in
            let next = (number * 7 + 3) % 100
            let odd = number % 3 == 0 ? #", "odd": {"value": \#(number)}"# : ""
            let definitions =
                number == 0
                ? #""definitions": {"name": "circle", "section_definitions": [\#(section("A", of: "B")), \#(section("B", of: "A"))]},"#
                : ""
            return ##"""
                {"entry_id": "e\##(number)", "upload_id": "up\##(number % 2)", "mainfile": "\##(number).json",
                 "parser_name": "p", "entry_create_time": \##(time), "archive": {\##(definitions)
                    "run": [{"m_def": "../uploads/up0/archive/e0#/definitions/section_definitions/\##(number / 50)"}],
                    "data": {
                        "value": \##(number), "list": [{"a": 1}, {"a": \##(number)}], "own": "#/data/list/1",
                        "other": "../uploads/up\##(next % 2)/archive/e\##(next)#/data/list/0"\##(odd)}}}
                """##
        }
        let uploads = (0..<2).map { number in
            """
            {"upload_id": "up\(number)", "main_author": "u", "upload_create_time": \(time), "publish_time": \(time)}
            """
        }
        let text = """
            {"users": [{"user_id": "u", "username": "u"}], "uploads": [\(uploads.joined(separator: ","))],
             "entries": [\(entries.joined(separator: ","))]}
            """
        return Array(text.utf8)
    }()

    /// A definition that leads to another one, which leads back.
    private static func section(_ name: String, of part: String) -> String {
        #"{"name": "\#(name)", "sub_sections": [{"name": "part", "sub_section": "\#(part)"}]}"#
    }

    private static func named(_ node: String) -> String {
        #"{"entries": {\#((0..<120).map { #""e\#($0)": \#(node)"# }.joined(separator: ","))}}"#
    }

    private static func listed(_ node: String) -> String {
        #"{"m_request": {"pagination": {"page_size": 100}}, "*": \#(node)}"#
    }

    /// Ask a service whose walks have no thread but their own, and one that has some.
    private func laboratories(
        limits: GraphLimits = GraphLimits(), threads: Int
    ) async throws -> (alone: (String) async throws -> String, together: (String) async throws -> String) {
        let (one, some) = (LongWork(width: 1), LongWork(width: threads))
        let alone = try await GraphLaboratory(bundle: Self.bundle, limits: limits, longWork: one)
        let together = try await GraphLaboratory(bundle: Self.bundle, limits: limits, longWork: some)
        let caller = Caller(user: UserID("u"), isAdmin: false, groups: [])
        return (
            { request in
                // The one thread is taken.
                let bytes = try await one.run { try await alone.service.answer(Array(request.utf8), as: caller) }
                return String(decoding: bytes, as: UTF8.self)
            },
            { request in
                String(decoding: try await together.service.answer(Array(request.utf8), as: caller), as: UTF8.self)
            }
        )
    }

    /// What a service says: the answer, or why there is none.
    private static func said(_ answer: () async throws -> String) async throws -> String {
        do {
            return try await answer()
        } catch let problem as GraphProblem {
            return "\(problem)"
        }
    }

    @Test(
        arguments: [
            named(#"{"archive": {"data": {"value": "*"}}}"#),
            named(#"{"mainfile_path": "*", "archive": {"data": {"odd": {"value": "*"}, "list[-1]": {"a": "*"}}}}"#),
            named(#"{"upload": {"upload_name": "*", "entries": "*"}, "archive": {"data": "*"}}"#),
            named(#"{"archive": {"data": {"other": {"a": "*"}}}}"#),
            named(#"{"archive": {"data": {"m_request": {"directive": "resolved"}}}}"#),
            named(#"{"archive": {"m_request": {"include_definition": "both"}, "data": "*"}}"#),
            named(#"{"archive": {"m_request": {"m_def_format": "short"}, "run": "*"}}"#),
            #"{"entries": \#(listed(#"{"entry_id": "*", "archive": {"data": {"list": "*"}}}"#))}"#,
            #"{"uploads": \#(listed(#"{"entries": \#(listed(#"{"upload": {"upload_id": "*"}}"#))}"#)), "users": {"u": "*"}}"#,
        ], [3, 40])
    func theyAnswerAsOneDoes(request: String, threads: Int) async throws {
        let (alone, together) = try await laboratories(threads: threads)
        let answer = try await together(request)
        #expect(try await alone(request) == answer)
        #expect(answer.utf8.count > 1_000)
    }

    @Test func theyVisitNoMoreNodesTogetherThanOneMay() async throws {
        let request = Self.named(#"{"archive": {"data": {"value": "*"}}}"#)
        var refused = 0
        for nodes in stride(from: 100, through: 4_000, by: 300) {
            let (alone, together) = try await laboratories(limits: GraphLimits(answerNodes: nodes), threads: 3)
            let (one, several) = (
                try await Self.said { try await alone(request) }, try await Self.said { try await together(request) }
            )
            #expect(one == several)
            if !one.hasPrefix("{") { refused += 1 }
        }
        #expect(refused > 0 && refused < 14)
    }
}
