import RutileJSON
import RutileModel
import RutileTestSupport
import Testing

/// Every request of the documentation page about the whole graph that is shown with an answer, over a bundle that is
/// built from those answers.
@Suite struct GraphSeedTests {
    private static let page = "nomad-graph-api.txt"
    private static let user = "57aaf068-cdd0-43c1-be51-99e0d425c131"

    /// The answer of the first example that has something at `path`.
    private static func shown(_ path: String...) throws -> ObjectValue {
        for example in try SeedTests.examples(of: page) {
            var value: Value? = example.answer
            for key in path { value = value?[key] }
            if let found = value?.object { return found }
        }
        return ObjectValue()
    }

    /// The upload, entry and archive of the examples about archives; the uploads of the examples about users; the hits of
    /// the examples about searches, with as many others behind them as the page counts.
    private static let laboratory = Task {
        let person = Value.members([
            "user_id": .string(user), "username": .string("theodore"), "first_name": .string("Theodore"),
            "last_name": .string("Chang"), "affiliation": .string("Humboldt-Universität zu Berlin"),
            "created": .string("2022-02-12T22:14:25.151000+00:00"), "is_admin": .bool(false),
            "is_oasis_admin": .bool(false),
        ])
        let other = Value.members(["user_id": .string("other"), "username": .string("other")])
        func upload(_ id: String, _ author: String, _ time: Value?, published: Bool) -> Value {
            var members = ObjectValue([
                ("upload_id", .string(id)), ("main_author", .string(author)),
                ("upload_create_time", time ?? .string("2024-05-27T10:03:35.048000")),
            ])
            if published { members["publish_time"] = .string("2024-06-01T00:00:00") }
            return .object(members)
        }
        func entry(_ id: String, _ upload: String, _ mainfile: String, _ time: Value?) -> Value {
            .members([
                "entry_id": .string(id), "upload_id": .string(upload), "mainfile": .string(mainfile),
                "parser_name": .string("parsers/vasp"),
                "entry_create_time": time ?? .string("2025-05-27T09:00:00"),
            ])
        }
        var uploads = [upload(SeedTests.uploadID, "other", nil, published: true)]
        let times = try SeedTests.examples(of: page).compactMap { $0.answer["users"]?["me"]?["uploads"]?.object }
        for (id, value) in times.last?.members ?? zip([], []) {
            uploads.append(upload(id, user, value["upload_create_time"], published: false))
        }
        let searched = uploads.last?["upload_id"]?.text ?? ""
        var archived = entry(SeedTests.entryID, SeedTests.uploadID, "md.log", nil).object ?? ObjectValue()
        archived["archive"] = try SeedTests.archive(of: page)
        var entries = [Value.object(archived)]
        let hits = try shown("search").members.filter { $0.0 != "m_response" }
        for (number, (id, value)) in hits.enumerated() {
            entries.append(entry(id, searched, "OUTCAR_K_nm_\(5 + number)", value["entry"]?["entry_create_time"]))
        }
        for number in hits.count..<37 { entries.append(entry("z\(number)", searched, "more/\(number)", nil)) }
        let bundle = Value.members([
            "users": .list([person, other]), "uploads": .list(uploads), "entries": .list(entries),
            "raw_files": .members([searched: .members(["OUTCAR_K_nm_5": .string("POTIM = 0.5")])]),
        ])
        var writer = JSONWriter()
        writer.value(bundle)
        return try await GraphLaboratory(bundle: writer.bytes)
    }

    @Test func thePageHasExamples() throws {
        #expect(try SeedTests.examples(of: Self.page).count >= 14)
    }

    @Test(arguments: try SeedTests.examples(of: page))
    func answersAsThePageShows(_ example: SeedTests.Example) async throws {
        let (status, answer) = try await Self.laboratory.value.ask(example.request, as: Self.user)
        #expect(status == 200)
        let wanted = Self.comparable(example.answer)
        let got = Self.comparable(Self.shown(answer, as: example.answer))
        let found = GoldenComparison.differences(wanted: wanted, got: got)
        #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
    }

    /// With instants for times: the page shows those of an earlier release, without an offset (D22). The size of a file
    /// is not compared; ours is smaller.
    private static func comparable(_ value: Value) -> Value {
        switch value {
        case .string(let text): Timestamp(text).map { .integer($0.microseconds) } ?? value
        case .list(let items): .list(items.map(comparable))
        case .object(let members):
            .object(ObjectValue(members.members.filter { $0.0 != "size" }.map { ($0.0, comparable($0.1)) }))
        default: value
        }
    }

    /// `answer` without what the page leaves out: fields of documents ("some fields are omitted"), and `m_response` in
    /// lists of the earlier release.
    private static func shown(_ answer: Value, as page: Value) -> Value {
        guard let given = answer.object, let members = page.object else { return answer }
        let isDocument = members["user_id"] != nil
        return .object(
            ObjectValue(
                given.members.filter { key, _ in members[key] != nil || !(isDocument || key == "m_response") }
                    .map { key, value in (key, members[key].map { shown(value, as: $0) } ?? value) }))
    }
}
