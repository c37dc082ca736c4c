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
        #expect(hit["search"]?["ent-sample"]?["main_author"] == .members([:]))
    }

    /// Measured against NOMAD. An object about a user has the members that are stored, an id those of the user.
    @Test(arguments: [
        (#"{"coauthors": {"email": "*", "name": "*"}}"#, #"{"coauthors": [{"name": "Ben Orr"}]}"#),
        (#"{"coauthors": {"username": "*"}}"#, #"{"coauthors": [{}]}"#),
        (#"{"coauthors[0]": {"username": "*"}}"#, "{}"),
        (
            #"{"main_author": {"m_request": {"directive": "plain"}, "username": "*"}}"#,
            #"{"main_author": {"user_id": "u-ada", "name": "Ada Quist"}}"#
        ),
        (
            #"{"viewers": {"user_id": {"name": "*", "email": "*"}}}"#,
            #"{"viewers": [{"user_id": {"name": "Ada Quist", "email": "ada@lab.example"}}, {"user_id": {"name": "Ben Orr", "email": "ben@lab.example"}}]}"#
        ),
        (
            #"{"coauthors[0]": {"m_request": {"include": ["na*"]}, "user_id": "*"}}"#,
            #"{"coauthors": [{"name": "Ben Orr", "user_id": "u-ben"}]}"#
        ),
    ])
    func objectsAboutUsersHaveTheMembersThatAreStored(_ request: String, _ wanted: String) async throws {
        let answer = try await ask(#"{"entries": {"ent-sample": {"metadata": \#(request)}}}"#)
        #expect(answer["entries"]?["ent-sample"]?["metadata"] == (try json(wanted)))
    }

    /// Measured against NOMAD.
    @Test(arguments: [
        (#"{"uploads": {"upl-draft": {"coauthors[0]": {"nope": "*"}}}}"#, #"{"uploads": {"upl-draft": {}}}"#),
        (
            #"{"uploads": {"upl-draft": {"coauthors": {"nope": "*"}}}}"#,
            #"{"uploads": {"upl-draft": {"coauthors": [{}]}}}"#
        ),
        (#"{"uploads": {"upl-draft": {"main_author[0]": {"nope": "*"}}}}"#, #"{"uploads": {"upl-draft": {}}}"#),
        (
            #"{"uploads": {"upl-draft": {"main_author[0]": {"name": "*"}}}}"#,
            #"{"uploads": {"upl-draft": {"main_author": {"name": "Ada Quist"}}}}"#
        ),
        (#"{"datasets": {"ds-one": {"user_id[0]": {"name": "*"}}}}"#, #"{"datasets": {"ds-one": {}}}"#),
        (#"{"users": {"u-ada": {"user_id[0]": {"name": "*"}}}}"#, #"{"users": {"u-ada": {}}}"#),
        (#"{"entries": {"ent-sample": {"upload_id[0]": {"upload_name": "*"}}}}"#, #"{"entries": {"ent-sample": {}}}"#),
        (
            #"{"groups": {"g-films": {"members_info[1]": {"user_id[0]": {"name": "*"}, "role": "*"}}}}"#,
            #"{"groups": {"g-films": {"members_info": [null, {"role": "maintainer"}]}}}"#
        ),
    ])
    func withAnIndexInTheirKeyFieldsLeadNowhere(_ request: String, _ wanted: String) async throws {
        #expect(try await ask(request) == (try json(wanted)))
    }

    @Test func withAnIndexInTheirKeyUsersAreShownWhole() async throws {
        let upload = try await ask(
            #"{"uploads": {"upl-draft": {"coauthors[-1]": {"m_request": {"include": ["na*"]}, "email": "*"}}}}"#)
        let whole = try await ask(#"{"uploads": {"upl-draft": {"coauthors": "*"}}}"#)
        let users = upload["uploads"]?["upl-draft"]?["coauthors"]?.items
        #expect(users?.count == 1)
        #expect(
            Set(users?.first?.object?.keys ?? [])
                == Set(whole["uploads"]?["upl-draft"]?["coauthors"]?.items?.first?.object?.keys ?? ["none"]))
    }

    /// What is asked below a user is planned once, not once as members and once as fields of the user.
    @Test(.timeLimit(.minutes(1))) func usersBelowUsersArePlannedOnce() async throws {
        for inner in ["main_author", "user_id"] {
            var request = #""*""#
            for _ in 0..<28 { request = #"{"main_author": {"\#(inner)": \#(request)}}"# }
            let answer = try await ask(#"{"entries": {"ent-sample": {"metadata": \#(request)}}}"#)
            #expect(answer["entries"]?["ent-sample"]?["metadata"]?["main_author"] != nil)
        }
    }

    /// Measured against NOMAD. By its id, or beside a key, a document is there with nothing in it, too.
    @Test(arguments: [
        (#"{"uploads": {"*": {"m_request": {"include": ["zzz"]}}}}"#, "uploads", []),
        (#"{"uploads": {"*": {"m_request": {"exclude": ["*"]}}}}"#, "uploads", []),
        (#"{"groups": {"*": {"m_request": {"include": ["desc*"]}}}}"#, "groups", ["g-alloy"]),
        (#"{"entries": {"*": {"m_request": {"include": ["zzz"]}}}}"#, "entries", []),
        (#"{"search": {"*": {"m_request": {"include": ["zzz"]}}}}"#, "search", []),
        (#"{"groups": {"*": {"nope": "*"}}}"#, "groups", ["g-alloy", "g-films", "g-solo"]),
        (#"{"entries": {"ent-big": {"m_request": {"include": ["zzz"]}}}}"#, "entries", ["ent-big"]),
    ])
    func listedDocumentsOfWhichNothingIsKeptAreLeftOut(
        _ request: String, _ list: String, _ wanted: [String]
    ) async throws {
        let shown = try await ask(request)[list]
        #expect(Set(shown?.object?.keys.filter { $0 != "m_response" } ?? ["none"]) == Set(wanted))
        if wanted.isEmpty { #expect(shown?["m_response"]?["pagination"]?["total"] != nil) }
    }

    /// Measured against NOMAD: of which strings a resolved document says that they are no ids.
    @Test(arguments: [
        ("groups", "g-alloy", "entry", ["member", "g-alloy", "Alloy Club", "owner", "u-dot", "alloy people", "u-ada"]),
        (
            "datasets", "ds-one", "upload",
            ["u-ada", "ds-one", "ent-measure", "ent-draft-1", "ent-sample", "First set", "10.1/first", "owned"]
        ),
        ("datasets", "ds-one", "entry", ["10.1/first", "ds-one", "owned", "First set", "u-ada"]),
    ])
    func everyStringOfADocumentIsLookedUp(
        _ list: String, _ id: String, _ type: String, _ wanted: [String]
    ) async throws {
        let settings = #"{"m_request": {"directive": "resolved", "resolve_type": "\#(type)"}}"#
        let document = try await ask(#"{"\#(list)": {"\#(id)": \#(settings)}}"#)[list]?[id]
        #expect(unknown(document) == Set(wanted))
        if type == "entry", list == "datasets" {
            #expect(document?["entries"]?.items?.first?["parser_name"]?.text == "parsers/archive")
        }
    }

    @Test func stringsInListsAndObjectsOfFieldsAreLookedUp() async throws {
        func settings(_ type: String) -> String {
            #"{"m_request": {"directive": "resolved", "resolve_type": "\#(type)"}}"#
        }
        let answer = try await ask(
            """
            {"groups": {"g-alloy": {"members_info": \(settings("user"))}},
             "uploads": {"upl-draft": {"coauthors": \(settings("upload")), "coauthor_groups": \(settings("upload"))}},
             "entries": {"ent-sample": {"metadata": {"authors": \(settings("upload"))}}}}
            """)
        let member = answer["groups"]?["g-alloy"]?["members_info"]?.items?.first
        #expect(member?["user_id"]?["name"]?.text == "Ada Quist")
        #expect(member?["role"]?.text == "owner")
        #expect(member?["user"]?["user_id"]?.text == "u-ada")
        #expect(unknown(answer["uploads"]?["upl-draft"]) == ["g-alloy"])
        #expect(unknown(answer["entries"]?["ent-sample"]?["metadata"]) == ["Ada Quist", "Ben Orr", "u-ben", "u-ada"])
    }

    /// What the messages of a node call no id.
    private func unknown(_ node: Value?) -> Set<String> {
        Set(
            (node?["m_errors"]?.items ?? []).compactMap { (problem: Value) -> String? in
                guard let text = problem["message"]?.text,
                    let end = text.firstRange(of: " is not a valid")?.lowerBound
                else { return nil }
                return String(text[..<end].dropFirst("The value ".count))
            })
    }
}
