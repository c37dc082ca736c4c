import RutileJSON
import RutileModel
import RutileTestSupport
import Testing

/// Our own answers where NOMAD's are faults; `docs/compatibility.md` has the reasons.
@Suite struct DifferenceTests {
    private func ask(_ request: String, as user: String? = "u-ada") async throws -> Value {
        let laboratory = try await GraphLaboratory(bundle: GoldenCase.bytes("cases/graph/fixture.json"))
        let (status, answer) = try await laboratory.ask(request, as: user)
        #expect(status == 200)
        return answer
    }

    private func json(_ text: String) throws -> Value {
        try Value(json: Array(text.utf8), limits: .file, nonFinite: .refuse)
    }

    @Test func d2EntriesAreFoundInTheirOwnUpload() async throws {
        let answer = try await ask(
            #"{"entries": {"ent-broken": {"archive": {"data": {"samples[3]": {"name": "*"}}}}}}"#)
        #expect(
            answer["uploads"]?["upl-lab"]?["entries"]?["ent-sample"]?["archive"]?["data"]?["name"] == .string("alloy"))
        let other = try await ask(#"{"entries": {"ent-broken": {"archive": {"data": {"samples[6]": {"name": "*"}}}}}}"#)
        #expect(
            other["uploads"]?["upl-draft"]?["entries"]?["ent-draft-1"]?["archive"]?["data"]?["name"]
                == .string("draft sample"))
    }

    @Test func d2AbsoluteFormsAreReferences() async throws {
        let answer = try await ask(
            #"{"entries": {"ent-measure": {"archive": {"data": {"samples[2]": {"m_request": {"directive": "resolved", "include": ["code"]}}}}}}}"#
        )
        #expect(
            answer["uploads"]?["upl-lab"]?["entries"]?["ent-sample"]?["archive"]?["data"]
                == (try json(#"{"code": "S-1"}"#)))
    }

    @Test func d3AdministratorsReadEntriesOfDrafts() async throws {
        let answer = try await ask(
            #"{"entries": {"ent-draft-1": {"entry_id": "*", "archive": {"data": {"name": "*"}}}}}"#, as: "u-adm")
        #expect(
            answer
                == (try json(
                    #"{"entries": {"ent-draft-1": {"entry_id": "ent-draft-1", "archive": {"data": {"name": "draft sample"}}}}}"#
                )))
    }

    @Test func d5AnIndexOnAnEmptyListGivesAnEmptyList() async throws {
        let answer = try await ask(
            #"{"entries": {"ent-sample": {"archive": {"data": {"parts[3]": {"parts[0]": "*"}}}}}}"#)
        #expect(
            answer
                == (try json(
                    #"{"entries": {"ent-sample": {"archive": {"data": {"parts": [null, null, null, {"parts": []}]}}}}}"#
                )))
    }

    @Test func d7AKeyHidesOnlyItself() async throws {
        let answer = try await ask(
            #"{"entries": {"ent-measure": {"archive": {"data": {"m_request": {"directive": "plain"}, "samples": "*"}}}}}"#
        )
        let data = answer["entries"]?["ent-measure"]?["archive"]?["data"]
        #expect(data?["sample"] == .string("../upload/archive/ent-sample#/data"))
        #expect(data?["samples"]?.items?.count == 4)
    }

    @Test func d8DocumentNamesMeanNothingInsideArchives() async throws {
        let answer = try await ask(
            #"{"entries": {"ent-measure": {"archive": {"data": {"m_request": {"directive": "plain", "max_list_size": 5, "include": ["name"]}, "user_id": "*"}}}}}"#
        )
        #expect(
            answer
                == (try json(
                    #"{"entries": {"ent-measure": {"archive": {"data": {"name": "first look", "user_id": "u-ben"}}}}}"#))
        )
    }

    @Test func d9AnyGlobIsAPattern() async throws {
        let answer = try await ask(
            #"{"entries": {"ent-sample": {"archive": {"data": {"m_request": {"include": ["na-*", "co?e"]}}}}}}"#)
        #expect(answer["entries"]?["ent-sample"]?["archive"]?["data"] == (try json(#"{"code": "S-1"}"#)))
    }

    @Test func d12PagesReachListsOfCustomSchemas() async throws {
        let answer = try await ask(
            #"{"entries": {"ent-big": {"archive": {"data": {"m_request": {"directive": "plain", "pagination": {"page_size": 2}, "include": ["parts", "name"]}}}}}}"#
        )
        let data = answer["entries"]?["ent-big"]?["archive"]?["data"]
        #expect(data?["parts"]?.items?.count == 2)
        #expect(
            data?["m_response"]
                == (try json(
                    #"{"subsection_lists": {"parts": {"pagination": {"page": 1, "page_size": 2, "total": 25}}}}"#)))
    }

    @Test func d13AddressesAreShownToTheUserAndToAdministrators() async throws {
        let laboratory = try await GraphLaboratory(
            bundle: GoldenCase.bytes("cases/graph/fixture.json"), userEmail: .members)
        let request = #"{"uploads": {"upl-lab": {"main_author": "*", "coauthors": {"email": "*", "name": "*"}}}}"#
        let seen = try await laboratory.ask(request, as: "u-ada").answer["uploads"]?["upl-lab"]
        #expect(seen?["main_author"]?["email"] == .string("ada@lab.example"))
        #expect(seen?["coauthors"] == (try json(#"[{"name": "Ben Orr"}]"#)))
        let admin = try await laboratory.ask(request, as: "u-adm").answer["uploads"]?["upl-lab"]
        #expect(admin?["coauthors"]?.items?.first?["email"] == .string("ben@lab.example"))
        let nobody = try await laboratory.ask(request).answer["uploads"]?["upl-lab"]
        #expect(nobody?["main_author"]?["email"] == nil)
    }

    @Test func d13DiskPathsAreNeverShown() async throws {
        let answer = try await ask(#"{"uploads": {"upl-lab": {"m_request": {}, "upload_files_server_path": "*"}}}"#)
        #expect(answer["uploads"]?["upl-lab"]?["upload_files_server_path"] == nil)
    }

    @Test func d14EmbargoedEntriesAreHiddenFromOthers() async throws {
        let laboratory = try await GraphLaboratory(
            bundle: GoldenCase.bytes("cases/graph/fixture.json"), policy: AccessPolicy())
        let request = #"{"entries": {"ent-sealed-1": {"entry_id": "*"}}}"#
        let stranger = try await laboratory.ask(request, as: "u-eve").answer["entries"]?["ent-sealed-1"]
        #expect(stranger?["entry_id"] == nil)
        #expect(stranger?["m_errors"]?.items?.first?["error_type"] == .string("NOACCESS"))
        let member = try await laboratory.ask(request, as: "u-cyd").answer["entries"]?["ent-sealed-1"]
        #expect(member == (try json(#"{"entry_id": "ent-sealed-1"}"#)))
    }

    @Test func d15AFailedLinkTakesNothingElseWithIt() async throws {
        let answer = try await ask(
            #"{"entries": {"ent-no-archive": {"mainfile_path": "*", "archive": {"data": "*"}}}}"#)
        let entry = answer["entries"]?["ent-no-archive"]
        #expect(entry?["mainfile_path"] == .string("d3.broken"))
        #expect(entry?["archive"] == nil)
        #expect(
            entry?["m_errors"]?.items?.first?["message"]
                == .string("Archive ent-no-archive does not exist in upload upl-draft."))
    }

    @Test func d15KeysBelowAScalarAreNotFoundByName() async throws {
        let answer = try await ask(#"{"entries": {"ent-sample": {"archive": {"data": {"name": {"first": "*"}}}}}}"#)
        #expect(
            answer["entries"]?["ent-sample"]?["archive"]?["m_errors"]
                == (try json(
                    #"[{"error_type": "NOTFOUND", "message": "Field first is not found in archive ../uploads/upl-lab/archive/ent-sample#/data/name."}]"#
                )))
    }

    @Test(arguments: [(#""extra": {"nope": "*"}"#, "nope", "extra"), (#""matrix": {"x": "*"}"#, "x", "matrix/0")])
    func keysThatAValueLacksAreNotFoundByName(_ request: String, _ key: String, _ path: String) async throws {
        let answer = try await ask(#"{"entries": {"ent-sample": {"archive": {"data": {\#(request)}}}}}"#)
        let message = "Field \(key) is not found in archive ../uploads/upl-lab/archive/ent-sample#/data/\(path)."
        let errors = answer["entries"]?["ent-sample"]?["archive"]?["m_errors"]?.items
        #expect(
            errors?.first == .members(["error_type": .string("NOTFOUND"), "message": .string(message)]), "\(answer)")
    }

    @Test func d16AWildcardStandsForTheKeysThatNothingNames() async throws {
        let answer = try await ask(
            #"{"entries": {"ent-sample": {"archive": {"*": {"m_request": {"directive": "plain"}}, "data": {"name": "*"}}}}}"#
        )
        let archive = answer["entries"]?["ent-sample"]?["archive"]
        #expect(archive?["data"] == (try json(#"{"name": "alloy"}"#)))
        #expect(archive?["metadata"]?["entry_id"] == .string("ent-sample"))
        #expect(archive?["processing_logs"]?.items?.count == 3)
    }

    @Test func d16AWildcardWithKeysReadsThemInEverySection() async throws {
        let answer = try await ask(
            #"{"entries": {"ent-sample": {"archive": {"data": {"parts": {"*": {"label": "*"}}}}}}}"#)
        #expect(
            answer["entries"]?["ent-sample"]?["archive"]?["data"]?["parts"]
                == (try json(#"[{"parts": [{"label": "inner"}, {"label": "rim"}]}]"#)))
    }

    @Test func d21KeysThatABuiltInDefinitionLacksAreReturned() async throws {
        let answer = try await ask(
            #"{"entries": {"ent-flow": {"archive": {"results": {"material": {"m_request": {"directive": "plain", "include_definition": "specialized_only"}}}}}}}"#
        )
        let archive = answer["entries"]?["ent-flow"]?["archive"]
        #expect(archive?["results"]?["material"]?["nelements"] == .integer(2))
        #expect(archive?["m_errors"] == nil)
    }

    @Test func d21AnUnresolvableDefinitionIsReportedOnceAndTheSectionInferred() async throws {
        let bundle = """
            {"users": [{"user_id": "u", "username": "u"}],
             "uploads": [{"upload_id": "up", "main_author": "u", "upload_create_time": "2024-01-01T00:00:00"}],
             "entries": [{"entry_id": "e", "upload_id": "up", "mainfile": "m", "parser_name": "p",
                "entry_create_time": "2024-01-01T00:00:00",
                "archive": {"data": {"m_def": "nowhere.Thing", "a": 1, "part": {"b": 2}, "list": [{"c": 3}, {"c": 4}]}}}]}
            """
        let laboratory = try await GraphLaboratory(bundle: Array(bundle.utf8))
        let (_, answer) = try await laboratory.ask(
            #"{"entries": {"e": {"archive": {"data": {"a": "*", "part": {"b": "*"}, "list[1]": {"c": "*"}}}}}}"#,
            as: "u")
        let archive = answer["entries"]?["e"]?["archive"]
        #expect(archive?["data"] == (try json(#"{"a": 1, "part": {"b": 2}, "list": [null, {"c": 4}]}"#)))
        #expect(archive?["m_errors"]?.items?.count == 1)
        #expect(archive?["m_errors"]?.items?.first?["error_type"] == .string("NOTFOUND"))
    }

    @Test func d25AHiddenTargetLooksLikeAnAbsentOne() async throws {
        let answer = try await ask(
            #"{"entries": {"ent-measure": {"archive": {"data": {"previous": {"m_request": {"directive": "resolved"}}}}}}}"#
        )
        let archive = answer["entries"]?["ent-measure"]?["archive"]
        #expect(
            archive?["m_errors"]?.items?.first?["message"]
                == .string("Archive ent-sealed-1 does not exist in upload upl-sealed."))
        #expect(answer["uploads"] == nil)
    }
}
