import RutileJSON
import RutileTestSupport
import Testing

/// Lists, beyond what the recorded cases show.
@Suite struct ListTests {
    private static let laboratory = Task {
        try await GraphLaboratory(bundle: GoldenCase.bytes("cases/graph/fixture.json"))
    }

    private func ask(_ request: String, as user: String? = "u-ada", status wanted: Int = 200) async throws -> Value {
        let (status, answer) = try await Self.laboratory.value.ask(request, as: user)
        #expect(status == wanted, "\(answer)")
        return answer
    }

    /// The ids of a list, without `m_response`.
    private func ids(_ list: Value?) -> [String] { (list?.object?.keys ?? []).filter { $0 != "m_response" } }

    @Test func namedDocumentsCountAsItemsOfThePage() async throws {
        let list = try await ask(
            #"{"uploads": {"m_request": {"pagination": {"page_size": 2}}, "upl-draft": {"license": "*"}, "*": {"upload_id": "*"}}}"#
        )["uploads"]
        #expect(ids(list) == ["upl-draft", "upl-lab"])
        #expect(list?["upl-draft"] == .members(["license": .string("CC BY 4.0")]))
    }

    @Test func hitsCallTheirMainFileAsEntriesDo() async throws {
        let answer = try await ask(
            #"{"search": {"ent-big": {"mainfile_path": "*"}}, "entries": {"ent-big": {"metadata": "*"}}}"#)
        let hit = answer["search"]?["ent-big"]
        #expect(hit == .members(["mainfile_path": .string("big/big.archive.json")]))
        let metadata = answer["entries"]?["ent-big"]?["metadata"]
        #expect(metadata?["mainfile_path"] == .string("big/big.archive.json"))
        #expect(metadata?.object?.keys.contains("mainfile") == false)
    }

    @Test func anUnknownQuantityIsRefusedWithANameThatIsNear() async throws {
        let answer = try await ask(
            #"{"search": {"m_request": {"query": {"query": {"results.material.element": "Si"}}}, "*": "*"}}"#,
            status: 422)
        #expect(answer["detail"]?.text?.contains("did you mean 'results.material.elements'?") == true, "\(answer)")
    }

    @Test func aSearchHasNoLargerPagesThanOtherLists() async throws {
        let answer = try await ask(
            #"{"search": {"m_request": {"query": {"pagination": {"page_size": 10001}}}, "*": "*"}}"#, status: 422)
        #expect(answer["detail"]?.text?.contains("at most 10000") == true, "\(answer)")
        _ = try await ask(
            #"{"search": {"m_request": {"query": {"pagination": {"page_size": 10000}}}, "*": {"entry_id": "*"}}}"#)
    }

    /// What is asked of each entry, where all of it are stored fields.
    private static let storedFields = [
        #""entry_id": "*", "mainfile_path": "*", "entry_create_time": "*""#,
        #""process_status": "*", "no_such_field": "*", "warnings": "*", "upload_id": "*""#,
        #""no_such_field": "*""#,
    ]

    @Test(arguments: storedFields, [nil, "u-ada", "u-eve"])
    func storedFieldsAreTheSameWhateverIsReadBesideThem(fields: String, user: String?) async throws {
        func entries(_ fields: String, below place: String) -> String {
            let page = #""m_request": {"pagination": {"page_size": 100}}"#
            let list = #"{\#(page), "ent-big": {"upload_id": "*"}, "*": {\#(fields)}}"#
            return place.isEmpty ? #"{"entries": \#(list)}"# : #"{"uploads": {"\#(place)": {"entries": \#(list)}}}"#
        }
        for place in ["", "upl-lab", "upl-draft"] {
            let more = #""upload": {"upload_name": "*"}"#
            let alone = try await ask(entries(fields, below: place), as: user)
            let beside = try await ask(entries(fields + ", " + more, below: place), as: user)
            let (short, long) = (
                place.isEmpty ? alone["entries"] : alone["uploads"]?[place]?["entries"],
                place.isEmpty ? beside["entries"] : beside["uploads"]?[place]?["entries"]
            )
            #expect(ids(short) == ids(long))
            for id in ids(short) {
                var wanted = long?[id]?.object
                if id != "ent-big" { wanted?["upload"] = nil }
                #expect(short?[id]?.object == wanted, "\(id)")
            }
        }
    }

    @Test func whatReferencesLeadToStandsInTheListOnce() async throws {
        let sample = #""ent-measure": {"archive": {"data": {"sample": {"name": "*"}}}}"#
        for fields in [#""mainfile_path": "*""#, #""mainfile_path": "*", "upload": {"upload_name": "*"}"#] {
            let list = try await ask(#"{"uploads": {"upl-lab": {"entries": {\#(sample), "*": {\#(fields)}}}}}"#)
            let entry = list["uploads"]?["upl-lab"]?["entries"]?["ent-sample"]
            #expect(entry?["mainfile_path"] == .string("samples/alloy.archive.json"))
            #expect(entry?["archive"]?["data"]?["name"] == .string("alloy"))
        }
        let previous = #"{"ent-measure": {"archive": {"data": {"previous": {"name": "*"}}}}}"#
        let uploads = try await ask(
            #"{"uploads": {"m_request": {"pagination": {"page_size": 10}}, "*": {"upload_name": "*", "entries": \#(previous)}}}"#,
            as: "u-ben")["uploads"]
        #expect(uploads?["upl-sealed"]?["upload_name"] != nil)
        #expect(uploads?["upl-sealed"]?["entries"]?.object?.keys.contains("ent-measure") == true)
        #expect(uploads?["upl-sealed"]?["entries"]?.object?.count ?? 0 > 1)
    }

    @Test func aListIsWrittenBesideWhatStandsThereAlready() async throws {
        func request(_ fields: String) -> String {
            """
            {"entries": {"*": {"archive": {"m_request": {"directive": "resolved"}}}},
             "uploads": {"upl-lab": {"entries": {"*": {"mainfile_path": "*"\(fields)}}}}}
            """
        }
        let alone = try await ask(request(""))["uploads"]?["upl-lab"]?["entries"]
        let beside = try await ask(request(#", "upload": {"upload_name": "*"}"#))["uploads"]?["upl-lab"]?["entries"]
        #expect(ids(alone) == ids(beside))
        #expect(ids(alone).contains { alone?[$0]?["archive"] != nil && alone?[$0]?["mainfile_path"] != nil })
        for id in ids(alone) {
            var wanted = beside?[id]?.object
            wanted?["upload"] = nil
            #expect(alone?[id]?.object == wanted, "\(id)")
        }
    }

    /// Lists that cannot be, and where the reason stands.
    static let misplaced = [
        (
            #"{"uploads": {"m_request": {"pagination": {"page_after_value": "x"}}, "*": "*"}}"#,
            "/uploads/m_request/pagination/page_after_value"
        ),
        (#"{"datasets": {"pagination": {"page_after_value": "x"}}}"#, "/datasets/pagination/page_after_value"),
        (#"{"entries": {"m_request": {"query": {"mainfile": "("}}}}"#, "/entries/m_request/query/mainfile"),
        (#"{"datasets": {"query": {"prefix": "("}}}"#, "/datasets/query/prefix"),
        (
            #"{"uploads": {"upl-lab": {"files": {"m_request": {"pagination": {"page_after_value": "x"}}}}}}"#,
            "/uploads/upl-lab/files/m_request/pagination/page_after_value"
        ),
        (#"{"search": {"query": {"owner": "admin"}, "*": "*"}}"#, "/search/query/owner"),
        (#"{"search": {"query": {"query": {"n_quantities": "x"}}, "*": "*"}}"#, "/search/query/query"),
        (
            #"{"search": {"pagination": {"order_by": "n_quantities", "page_after_value": "x:y"}, "*": "*"}}"#,
            "/search/pagination/page_after_value"
        ),
    ]

    @Test(arguments: misplaced) func listsAreRefusedWhereTheReasonStands(_ body: String, _ place: String) async throws {
        let answer = try await ask(body, status: 422)
        #expect(answer["location"]?.text == place, "\(answer)")
    }

    @Test func anOrderIsTurnedRoundOnlyWhereThereIsAFieldToOrderBy() async throws {
        func datasets(_ order: String) async throws -> [String] {
            ids(try await ask(#"{"datasets": {"m_request": {"pagination": {\#(order)}}}}"#)["datasets"])
        }
        #expect(try await datasets(#""order": "desc""#) == ["ds-one", "ds-two"])
        #expect(try await datasets(#""order": "desc", "order_by": "dataset_create_time""#) == ["ds-two", "ds-one"])
    }

    @Test func fieldsBelowAStarOfOneDocumentAreRefusedInItsPlace() async throws {
        let answer = try await ask(#"{"groups": {"g-solo": {"*": {"name": "*"}, "group_name": "*"}}}"#)
        let group = answer["groups"]?["g-solo"]
        #expect(group?["group_name"]?.text != nil)
        #expect(group?["m_errors"]?.items?.first?["error_type"] == .string("GENERAL"))
    }

    @Test func settingsBesideNamedDocumentsListNothing() async throws {
        let list = try await ask(
            #"{"uploads": {"m_request": {"query": {"is_published": true}}, "upl-draft": {"upload_id": "*"}}}"#)[
                "uploads"]
        #expect(ids(list) == ["upl-draft"])
        #expect(list?["m_response"]?["query"] == .members(["is_published": .bool(true)]))
        #expect(list?["m_response"]?["pagination"] == nil)
    }

    /// As in NOMAD: what has no effect is off, what is repeated counts once.
    @Test func searchesByIdAndUsersWithSettingsTellOfThem() async throws {
        let search = try await ask(#"{"search": {"ent-sample": {"entry_id": "*"}}}"#)["search"]
        #expect(search?.object?.keys == ["m_response", "ent-sample"])
        #expect(search?["m_response"] == .members(["query": .members([:])]))
        let named = try await ask(#"{"users": {"m_request": {"resolve_type": "upload"}, "u-ada": {"name": "*"}}}"#)
        #expect(named["users"]?.object?.keys == ["m_response", "u-ada"])
        #expect(named["users"]?["m_response"]?["resolve_type"]?.text == "upload")
        let listed = try await ask(#"{"users": {"m_request": {"resolve_type": "upload"}, "*": {"name": "*"}}}"#)
        #expect(listed["users"]?.object?.keys == ["m_response"])
        #expect(try await ask(#"{"users": {"u-ada": {"name": "*"}}}"#)["users"]?["m_response"] == nil)
        let entries = try await ask(
            #"{"entries": {"m_request": {"resolve_inplace": true, "include": ["a", "a"]}, "ent-sample": {"entry_id": "*"}}}"#
        )["entries"]
        #expect(entries?["m_response"]?["include"]?.items?.map(\.text) == ["a"])
        #expect(entries?["m_response"]?["resolve_inplace"] == .bool(false))
    }

    @Test func patternsOfListsThatAreNotAskedDoNotMatter() async throws {
        let answer = try await ask(
            #"{"entries": {"m_request": {"query": {"mainfile": ["("]}}, "ent-sample": {"entry_id": "*"}}}"#)
        #expect(ids(answer["entries"]) == ["ent-sample"])
    }

    @Test func inheritedSettingsAreShown() async throws {
        let answer = try await ask(
            """
            {"entries": {"m_request": {"directive": "plain", "depth": 0}, "ent-sample": {"entries": {
            "m_request": {"pagination": {"page_size": 1}}, "*": {"entry_id": "*"}}}}}
            """)
        let response = answer["entries"]?["ent-sample"]?["entries"]?["m_response"]
        #expect(response?["depth"] == .integer(0))
        #expect(response?["directive"] == nil)
        #expect(response?["include"] == .list([.string("*")]))
    }

    @Test(arguments: [
        ("uploads", #"{"page_size": 0, "page": 1}"#, 400), ("uploads", #"{"page_size": 0, "page_offset": 0}"#, 400),
        ("uploads", #"{"page_size": 0}"#, 200), ("uploads", #"{"page_size": -1}"#, 400),
        ("uploads", #"{"page_size": null}"#, 422), ("uploads", #"{"page_size": "x"}"#, 400),
        ("uploads", #"{"page": 1, "page_offset": 0}"#, 200), ("uploads", #"{"page": 1, "page_offset": 1}"#, 400),
        ("uploads", #"{"page": 2, "page_after_value": ""}"#, 200), ("uploads", #"{"page": 0}"#, 400),
        ("uploads", #"{"page": 1, "page_after_value": "upl-lab"}"#, 400), ("uploads", #"{"order": "up"}"#, 400),
        ("uploads", #"{"colour": 1}"#, 200), ("uploads", #"{"page": 9223372036854775807}"#, 200),
        ("uploads", #"{"page_offset": 9223372036854775807}"#, 200), ("entries", #"{"order_by": "upload_name"}"#, 400),
        ("entries", #"{"order_by": "current_process"}"#, 200), ("groups", #"{"order_by": "owner"}"#, 200),
        ("datasets", #"{"order_by": "doi"}"#, 400), ("datasets", #"{"order_by": "dataset_name"}"#, 200),
    ])
    func paginationsAreChecked(_ token: String, _ pagination: String, _ status: Int) async throws {
        _ = try await ask("{\"\(token)\": {\"m_request\": {\"pagination\": \(pagination)}}}", status: status)
    }

    @Test(arguments: [
        ("uploads", #"{"is_published": "maybe"}"#, 400), ("uploads", #"{"colour": 1}"#, 200),
        ("uploads", #"{"upload_name": "{\"value\": \"\", \"type\": \"fuzzy\"}"}"#, 422),
        ("uploads", #"{"upload_name": "{\"value\": \"x\", \"type\": \"near\"}"}"#, 422),
        ("entries", #"{"mainfile": [1]}"#, 400), ("entries", #"{"mainfile": ["(a)\\1"]}"#, 422),
        ("entries", #"{"parser_name": ["("]}"#, 422), ("datasets", #"{"dataset_type": "lent"}"#, 400),
        ("datasets", #"{"prefix": "["}"#, 422), ("groups", #"{"group_id": 1}"#, 400),
        ("groups", #"{"search_terms": "ALLOY"}"#, 200),
    ])
    func queriesAreChecked(_ token: String, _ query: String, _ status: Int) async throws {
        _ = try await ask("{\"\(token)\": {\"m_request\": {\"query\": \(query)}}}", status: status)
    }

    @Test(arguments: [
        (#"{"upload_name": ["Draft alloys"]}"#, ["upl-draft"]), (#"{"process_status": "running"}"#, ["upl-idle"]),
        (#"{"is_processing": true}"#, ["upl-idle"]),
        (#"{"process_status": "success", "is_processing": true}"#, ["upl-lab", "upl-draft", "upl-open"]),
        (#"{"is_published": false}"#, ["upl-draft", "upl-open", "upl-idle"]), (#"{"is_owned": false}"#, ["upl-open"]),
        (#"{"upload_id": []}"#, ["upl-lab", "upl-draft", "upl-open", "upl-idle"]),
        (#"{"upload_id": ["upl-sealed"]}"#, []),
    ])
    func uploadsAreQueried(_ query: String, _ wanted: [String]) async throws {
        let answer = try await ask("{\"uploads\": {\"m_request\": {\"query\": \(query)}}}")
        #expect(ids(answer["uploads"]) == wanted)
    }

    @Test func absentValuesComeFirstUpwardsAndLastDownwards() async throws {
        func order(_ order: String) async throws -> [String] {
            ids(
                try await ask(
                    "{\"uploads\": {\"m_request\": {\"pagination\": {\"order_by\": \"publish_time\", \"order\": \"\(order)\"}}}}"
                )["uploads"])
        }
        #expect(try await order("asc") == ["upl-draft", "upl-open", "upl-idle", "upl-lab"])
        #expect(try await order("desc") == ["upl-lab", "upl-draft", "upl-open", "upl-idle"])
    }

    @Test func datasetsLeadToTheirEntriesAndUploads() async throws {
        let answer = try await ask(
            #"{"datasets": {"ds-one": {"entries": {"*": {"entry_id": "*"}}, "uploads": {"*": {"upload_id": "*"}}}}}"#)
        let dataset = answer["datasets"]?["ds-one"]
        #expect(ids(dataset?["entries"]) == ["ent-sample", "ent-measure", "ent-draft-1"])
        #expect(ids(dataset?["uploads"]) == ["upl-lab", "upl-draft"])
    }

    @Test(arguments: [("u-cyd", ["ds-one", "ds-two"]), ("u-ada", ["ds-one", "ds-two"]), (nil, ["ds-one", "ds-two"])])
    func anEntryIsInDatasetsOfOthers(_ user: String?, _ wanted: [String]) async throws {
        let request = #"{"entries": {"ent-sample": {"datasets": {"*": {"dataset_name": "*"}}}}, "datasets": "*"}"#
        let answer = try await ask(request, as: user)
        #expect(ids(answer["entries"]?["ent-sample"]?["datasets"]) == wanted)
        #expect(ids(answer["datasets"]) == (user == "u-ada" ? wanted : []))
    }

    @Test func whatTheCallerMayNotReadIsNotListed() async throws {
        let bundle = """
            {"users": [{"user_id": "u", "username": "u"}, {"user_id": "v", "username": "v"}],
             "uploads": [
                {"upload_id": "hidden", "main_author": "v", "upload_create_time": "2024-01-01T00:00:00"},
                {"upload_id": "open", "main_author": "v", "upload_create_time": "2024-01-02T00:00:00",
                 "publish_time": "2024-01-03T00:00:00"}],
             "entries": [
                {"entry_id": "a", "upload_id": "hidden", "mainfile": "m", "parser_name": "p",
                 "entry_create_time": "2024-01-01T00:00:00", "datasets": ["d"]},
                {"entry_id": "b", "upload_id": "open", "mainfile": "m", "parser_name": "p",
                 "entry_create_time": "2024-01-01T00:00:00", "datasets": ["d"]}],
             "datasets": [{"dataset_id": "d", "dataset_name": "D", "user_id": "u", "dataset_type": "owned",
                "entries": ["a", "b"]}]}
            """
        let laboratory = try await GraphLaboratory(bundle: Array(bundle.utf8))
        let (_, answer) = try await laboratory.ask(
            """
            {"datasets": {"d": {"entries": "*", "uploads": "*"}},
             "users": {"v": {"uploads": "*", "entries": "*"}}, "uploads": "*", "entries": "*"}
            """, as: "u")
        let dataset = answer["datasets"]?["d"]
        for (list, wanted) in [
            (dataset?["entries"], ["b"]), (dataset?["uploads"], ["open"]), (answer["users"]?["v"]?["uploads"], []),
            (answer["users"]?["v"]?["entries"], []), (answer["uploads"], []), (answer["entries"], []),
        ] {
            #expect(ids(list) == wanted)
            #expect(list?["m_response"]?["pagination"]?["total"] == .integer(Int64(wanted.count)))
        }
    }

    @Test func documentsOfAPageGoOn() async throws {
        let answer = try await ask(
            """
            {"uploads": {"*": {"upload_id": "*", "main_author": {"name": "*"},
             "entries": {"m_request": {"pagination": {"page_size": 1}}, "*": {"upload": {"upload_name": "*"}, "archive": {"data": {"name": "*"}}}}}}}
            """)
        let draft = answer["uploads"]?["upl-draft"]
        #expect(draft?["main_author"] == .members(["name": .string("Ada Quist")]))
        #expect(draft?["entries"]?["ent-draft-1"]?["upload"] == .members(["upload_name": .string("Draft alloys")]))
        #expect(draft?["entries"]?["ent-draft-1"]?["archive"]?["data"]?["name"] == .string("draft sample"))
        #expect(ids(answer["uploads"]?["upl-idle"]?["entries"]) == [])
    }

    @Test func groupsShowTheirMembersAsUsers() async throws {
        let answer = try await ask(
            """
            {"groups": {"g-films": {"owner": {"name": "*"}, "members[1:2]": {"user_id": "*"},
             "members_info": {"m_request": {"include": ["role"]}}, "description": "*"}, "none": {"group_name": "*"}}}
            """, as: nil)
        let films = answer["groups"]?["g-films"]
        #expect(films?["owner"] == .members(["name": .string("Ben Orr")]))
        #expect(
            films?["members"]
                == .list([.null, .members(["user_id": .string("u-cyd")]), .members(["user_id": .string("u-dot")])]))
        #expect(films?["members_info"]?.items?.last == .members(["role": .string("member")]))
        #expect(films?["description"] == nil)
        #expect(answer["groups"]?["none"]?["m_errors"]?.items?.count == 2)
    }

    @Test(arguments: [
        #"{"entries": {"m_request": {"query": {"mainfile": "("}}, "*": {"entry_id": "*"}}}"#,
        #"{"uploads": {"m_request": {"pagination": {"page_after_value": "zzz"}}, "*": {"upload_id": "*"}}}"#,
        #"{"search": {"m_request": {"query": {"owner": "admin"}}, "*": {"entry_id": "*"}}}"#,
    ])
    func aListThatCannotBeIsOnlyAPartBelowADocument(_ list: String) async throws {
        _ = try await ask(list, status: 422)
        let answer = try await ask("{\"uploads\": {\"upl-lab\": {\"license\": \"*\", \(list.dropFirst())}}")
        let upload = answer["uploads"]?["upl-lab"]
        #expect(upload?["license"] == .string("CC BY 4.0"))
        #expect(upload?["m_errors"]?.items?.count == 1)
        #expect(upload?["m_errors"]?.items?.first?["error_type"] == .string("GENERAL"))
    }

    @Test func usersAreNeverListed() async throws {
        _ = try await ask(#"{"users": "*"}"#, status: 422)
        let answer = try await ask(#"{"users": {"*": {"name": "*"}, "u-ben": {"name": "*"}}}"#)
        #expect(answer["users"]?.object?.keys == ["u-ben"])
    }

    @Test func aPlanIsAnAnswer() async throws {
        let answer = try await ask(
            #"{"m_request": {"explain": true}, "uploads": {"m_request": {"pagination": {"page_size": 3}}, "*": {"upload_name": "*"}}}"#
        )
        let plan = answer["m_response"]?["plan"]?.items?.compactMap(\.text)
        #expect(plan?.first == "uploads: a page of at most 3 by upload_create_time, read as one")
        #expect(answer["uploads"] == nil)
        _ = try await ask(#"{"m_request": {"explain": "perhaps"}, "uploads": "*"}"#, status: 422)
        _ = try await ask(#"{"uploads": {"m_request": {"explain": true}}}"#, status: 422)
    }
}
