import RutileJSON
import RutileTestSupport
import Testing

/// What the fields of documents hold, beyond what the recorded cases show.
@Suite struct FieldTests {
    private static let laboratory = Task {
        try await GraphLaboratory(bundle: GoldenCase.bytes("cases/graph/fixture.json"))
    }

    private func ask(_ request: String) async throws -> Value {
        let (status, answer) = try await Self.laboratory.value.ask(request, as: "u-ada")
        #expect(status == 200, "\(answer)")
        return answer
    }

    private func json(_ text: String) throws -> Value {
        try Value(json: Array(text.utf8), limits: .file, nonFinite: .refuse)
    }

    @Test(arguments: [
        (#"{"m_request": {"include": ["elem*"]}}"#, #"{"elements": ["H", "O"]}"#),
        (#"{"elements[0]": "*"}"#, #"{"elements": ["H"]}"#),
        (#"{"elements[-1]": "*"}"#, #"{"elements": [null, "O"]}"#),
        (#"{"elements": {"m_request": {"index": [1]}}}"#, #"{"elements": [null, "O"]}"#),
        (#"{"elements[1:0]": "*", "nelements": "*"}"#, #"{"elements": [], "nelements": 2}"#),
    ])
    func settingsReachWhatFieldsHold(_ material: String, _ wanted: String) async throws {
        let inside = #"{"results": {"material": \#(material)}}"#
        let answer = try await ask(
            #"{"entries": {"ent-flow": {"metadata": \#(inside)}}, "search": {"ent-flow": \#(inside)}}"#)
        let wanted = try json(wanted)
        #expect(answer["entries"]?["ent-flow"]?["metadata"]?["results"]?["material"] == wanted)
        #expect(answer["search"]?["ent-flow"]?["results"]?["material"] == wanted)
    }

    @Test func whatKeepsNothingIsAnEmptyListOrAbsent() async throws {
        for filter in [#"{"include": ["zzz"]}"#, #"{"exclude": ["*"]}"#] {
            let settings = #"{"m_request": \#(filter)}"#
            let answer = try await ask(
                """
                {"groups": {"g-films": {"group_name": "*", "members_info": \(settings)}},
                 "entries": {"ent-flow": {"metadata": {"entry_id": "*", "authors": \(settings), "results": \(settings)}},
                  "ent-sample": {"metadata": {"results": {"material": \(settings)}}}}}
                """)
            #expect(answer["groups"]?["g-films"] == (try json(#"{"group_name": "Thin Films", "members_info": []}"#)))
            let metadata = answer["entries"]?["ent-flow"]?["metadata"]
            #expect(metadata == (try json(#"{"entry_id": "ent-flow", "authors": []}"#)))
            #expect(answer["entries"]?["ent-sample"]?["metadata"] == .object(ObjectValue()))
        }
    }

    @Test func usersInsideObjectsLeadOn() async throws {
        let answer = try await ask(
            """
            {"groups": {"g-films": {"members_info": {"user_id": {"name": "*"}}}},
             "entries": {"ent-sample": {"metadata": {"main_author": {"name": "*", "uploads": {"*": {"upload_name": "*"}}},
              "viewers": {"user_id": {"name": "*"}}, "writers": {"m_request": {"include": ["name"]}, "user_id": "*"}}}}}
            """)
        let members = answer["groups"]?["g-films"]?["members_info"]?.items
        #expect(members?.count == 3)
        #expect(members?.first == (try json(#"{"user_id": {"name": "Ben Orr"}}"#)))
        let metadata = answer["entries"]?["ent-sample"]?["metadata"]
        #expect(metadata?["main_author"]?["name"] == .string("Ada Quist"))
        #expect(metadata?["main_author"]?["uploads"]?["upl-draft"]?["upload_name"] == .string("Draft alloys"))
        #expect(metadata?["viewers"]?.items?.first == (try json(#"{"user_id": {"name": "Ada Quist"}}"#)))
        #expect(metadata?["writers"]?.items?.first == (try json(#"{"name": "Ada Quist", "user_id": "u-ada"}"#)))
        let hit = try await ask(#"{"search": {"ent-sample": {"main_author": {"username": "*"}}}}"#)
        #expect(hit["search"]?["ent-sample"]?["main_author"] == (try json(#"{"username": "ada"}"#)))
    }
}
